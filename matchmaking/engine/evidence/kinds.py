"""What a kind of reason is: its code, the references it carries, and who may read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

# Who may read a reason: everyone who may see the pair (""), only the need's owner, only the
# vendor, or nobody but the platform, since it joins what both sides keep to themselves.
Privacy = Literal["", "need_owner", "vendor", "platform"]


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """One code: what it says, the references it carries, the fields it rests on."""

    code: str
    meaning: str
    refs: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    private_to: Privacy = ""
    names: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", frozenset(self.refs))


def kind(
    code: str, meaning: str, refs: str = "", fields: str = "", private_to: Privacy = ""
) -> EvidenceKind:
    """``refs`` and ``fields`` as words."""
    return EvidenceKind(code, meaning, tuple(refs.split()), tuple(fields.split()), private_to)
