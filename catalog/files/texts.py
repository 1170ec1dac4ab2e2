"""Plain text and tables of values: characters only, in an encoding that is used in China."""

import csv
import io
import re

from catalog.files.sniffing import ACTIVE
from catalog.files.verdict import FileType, RefusedFile, Verdict

_ENCODINGS = ("utf-8", "gb18030")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
# A table program calculates what begins like this; "-5" and "+86 21" are values.
_FORMULA = re.compile(r"\s*(?:[=@]|[+-]\s*[A-Za-z(@=])")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def inspect_text(data: bytes, extension: str) -> Verdict:
    if extension not in {"txt", "csv"}:
        raise RefusedFile("unknown_type")
    if data.startswith(_UTF16):
        raise RefusedFile("text_encoding")
    if ACTIVE.search(data):
        raise RefusedFile("markup")
    text, encoding = _decoded(data)
    if _CONTROL.search(text):
        raise RefusedFile("not_text")
    if extension == "csv":
        _require_values(text)
        return Verdict(type=FileType.CSV, charset=encoding)
    return Verdict(type=FileType.TEXT, charset=encoding)


def _decoded(data: bytes) -> tuple[str, str]:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise RefusedFile("text_encoding")


def _require_values(text: str) -> None:
    text = text.removeprefix("\ufeff")
    # Programs differ in what separates the cells, so every way of reading it must be harmless.
    for separator in (",", ";", "\t"):
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(_FORMULA.match(cell) for cell in row):
                raise RefusedFile("csv_formula")
