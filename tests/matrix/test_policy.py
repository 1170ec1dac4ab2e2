"""The policy says of everybody what predicates.py declares, and each of its checks is needed."""

import pytest

from tests.matrix.mutants import Mutant, mutants, predicates
from tests.matrix.predicates import POLICIES, Scene, scene_of
from tests.matrix.tally import Tally
from tests.matrix.world import World

pytestmark = [pytest.mark.matrix, pytest.mark.django_db]


@pytest.fixture(scope="module")
def scene(world: World) -> Scene:
    return scene_of(world)


def test_every_predicate_answers_everybody_as_declared(scene: Scene) -> None:
    found = [line for policy in POLICIES for line in policy.mismatches(scene)]
    assert not found, "\n".join(found)


def test_every_predicate_of_the_policy_is_declared() -> None:
    public = {each.__name__ for each in predicates() if not each.__name__.startswith("_")}
    assert public == {policy.name for policy in POLICIES}


def test_no_check_can_be_taken_out_unnoticed(scene: Scene, tally: Tally) -> None:
    survivors = []
    for mutant in mutants():
        tally.mutants += 1
        with mutant.living():
            if not _is_noticed(scene, mutant):
                survivors.append(str(mutant))
    tally.survivors += len(survivors)
    assert not survivors, "\n".join(survivors)


def _is_noticed(scene: Scene, mutant: Mutant) -> bool:
    # The rows of the predicate itself first: they notice nearly all.
    rows = sorted(POLICIES, key=lambda policy: policy.name != mutant.function.__name__)
    try:
        return any(policy.mismatches(scene) for policy in rows)
    except AttributeError:
        # Without its guard a predicate stumbles over what is not there.
        return True
