"""One requirement of a need as a phrase."""

from django.utils.translation import gettext as _

from catalog.choices import IntegrationForm, RequirementKind
from catalog.content import RequirementContent
from catalog.wording.amounts import money, number
from catalog.wording.names import Names

_VOCABULARY = {
    RequirementKind.CERTIFICATION: "certification",
    RequirementKind.SCENARIO: "scenario",
    RequirementKind.INDUSTRY_CASE: "industry",
    RequirementKind.DISTRICT: "district",
}


def requirement_words(requirement: RequirementContent, names: Names) -> str:
    """Return what is asked, e.g. 国产化率不低于 60%."""
    kind = RequirementKind(requirement.kind)
    label = str(kind.label)
    if kind == RequirementKind.TEXT:
        return requirement.text
    if kind in _VOCABULARY:
        return _named(label, names.of(_VOCABULARY[kind], requirement.code))
    if kind == RequirementKind.INTEGRATION:
        return _named(label, str(IntegrationForm(requirement.code).label))
    if requirement.number is not None:
        return _("%(label)s %(value)s") % {"label": label, "value": _amount(kind, requirement)}
    return label


def _named(label: str, name: str) -> str:
    return _("%(label)s（%(name)s）") % {"label": label, "name": name}


def _amount(kind: RequirementKind, requirement: RequirementContent) -> str:
    stated = requirement.number or 0
    if kind == RequirementKind.BUDGET:
        return money(requirement.number, requirement.number)
    units = {
        RequirementKind.DOMESTIC_SHARE: _("%(n)s%%"),
        RequirementKind.LEAD_TIME: _("%(n)s 周"),
        RequirementKind.RESPONSE: _("%(n)s 小时"),
    }
    return units[kind] % {"n": number(stated)}
