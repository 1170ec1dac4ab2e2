"""What the engine answers: verdicts, parts that add up, and what is missing. All JSON-able.

Points are integer hundredths: a total of 8,734 is shown as 87.34 of 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from matchmaking.engine.evidence import Evidence
from matchmaking.engine.weights import Criterion

FULL = 10_000


class Verdict(StrEnum):
    """A constraint's answer. Unknown is not a match: it is shown and does not rule out."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Whether a part rests on stated facts alone or, at least in a share, on the median."""

    KNOWN = "known"
    ASSUMED = "assumed"


class Side(StrEnum):
    """Whose field it is."""

    NEED = "need"
    SOLUTION = "solution"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One hard condition and its verdict. ``requirement``: the Requirement's ref, if it has one."""

    code: str
    verdict: Verdict
    evidence: Evidence
    requirement: str | None = None

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON scalars."""
        return {
            "code": self.code,
            "verdict": self.verdict.value,
            "evidence": self.evidence.to_json(),
            "requirement": self.requirement,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Constraint:
        """The inverse of to_json."""
        return cls(
            code=data["code"],
            verdict=Verdict(data["verdict"]),
            evidence=Evidence.from_json(data["evidence"]),
            requirement=data["requirement"],
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion's share of the total.

    ``value`` in [0, 1]; ``points`` of at most ``points_max`` hundredths (its weight's share of
    10,000 among what was asked); ``known_share`` in [0, 1]: how much of it rests on facts.
    """

    criterion: str
    weight: int
    value: float
    points: int
    points_max: int
    status: Status
    known_share: float
    evidence: tuple[Evidence, ...]

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON scalars and lists."""
        return {
            "criterion": self.criterion,
            "weight": self.weight,
            "value": round(self.value, 6),
            "points": self.points,
            "points_max": self.points_max,
            "status": self.status.value,
            "known_share": round(self.known_share, 6),
            "evidence": [item.to_json() for item in self.evidence],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Part:
        """The inverse of to_json (values to six decimals)."""
        return cls(
            criterion=data["criterion"],
            weight=data["weight"],
            value=data["value"],
            points=data["points"],
            points_max=data["points_max"],
            status=Status(data["status"]),
            known_share=data["known_share"],
            evidence=tuple(Evidence.from_json(item) for item in data["evidence"]),
        )


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that, once filled, could raise the total by at most ``gain`` hundredths."""

    side: Side
    field: str
    criterion: Criterion
    gain: int

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON scalars."""
        return {
            "side": self.side.value,
            "field": self.field,
            "criterion": self.criterion.value,
            "gain": self.gain,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Missing:
        """The inverse of to_json."""
        return cls(Side(data["side"]), data["field"], Criterion(data["criterion"]), data["gain"])


@dataclass(frozen=True, slots=True)
class VendorScore:
    """How well the need suits the vendor's own wishes, 0..10,000; parts as on the other side."""

    total: int
    parts: tuple[Part, ...]

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON scalars and lists."""
        return {"total": self.total, "parts": [part.to_json() for part in self.parts]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> VendorScore:
        """The inverse of to_json."""
        return cls(data["total"], tuple(Part.from_json(part) for part in data["parts"]))


@dataclass(frozen=True, slots=True)
class PairScore:
    """One (need, solution) pair.

    ``total`` 0..10,000 is exactly the sum of the parts' points. ``confidence`` in [0, 1] is the
    share of the asked weight that was known. ``vendor`` is None when the vendor wishes nothing.
    ``rank_key`` 0..10,000 orders a list: ``total`` drawn down by what the vendor does not want.
    ``by_platform``: the same pair under the platform's weights, where the need's owner has set
    its own; None where it has not.
    """

    need_id: str
    solution_id: str
    total: int
    confidence: float
    parts: tuple[Part, ...]
    constraints: tuple[Constraint, ...]
    missing: tuple[Missing, ...]
    vendor: VendorScore | None
    rank_key: int
    by_platform: PairScore | None = None

    @property
    def for_vendor(self) -> PairScore:
        """What the vendor is told from: an owner's weights are its own affair."""
        return self if self.by_platform is None else self.by_platform

    @property
    def ruled_out(self) -> bool:
        """True when a constraint failed: never recommended, always answerable."""
        return any(constraint.verdict is Verdict.FAIL for constraint in self.constraints)

    @property
    def failed(self) -> tuple[Constraint, ...]:
        """The constraints that rule the pair out."""
        return tuple(c for c in self.constraints if c.verdict is Verdict.FAIL)

    @property
    def unconfirmed(self) -> tuple[Constraint, ...]:
        """The constraints nobody can answer yet (待确认)."""
        return tuple(c for c in self.constraints if c.verdict is Verdict.UNKNOWN)

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON scalars and lists, enough to restore the whole score."""
        told = {} if self.by_platform is None else {"by_platform": self.by_platform.to_json()}
        return {
            **told,
            "need": self.need_id,
            "solution": self.solution_id,
            "total": self.total,
            "confidence": round(self.confidence, 6),
            "parts": [part.to_json() for part in self.parts],
            "constraints": [constraint.to_json() for constraint in self.constraints],
            "missing": [missing.to_json() for missing in self.missing],
            "vendor": None if self.vendor is None else self.vendor.to_json(),
            "rank_key": self.rank_key,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PairScore:
        """The inverse of to_json."""
        vendor, told = data["vendor"], data.get("by_platform")
        return cls(
            need_id=data["need"],
            solution_id=data["solution"],
            total=data["total"],
            confidence=data["confidence"],
            parts=tuple(Part.from_json(part) for part in data["parts"]),
            constraints=tuple(Constraint.from_json(item) for item in data["constraints"]),
            missing=tuple(Missing.from_json(item) for item in data["missing"]),
            vendor=None if vendor is None else VendorScore.from_json(vendor),
            rank_key=data["rank_key"],
            by_platform=None if told is None else cls.from_json(told),
        )
