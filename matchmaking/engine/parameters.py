"""Typed technical parameters: does a solution's limit allow what the need states?"""

from __future__ import annotations

from decimal import Decimal

from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import Comparison, Limit, Range, StatedParameter, Value
from matchmaking.engine.results import Verdict

_WORDS = {
    Verdict.PASS: "parameter.within",
    Verdict.FAIL: "parameter.beyond",
    Verdict.UNKNOWN: "parameter.unknown",
}


def is_asked(stated: StatedParameter) -> bool:
    """Whether the parameter asks for anything: not when it only informs, when the need says no
    to something that would be required, or when the value's type cannot be compared.
    """
    value = stated.value
    match stated.spec.comparison:
        case Comparison.AT_MOST | Comparison.AT_LEAST:
            return isinstance(value, Decimal) and value.is_finite()
        case Comparison.SUPPORTED:
            return bool(value) and isinstance(value, str | frozenset)
        case Comparison.REQUIRED:
            return value is True
        case _:
            return False


def check(stated: StatedParameter, limit: Limit | None) -> Verdict:
    """Pass, fail or unknown for a parameter that is asked; a limit of another type than the
    comparison needs is as good as none.
    """
    value, comparison = stated.value, stated.spec.comparison
    if comparison is Comparison.REQUIRED and isinstance(limit, bool):
        return Verdict.PASS if limit else Verdict.FAIL
    if comparison is Comparison.SUPPORTED and isinstance(limit, frozenset) and limit:
        return Verdict.PASS if _choices(value) <= limit else Verdict.FAIL
    if isinstance(value, Decimal) and isinstance(limit, Range):
        if comparison is Comparison.AT_MOST and limit.high is not None:
            return Verdict.PASS if value <= limit.high else Verdict.FAIL
        if comparison is Comparison.AT_LEAST and limit.low is not None:
            return Verdict.PASS if value >= limit.low else Verdict.FAIL
    return Verdict.UNKNOWN


def explain(stated: StatedParameter, limit: Limit | None, verdict: Verdict) -> Evidence:
    """The evidence of a verdict, with value and limit as text or codes."""
    refs = {
        "parameter": stated.spec.code,
        "value": _shown(stated.value),
        "unit": stated.spec.unit,
    }
    if verdict is Verdict.UNKNOWN or limit is None:
        return because("parameter.unknown", **refs)
    return because(_WORDS[verdict], **refs, limit=_end(stated.spec.comparison, limit))


def _choices(value: Value) -> frozenset[str]:
    if isinstance(value, frozenset):
        return value
    return frozenset({value}) if isinstance(value, str) else frozenset()


def _shown(value: Value) -> str | bool | tuple[str, ...]:
    if isinstance(value, frozenset):
        return tuple(sorted(value))
    return format(value, "f") if isinstance(value, Decimal) else value


def _end(comparison: Comparison, limit: Limit) -> str | bool | tuple[str, ...]:
    if isinstance(limit, Range):
        end = limit.high if comparison is Comparison.AT_MOST else limit.low
        return "" if end is None else format(end, "f")
    return tuple(sorted(limit)) if isinstance(limit, frozenset) else limit
