"""The edge: what a person, a file or a program sends becomes trusted content, or is refused."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError as ContentError

from accounts.models import District
from catalog.choices import IntegrationForm, ParameterKind, RequirementKind
from catalog.content import (
    Content,
    LimitContent,
    NeedContent,
    ParameterContent,
    SolutionContent,
)
from catalog.models import (
    CapabilityDomain,
    Certification,
    Industry,
    Parameter,
    ProjectType,
    Scenario,
)
from catalog.reading import parse_payload

Errors = dict[str, list[str]]


def _message(error: Mapping[str, Any]) -> str:
    """Return pydantic's finding in the reader's language; our own rules are already in it."""
    context = error.get("ctx", {})
    messages = {
        "missing": _("此项必填。"),
        "extra_forbidden": _("没有这个字段。"),
        "string_too_short": _("至少填写 %(n)s 个字。") % {"n": context.get("min_length")},
        "string_too_long": _("最多 %(n)s 个字。") % {"n": context.get("max_length")},
        "too_long": _("最多 %(n)s 项。") % {"n": context.get("max_length")},
        "greater_than_equal": _("不能小于 %(n)s。") % {"n": context.get("ge")},
        "less_than_equal": _("不能大于 %(n)s。") % {"n": context.get("le")},
        "string_type": _("应为文字。"),
        "decimal_parsing": _("应为数字。"),
        "decimal_type": _("应为数字。"),
        "decimal_max_digits": _("数字太长。"),
        "decimal_max_places": _("小数位数太多。"),
        "decimal_whole_digits": _("数字太大。"),
        "finite_number": _("应为有限的数字。"),
        "int_parsing": _("应为整数。"),
        "int_type": _("应为整数。"),
        "int_from_float": _("应为整数。"),
        "bool_parsing": _("应为“是”或“否”。"),
        "date_from_datetime_parsing": _("日期格式应为 2026-01-31。"),
        "date_parsing": _("日期格式应为 2026-01-31。"),
        "dict_type": _("应为各项的比重。"),
        "date_type": _("日期格式应为 2026-01-31。"),
        "enum": _("不是可选的值。"),
        "literal_error": _("不是可选的值。"),
    }
    kind = str(error["type"])
    if kind in _OWN_RULES:
        return str(error["msg"])
    return messages.get(kind, _("填写的内容不正确。"))


_OWN_RULES = frozenset(
    {
        "null_character",
        "range",
        "duplicate",
        "requirement_text",
        "requirement_code",
        "requirement_number",
        "requirement_percent",
        "weights_zero",
        "window",
    }
)


def validated(kind: str, payload: object) -> Content:
    """Return the content of ``payload``, or raise ValidationError keyed by field path."""
    try:
        content = parse_payload(kind, payload)
    except ContentError as error:
        raise ValidationError(_by_path(error)) from error
    unknown = _unknown_codes(content)
    if unknown:
        raise ValidationError(unknown)
    return content


def _by_path(error: ContentError) -> Errors:
    found: Errors = defaultdict(list)
    for item in error.errors(include_url=False, include_input=False):
        # Unions add the branch's name to the path; a reader only knows the field.
        path = [str(part) for part in item["loc"] if not _is_branch(part)]
        message = _message(item)
        key = ".".join(path) or "__all__"
        if message not in found[key]:
            found[key].append(message)
    return dict(found)


def _is_branch(part: str | int) -> bool:
    """Tell a union's branch, such as str-enum[NeedStage] or literal[''], from a field."""
    return isinstance(part, str) and part.endswith("]")


def require_complete(content: Content) -> None:
    """Raise unless ``content`` says the little that a listing must say to be judged."""
    errors: Errors = {}
    if len(content.title) < 4:
        errors["title"] = [_("标题至少 4 个字。")]
    if isinstance(content, NeedContent) and len(content.situation) < 10:
        errors["situation"] = [_("请用几句话说明现状与问题（至少 10 个字）。")]
    if isinstance(content, SolutionContent) and len(content.summary + content.description) < 10:
        errors["summary"] = [_("请用几句话介绍这个方案（至少 10 个字）。")]
    if (
        isinstance(content, NeedContent)
        and content.expires_on
        and content.expires_on < timezone.localdate()
    ):
        errors["expires_on"] = [_("有效期不能早于今天。")]
    if errors:
        raise ValidationError(errors)


