"""The real texts and listings that a synthetic catalogue is made from."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from catalog.choices import ListingKind
from catalog.content import NeedContent, SolutionContent
from catalog.demo_files import read_demo
from catalog.disclosure import full_text

TRANSFER = "tech-transfer"
# Enough for the shape of things, and embedded in well under a minute on two cores.
_MOST_TEXTS = 2_000
_LONGEST_BODY = 300
DEMO_ONLY = (
    "the demo catalogue alone (no judged texts: ZHIPEI_BENCHMARKS names no folder with them)"
)


@dataclass(frozen=True, slots=True)
class BaseText:
    """A real title, and the real body under it where there is one."""

    kind: ListingKind
    title: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Real texts of both sides, and the demo listings whose structured facts are re-used.

    The demo listings' texts stand first in ``texts``: solutions, then needs, in their order.
    """

    texts: tuple[BaseText, ...]
    solutions: tuple[SolutionContent, ...]
    needs: tuple[NeedContent, ...]
    origin: str

    @property
    def fingerprint(self) -> str:
        digest = hashlib.sha256()
        for text in self.texts:
            digest.update(f"{text.kind}\x00{text.title}\x00{text.body}\x00".encode())
        return digest.hexdigest()[:16]


def read_source(benchmarks: Path | None, today: date) -> Source:
    """Read the demo catalogue and, where ``benchmarks`` holds it, the technology-transfer data."""
    data = read_demo()
    solutions = [
        SolutionContent.model_validate(listing.payload(today))
        for listing in (*data.report_solutions, *data.solutions)
    ]
    needs = [NeedContent.model_validate(listing.payload(today)) for listing in data.needs]
    texts = [*map(_text, solutions), *map(_text, needs)]
    origin = DEMO_ONLY
    folder = benchmarks / TRANSFER if benchmarks is not None else None
    if folder is not None and (folder / "solutions.jsonl").is_file():
        texts += _judged(folder / "needs.jsonl", ListingKind.NEED)
        texts += _judged(folder / "solutions.jsonl", ListingKind.SOLUTION)
        origin = "the demo catalogue and the technology-transfer texts"
    return Source(_distinct(texts), tuple(solutions), tuple(needs), origin)


def _distinct(texts: list[BaseText]) -> tuple[BaseText, ...]:
    """Offers are there once a need they were judged for: the same title counts once."""
    first = {text.title: text for text in reversed(texts)}
    kept = [text for text in texts if first.get(text.title) is text]
    return tuple(kept[:_MOST_TEXTS])


def _text(content: SolutionContent | NeedContent) -> BaseText:
    title, summary, rest = full_text(content)
    return BaseText(ListingKind(content.kind), title, "\n".join(filter(None, (summary, rest))))


def _judged(path: Path, kind: ListingKind) -> list[BaseText]:
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line
    ]
    return [
        BaseText(
            kind,
            str(row["title"]).strip(),
            str(row.get("description") or "").strip()[:_LONGEST_BODY],
        )
        for row in rows
        if str(row["title"]).strip()
    ]
