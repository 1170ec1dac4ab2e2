"""A solution's cases as a worksheet: the template to fill in, and what a filled one says.

Each row is judged by the very form that asks for a case on the page; what is wrong with it is
said by cell, so that it can be put right where it was written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from catalog.exporting.sheets import add_sheet, saved
from catalog.forms.rows import CaseForm
from catalog.wording.names import Names

FIELDS = ("customer", "customer_anonymous", "industry", "year", "result")
# Said in a yes-or-no cell; whatever else stands there keeps the customer's name back.
_OPENLY = frozenset({"否", "no", "n", "false", "0"})
Case = dict[str, Any]


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """One row of the sheet: the case it makes, or what is wrong in which cell."""

    line: int
    case: Case
    industry: str
    errors: tuple[str, ...] = ()
    is_known: bool = False

    @property
    def is_good(self) -> bool:
        return not self.errors and not self.is_known


def template_workbook(names: Names) -> bytes:
    """Return an empty sheet with the headings that are understood, and the industries' names."""
    book = Workbook()
    book.remove(book.worksheets[0])
    add_sheet(book, _("案例"), headings(), [])
    add_sheet(book, _("行业"), [_("代码"), _("名称")], names.options("industry", ()))
    return saved(book)


def headings() -> list[str]:
    return [str(CaseForm.base_fields[name].label) for name in FIELDS]


def _columns(first: Sequence[str]) -> dict[str, int]:
    """Return where each field stands, by its heading in any language of the site or its name."""
    known = {name: name for name in FIELDS}
    for language, _label in settings.LANGUAGES:
        with override(language):
            known |= dict(zip(headings(), FIELDS, strict=True))
    return {known[words]: column for column, words in enumerate(first) if words in known}


def judge(
    cells: Sequence[Sequence[str]], names: Names, standing: Iterable[Case]
) -> list[JudgedRow]:
    """Return the sheet's rows, blank ones left out; none when it lacks the headings.

    ``standing``: the solution's cases, so that a sheet sent twice adds nothing twice.
    """
    columns = _columns(cells[0]) if cells else {}
    if not columns.keys() & {"customer", "result"}:
        return []
    codes = _industries(names)
    seen = {_identity(case) for case in standing}
    judged = []
    for line, row in enumerate(cells[1:], start=2):
        values = {name: row[at] for name, at in columns.items() if at < len(row)}
        if not any(values.get(name) for name in FIELDS if name != "customer_anonymous"):
            continue
        found = _judged(line, values, columns, codes, names)
        if not found.errors:
            found = JudgedRow(line, found.case, found.industry, (), _identity(found.case) in seen)
            seen.add(_identity(found.case))
        judged.append(found)
    return judged


def _industries(names: Names) -> Mapping[str, str]:
    """Return the industries' codes by code and by name in every language."""
    codes: dict[str, str] = {}
    for language, _label in settings.LANGUAGES:
        with override(language):
            for code, name in names.options("industry", ()):
                codes |= {code: code, name: code}
    return codes


def _judged(
    line: int,
    values: Mapping[str, str],
    columns: Mapping[str, int],
    codes: Mapping[str, str],
    names: Names,
) -> JudgedRow:
    industry = values.get("industry", "")
    data: dict[str, Any] = {**values, "industry": codes.get(industry, "")}
    data["customer_anonymous"] = values.get("customer_anonymous", "").lower() not in _OPENLY
    form = CaseForm(data, names=names)
    words = {name: " ".join(map(str, told)) for name, told in form.errors.items()}
    if industry and industry not in codes:
        told = {"name": industry[:40], "sheet": _("行业")}
        words["industry"] = (
            _("没有“%(name)s”这个行业，请用“%(sheet)s”工作表中的名称或代码。") % told
        )
    errors = tuple(
        _("%(cell)s：%(words)s")
        % {"cell": f"{get_column_letter(at + 1)}{line}", "words": words[name]}
        for name, at in sorted(columns.items(), key=lambda each: each[1])
        if name in words
    )
    if errors:
        return JudgedRow(line, {name: values.get(name, "") for name in FIELDS}, industry, errors)
    case = form.row()
    return JudgedRow(line, case, names.of("industry", case["industry"]) if industry else "")


def _identity(case: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(case.get(name) or "") for name in ("customer", "industry", "year", "result"))
