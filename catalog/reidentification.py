"""Whether what a confidential need tells everybody leads back to a few organizations.

What can be seen of it is its industry, its group of districts and its scenarios; how large its
owner is can be guessed. When too few organizations fit all of them at once, the owner is told
so, and which of them to leave out. How many fit is said to nobody: only whether there are enough.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from django.conf import settings
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from catalog.choices import Confidentiality, ListingState
from catalog.content import Content, NeedContent
from catalog.disclosure.sighting import groups_of_districts
from catalog.models import Need

# The box by which an owner submits a confidential need that leads back to few all the same.
ACKNOWLEDGED = "acknowledge_risk"

INDUSTRY, DISTRICT, SCENARIOS = "industry", "district", "scenarios"
HIDEABLE: Mapping[str, Promise] = {
    INDUSTRY: _("行业"),
    DISTRICT: _("项目所在区"),
    SCENARIOS: _("典型场景"),
}


@dataclass(frozen=True, slots=True)
class Risk:
    """What the owner is told.

    ``remedies`` are the smallest sets of fields that, left empty, bring enough organizations
    to fit; empty when nothing of these helps.
    """

    least: int
    remedies: tuple[tuple[str, ...], ...] = ()
    # The title or the summary names the owner itself.
    names_owner: bool = False
    is_rare: bool = False

    @property
    def remedy_words(self) -> list[str]:
        return [" + ".join(str(HIDEABLE[field]) for field in fields) for fields in self.remedies]


def check(content: Content, owner: Organization | None) -> Risk | None:
    """Return what is wrong with the summary that everybody would read; None for nothing."""
    if not isinstance(content, NeedContent):
        return None
    if content.confidentiality != Confidentiality.CONFIDENTIAL:
        return None
    least = settings.REIDENTIFICATION_LEAST
    names_owner = owner is not None and _names(content, owner)
    size = owner.size if owner else ""
    stated = tuple(field for field in HIDEABLE if getattr(content, field))
    if _enough(content, stated, size, least):
        return Risk(least, names_owner=True) if names_owner else None
    return Risk(least, tuple(_remedies(content, stated, size, least)), names_owner, is_rare=True)


def _names(content: NeedContent, owner: Organization) -> bool:
    told = f"{content.title}\n{content.summary}"
    return any(name and name in told for name in (owner.legal_name, owner.short_name))


def _remedies(
    content: NeedContent, stated: tuple[str, ...], size: str, least: int
) -> Iterable[tuple[str, ...]]:
    """Yield the sets of fields to leave out, the smallest number of them that helps."""
    for count in range(1, len(stated) + 1):
        found = [
            left_out
            for left_out in combinations(stated, count)
            if _enough(content, tuple(f for f in stated if f not in left_out), size, least)
        ]
        if found:
            yield from found
            return


def _enough(content: NeedContent, fields: Iterable[str], size: str, least: int) -> bool:
    """Whether at least ``least`` organizations fit ``fields`` of ``content`` and ``size``.

    An organization fits by what its own published needs and its profile say: what is unknown of
    it does not fit, so that the owner is warned too often rather than too seldom.
    """
    rows = Organization.objects.active()
    if size:
        rows = rows.filter(size=size)
    for field in fields:
        rows = rows.filter(_fits(content, field))
    return rows.distinct().order_by()[:least].count() >= least


def _fits(content: NeedContent, field: str) -> Q:
    published = Need.objects.filter(state=ListingState.PUBLISHED)
    if field == INDUSTRY:
        needs = published.filter(industry__code=content.industry)
    elif field == SCENARIOS:
        needs = published.filter(scenarios__code__in=content.scenarios)
    else:
        return _in_place(content.district)
    return Q(pk__in=needs.values("organization_id"))


def _in_place(district: str) -> Q:
    groups = groups_of_districts()
    place = groups.get(district, "")
    codes = [code for code, group in groups.items() if group == place] if place else [district]
    lying = Need.objects.filter(state=ListingState.PUBLISHED, district__code__in=codes)
    return Q(district__code__in=codes) | Q(pk__in=lying.values("organization_id"))
