"""A listing in a hall: enough to decide whether to open it."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.actors import Actor
from accounts.models import Organization
from catalog.briefs import need_brief, solution_brief
from catalog.choices import Confidentiality, PriceVisibility
from catalog.content import Content, NeedContent, SolutionContent
from catalog.disclosure import disclose
from catalog.models import Listing, Need
from catalog.presenting.facts import Fact, Facts
from catalog.wording.describing import area_words, day
from catalog.wording.names import Names

_TEXT = 140
_MOST_TAGS = 4
_MOST_DISTRICTS = 3
_NEED_COLUMNS = ("industry", "district", "project_type", "budget")
_NEED_FACTS = ("budget", "period", "stage", "project_type")
# What waits for a stage and has room on a card.
_ON_CARD = (
    *("organization", "district", "situation", "budget_low", "budget_high", "budget_includes_tax"),
    *("wanted_start", "wanted_end", "window_is_fixed", "window_reason"),
)
# Said on every card: a vendor who leaves them out is to be asked.
_SOLUTION_FACTS = ("price", "lead_time")


@dataclass(frozen=True, slots=True)
class Card:
    listing: Listing
    href: str
    title: str
    text: str
    # None where the name is kept back.
    organization: Organization | None
    tags: list[str]
    facts: list[Fact]
    marks: list[str] = field(default_factory=list)
    # The same facts of every card, known or not, for a table.
    columns: list[Fact] = field(default_factory=list)
    # Stands for a value that is kept from this viewer.
    hidden_word: str = ""


def need_card(actor: Actor, need: Need, names: Names) -> Card:
    content = need_brief(need)
    card, facts = _card(actor, need, content, names)
    card.facts[:0] = facts.known(_NEED_FACTS)
    card.columns.extend(facts.of(_NEED_COLUMNS))
    card.tags.extend(facts.words(key) for key in ("industry", "district") if facts.words(key))
    return card


def solution_card(actor: Actor, solution: Any, names: Names) -> Card:
    content = solution_brief(solution)
    card, facts = _card(actor, solution, content, names)
    card.tags.extend(names.of("industry", code) for code in content.industries[:2])
    shown = facts.of(_SOLUTION_FACTS)
    area = _area(content, names)
    cases = _("%(n)s 个") % {"n": solution.case_count} if solution.case_count else ""
    if area:
        shown.append(Fact(facts.row("districts").label, area))
    card.columns.extend(
        [
            *facts.of(_SOLUTION_FACTS),
            Fact(facts.row("districts").label, area),
            Fact(pgettext("plural", "案例"), cases),
        ]
    )
    if cases:
        shown.append(Fact(pgettext("plural", "案例"), cases))
    card.facts[:0] = shown
    return card


def _area(content: SolutionContent, names: Names) -> str:
    """Return where a vendor works in a few words: some serve every district there is."""
    served = content.service_districts
    if content.nationwide or len(served) <= _MOST_DISTRICTS:
        return area_words(content, names)
    some = names.listed("district", served[:_MOST_DISTRICTS])
    return _("%(places)s等 %(n)s 个地区") % {"places": some, "n": len(served)}


def _card(actor: Actor, listing: Listing, content: Content, names: Names) -> tuple[Card, Facts]:
    told = disclose(actor, listing, content, shown=_ON_CARD)
    facts = Facts(told, names)
    tags = [names.of("scenario", code) for code in told.content.scenarios[:_MOST_TAGS]]
    shown = []
    if listing.published_at:
        shown.append(Fact(pgettext("date", "发布"), day(timezone.localdate(listing.published_at))))
    card = Card(
        listing=listing,
        href=listing.get_absolute_url(),
        title=told.content.title,
        text=_opening(told.content),
        organization=listing.organization if told.shows_organization else None,
        tags=tags,
        facts=shown,
        marks=marks(listing, told.content, shows_organization=told.shows_organization),
        hidden_word=hidden_word(content),
    )
    return card, facts


def hidden_word(content: Content) -> str:
    """Say who may read what this viewer may not."""
    if isinstance(content, SolutionContent) and content.price_visibility == PriceVisibility.MEMBERS:
        return _("登录企业可见")
    return _("未公开")


def _opening(content: Content) -> str:
    body = content.situation if isinstance(content, NeedContent) else content.description
    text = " ".join((content.summary or body).split())
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"


def marks(listing: Listing, content: Content, *, shows_organization: bool) -> list[str]:
    """Return the kinds of badges a reader must see beside the listing."""
    kinds = []
    if isinstance(content, NeedContent) and content.confidentiality == Confidentiality.CONFIDENTIAL:
        kinds.append("confidential")
    if listing.catalogue.is_external:
        kinds.append("external")
    if listing.is_demo:
        kinds.append("demo")
    if shows_organization and not listing.catalogue.is_external:
        owner = listing.organization
        if owner.is_verified:
            kinds.append("verified")
        elif not owner.is_claimed:
            kinds.append("unclaimed")
    return kinds
