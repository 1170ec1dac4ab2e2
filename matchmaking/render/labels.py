"""Names of criteria and of the fields that evidence rests on."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaking.engine.weights import Criterion

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
}
# Both sides' fields as the engine names them, without the side.
FIELDS: Mapping[str, Promise] = {
    "text": _("文字说明"),
    "scenarios": _("典型场景"),
    "project_type": _("项目类型"),
    "project_types": _("项目类型"),
    "parameters": _("项目参数"),
    "limits": _("参数范围"),
    "industry": _("行业"),
    "industries": _("服务行业"),
    "cases": _("案例"),
    "budget": _("预算"),
    "price": _("报价"),
    "price_basis": _("计价单位"),
    "wanted_start": _("期望开始日期"),
    "wanted_end": _("期望完成日期"),
    "lead_time": _("交付周期"),
    "earliest_start": _("最早可开工日期"),
    "capacity": _("可并行项目数"),
    "district": _("所在区"),
    "service_districts": _("服务地区"),
    "requirements": _("具体要求"),
    "certifications": _("资质与认定"),
    "integration_forms": _("集成方式"),
    "factory_goals": _("建设目标"),
    "outcomes": _("已确认的项目成果"),
    "maturity": _("能力成熟度"),
    "domestic_share": _("国产化率"),
    "after_sales": _("售后服务"),
    "response_hours": _("故障响应时间"),
    "on_site": _("驻场服务"),
    "wishes.project_size": _("期望项目金额"),
    "wishes.industries": _("期望行业"),
    "wishes.districts": _("期望地区"),
}


def field_label(field: str) -> str:
    """Return the label of a field such as ``solution.price``; KeyError when it has none."""
    return str(FIELDS[field.removeprefix("need.").removeprefix("solution.")])
