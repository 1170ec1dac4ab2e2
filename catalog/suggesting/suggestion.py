"""One suggestion: a field of the need's content, a value for it, and the words it rests on."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Field(StrEnum):
    SCENARIO = "scenario"
    INDUSTRY = "industry"
    PROJECT_TYPE = "project_type"
    DISTRICT = "district"
    BUDGET_LOW = "budget_low"
    BUDGET_HIGH = "budget_high"
    WANTED_END = "wanted_end"
    REQUIREMENT = "requirement"
    PARAMETER = "parameter"
    MATURITY = "maturity"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From where to where in the text as its writer wrote it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``code`` names vocabulary or a kind of requirement; what it says is one of the values."""

    field: Field
    code: str
    spans: tuple[Span, ...]
    number: Decimal | None = None
    day: date | None = None
    choice: str = ""
    flag: bool | None = None
    words: str = ""
    is_must: bool = False
    level: int | None = None
    target: int | None = None

    @property
    def key(self) -> str:
        """Name it on a page: the same for the same text, whatever else is suggested."""
        return f"{self.field}:{self.code}" if self.code else str(self.field)
