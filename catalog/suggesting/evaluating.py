"""How well the suggesters do on needs labelled by hand: precision and recall, field by field."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from catalog.suggesting.lexicon import Lexicon
from catalog.suggesting.suggesting import suggest
from catalog.suggesting.suggestion import Field, Suggestion

# The day that the labels' "before the end of the year" is counted from.
LABELLED_ON = date(2026, 11, 23)
TUNED, APART = "tuned", "apart"
_TUNED_PERCENT = 32
TEN_THOUSAND = 10_000

_NAMES = {
    Field.SCENARIO: "scenarios",
    Field.INDUSTRY: "industry",
    Field.PROJECT_TYPE: "project_type",
    Field.DISTRICT: "district",
    Field.PARAMETER: "parameters",
    Field.WANTED_END: "end",
    Field.BUDGET_LOW: "budget",
    Field.BUDGET_HIGH: "budget",
}
FIELDS = (
    "scenarios",
    "industry",
    "project_type",
    "budget",
    "weeks",
    "end",
    "district",
    "requirements",
    "parameters",
)


@dataclass(slots=True)
class Tally:
    """What was suggested rightly, what wrongly, and what should have been and was not."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        given = self.right + self.wrong
        return self.right / given if given else None

    @property
    def recall(self) -> float | None:
        wanted = self.right + self.missed
        return self.right / wanted if wanted else None


@dataclass(slots=True)
class Outcome:
    needs: int = 0
    fields: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FIELDS})
    # Text, field, what was suggested wrongly, what was missed.
    errors: list[tuple[str, str, list[str], list[str]]] = field(default_factory=list)

    @property
    def overall(self) -> Tally:
        total = Tally()
        for each in self.fields.values():
            total.right += each.right
            total.wrong += each.wrong
            total.missed += each.missed
        return total


def part_of(text: str) -> str:
    """Say whether a labelled need may be looked at while tuning: fixed by its words alone."""
    digest = int(hashlib.sha256(text.encode()).hexdigest(), 16)
    return TUNED if digest % 100 < _TUNED_PERCENT else APART


def labelled(path: Path, part: str) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if part_of(row["text"]) == part:
            yield row


def evaluate(rows: Iterable[dict[str, Any]], lexicon: Lexicon) -> Outcome:
    outcome = Outcome()
    for row in rows:
        outcome.needs += 1
        given = _sorted_by_field(suggest(row["text"], lexicon, LABELLED_ON))
        for name in FIELDS:
            _count(outcome, row, name, given[name], _labels(row, name))
    return outcome


def _count(
    outcome: Outcome, row: dict[str, Any], name: str, given: Counter[str], wanted: Counter[str]
) -> None:
    if name == "industry" and not row["industry_certain"]:
        # Two people may read it differently: either answer is let pass.
        return
    wrong, missed = given - wanted, wanted - given
    tally = outcome.fields[name]
    tally.right += (given & wanted).total()
    tally.wrong += wrong.total()
    tally.missed += missed.total()
    if wrong or missed:
        outcome.errors.append((row["text"], name, [*wrong.elements()], [*missed.elements()]))


def _labels(row: dict[str, Any], name: str) -> Counter[str]:
    value = row[name]
    if name == "budget":
        low, high = value
        ends = (("low", low), ("high", high))
        return Counter(
            f"{end} {_number(amount * TEN_THOUSAND)}" for end, amount in ends if amount is not None
        )
    if name == "parameters":
        return Counter(f"{code}={_value(said)}" for code, said in value.items())
    if isinstance(value, list):
        return Counter(value)
    return Counter([str(value)] if value else [])


def _value(said: object) -> str:
    if isinstance(said, bool | str):
        return str(said)
    return _number(said)


def _number(value: object) -> str:
    return format(Decimal(str(value)).normalize(), "f")


def _sorted_by_field(found: list[Suggestion]) -> dict[str, Counter[str]]:
    sorted_: dict[str, Counter[str]] = {name: Counter() for name in FIELDS}
    for each in found:
        if each.field is Field.MATURITY:
            continue
        if each.field is Field.REQUIREMENT:
            name, words = _requirement(each)
        else:
            name, words = _NAMES[each.field], _plain(each)
        sorted_[name][words] += 1
    return sorted_


def _plain(each: Suggestion) -> str:
    if each.field in (Field.BUDGET_LOW, Field.BUDGET_HIGH):
        end = "low" if each.field is Field.BUDGET_LOW else "high"
        return f"{end} {_number(each.number)}"
    if each.field is Field.WANTED_END:
        return str(each.day)
    if each.field is Field.PARAMETER:
        said = each.number if each.number is not None else (each.choice or each.flag)
        return f"{each.code}={_value(said)}"
    return each.code or each.choice


_SHORT = {
    "text.domestic": "domestic",
    "text.local": "local",
    "industry_case": "case",
    "on_site": "on_site",
}


def _requirement(each: Suggestion) -> tuple[str, str]:
    if each.code == "lead_time_max":
        return "weeks", _number(each.number)
    if each.code == "domestic_share_min":
        return "requirements", f"domestic:{_number(each.number)}"
    if each.code == "response_hours_max":
        return "requirements", f"response:{_number(each.number)}"
    if each.code.startswith("certification."):
        return "requirements", f"cert:{each.choice}"
    return "requirements", _SHORT[each.code]
