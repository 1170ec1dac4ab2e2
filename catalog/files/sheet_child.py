"""The process that reads one workbook: ``python -m catalog.files.sheet_child FILE``.

It is inspected like any attachment first, then its first sheet is read, a bounded number of
cells as text. It answers with one line of JSON and is confined like ``child``.
"""

import io
import json
import sys
from datetime import date, datetime
from pathlib import Path

from openpyxl import load_workbook

from catalog.files import limits
from catalog.files.child import answer_of, confine, inspect
from catalog.files.sniffing import ZIP_START
from catalog.files.verdict import FileType, RefusedFile


def read(path: Path) -> dict[str, object]:
    data = path.read_bytes()
    if not data.startswith(ZIP_START) or inspect(data, "xlsx", path.parent).type != FileType.XLSX:
        raise RefusedFile("not_a_workbook")
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(
        max_row=limits.SHEET_ROWS + 1, max_col=limits.SHEET_COLUMNS, values_only=True
    )
    cells = [[text(value) for value in row] for row in rows]
    if len(cells) > limits.SHEET_ROWS:
        raise RefusedFile("too_many_rows", most=limits.SHEET_ROWS)
    return {"rows": cells}


def text(value: object) -> str:
    """Return a cell as somebody would have typed it: 2024, not 2024.0."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()[: limits.CELL_LENGTH]


def main(arguments: list[str]) -> int:
    (path,) = arguments
    confine()
    sys.stdout.write(json.dumps(answer_of(lambda: read(Path(path)))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
