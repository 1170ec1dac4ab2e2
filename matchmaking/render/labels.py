"""Names of criteria and of the fields that evidence rests on."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.wording.names import Names
from matchmaking.engine.weights import Criterion
from matchmaking.render.privacy import base_field

CRITERIA: Mapping[Criterion, Promise] = {
    Criterion.SCENARIO: _("场景覆盖"),
    Criterion.TECHNICAL: _("技术契合"),
    Criterion.INDUSTRY: _("行业经验"),
    Criterion.BUDGET: _("预算契合"),
    Criterion.DATES: _("交付时间"),
    Criterion.AFTER_SALES: _("服务保障"),
    Criterion.INTEGRATION: _("集成与目标"),
    Criterion.OUTCOMES: _("项目成果"),
    Criterion.CERTIFICATIONS: _("资质认定"),
    Criterion.MATURITY: _("成熟度提升"),
    Criterion.DOMESTIC: _("国产化"),
}
WISHES: Mapping[str, Promise] = {
    "size": _("项目金额"),
    "industry": _("行业"),
    "district": _("地区"),
    "capacity": _("剩余产能"),
}
# The fields that somebody could still fill in.
FIELDS: Mapping[str, Promise] = {
    "need.scenarios": _("典型场景"),
    "need.industry": _("行业"),
    "need.budget": _("预算"),
    "need.wanted_end": _("期望完成日期"),
    "need.district": _("所在区"),
    "need.integration_forms": _("集成方式"),
    "need.maturity": _("能力成熟度目标"),
    "solution.text": _("文字说明"),
    "solution.scenarios": _("典型场景"),
    "solution.project_types": _("项目类型"),
    "solution.limits": _("参数范围"),
    "solution.industries": _("服务行业"),
    "solution.cases": _("案例"),
    "solution.price": _("项目报价"),
    "solution.lead_time": _("交付周期"),
    "solution.earliest_start": _("最早可开工日期"),
    "solution.service_districts": _("服务地区"),
    "solution.vendor_district": _("企业所在区"),
    "solution.certifications": _("资质与认定"),
    "solution.integration_forms": _("集成方式"),
    "solution.factory_goals": _("建设目标"),
    "solution.maturity": _("可达成熟度"),
    "solution.domestic_share": _("国产化率"),
    "solution.after_sales.response_hours": _("故障响应时间"),
    "solution.after_sales.on_site": _("驻场服务"),
}


def field_label(field: str, names: Names) -> str:
    """Return what to call an unfilled field; KeyError when it has no label."""
    base, code = base_field(field)
    label = str(FIELDS[base])
    if not code:
        return label
    name = names.of("domain", code) if base == "solution.maturity" else names.parameter(code)
    return gettext("%(label)s（%(name)s）") % {"label": label, "name": name}
