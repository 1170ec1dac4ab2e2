"""Each code of evidence in words. Exhaustive: a test walks the engine's table."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from catalog.wording.names import Names
from matchmaking.engine.evidence import Evidence
from matchmaking.render.privacy import Sight
from matchmaking.render.reason import Reason
from matchmaking.render.wording import (
    CERTIFICATION,
    DISTRICT,
    DOMAIN,
    INDUSTRY,
    PART,
    PERCENT,
    PROJECT_TYPE,
    Say,
    asks,
    asks_price,
    budget,
    case_count,
    form_names,
    goal_names,
    how_many,
    limit_value,
    no_capacity,
    parameter_name,
    price,
    price_and_budget,
    reached_district,
    reference,
    requirement,
    say,
    signal_names,
    stated_value,
    terms,
)

_SCENARIO: dict[str, Say] = {
    "scenario.covered": say(
        _("覆盖 %(of)s 个场景中的 %(n)s 个：%(names)s"),
        of=reference("of"),
        n=how_many("scenarios"),
        names=terms("scenario", "scenarios"),
    ),
    "scenario.missing": say(_("缺：%(names)s"), names=terms("scenario", "scenarios")),
    "scenario.unknown": say(_("供方未填写场景（需求 %(of)s 个）"), of=reference("of")),
}
_TECHNICAL: dict[str, Say] = {
    "text.relevance": say(
        _("文字相关度 %(percent)s%%（依据：%(signals)s）"), percent=PERCENT, signals=signal_names
    ),
    "text.unknown": say(_("一方没有文字说明，无法比较")),
    "project_type.same": say(_("做过同类项目：%(type)s"), type=PROJECT_TYPE),
    "project_type.other": say(_("供方的项目类型不含：%(type)s"), type=PROJECT_TYPE),
    "project_type.unknown": say(_("供方未填写项目类型（需求为%(type)s）"), type=PROJECT_TYPE),
    "parameter.within": say(
        _("%(name)s：需求 %(value)s，方案 %(limit)s，满足"),
        name=parameter_name,
        value=stated_value,
        limit=limit_value,
    ),
    "parameter.beyond": say(
        _("%(name)s：需求 %(value)s，方案 %(limit)s，不满足"),
        name=parameter_name,
        value=stated_value,
        limit=limit_value,
    ),
    "parameter.unknown": say(
        _("%(name)s：需求 %(value)s，供方未填写"), name=parameter_name, value=stated_value
    ),
}
_EXPERIENCE: dict[str, Say] = {
    "industry.cases": case_count(_("%(industry)s %(n)s 个案例")),
    "industry.near_cases": case_count(_("仅有相近行业案例 %(n)s 个（需求为%(industry)s）")),
    "industry.served": say(_("服务行业含%(industry)s，但没有该行业案例"), industry=INDUSTRY),
    "industry.near_served": say(
        _("服务相近行业：%(near)s（需求为%(industry)s）"),
        near=terms("industry", "industries"),
        industry=INDUSTRY,
    ),
    "industry.other": say(_("服务行业不含%(industry)s"), industry=INDUSTRY),
    "industry.unknown": say(_("供方未填写服务行业和案例（需求为%(industry)s）"), industry=INDUSTRY),
    "outcomes.confirmed": say(
        _("%(confirmed)s 个项目成果已确认，其中 %(good)s 个达成目标"),
        confirmed=reference("confirmed"),
        good=reference("good"),
    ),
    "outcomes.unknown": say(_("平台上还没有已确认的项目成果")),
}
_BUDGET: dict[str, Say] = {
    "budget.within": price_and_budget(_("%(price)s，%(budget)s")),
    "budget.partly": say(
        _("%(price)s，%(budget)s；报价区间约 %(percent)s%% 可接受"),
        price=price,
        budget=budget,
        percent=PART,
    ),
    "budget.above": price_and_budget(_("%(price)s，高于%(budget)s")),
    "budget.tax_differs": say(_("报价与预算的含税口径不同或不明，已按可能的税率比较")),
    "budget.other_basis": price_and_budget(_("%(price)s，按单位计价，项目总价待确认；%(budget)s")),
    "budget.unknown": price_and_budget(_("%(price)s，无法与预算比较；%(budget)s")),
    "constraint.ceiling_kept": price_and_budget(_("%(price)s，不超过限价（%(budget)s）")),
    "constraint.ceiling_exceeded": price_and_budget(_("%(price)s，超过限价（%(budget)s）")),
    "constraint.ceiling_unknown": price_and_budget(
        _("%(price)s，是否超过限价待确认（%(budget)s）")
    ),
    "domestic.share": say(_("国产化率 %(percent)s%%"), percent=PERCENT),
    "domestic.unknown": say(_("供方未填写国产化率")),
    "constraint.blocked": say(_("该供方在需求方的不合作名单中")),
    "constraint.conflict": say(_("已申报需求方与该供方之间存在利益冲突")),
    "constraint.own_organization": say(_("供需双方是同一家企业")),
    "constraint.other_work": say(_("方案面向其他类型的项目和场景")),
}
_DELIVERY: dict[str, Say] = {
    "dates.in_time": say(_("按最长交付周期也能按期完成，余量 %(n)s 天"), n=reference("spare_days")),
    "dates.maybe_late": say(_("按最长交付周期会晚 %(n)s 天"), n=reference("late_days")),
    "dates.late": say(_("按最短交付周期也会晚 %(n)s 天"), n=reference("late_days")),
    "dates.start_in_time": say(_("可在期望开始日期前开工")),
    "dates.start_late": say(_("最早开工比期望晚 %(n)s 天"), n=reference("late_days")),
    "dates.no_capacity": no_capacity,
    "dates.unknown": say(_("供方未填写交付周期或最早可开工日期")),
    "constraint.window_kept": say(
        _("按最长交付周期也能在固定窗口期内完成，余量 %(n)s 天"), n=reference("spare_days")
    ),
    "constraint.window_missed": say(
        _("按最短交付周期也会超出固定窗口期 %(n)s 天"), n=reference("late_days")
    ),
    "constraint.window_unknown": say(_("能否在固定窗口期内完成待确认")),
    "service.reaches": reached_district,
    "service.elsewhere": say(_("服务地区不含%(district)s"), district=DISTRICT),
    "service.unknown": say(_("供方未填写服务地区（需求在%(district)s）"), district=DISTRICT),
}
_REQUIREMENTS: dict[str, Say] = {
    "requirement.met": asks(_("满足：%(requirement)s")),
    "requirement.partly": say(
        _("部分满足（约 %(percent)s%%）：%(requirement)s"),
        requirement=requirement,
        percent=PART,
    ),
    "requirement.not_met": asks(_("不满足：%(requirement)s")),
    "requirement.unknown": asks(_("供方未说明：%(requirement)s")),
    "requirement.text": asks(_("待双方确认：%(requirement)s")),
    "requirement.certification_expired": say(
        _("%(certification)s 已于 %(expires)s 到期"),
        certification=CERTIFICATION,
        expires=reference("expires"),
    ),
    "requirement.certification_unverified": say(
        _("%(certification)s：供方自述持有，未经核验"), certification=CERTIFICATION
    ),
    "requirement.licence_valid": say(
        _("法定许可 %(certification)s：已核验，在有效期内"), certification=CERTIFICATION
    ),
    "requirement.licence_expired": say(
        _("法定许可 %(certification)s 已于 %(expires)s 到期"),
        certification=CERTIFICATION,
        expires=reference("expires"),
    ),
    "requirement.licence_unverified": say(
        _("法定许可 %(certification)s：供方自述持有，待核验"), certification=CERTIFICATION
    ),
    "requirement.licence_unknown": say(
        _("法定许可 %(certification)s：供方未说明，待确认"), certification=CERTIFICATION
    ),
    "requirement.price_met": asks_price(_("满足：%(requirement)s（%(price)s）")),
    "requirement.price_partly": say(
        _("可能超出：%(requirement)s（%(price)s，约 %(percent)s%% 在范围内）"),
        requirement=requirement,
        price=price,
        percent=PART,
    ),
    "requirement.price_not_met": asks_price(_("不满足：%(requirement)s（%(price)s）")),
    "requirement.price_unknown": asks_price(_("待确认：%(requirement)s（%(price)s）")),
}
_FIT: dict[str, Say] = {
    "integration.covered": say(
        _("支持 %(of)s 种集成方式中的 %(n)s 种：%(names)s"),
        of=reference("of"),
        n=how_many("forms"),
        names=form_names,
    ),
    "integration.missing": say(_("不支持：%(names)s"), names=form_names),
    "integration.unknown": say(_("供方未填写集成方式")),
    "goals.covered": say(
        _("支持 %(of)s 个建设目标中的 %(n)s 个：%(names)s"),
        of=reference("of"),
        n=how_many("goals"),
        names=goal_names,
    ),
    "goals.missing": say(_("未涉及建设目标：%(names)s"), names=goal_names),
    "goals.unknown": say(_("供方未填写建设目标")),
    "maturity.closes": say(
        _("%(domain)s可达到目标等级 %(target)s 级"), domain=DOMAIN, target=reference("target")
    ),
    "maturity.partly": say(
        _("%(domain)s可达 %(reached)s 级，目标 %(target)s 级"),
        domain=DOMAIN,
        reached=reference("reached"),
        target=reference("target"),
    ),
    "maturity.unknown": say(
        _("供方未填写%(domain)s可达等级（目标 %(target)s 级）"),
        domain=DOMAIN,
        target=reference("target"),
    ),
}
_WISHES: dict[str, Say] = {
    "wish.size_fits": say(_("项目金额符合期望")),
    "wish.size_partly": say(_("项目金额部分符合期望（约 %(percent)s%%）"), percent=PART),
    "wish.size_misses": say(_("项目金额不在期望范围内")),
    "wish.size_unknown": say(_("需求未填写预算，无法判断项目金额")),
    "wish.industry_fits": say(_("行业符合期望：%(industry)s"), industry=INDUSTRY),
    "wish.industry_near": say(_("与期望行业相近：%(industry)s"), industry=INDUSTRY),
    "wish.industry_misses": say(_("不在期望行业内：%(industry)s"), industry=INDUSTRY),
    "wish.industry_unknown": say(_("需求未填写行业")),
    "wish.district_fits": say(_("地区符合期望：%(district)s"), district=DISTRICT),
    "wish.district_misses": say(_("不在期望地区内：%(district)s"), district=DISTRICT),
    "wish.district_unknown": say(_("需求未填写所在区")),
    "wish.capacity_free": say(_("尚可承接 %(n)s 个项目"), n=reference("spare")),
    "wish.capacity_in_time": say(_("产能已满，期望开始日期前可腾出")),
    "wish.capacity_late": say(
        _("产能已满，比期望开始日期晚 %(n)s 天腾出"), n=reference("late_days")
    ),
    "wish.capacity_taken": say(_("产能已满，且未填写最早可开工日期")),
    "wish.capacity_unknown": say(_("未填写已占用的产能")),
}
WORDS: Mapping[str, Say] = {
    **_SCENARIO,
    **_TECHNICAL,
    **_EXPERIENCE,
    **_BUDGET,
    **_DELIVERY,
    **_REQUIREMENTS,
    **_FIT,
    **_WISHES,
}


def words_of(evidence: Evidence, sight: Sight, names: Names) -> str:
    """Return ``evidence`` in the active language; KeyError for a code without words.

    Only for evidence that ``sight`` does not hide.
    """
    return WORDS[evidence.code](Reason(evidence, sight, names))
