"""In which order many listings are matched."""

import numpy as np
import pytest

from catalog.choices import ListingKind
from matchmaking.models import Candidate
from matchmaking.services.indexing import index_many
from matchmaking.services.ordering import nearest_together
from tests.matchmaking.pairs import make_published

pytestmark = pytest.mark.django_db


def make_needs(number: int) -> list[int]:
    ids = [make_published(ListingKind.NEED, title=f"产线需求{n}").pk for n in range(number)]
    index_many(ids)
    return ids


def mean(pk: int, vector: np.ndarray) -> None:
    """Have the recall index say that ``pk`` means ``vector``."""
    assert Candidate.objects.filter(listing_id=pk).update(meaning=vector.tolist()) == 1


def test_listings_of_like_meaning_are_matched_one_after_another() -> None:
    ids = make_needs(40)
    random = np.random.default_rng(7)
    topics = random.normal(size=(2, 384)) / 20
    for place, pk in enumerate(ids[:36]):
        mean(pk, topics[place % 2] + random.normal(size=384) / 200)
    Candidate.objects.filter(listing_id__in=ids[36:]).update(meaning=None)
    ordered = nearest_together(ids)
    assert sorted(ordered) == ids
    assert ordered[36:] == ids[36:]
    topic = [ids.index(pk) % 2 for pk in ordered[:36]]
    assert topic in ([0] * 18 + [1] * 18, [1] * 18 + [0] * 18)


def test_listings_that_say_the_same_or_nothing_are_matched_all_the_same() -> None:
    ids = make_needs(20)
    assert sorted(nearest_together(ids)) == ids
    for pk in ids:
        mean(pk, np.ones(384) / 20)
    assert sorted(nearest_together(ids)) == ids
    assert nearest_together(ids[:3]) == ids[:3]
    assert nearest_together([]) == []
