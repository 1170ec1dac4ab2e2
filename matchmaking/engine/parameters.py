"""Typed technical parameters: does a solution's limit allow what the need states?"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import Comparison, Limit, Range, StatedParameter, Value
from matchmaking.engine.table import Flags, Floats, SolutionTable, floats


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


def fits(stated: StatedParameter, table: SolutionTable) -> Floats:
    """1 within the limit, 0 beyond, NaN unknown, for a parameter that is asked; a limit of
    another type than the comparison needs is as good as none.
    """
    code = stated.spec.code
    match stated.spec.comparison:
        case Comparison.AT_MOST:
            highs = _highs(code, table)
            return _where_known(highs, highs >= _number(stated))
        case Comparison.AT_LEAST:
            lows = _lows(code, table)
            return _where_known(lows, lows <= _number(stated))
        case Comparison.SUPPORTED:
            wanted, limits = _choices(stated.value), table.entries("limits", code)
            sets = [one if one and isinstance(one, frozenset) else None for one in limits]
            return floats([None if one is None else wanted <= one for one in sets])
        case _:
            limits = table.entries("limits", code)
            return floats([one if isinstance(one, bool) else None for one in limits])


def _highs(code: str, table: SolutionTable) -> Floats:
    """The high end of each solution's limit, NaN where there is none."""

    def build() -> Floats:
        limits: list[Limit | None] = table.entries("limits", code)
        return floats([limit.high if isinstance(limit, Range) else None for limit in limits])

    return table.kept(("limits", code, "high"), build)


def _lows(code: str, table: SolutionTable) -> Floats:
    """The low end of each solution's limit, NaN where there is none."""

    def build() -> Floats:
        limits: list[Limit | None] = table.entries("limits", code)
        return floats([limit.low if isinstance(limit, Range) else None for limit in limits])

    return table.kept(("limits", code, "low"), build)


def _number(stated: StatedParameter) -> float:
    return float(stated.value) if isinstance(stated.value, Decimal) else np.nan


def _where_known(ends: Floats, answer: Flags) -> Floats:
    known: Floats = np.where(np.isnan(ends), np.nan, answer)
    return known


def explain(stated: StatedParameter, limit: Limit | None, fit: float) -> Evidence:
    """The evidence of one answer of ``fits``, with value and limit as text or codes."""
    code, value, unit = stated.spec.code, _shown(stated.value), stated.spec.unit
    if np.isnan(fit) or limit is None:
        return because("parameter.unknown", parameter=code, value=value, unit=unit)
    words = "parameter.within" if fit else "parameter.beyond"
    end = _end(stated.spec.comparison, limit)
    return because(words, parameter=code, value=value, limit=end, unit=unit)


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
