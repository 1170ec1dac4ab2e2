"""The demo data files, checked: parks, organizations, people and listings.

Dates are stored as days from today (``wanted_start_in_days``), so the data never goes stale.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from accounts.models import Membership, Organization
from catalog.choices import ListingState

FOLDER = Path(__file__).resolve().parent / "data" / "demo"
_DAYS = "_in_days"

Name = Annotated[str, Field(min_length=1, max_length=120)]
Text = Annotated[str, Field(max_length=4000)]


class DemoError(ValueError):
    """A demo file cannot be used; the message names the file and the entry."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DemoPark(_Entry):
    code: Name
    name_zh: Name
    name_en: Name
    district: str = ""
    focus: Text
    description: Text


class DemoOrganization(_Entry):
    """An organization: of the report (only its name and what is said of it), or invented."""

    key: Name
    legal_name: Name
    short_name: Annotated[str, Field(max_length=40)] = ""
    credit_code: str = ""
    district: str = ""
    size: Organization.Size | Literal[""] = ""
    park: str = ""
    description: Text
    verified: bool = False


class DemoPerson(_Entry):
    email: Annotated[str, Field(pattern=r"^[a-z0-9]+@example\.com$")]
    display_name: Name
    note: Name
    organization: str = ""
    role: Membership.Role | Literal[""] = ""
    park: str = ""
    is_admin: bool = False


class DemoListing(_Entry):
    key: Name
    organization: Name
    content: dict[str, Any]
    state: Literal[
        ListingState.DRAFT, ListingState.SUBMITTED, ListingState.RETURNED, ListingState.PUBLISHED
    ] = ListingState.PUBLISHED
    return_reason: str = ""

    def payload(self, today: date) -> dict[str, Any]:
        """Return the content with its dates counted from ``today``."""
        return resolve_days(self.content, today)


Entry = TypeVar("Entry", bound=_Entry)


@dataclass(frozen=True, slots=True)
class DemoData:
    """All demo files. What comes from the report and what was invented stay apart."""

    report_source: str
    invented_source: str
    parks: list[DemoPark]
    report_organizations: list[DemoOrganization]
    organizations: list[DemoOrganization]
    people: list[DemoPerson]
    report_solutions: list[DemoListing]
    solutions: list[DemoListing]
    needs: list[DemoListing]


def read_demo(folder: Path = FOLDER) -> DemoData:
    """Return the checked demo data; raises DemoError naming what is wrong where."""
    report, parks = _table(folder / "parks.json", DemoPark)
    _, report_organizations = _table(folder / "report_organizations.json", DemoOrganization)
    invented, organizations = _table(folder / "organizations.json", DemoOrganization)
    return DemoData(
        report_source=report,
        invented_source=invented,
        parks=parks,
        report_organizations=report_organizations,
        organizations=organizations,
        people=read_people(folder),
        report_solutions=_listings([folder / "report_solutions.json"]),
        solutions=_listings(sorted((folder / "solutions").glob("*.json"))),
        needs=_listings(sorted((folder / "needs").glob("*.json"))),
    )


def read_people(folder: Path = FOLDER) -> list[DemoPerson]:
    return _table(folder / "people.json", DemoPerson)[1]


def resolve_days(content: Mapping[str, object], today: date) -> dict[str, Any]:
    """Return ``content`` with every ``x_in_days: n`` replaced by ``x``, n days from ``today``."""
    resolved: dict[str, Any] = {}
    for key, value in content.items():
        if key.endswith(_DAYS) and isinstance(value, int):
            resolved[key.removesuffix(_DAYS)] = (today + timedelta(days=value)).isoformat()
        elif isinstance(value, list):
            resolved[key] = [
                resolve_days(item, today) if isinstance(item, dict) else item for item in value
            ]
        else:
            resolved[key] = value
    return resolved


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DemoError(f"{path.name}: not a readable JSON file ({error})") from error


def _checked(path: Path, kind: type[Entry], items: Iterable[object]) -> list[Entry]:
    entries = []
    for number, item in enumerate(items, start=1):
        try:
            entries.append(kind.model_validate(item))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            raise DemoError(f"{path.name}: entry {number}: {field}: {first['msg']}") from error
    return entries


def _table(path: Path, kind: type[Entry]) -> tuple[str, list[Entry]]:
    data = _read(path)
    return str(data["source"]), _checked(path, kind, data["rows"])


def _listings(paths: Iterable[Path]) -> list[DemoListing]:
    return [entry for path in paths for entry in _checked(path, DemoListing, _read(path))]
