"""Files of listings read row by row: JSON lines, CSV and XLSX become payloads."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from catalog.choices import ListingKind
from catalog.content import NeedContent, SolutionContent

# Larger files are split by whoever makes them; this bounds memory and the transaction.
MAX_ROWS = 200_000
_ID_COLUMNS = ("external_id", "id")
_LIST_SEPARATORS = (";", "；", "、", "|")


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line in the file it stands on, and its cells by column name."""

    line: int
    cells: dict[str, Any]


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of ``path``; raises UnreadableFile for what is no such file."""
    readers = {".jsonl": _jsonl, ".ndjson": _jsonl, ".csv": _csv, ".xlsx": _xlsx}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(_("只支持 .jsonl、.csv 和 .xlsx 文件。"))
    if not path.is_file():
        raise UnreadableFile(_("找不到文件：%(path)s") % {"path": path})
    for count, row in enumerate(reader(path), start=1):
        if count > MAX_ROWS:
            raise UnreadableFile(_("文件超过 %(n)s 行，请拆分后导入。") % {"n": MAX_ROWS})
        yield row


def _jsonl(path: Path) -> Iterator[Row]:
    with _text(path) as lines:
        for line, text in enumerate(lines, start=1):
            if not text.strip():
                continue
            try:
                cells = json.loads(text)
            except (json.JSONDecodeError, RecursionError):
                cells = None
            if not isinstance(cells, dict):
                raise UnreadableFile(_("第 %(n)s 行不是 JSON 对象。") % {"n": line})
            yield Row(line, cells)


def _csv(path: Path) -> Iterator[Row]:
    with _text(path) as lines:
        reader = csv.DictReader(lines)
        try:
            for cells in reader:
                if None in cells or None in cells.values():
                    raise UnreadableFile(
                        _("第 %(n)s 行的列数与表头不符。") % {"n": reader.line_num}
                    )
                yield Row(reader.line_num, {str(k).strip(): v for k, v in cells.items()})
        except csv.Error as error:
            raise UnreadableFile(
                _("第 %(n)s 行不是有效的 CSV。") % {"n": reader.line_num}
            ) from error


@contextmanager
def _text(path: Path) -> Iterator[TextIO]:
    """Open ``path`` as UTF-8 text (a BOM is taken off), with one clear error for anything else."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        try:
            yield lines
        except UnicodeDecodeError as error:
            raise UnreadableFile(_("文件不是 UTF-8 编码。")) from error


def _xlsx(path: Path) -> Iterator[Row]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableFile(_("文件不是有效的 XLSX 工作簿。")) from error
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        header = [str(cell).strip() if cell is not None else "" for cell in next(rows, ())]
        if not any(header):
            raise UnreadableFile(_("第一行应为列名。"))
        for line, values in enumerate(rows, start=2):
            cells = {
                name: _plain(value)
                for name, value in zip(header, values, strict=False)
                if name and value is not None
            }
            if cells:
                yield Row(line, cells)
    finally:
        book.close()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value


def kind_of(cells: dict[str, Any], default: ListingKind | None) -> ListingKind | None:
    """Return the row's own kind, else the file's; None when neither says it."""
    try:
        return ListingKind(str(cells["kind"])) if cells.get("kind") else default
    except ValueError:
        return None


def external_id_of(cells: dict[str, Any]) -> str:
    for column in _ID_COLUMNS:
        if cells.get(column):
            return str(cells[column])[:80]
    return ""


def payload_of(kind: ListingKind, cells: dict[str, Any]) -> dict[str, Any]:
    """Return the content payload that ``cells`` describe; unknown columns stay and are refused.

    ``description`` is a need's situation. ``keywords`` says how a title was cut into words and
    adds nothing to it. Cells of list fields may hold JSON or a list with ; between its items.
    """
    payload = {
        name: value
        for name, value in cells.items()
        if name not in (*_ID_COLUMNS, "keywords") and value not in (None, "")
    }
    payload["kind"] = str(kind)
    if kind == ListingKind.NEED and "description" in payload:
        payload.setdefault("situation", payload.pop("description"))
    fields = (NeedContent if kind == ListingKind.NEED else SolutionContent).model_fields
    for name, value in payload.items():
        if isinstance(value, str) and name in fields and _is_list(fields[name].annotation):
            payload[name] = _listed(value)
        elif name == "weights" and isinstance(value, str):
            payload[name] = _mapped(value)
    return payload


def _is_list(annotation: object) -> bool:
    return "tuple" in str(annotation)


def _mapped(cell: str) -> object:
    """Return what ``scenario=30; budget=20`` or a JSON object says, else the cell as it is."""
    if cell.lstrip().startswith("{"):
        try:
            return json.loads(cell)
        except json.JSONDecodeError:
            return cell
    pairs = [item.partition("=") for item in cell.replace("；", ";").split(";") if item.strip()]
    if not all(mark for _name, mark, _number in pairs):
        return cell
    return {name.strip(): number.strip() for name, _mark, number in pairs}


def _listed(cell: str) -> object:
    if cell.lstrip().startswith("["):
        try:
            return json.loads(cell)
        except json.JSONDecodeError:
            return cell
    for separator in _LIST_SEPARATORS[1:]:
        cell = cell.replace(separator, _LIST_SEPARATORS[0])
    return [item.strip() for item in cell.split(_LIST_SEPARATORS[0]) if item.strip()]
