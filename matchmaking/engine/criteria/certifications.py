"""Certifications asked for, must and should alike: held, claimed, expired or unknown."""

from __future__ import annotations

from datetime import date

import numpy as np

from matchmaking.engine.criteria.items import UNCHECKED, Context, Item, of_kind
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import Certification, NeedFacts, Requirement, RequirementKind
from matchmaking.engine.table import Floats, SolutionTable, floats

VERIFIED, EXPIRED = 1.0, 0.0
# What a certification is worth that the vendor claims and nobody has checked.
CLAIMED = 0.75


def certifications(need: NeedFacts, table: SolutionTable, context: Context) -> tuple[Item, ...]:
    """One item a certification: 1 verified, CLAIMED stated, 0 expired."""
    return tuple(
        _held(requirement, code, table, context.now)
        for requirement in of_kind(need, RequirementKind.CERTIFICATION)
        for code in sorted(requirement.codes)
    )


def standing(code: str, table: SolutionTable, now: date) -> Floats:
    """What each vendor's certification is worth now: VERIFIED, CLAIMED, EXPIRED or NaN, absent."""

    def build() -> Floats:
        held: list[Certification | None] = table.entries("certifications", code)
        return floats([None if one is None else _worth(one, now) for one in held])

    return table.kept(("certifications", code, now), build)


def _worth(held: Certification, now: date) -> float:
    if held.expires is not None and held.expires < now:
        return EXPIRED
    return VERIFIED if held.verified else CLAIMED


def _held(requirement: Requirement, code: str, table: SolutionTable, now: date) -> Item:
    ref, kind = requirement.ref, requirement.kind.value
    values = standing(code, table, now)

    def reasons(place: int) -> tuple[Evidence, ...]:
        value = float(values[place])
        if np.isnan(value) or value == VERIFIED:
            word = "met" if value == VERIFIED else "unknown"
            return (because(f"requirement.{word}", requirement=ref, kind=kind),)
        if value == EXPIRED:
            return (_expired(ref, code, table, place),)
        unverified = "requirement.certification_unverified"
        return (because(unverified, requirement=ref, certification=code),)

    backed = np.where(values == CLAIMED, UNCHECKED, 1.0)
    return Item(values, reasons, fields=("solution.certifications",), backed=backed)


def _expired(ref: str, code: str, table: SolutionTable, place: int) -> Evidence:
    return because(
        "requirement.certification_expired",
        requirement=ref,
        certification=code,
        expires=end_of(code, table, place),
    )


def end_of(code: str, table: SolutionTable, place: int) -> str | None:
    """The day until which one vendor holds ``code``, None when it states none."""
    held: Certification | None = table.entries("certifications", code)[place]
    return None if held is None or held.expires is None else held.expires.isoformat()
