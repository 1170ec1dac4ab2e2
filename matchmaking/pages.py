"""Facts of a need and of a pair as label and value, ready for the templates."""

from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _

from catalog.choices import Confidentiality, NeedStage, PriceBasis, RequirementLevel
from catalog.content import NeedContent, SolutionContent
from catalog.disclosure import Disclosed
from catalog.wording.amounts import money, span
from catalog.wording.names import Names
from catalog.wording.requirements import requirement_words


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value; None is shown as not filled in."""

    label: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the need says beside what the solution says of the same thing."""

    label: str
    need: str | None
    solution: str | None


def budget_words(content: NeedContent) -> str | None:
    if content.budget_low is None and content.budget_high is None:
        return None
    return money(content.budget_low, content.budget_high)


def price_words(content: SolutionContent) -> str | None:
    if content.price_low is None and content.price_high is None:
        return None
    basis = content.price_basis
    unit = str(PriceBasis(basis).label) if basis and basis != PriceBasis.PROJECT else ""
    return money(content.price_low, content.price_high, basis=unit)


def lead_time_words(content: SolutionContent) -> str | None:
    if content.lead_time_low is None and content.lead_time_high is None:
        return None
    return _("%(range)s 周") % {"range": span(content.lead_time_low, content.lead_time_high)}


def _period(content: NeedContent) -> str | None:
    days = (content.wanted_start, content.wanted_end)
    if days == (None, None):
        return None
    start, end = (formats.date_format(day, "Y-m-d") if day else "" for day in days)
    return f"{start} – {end}".strip(" –") if start and end else (start or f"≤ {end}")


def need_facts(content: NeedContent, names: Names) -> list[Fact]:
    """Return what the card of a need says beside its text."""
    return [
        Fact(_("预算"), budget_words(content)),
        Fact(_("期望工期"), _period(content)),
        Fact(_("行业"), names.of("industry", content.industry) if content.industry else None),
        Fact(_("所在区"), names.of("district", content.district) if content.district else None),
        Fact(_("项目阶段"), str(NeedStage(content.stage).label) if content.stage else None),
        Fact(_("保密级别"), str(Confidentiality(content.confidentiality).label)),
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement of the need, for its owner."""

    level: str
    is_must: bool
    words: str


def requirements_asked(content: NeedContent, names: Names) -> list[Asked]:
    return [
        Asked(
            level=str(RequirementLevel(row.level).label),
            is_must=row.level == RequirementLevel.MUST,
            words=requirement_words(row, names),
        )
        for row in content.requirements
    ]


def pair_facts(need: Disclosed, solution: Disclosed, names: Names) -> list[Comparison]:
    """Return both sides' terms side by side, as far as they are disclosed to the viewer."""
    wanted, offered = need.content, solution.content
    if not isinstance(wanted, NeedContent) or not isinstance(offered, SolutionContent):
        raise TypeError("a pair is a need and a solution")
    reach = names.listed("district", offered.service_districts) or None
    return [
        Comparison(
            _("金额"),
            _unless(need.hides("budget_high"), budget_words(wanted)),
            _unless(solution.hides("price_high"), price_words(offered)),
        ),
        Comparison(
            _("时间"), _unless(need.hides("wanted_end"), _period(wanted)), lead_time_words(offered)
        ),
        Comparison(
            _("行业"),
            names.of("industry", wanted.industry) if wanted.industry else None,
            names.listed("industry", offered.industries) or None,
        ),
        Comparison(
            _("地区"),
            names.of("district", wanted.district) if wanted.district else None,
            _("全国") if offered.nationwide else reach,
        ),
        Comparison(
            _("场景"),
            names.listed("scenario", wanted.scenarios) or None,
            names.listed("scenario", offered.scenarios) or None,
        ),
    ]


def _unless(hidden: bool, words: str | None) -> str | None:
    return _("对方未公开") if hidden else words
