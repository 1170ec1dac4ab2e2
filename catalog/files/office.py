"""Word, Excel and PowerPoint of the XML kind: contents and pictures, nothing that runs or fetches.

What may lie in the package is listed by extension and content type; macros, controls, embedded
objects and links that load something by themselves are refused, whatever name they go by.
"""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog.files.markup import Reader, local
from catalog.files.verdict import FileType, RefusedFile, Verdict
from catalog.files.zips import chunks, open_zip

CONTENT_TYPES_PART = "[Content_Types].xml"
ROOT_RELATIONS = "_rels/.rels"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MAIN_TYPES = {
    f"{_OFFICE}wordprocessingml.document.main+xml": FileType.DOCX,
    f"{_OFFICE}spreadsheetml.sheet.main+xml": FileType.XLSX,
    f"{_OFFICE}presentationml.presentation.main+xml": FileType.PPTX,
}
_MACRO_TYPES = re.compile(r"macro|vba|activex|ms-office\.intl|ms-excel\.sheet\.binary", re.I)
_OBJECT_TYPES = re.compile(r"oleobject|package\b(?!\.)|\.embedded|application/x-msdownload", re.I)
_XML_EXTENSIONS = frozenset({"xml", "rels", "vml", "svg"})
_PICTURES = {
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
    "bmp": (b"BM",),
    "tif": (b"II*\x00", b"MM\x00*"),
    "tiff": (b"II*\x00", b"MM\x00*"),
    "emf": (b"\x01\x00\x00\x00",),
    "wmf": (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00"),
    "wdp": (b"II\xbc",),
}
# Neither can run: fonts under Word's own scrambling, and what a printer was last set to.
_OTHER_EXTENSIONS = frozenset({"odttf", "fntdata"})
_PRINTER_SETTINGS = re.compile(r"(?:xl|word|ppt)/printerSettings/printerSettings\d*\.bin", re.I)
_MACRO_PARTS = re.compile(r"vba|macrosheets/|dialogsheets/|activex|ctrlprops/|customui", re.I)
_OBJECT_PARTS = re.compile(
    r"embeddings/|oleobject|externallinks/|webextensions/|connections\.xml", re.I
)
_MACRO_RELATIONS = frozenset(
    (
        *("vbaProject", "vbaProjectSignature", "wordVbaData", "control", "ctrlProp"),
        *("activeXControlBinary", "xlMacrosheet", "xlIntlMacrosheet", "dialogsheet"),
        *("extensibility", "keyMapCustomizations"),
    )
)
_OBJECT_RELATIONS = frozenset(
    (
        *("oleObject", "package", "aFChunk", "subDocument", "externalLink", "externalLinkPath"),
        *("attachedTemplate", "frame", "connections", "webextension", "taskpane"),
        *("webextensiontaskpanes", "mailMergeSource", "mailMergeHeaderSource", "transform"),
    )
)
_LINKS = ("http://", "https://", "mailto:", "tel:")
# Fields that fetch or start something when they are updated, by their first word.
_FIELD = re.compile(
    r"\s*(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|LINK|DATABASE|IMPORT)\b", re.I
)
# Formulas that fetch or start something; "|" is how a sheet addresses a running program.
_FORMULA = re.compile(
    r"\b(?:WEBSERVICE|RTD|CALL|REGISTER(?:\.ID)?|EXEC|DDE)\s*\(|\|\s*'|\w\|\w+!", re.I
)
_FIELD_WORDS = frozenset({"instrText", "delInstrText"})
_FORMULAS = frozenset({"f", "definedName"})
_HANDLER = re.compile(r"on[a-z]{3,}", re.I)
_WORD_PARTS = re.compile(r"word/[^/]+\.xml", re.I)
_SHEET_PARTS = re.compile(r"xl/(?:worksheets|charts)/[^/]+\.xml|xl/workbook\.xml", re.I)


@dataclass(slots=True)
class _Package:
    archive: zipfile.ZipFile
    main: FileType | None = None
    # The declared type by the part's name, for parts with one of their own.
    declared: dict[str, str] = field(default_factory=dict)


def inspect_office(data: bytes) -> Verdict:
    archive = open_zip(data)
    names = {entry.filename for entry in archive.infolist()}
    if CONTENT_TYPES_PART not in names or ROOT_RELATIONS not in names:
        raise RefusedFile("archive")
    package = _Package(archive)
    _read_content_types(package)
    main = _main_part(package)
    if main not in names:
        raise RefusedFile("damaged")
    for entry in archive.infolist():
        if not entry.is_dir():
            _require_harmless_part(package, entry)
    if package.main is None:
        raise RefusedFile("archive")
    return Verdict(type=package.main)


def _read_content_types(package: _Package) -> None:
    def started(name: str, told: dict[str, str]) -> None:
        kind = told.get("ContentType", "")
        if _MACRO_TYPES.search(kind):
            raise RefusedFile("macro")
        if _OBJECT_TYPES.search(kind):
            raise RefusedFile("embedded_object")
        if local(name) == "Override":
            package.declared[told.get("PartName", "").lstrip("/")] = kind

    entry = package.archive.getinfo(CONTENT_TYPES_PART)
    Reader(on_start=started).read(chunks(package.archive, entry))


def _main_part(package: _Package) -> str:
    """Return the part the package says it is about; its declared type is the file's type."""
    found: list[str] = []

    def started(_name: str, told: dict[str, str]) -> None:
        if told.get("Type", "").endswith("/officeDocument"):
            found.append(told.get("Target", "").lstrip("/"))

    entry = package.archive.getinfo(ROOT_RELATIONS)
    Reader(on_start=started).read(chunks(package.archive, entry))
    if len(found) != 1:
        raise RefusedFile("archive")
    package.main = _MAIN_TYPES.get(package.declared.get(found[0], ""))
    if package.main is None:
        raise RefusedFile("archive")
    return found[0]


def _require_harmless_part(package: _Package, entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if _MACRO_PARTS.search(name):
        raise RefusedFile("macro")
    if _OBJECT_PARTS.search(name):
        raise RefusedFile("embedded_object")
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if extension in _XML_EXTENSIONS:
        _read_part(package, entry, extension)
    elif extension in _PICTURES:
        _require_start(package, entry, _PICTURES[extension])
    elif extension in _OTHER_EXTENSIONS or _PRINTER_SETTINGS.fullmatch(name):
        _require_start(package, entry, ())
    else:
        raise RefusedFile("strange_part", name=name.rsplit("/", 1)[-1][:60])


def _require_start(package: _Package, entry: zipfile.ZipInfo, starts: tuple[bytes, ...]) -> None:
    """Read a part to its end, so that its checksum holds, and look at how it begins."""
    first = b""
    for piece in chunks(package.archive, entry):
        first = first or piece[:16]
    if starts and not first.startswith(starts):
        raise RefusedFile("strange_part", name=entry.filename.rsplit("/", 1)[-1][:60])
    if first.startswith((b"MZ", b"\x7fELF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise RefusedFile("embedded_object")


def _read_part(package: _Package, entry: zipfile.ZipInfo, extension: str) -> None:
    pieces = chunks(package.archive, entry)
    if extension == "rels":
        Reader(on_start=_require_harmless_relation).read(pieces)
    elif extension in {"svg", "vml"}:
        Reader(on_start=_require_still_drawing).read(pieces)
    elif _WORD_PARTS.fullmatch(entry.filename):
        _read_fields(pieces)
    elif _SHEET_PARTS.fullmatch(entry.filename):
        Reader(on_words=_require_calculation, inside=_FORMULAS).read(pieces)
    else:
        Reader().read(pieces)


def _require_harmless_relation(_name: str, told: dict[str, str]) -> None:
    kind = told.get("Type", "").rsplit("/", 1)[-1]
    target = told.get("Target", "").strip()
    if kind in _MACRO_RELATIONS:
        raise RefusedFile("macro")
    if kind in _OBJECT_RELATIONS:
        raise RefusedFile("embedded_object")
    if told.get("TargetMode", "").lower() == "external":
        if kind != "hyperlink" or not target.lower().startswith(_LINKS):
            raise RefusedFile("external_link")
    elif ":" in target.split("#", 1)[0] or target.startswith("//") or "\\" in target:
        raise RefusedFile("external_link")


def _require_still_drawing(name: str, told: dict[str, str]) -> None:
    if local(name).lower() in {"script", "foreignobject", "iframe"}:
        raise RefusedFile("markup")
    if any(_HANDLER.fullmatch(key) for key in told):
        raise RefusedFile("markup")
    if any("javascript:" in value.lower() for value in told.values()):
        raise RefusedFile("markup")


def _read_fields(pieces: Iterable[bytes]) -> None:
    """Put together each field's words, which Word spreads over many runs, and look at them."""
    words: list[str] = []

    def started(name: str, told: dict[str, str]) -> None:
        short = local(name)
        if short == "fldChar":
            _require_field("".join(words))
            words.clear()
        elif short == "fldSimple":
            _require_field(next((v for k, v in told.items() if local(k) == "instr"), ""))

    Reader(on_start=started, on_words=words.append, inside=_FIELD_WORDS).read(pieces)
    _require_field("".join(words))


def _require_field(words: str) -> None:
    if _FIELD.match(words):
        raise RefusedFile("external_link")


def _require_calculation(formula: str) -> None:
    if _FORMULA.search(formula):
        raise RefusedFile("external_link")
