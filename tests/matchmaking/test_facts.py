"""From what owners state to what the engine knows."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actors import SYSTEM
from accounts.models import Organization, Restriction
from accounts.services import add_restriction
from catalog.content import NeedContent
from catalog.models import Listing
from catalog.reading import need_content
from matchmaking.engine.corpus import Corpus
from matchmaking.engine.facts import NeedFacts, Vectors
from matchmaking.facts import (
    FactsLoader,
    barred_for,
    matching_content,
    need_facts_now,
    published_text,
    stated_text,
)
from matchmaking.services.indexing import index_candidate, index_many
from tests.builders import make_need, make_organization, make_solution, make_vocabulary

pytestmark = pytest.mark.django_db

Kind = Restriction.Kind


def restrict(owner: Organization, other: Organization, kind: Kind) -> None:
    add_restriction(actor=SYSTEM, organization=owner, other=other, kind=kind)


def facts_of(owner: Organization | None = None, **content: Any) -> NeedFacts:
    need = make_need(owner, **content)
    return need_facts_now(Listing.objects.get(pk=need.pk), need_content(need), Vectors())


def test_a_budget_is_private_unless_it_is_published() -> None:
    assert facts_of(budget_high="100000").budget_is_private
    assert not facts_of(budget_high="100000", budget_visibility="public").budget_is_private
    confidential = facts_of(
        budget_high="100000", budget_visibility="public", confidentiality="confidential"
    )
    assert confidential.budget_is_private


def test_a_fixed_window_reaches_the_engine() -> None:
    assert facts_of(wanted_end="2027-02-20", window_is_fixed=True).window_is_fixed
    assert not facts_of(wanted_end="2027-02-20").window_is_fixed


def test_a_licence_is_hard_at_any_level_and_a_standing_is_not() -> None:
    make_vocabulary()
    facts = facts_of(
        requirements=[
            {"level": "should", "kind": "certification", "code": "special_equipment_licence"},
            {"level": "must", "kind": "certification", "code": "iso_9001"},
            {"level": "must", "kind": "lead_time_max", "number": "8"},
        ]
    )
    assert [row.hard for row in facts.requirements] == [True, False, False]


def test_weights_reach_the_engine_as_plain_words() -> None:
    facts = facts_of(weights={"budget": 60, "dates": 40})
    assert facts.weights == {"budget": 60, "dates": 40}
    assert all(type(name) is str for name in facts.weights or ())
    assert facts_of().weights is None


def test_the_owners_blacklist_binds_the_owner_alone_and_a_conflict_binds_both() -> None:
    owner, blocked, rival = (make_organization() for _ in range(3))
    restrict(owner, blocked, Kind.BLACKLIST)
    restrict(rival, owner, Kind.CONFLICT)
    facts = facts_of(owner)
    assert facts.blocked_organizations == {str(blocked.pk)}
    assert facts.conflicting_organizations == {str(rival.pk)}
    assert facts_of(blocked).blocked_organizations == frozenset()
    assert facts_of(rival).conflicting_organizations == {str(owner.pk)}
    assert barred_for([make_organization().pk]) == {}


@pytest.mark.parametrize(
    ("size", "small"),
    [("small", True), ("micro", True), ("medium", False), ("large", False), ("", None)],
)
def test_a_vendors_size_says_whether_it_is_small(size: str, small: bool | None) -> None:
    solution = make_solution(make_organization(size=size))
    index_candidate(solution.pk)
    table, _versions = FactsLoader().solutions([solution.pk], Corpus())
    assert table.facts[0].vendor_is_small is small


def test_a_loader_follows_changed_lists_and_sizes_though_no_content_changed() -> None:
    owner, other = make_organization(), make_organization(size="large")
    need, solution = make_need(owner), make_solution(other)
    loader = FactsLoader()

    def seen() -> tuple[frozenset[str], bool | None]:
        index_many([need.pk, solution.pk])
        needs, _versions = loader.needs([need.pk], Corpus())
        solutions, _versions = loader.solutions([solution.pk], Corpus())
        return needs.facts[0].blocked_organizations, solutions.facts[0].vendor_is_small

    assert seen() == (frozenset(), False)
    restrict(owner, other, Kind.BLACKLIST)
    Organization.objects.filter(pk=other.pk).update(size="micro")
    assert seen() == (frozenset({str(other.pk)}), True)


@pytest.mark.parametrize("make", [make_need, make_solution])
def test_a_published_text_read_alone_is_the_one_its_content_states(
    make: Callable[..., Listing],
) -> None:
    cases = {"cases": [{"result": "省人 6 名"}, {"result": ""}, {"result": "效率提高 30%"}]}
    for changes in ({}, cases if make is make_solution else {"goal": ""}):
        listing = Listing.objects.get(pk=make(**changes).pk)
        content = matching_content(listing)
        assert content is not None
        assert published_text(listing) == stated_text(content)


def test_what_was_submitted_says_the_same_as_what_was_published() -> None:
    need = Listing.objects.get(pk=make_need(weights={"budget": 100}, window_is_fixed=False).pk)
    content = matching_content(need)
    assert isinstance(content, NeedContent)
    assert need_facts_now(need, content, Vectors()).weights == {"budget": 100}
