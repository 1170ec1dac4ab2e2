"""Small good files, made by code in the shapes that real programs write."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image

_OFFICE = "application/vnd.openxmlformats-officedocument."
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = {
    "docx": ("word/document.xml", f"{_OFFICE}wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{_OFFICE}spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{_OFFICE}presentationml.presentation.main+xml"),
}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
BODY = {
    "docx": f'{XML}<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>技术规格书</w:t></w:r></w:p>'
    "</w:body></w:document>",
    "xlsx": f'{XML}<workbook xmlns="{SHEET}"><sheets/></workbook>',
    "pptx": f'{XML}<p:presentation xmlns:p="{SLIDES}"/>',
}


def image(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    mode = options.pop("mode", "RGB")
    into = io.BytesIO()
    Image.new(mode, size).save(into, kind, **options)
    return into.getvalue()


def zipped(parts: Mapping[str, str | bytes], **options: Any) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return into.getvalue()


def relations(*rows: str) -> str:
    return f'{XML}<Relationships xmlns="{_RELATIONS}">{"".join(rows)}</Relationships>'


def relation(kind: str, target: str, mode: str = "") -> str:
    outside = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="r1" Type="{_OFFICE_RELATIONS}/{kind}" Target="{target}"{outside}/>'


def content_types(*overrides: tuple[str, str], defaults: Mapping[str, str] | None = None) -> str:
    known = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        **(defaults or {}),
    }
    rows = [f'<Default Extension="{k}" ContentType="{v}"/>' for k, v in known.items()]
    rows += [f'<Override PartName="/{k}" ContentType="{v}"/>' for k, v in overrides]
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'{XML}<Types xmlns="{space}">{"".join(rows)}</Types>'


def office_parts(
    kind: str = "docx", more: Mapping[str, str | bytes] | None = None, **told: Any
) -> dict[str, str | bytes]:
    """Return the parts of the smallest package of its kind, and ``more``."""
    main, main_type = MAIN[kind]
    return {
        "[Content_Types].xml": content_types(
            (main, told.get("main_type", main_type)),
            *told.get("overrides", ()),
            defaults=told.get("defaults"),
        ),
        "_rels/.rels": relations(relation("officeDocument", main)),
        main: told.get("body", BODY[kind]),
        **(more or {}),
    }


def office(kind: str = "docx", more: Mapping[str, str | bytes] | None = None, **told: Any) -> bytes:
    return zipped(office_parts(kind, more, **told))


def pdf(
    catalog: str = "",
    page: str = "",
    more: tuple[bytes | str, ...] = (),
    head: bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    tail: bytes = b"\n",
) -> bytes:
    """Write a PDF of one empty page; ``more`` are further objects, numbered from 4."""
    objects: list[bytes] = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {page} >>".encode(),
        *(each.encode() if isinstance(each, str) else each for each in more),
    ]
    out, offsets = head, []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return out + b"startxref\n%d\n%%%%EOF" % start + tail


def pdf_stream(content: bytes, told: str = "", *, packed: bool = True) -> bytes:
    data = zlib.compress(content) if packed else content
    packing = "/Filter /FlateDecode " if packed else ""
    head = f"<< {told} {packing}/Length {len(data)} >>".encode()
    return head + b"\nstream\n" + data + b"\nendstream"