def _unknown_codes(content: Content) -> Errors:
    """Return an error for each vocabulary code that no current row carries."""
    errors: Errors = {}
    if isinstance(content, NeedContent):
        for index, requirement in enumerate(content.requirements):
            ways = requirement.kind == RequirementKind.INTEGRATION
            if ways and requirement.code not in IntegrationForm.values:
                errors[f"requirements.{index}.code"] = [_unknown(requirement.code)]
    for model, used in _used_codes(content).items():
        codes = {code for _path, code in used}
        known = set(model._default_manager.filter(code__in=codes).values_list("code", flat=True))
        for path, code in used:
            if code not in known:
                errors.setdefault(path, []).append(_unknown(code))
    if not errors:
        if isinstance(content, NeedContent):
            errors.update(_wrong_parameters(content.parameters))
        else:
            errors.update(_wrong_limits(content.limits))
    return errors


def _unknown(code: str) -> str:
    return _("没有“%(code)s”这个选项。") % {"code": code}


_REQUIREMENT_MODELS: dict[str, type[Model]] = {
    RequirementKind.CERTIFICATION: Certification,
    RequirementKind.SCENARIO: Scenario,
    RequirementKind.INDUSTRY_CASE: Industry,
    RequirementKind.DISTRICT: District,
}


def _used_codes(content: Content) -> dict[type[Model], list[tuple[str, str]]]:
    used: dict[type[Model], list[tuple[str, str]]] = defaultdict(list)

    def note(model: type[Model], path: str, codes: Iterable[str]) -> None:
        used[model].extend((path, code) for code in codes if code)

    note(Scenario, "scenarios", content.scenarios)
    if isinstance(content, NeedContent):
        note(Industry, "industry", [content.industry])
        note(District, "district", [content.district])
        note(ProjectType, "project_type", [content.project_type])
        note(Parameter, "parameters", (p.parameter for p in content.parameters))
        note(CapabilityDomain, "maturity", (m.domain for m in content.maturity))
        for index, requirement in enumerate(content.requirements):
            model = _REQUIREMENT_MODELS.get(requirement.kind)
            if model is not None:
                note(model, f"requirements.{index}.code", [requirement.code])
    else:
        note(Industry, "industries", content.industries)
        note(Industry, "wished_industries", content.wished_industries)
        note(Industry, "cases", (case.industry for case in content.cases))
        note(ProjectType, "project_types", content.project_types)
        note(Parameter, "limits", (limit.parameter for limit in content.limits))
        note(District, "service_districts", content.service_districts)
        note(District, "wished_districts", content.wished_districts)
        note(Certification, "certifications", (c.certification for c in content.certifications))
        note(CapabilityDomain, "maturity", (m.domain for m in content.maturity))
    return used


def _wrong_parameters(values: tuple[ParameterContent, ...]) -> Errors:
    """Return an error for each value whose type is not its parameter's."""
    specs = {p.code: p for p in Parameter.objects.filter(code__in=[v.parameter for v in values])}
    errors: Errors = {}
    for value in values:
        spec = specs[value.parameter]
        given = {
            ParameterKind.NUMBER: value.number is not None,
            ParameterKind.CHOICE: bool(value.choice),
            ParameterKind.FLAG: value.flag is not None,
            ParameterKind.TEXT: bool(value.text),
        }
        fits = given[ParameterKind(spec.kind)] and sum(given.values()) == 1
        if not fits or (value.choice and value.choice not in spec.choices):
            errors[f"parameters.{value.parameter}"] = [_wrong(spec)]
    return errors


def _wrong_limits(limits: tuple[LimitContent, ...]) -> Errors:
    """Return an error for each limit that answers in another type than its parameter's."""
    specs = {p.code: p for p in Parameter.objects.filter(code__in=[v.parameter for v in limits])}
    errors: Errors = {}
    for index, limit in enumerate(limits):
        spec = specs[limit.parameter]
        given = {
            ParameterKind.NUMBER: limit.low is not None or limit.high is not None,
            ParameterKind.CHOICE: bool(limit.choices),
            ParameterKind.FLAG: limit.flag is not None,
        }
        fits = given.get(ParameterKind(spec.kind), False) and sum(given.values()) == 1
        if not fits or not set(limit.choices) <= set(spec.choices):
            errors[f"limits.{index}"] = [_wrong(spec)]
    return errors


def _wrong(spec: Parameter) -> str:
    return _("“%(name)s”的值不正确。") % {"name": spec.name}
