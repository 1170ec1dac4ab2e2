"""A listing in a hall: enough to decide whether to open it."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Organization
from catalog.choices import Confidentiality
from catalog.content import Content, NeedContent
from catalog.disclosure import disclose
from catalog.models import Listing, Need, Solution
from catalog.presenting.facts import Fact, Facts
from catalog.reading import need_content, solution_content
from catalog.wording.describing import day
from catalog.wording.names import Names

_TEXT = 140
_MOST_TAGS = 4
_NEED_FACTS = ("budget", "period", "stage", "project_type")
_SOLUTION_FACTS = ("price", "lead_time", "districts")


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


def need_card(actor: Actor, need: Need, names: Names) -> Card:
    content = need_content(need)
    card = _card(actor, need, content, names, _NEED_FACTS)
    card.tags.extend(_named(names, "industry", content.industry))
    card.tags.extend(_named(names, "district", content.district))
    return card


def solution_card(actor: Actor, solution: Solution, names: Names) -> Card:
    content = solution_content(solution)
    card = _card(actor, solution, content, names, _SOLUTION_FACTS)
    card.tags.extend(names.of("industry", code) for code in content.industries[:2])
    if content.cases:
        shown = _("%(n)s 个") % {"n": len(content.cases)}
        card.facts.append(Fact(_("案例"), shown))
    return card


def _card(
    actor: Actor, listing: Listing, content: Content, names: Names, keys: tuple[str, ...]
) -> Card:
    told = disclose(actor, listing, content)
    facts = Facts(told, names)
    tags = [names.of("scenario", code) for code in told.content.scenarios[:_MOST_TAGS]]
    shown = facts.known(keys)
    if listing.published_at:
        shown.append(Fact(_("发布"), day(listing.published_at.date())))
    return Card(
        listing=listing,
        href=listing.get_absolute_url(),
        title=told.content.title,
        text=_opening(told.content),
        organization=listing.organization if told.shows_organization else None,
        tags=tags,
        facts=shown,
        marks=marks(listing, told.content, shows_organization=told.shows_organization),
    )


def _opening(content: Content) -> str:
    body = content.situation if isinstance(content, NeedContent) else content.description
    text = " ".join((content.summary or body).split())
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"


def _named(names: Names, kind: str, code: str) -> list[str]:
    return [names.of(kind, code)] if code else []


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
