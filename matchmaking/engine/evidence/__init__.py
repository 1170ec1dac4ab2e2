"""Reasons as data: a code plus references, never words.

Words are made outside the engine, for one viewer in one language. EVIDENCE is the whole
list of codes with the references each carries, so that a renderer can be checked against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matchmaking.engine.evidence import constraints, criteria, wishes
from matchmaking.engine.evidence.kinds import EvidenceKind, Privacy

__all__ = ["EVIDENCE", "Evidence", "EvidenceKind", "Privacy", "Reference", "because"]

# What a reference may hold: a code, a count, a yes/no, or several codes in order.
Reference = str | int | bool | None | tuple[str, ...]

EVIDENCE: Mapping[str, EvidenceKind] = {
    kind.code: kind for kind in (*criteria.KINDS, *constraints.KINDS, *wishes.KINDS)
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason. ``refs`` are (name, value) pairs in the order of the kind's ``refs``."""

    code: str
    refs: tuple[tuple[str, Reference], ...] = ()

    @property
    def kind(self) -> EvidenceKind:
        """The table's row for this code."""
        return EVIDENCE[self.code]

    @property
    def private_to(self) -> Privacy:
        """Who alone may read it; "" for everyone who may see the pair."""
        return self.kind.private_to

    def is_hidden_from_vendor(self, *, budget_is_private: bool) -> bool:
        """Whether it tells what the need's owner keeps to itself."""
        kind = self.kind
        if "need.budget" in kind.fields:
            return budget_is_private
        return kind.private_to in ("need_owner", "platform")

    def ref(self, name: str) -> Reference:
        """The value of one reference. Raises KeyError for a name the code does not carry."""
        return dict(self.refs)[name]

    def to_json(self) -> dict[str, Any]:
        """``{"code": ..., "refs": {...}}`` with tuples as lists."""
        return {
            "code": self.code,
            "refs": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in self.refs
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        """The inverse of to_json. Raises KeyError for an unknown code."""
        refs = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in data["refs"].items()
        }
        return because(data["code"], **refs)


def because(code: str, **refs: Reference) -> Evidence:
    """Evidence of a kind in the table; its references must be exactly those of the kind.

    Raises KeyError for an unknown code and ValueError for other references than the kind's.
    """
    kind = EVIDENCE[code]
    if tuple(refs) == kind.refs:
        return Evidence(code, tuple(refs.items()))
    if refs.keys() != kind.names:
        raise ValueError(f"{code} carries {kind.refs}, not {tuple(refs)}")
    return Evidence(code, tuple((name, refs[name]) for name in kind.refs))
