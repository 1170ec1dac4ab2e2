"""What the wordings of evidence are put together from."""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.choices import FactoryGoal, IntegrationForm
from catalog.content import LimitContent, ParameterContent
from catalog.wording.amounts import number, span
from catalog.wording.names import Names, joined
from matchmaking.render.reason import Reason

Say = Callable[[Reason], str]


def say(pattern: Promise, **names: Callable[[Reason], object]) -> Say:
    """Return a wording: a translated pattern filled from the reason."""
    return lambda reason: str(pattern) % {key: name(reason) for key, name in names.items()}


def term(kind: str, name: str) -> Say:
    return lambda reason: reason.name(kind, name)


def terms(kind: str, name: str) -> Say:
    return lambda reason: reason.named(kind, name)


def reference(name: str) -> Callable[[Reason], object]:
    return lambda reason: reason[name]


def how_many(name: str) -> Callable[[Reason], object]:
    return lambda reason: len(reason.codes(name))


def form_names(reason: Reason) -> str:
    return joined(str(IntegrationForm(code).label) for code in reason.codes("forms"))


def goal_names(reason: Reason) -> str:
    return joined(str(FactoryGoal(code).label) for code in reason.codes("goals"))


_SIGNALS: Mapping[str, Promise] = {
    "characters": gettext_lazy("用词"),
    "meaning": gettext_lazy("语义"),
}


def signal_names(reason: Reason) -> str:
    return joined(str(_SIGNALS[code]) for code in reason.codes("signals"))


def _yes_no(flag: bool) -> str:
    return _("是") if flag else _("否")


def _with_unit(value: str, unit: str) -> str:
    return f"{value} {unit}".strip()


def _value_words(value: ParameterContent, names: Names) -> str:
    if value.number is not None:
        return _with_unit(number(value.number), names.unit(value.parameter))
    if value.flag is not None:
        return _yes_no(value.flag)
    return names.choice(value.parameter, value.choice) if value.choice else value.text


def _limit_words(limit: LimitContent, names: Names) -> str:
    if limit.choices:
        # A choice may itself be a list of things, so they are not set apart by commas.
        return " / ".join(names.choice(limit.parameter, choice) for choice in limit.choices)
    if limit.flag is not None:
        return _yes_no(limit.flag)
    return _with_unit(span(limit.low, limit.high), names.unit(limit.parameter))


def parameter_name(reason: Reason) -> str:
    return reason.names.parameter(str(reason["parameter"]))


def stated_value(reason: Reason) -> str:
    """Return the need's value as its content says it now."""
    code = reason["parameter"]
    rows = [row for row in reason.sight.need.parameters if row.parameter == code]
    return joined(_value_words(row, reason.names) for row in rows) or _("已修改")


def limit_value(reason: Reason) -> str:
    code = reason["parameter"]
    rows = [row for row in reason.sight.solution.limits if row.parameter == code]
    return joined(_limit_words(row, reason.names) for row in rows) or _("已修改")


def case_count(pattern: Promise) -> Say:
    def in_words(reason: Reason) -> str:
        words = str(pattern) % {
            "industry": reason.name("industry", "industry"),
            "n": reason.count("count"),
        }
        if reason.count("verified"):
            words = _("%(cases)s，其中 %(n)s 个经园区核验或客户确认") % {
                "cases": words,
                "n": reason.count("verified"),
            }
        if reason["newest"]:
            words = _("%(cases)s，最近一个在 %(year)s 年") % {
                "cases": words,
                "year": reason["newest"],
            }
        return words

    return in_words


def price(reason: Reason) -> str:
    return reason.price


def budget(reason: Reason) -> str:
    return reason.budget


def price_and_budget(pattern: Promise) -> Say:
    return say(pattern, price=price, budget=budget)


def no_capacity(reason: Reason) -> str:
    # How much is taken is the vendor's own affair; others learn that the date is open.
    if "capacity_taken" in reason.sight.solution_hidden:
        return _("供方最早开工时间待确认")
    return _("可并行 %(capacity)s 个项目，已占用 %(taken)s 个，且未填写最早可开工日期") % {
        "capacity": reason["capacity"],
        "taken": reason["taken"],
    }


def reached_district(reason: Reason) -> str:
    district = reason.name("district", "district")
    if reason["nationwide"]:
        return _("服务全国，含%(district)s") % {"district": district}
    return _("服务地区含%(district)s") % {"district": district}


def requirement(reason: Reason) -> str:
    return reason.requirement


def asks(pattern: Promise) -> Say:
    return say(pattern, requirement=requirement)


def asks_price(pattern: Promise) -> Say:
    return say(pattern, requirement=requirement, price=price)


def _share(reason: Reason) -> int:
    """Return a share that is neither nothing nor all of it, and is not rounded to either."""
    return min(max(reason.count("percent"), 1), 99)


PERCENT = reference("percent")
PART = _share
INDUSTRY = term("industry", "industry")
DISTRICT = term("district", "district")
PROJECT_TYPE = term("project_type", "project_type")
DOMAIN = term("domain", "subdomain")
CERTIFICATION = term("certification", "certification")
