"""One requirement of a need as a phrase."""

from django.utils.translation import gettext as _

from catalog.choices import IntegrationForm, RequirementKind
from catalog.content import RequirementContent
from matchmaking.render.amounts import money, number
from matchmaking.render.names import Names

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
        value = names.of(_VOCABULARY[kind], requirement.code)
    elif kind == RequirementKind.INTEGRATION:
        value = str(IntegrationForm(requirement.code).label)
    elif requirement.number is not None:
        value = _amount(kind, requirement)
    else:
        return label
    return _("%(label)s：%(value)s") % {"label": label, "value": value}


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
