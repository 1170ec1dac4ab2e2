"""Small markets whose lists overflow, and what their lists must hold, found by brute force."""

from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from accounts.actors import SYSTEM
from catalog.choices import ListingKind, ListingState
from catalog.models import Listing
from catalog.services import archive_listing, save_draft
from matchmaking import services
from matchmaking.facts import matching_content
from matchmaking.models import Match
from matchmaking.services import standing
from matchmaking.services.scorer import Scorer
from tests.builders import (
    make_need,
    make_solution,
    need_payload,
    publish,
    solution_payload,
)

WORDS = ("视觉检测", "自动化立体仓库", "焊接机器人", "能耗管理", "预测性维护", "数字孪生")
INDUSTRIES = ("C34", "C35", "C36", "C39")

Lists = dict[int, list[int]]


def small_lists(monkeypatch: pytest.MonkeyPatch, size: int = 3) -> None:
    """Make lists so short that a few listings fill them."""
    monkeypatch.setattr(standing, "KEPT", size)


def need_words(random: Random) -> dict[str, Any]:
    """Return a need's content; budgets and ceilings are its owner's secret."""
    return {
        "title": f"{random.choice(WORDS)}{random.choice(WORDS)}改造",
        "industry": random.choice(INDUSTRIES),
        "budget_high": str(random.choice((200_000, 500_000, 900_000))),
        "budget_is_ceiling": random.random() < 0.4,
    }


def solution_words(random: Random) -> dict[str, Any]:
    low = random.choice((100_000, 300_000, 600_000))
    return {
        "title": f"{random.choice(WORDS)}{random.choice(WORDS)}方案",
        "industries": [random.choice(INDUSTRIES)],
        "price_low": str(low),
        "price_high": str(low * 2),
        "price_basis": "project",
        "wished_industries": [random.choice(INDUSTRIES)],
    }


@dataclass
class Market:
    """Needs and solutions with contents drawn from one seed."""

    random: Random

    @classmethod
    def open(cls, seed: int, *, needs: int = 5, solutions: int = 7) -> "Market":
        market = cls(Random(seed))
        for _ in range(needs):
            make_need(**need_words(market.random))
        for _ in range(solutions):
            make_solution(**solution_words(market.random))
        return market

    def edit(self, listing: Listing) -> None:
        """Publish new words for a listing, drawn anew."""
        words = need_words if listing.kind == ListingKind.NEED else solution_words
        publish_edit(listing, **words(self.random))

    def archive(self, listing: Listing) -> None:
        archive_listing(actor=SYSTEM, listing=listing)

    def any_listing(self, kind: ListingKind | None = None) -> Listing:
        published = Listing.objects.filter(state=ListingState.PUBLISHED).order_by("pk")
        if kind is not None:
            published = published.filter(kind=kind)
        return self.random.choice(list(published))


def publish_edit(listing: Listing, **content: Any) -> None:
    payload = need_payload if listing.kind == ListingKind.NEED else solution_payload
    publish(save_draft(actor=SYSTEM, listing=listing, payload=payload(**content)))


def waiting_ids() -> list[int]:
    return list(services.waiting().order_by("pk").values_list("pk", flat=True))


def settle(random: Random | None = None) -> int:
    """Score until nothing waits, in an order of chance if asked; return how many runs."""
    count = 0
    while waiting := waiting_ids():
        if random is not None:
            random.shuffle(waiting)
        for listing_id in waiting:
            services.score_listing(listing_id=listing_id)
            count += 1
        assert count < 500, "runs wake each other for ever"
    return count


def stored_lists() -> Lists:
    """Return every published listing's list in its order."""
    found: Lists = {}
    for pk, kind in _published():
        if kind == ListingKind.NEED:
            rows = Match.objects.for_need(pk).values_list("solution_id", flat=True)
        else:
            rows = Match.objects.for_solution(pk).values_list("need_id", flat=True)
        found[pk] = list(rows)
    return found


def right_lists() -> Lists:
    """Return what the lists must be: every listing scored against the whole other side."""
    published = _published()
    found: Lists = {}
    for pk, kind in published:
        listing = Listing.objects.select_related("organization__district").get(pk=pk)
        content = matching_content(listing)
        assert content is not None
        scorer = Scorer(listing, content)
        scorer.score([other for other, other_kind in published if other_kind != kind])
        found[pk] = list(scorer.scores.top())
    return found


def _published() -> list[tuple[int, str]]:
    return list(
        Listing.objects.filter(
            state=ListingState.PUBLISHED, organization__suspended_at__isnull=True
        )
        .order_by("pk")
        .values_list("pk", "kind")
    )
