"""Certifications asked for, must and should alike: held, claimed, expired or unknown."""

from __future__ import annotations

from matchmaking.engine.criteria.items import Context, Item, of_kind, unknown
from matchmaking.engine.evidence import because
from matchmaking.engine.facts import NeedFacts, Requirement, RequirementKind, SolutionFacts

# What a certification is worth that the vendor claims and nobody has checked.
CLAIMED = 0.75


def certifications(need: NeedFacts, solution: SolutionFacts, context: Context) -> tuple[Item, ...]:
    """One item a certification: 1 verified, CLAIMED stated, 0 expired."""
    return tuple(
        _held(requirement, code, solution, context)
        for requirement in of_kind(need, RequirementKind.CERTIFICATION)
        for code in sorted(requirement.codes)
    )


def _held(requirement: Requirement, code: str, solution: SolutionFacts, context: Context) -> Item:
    ref, held = requirement.ref, solution.certifications.get(code)
    if held is None:
        reason = because("requirement.unknown", requirement=ref, kind=requirement.kind.value)
        return unknown(reason, fields=("solution.certifications",))
    if held.expires is not None and held.expires < context.now:
        expired = because(
            "requirement.certification_expired",
            requirement=ref,
            certification=code,
            expires=held.expires.isoformat(),
        )
        return Item(0.0, (expired,))
    if held.verified:
        met = because("requirement.met", requirement=ref, kind=requirement.kind.value)
        return Item(1.0, (met,))
    claimed = because("requirement.certification_unverified", requirement=ref, certification=code)
    return Item(CLAIMED, (claimed,))
