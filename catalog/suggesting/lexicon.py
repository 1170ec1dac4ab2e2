"""What the suggesters know: patterns for each code, and the vocabulary's own names."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

CUES = Path(__file__).resolve().parent.parent / "data" / "suggesting" / "cues.json"
# What a name must at least have to be looked for as it stands.
_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a vocabulary: its code and what it is called."""

    code: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cues:
    """Patterns that speak for a code, firmly or faintly."""

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParameterCue:
    """How a number of the text is known to be meant for a parameter."""

    dimension: str
    words: str
    alone: bool = False
    units: str = ""
    scale: str = "mm"
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Lexicon:
    scenarios: Mapping[str, Cues] = field(default_factory=dict)
    industries: Mapping[str, Cues] = field(default_factory=dict)
    project_types: Mapping[str, Cues] = field(default_factory=dict)
    districts: Mapping[str, Cues] = field(default_factory=dict)
    certifications: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, ParameterCue] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    maturity: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        *,
        scenarios: Iterable[Term],
        industries: Iterable[Term],
        project_types: Iterable[Term],
        districts: Iterable[Term],
        synonyms: Iterable[Iterable[str]] = (),
    ) -> Self:
        """Join what people say with the current vocabularies: only their codes are suggested."""
        raw = _cues()
        groups = [tuple(group) for group in synonyms]
        return cls(
            scenarios={
                term.code: _joined(raw["scenarios"].get(term.code, {}), term, groups)
                for term in scenarios
            },
            industries={
                term.code: Cues(strong=(*raw["industries"].get(term.code, ()), *_named(term)))
                for term in industries
            },
            project_types={
                term.code: Cues(strong=tuple(raw["project_types"].get(term.code, ())))
                for term in project_types
            },
            districts={
                term.code: Cues(
                    strong=(*raw["districts"].get(term.code, ()), *map(re.escape, term.names[:1]))
                )
                for term in districts
            },
            certifications=raw["certifications"],
            parameters={code: ParameterCue(**cue) for code, cue in raw["parameters"].items()},
            choices=raw["choices"],
            flags=raw["flags"],
            maturity=raw["maturity"],
        )


@lru_cache(maxsize=1)
def _cues() -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(CUES.read_text(encoding="utf-8"))
    return read


def _named(term: Term) -> tuple[str, ...]:
    """Return the names long enough not to be found inside other words."""
    return tuple(re.escape(name.lower()) for name in term.names if len(name) >= _SHORTEST_NAME)


def _joined(cues: Mapping[str, Any], term: Term, groups: list[tuple[str, ...]]) -> Cues:
    """Add the scenario's names, and faintly the synonyms of words that already count firmly."""
    strong = tuple(cues.get("strong", ()))
    known = [re.compile(pattern) for pattern in strong]
    related = [
        word.lower()
        for group in groups
        if any(pattern.fullmatch(word.lower()) for pattern in known for word in group)
        for word in group
        if len(word) >= _SHORTEST_NAME
    ]
    return Cues(
        strong=(*strong, *_named(term)),
        weak=(*cues.get("weak", ()), *map(_whole, related)),
    )


def _whole(word: str) -> str:
    """Keep a Latin word from being found inside a longer one."""
    escaped = re.escape(word)
    return rf"(?<![a-z]){escaped}(?![a-z])" if word.isascii() else escaped
