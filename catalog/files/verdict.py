"""What the inspection of a file ends with."""

from dataclasses import dataclass
from enum import StrEnum

Told = str | int


class FileType(StrEnum):
    """Everything that may be stored; what is not here is refused."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    TEXT = "text"
    CSV = "csv"


IMAGES = frozenset({FileType.JPEG, FileType.PNG, FileType.WEBP})
EXTENSIONS: dict[FileType, tuple[str, ...]] = {
    FileType.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    FileType.PNG: ("png",),
    FileType.WEBP: ("webp",),
    FileType.PDF: ("pdf",),
    FileType.DOCX: ("docx",),
    FileType.XLSX: ("xlsx",),
    FileType.PPTX: ("pptx",),
    FileType.TEXT: ("txt",),
    FileType.CSV: ("csv",),
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
# What a browser is told; a table of values goes out as text, which no program calculates.
CONTENT_TYPES: dict[FileType, str] = {
    FileType.JPEG: "image/jpeg",
    FileType.PNG: "image/png",
    FileType.WEBP: "image/webp",
    FileType.PDF: "application/pdf",
    FileType.DOCX: f"{_OFFICE}.wordprocessingml.document",
    FileType.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    FileType.PPTX: f"{_OFFICE}.presentationml.presentation",
    FileType.TEXT: "text/plain",
    FileType.CSV: "text/plain",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A file that may be kept, and how its text is encoded if it is one."""

    type: FileType
    charset: str = ""
    width: int = 0
    height: int = 0


class RefusedFile(Exception):
    """The file is not kept; ``code`` names the sentence that says why (sentences.py)."""

    def __init__(self, code: str, **told: Told) -> None:
        super().__init__(code)
        self.code = code
        self.told = told
