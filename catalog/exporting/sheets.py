"""Worksheets whose cells mean what they say: text is text, numbers are numbers."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | float | date | datetime | None
# What a spreadsheet takes for the beginning of a formula, or hands on to one when saved as CSV.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST = 32_000
_HEAD = PatternFill("solid", fgColor="DCE6F5")


def add_sheet(
    book: Workbook, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Worksheet:
    """Append a sheet: bold headings that stay in view, then the rows."""
    sheet: Worksheet = book.create_sheet(title[:31])
    widths = [len(heading) for heading in headings]
    for row_number, row in enumerate([headings, *rows], start=1):
        for column, value in enumerate(row, start=1):
            _write(sheet, row_number, column, value)
            widths[column - 1] = max(widths[column - 1], len(str(value or "")))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = _HEAD
    for column, width in enumerate(widths, start=1):
        # A Chinese character takes the room of two.
        sheet.column_dimensions[get_column_letter(column)].width = min(60, 4 + 2 * width)
    sheet.freeze_panes = "A2"
    return sheet


def _write(sheet: Worksheet, row: int, column: int, value: Cell) -> None:
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, datetime):
        # A worksheet knows no time zones: the moment is written as the reader's clock showed it.
        cell.value = timezone.localtime(value).replace(tzinfo=None)
        cell.number_format = "yyyy-mm-dd hh:mm"
        return
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_MOST]
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(_FORMULA)
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def saved(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
