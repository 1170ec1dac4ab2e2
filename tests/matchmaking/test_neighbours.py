"""What the moderators' check for duplicates is told of meanings."""

from typing import Any

import numpy as np
import pytest
from pgvector import HalfVector

from catalog.content import Content
from catalog.embedding.store import content_hash, views_of
from catalog.models import DIMENSIONS, EmbeddingSpace, Listing, ListingVector
from catalog.reading import live_content
from matchmaking.models import Candidate
from matchmaking.services.neighbours import nearest_listings
from tests.builders import make_need

pytestmark = pytest.mark.django_db


def unit(place: int) -> Any:
    vector = np.zeros(DIMENSIONS, dtype=np.float32)
    vector[place] = 1.0
    return vector


def embed(space: EmbeddingSpace, listing: Listing, place: int) -> Content:
    """Give ``listing`` the direction ``place`` as its meaning, stored as scoring stores it."""
    content = live_content(listing)
    for view, text in views_of(content).items():
        ListingVector.objects.create(
            listing_id=listing.pk,
            space=space,
            view=view,
            content_hash=content_hash(text),
            vector=HalfVector(unit(place)),
        )
    Candidate.objects.update_or_create(
        listing_id=listing.pk,
        defaults={
            "kind": listing.kind,
            "catalogue_id": listing.catalogue_id,
            "organization_id": listing.organization_id,
            "space_id": space.pk,
            "content_version": 1,
            "basis": "x",
            "meaning": HalfVector(unit(place)),
        },
    )
    return content


def make_space(**overrides: Any) -> EmbeddingSpace:
    fields = {"code": "t", "model": "t", "is_serving": True, "centre": np.zeros(DIMENSIONS)}
    return EmbeddingSpace.objects.create(**{**fields, **overrides})


def test_the_nearest_in_meaning_are_told_with_their_likeness() -> None:
    space = make_space()
    own, same, other = make_need(), make_need(), make_need()
    content = embed(space, own, 0)
    embed(space, same, 0)
    embed(space, other, 1)
    near = nearest_listings(own, content)
    assert near is not None
    assert {each.listing_id: round(each.similarity, 2) for each in near} == {
        same.pk: 1.0,
        other.pk: 0.0,
    }


def test_vectors_of_other_words_say_nothing() -> None:
    space = make_space()
    own = make_need()
    content = embed(space, own, 0)
    changed = content.model_copy(update={"title": "全都改过的标题"})
    assert nearest_listings(own, changed) is None


def test_meanings_that_are_not_centred_are_not_compared() -> None:
    space = make_space(centre=None)
    own = make_need()
    assert nearest_listings(own, embed(space, own, 0)) is None
