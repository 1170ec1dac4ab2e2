"""The suggestions against needs labelled by hand; docs/decisions/024 says who labelled them."""

from pathlib import Path

import pytest

from catalog.models import Scenario
from catalog.suggesting.evaluating import APART, TUNED, evaluate, labelled
from catalog.suggestions import current_lexicon
from catalog.wording.names import Names
from tests.builders import make_vocabulary

LABELLED = Path(__file__).parent / "labelled.jsonl"
# A little below what was measured: `make suggestions` prints the figures.
FLOORS = {
    "scenarios": (0.92, 0.93),
    "industry": (0.92, 0.95),
    "project_type": (0.82, 0.82),
    "budget": (0.95, 0.85),
    "weeks": (0.95, 0.95),
    "district": (0.85, 0.95),
    "requirements": (0.95, 0.95),
    "parameters": (0.90, 0.87),
}


def test_a_hundred_needs_at_least_are_kept_apart() -> None:
    apart, tuned = (list(labelled(LABELLED, part)) for part in (APART, TUNED))
    assert len(apart) >= 100
    assert not {row["text"] for row in apart} & {row["text"] for row in tuned}


@pytest.mark.django_db
def test_the_labels_name_scenarios_that_there_are() -> None:
    make_vocabulary()
    known = set(Scenario.objects.values_list("code", flat=True))
    used = {code for row in labelled(LABELLED, APART) for code in row["scenarios"]}
    assert used <= known
    assert len(used) > 30


@pytest.mark.django_db
def test_what_is_suggested_for_needs_kept_apart_holds_its_floors() -> None:
    make_vocabulary()
    outcome = evaluate(labelled(LABELLED, APART), current_lexicon(Names.load()))
    for name, (precision, recall) in FLOORS.items():
        tally = outcome.fields[name]
        assert tally.precision is not None
        assert tally.recall is not None
        assert (name, tally.precision >= precision, tally.recall >= recall) == (name, True, True)
    assert outcome.overall.precision is not None
    assert outcome.overall.precision >= 0.92
