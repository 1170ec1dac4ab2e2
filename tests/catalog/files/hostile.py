"""Hostile files, made by code: what each is called, its bytes, and the refusal it must meet."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from tests.catalog.files.samples import (
    MAIN,
    SHEET,
    WORD,
    image,
    office,
    office_parts,
    pdf,
    pdf_stream,
    relation,
    relations,
    zipped,
)

OFFICE_XML = "application/vnd.openxmlformats-officedocument."
SCRIPT = b"<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@dataclass(frozen=True)
class Hostile:
    about: str
    name: str
    code: str
    make: Callable[[], bytes]


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_flood(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _png_chunk(b"IHDR", head)
        + _png_chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + _png_chunk(b"IEND", b"")
    )


def jpeg_flood() -> bytes:
    data = bytearray(image("JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", 65000, 65000)
    return bytes(data)


def webp_flood() -> bytes:
    body = b"\x00" * 4 + (16382).to_bytes(3, "little") * 2
    chunks = b"VP8X" + struct.pack("<I", 10) + body + image("WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def animated(kind: str) -> bytes:
    into = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), shade) for shade in ("red", "blue")]
    frames[0].save(into, kind, save_all=True, append_images=frames[1:])
    return into.getvalue()


def png_text_bomb() -> bytes:
    data = image("PNG")
    bomb = b"Comment\0\0" + zlib.compress(bytes(90_000_000), 9)
    return data[:33] + _png_chunk(b"zTXt", bomb) + data[33:]


def noisy(data: bytes, seed: int) -> bytes:
    """Turn over bytes behind the header of ``data``."""
    source, broken = random.Random(seed), bytearray(data)
    for _ in range(40):
        broken[source.randrange(len(data) // 4, len(data))] ^= 0xFF
    return bytes(broken)


def zip_bomb() -> bytes:
    return office("docx", {"word/media/image1.png": b"\x89PNG\r\n\x1a\n" + bytes(90_000_000)})


def giant_zip() -> bytes:
    return office("docx", {f"word/media/image{n}.bmp": b"BM" + bytes(9_000_000) for n in range(12)})


def lying_zip() -> bytes:
    """Its directory promises a small part; what is packed there is not."""
    parts = {**office_parts("docx"), "word/media/image1.bmp": b"BM" + bytes(5_000_000)}
    data = bytearray(zipped(parts))
    true, small = struct.pack("<I", 5_000_002), struct.pack("<I", 1000)
    return bytes(data.replace(true, small))


def overlapping_zip() -> bytes:
    """Two entries of the directory point to the same bytes, as Fifield's bomb does."""
    data = bytearray(zipped({**office_parts("docx"), "word/a.xml": "<a/>", "word/b.xml": "<a/>"}))
    first = data.index(b"word/a.xml") - 30
    entry = data.rindex(b"word/b.xml") - 46
    data[entry + 42 : entry + 46] = struct.pack("<I", first)
    return bytes(data)


def doubled_zip() -> bytes:
    parts = {**office_parts("docx"), "word/a.xml": "<a/>", "word/b.xml": "<a/>"}
    return zipped(parts).replace(b"word/b.xml", b"word/a.xml")


def symlinked_zip() -> bytes:
    into = io.BytesIO(office("docx"))
    with zipfile.ZipFile(into, "a") as archive:
        link = zipfile.ZipInfo("word/media/image1.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return into.getvalue()


def encrypted_zip() -> bytes:
    data = bytearray(office("docx"))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def many_entries() -> bytes:
    return office("docx", {f"word/p{n}.xml": "<a/>" for n in range(3100)})


def deep_xml() -> bytes:
    deep = "<w:r>" * 5000 + "</w:r>" * 5000
    body = f'<w:document xmlns:w="{WORD}">{deep}</w:document>'
    return office("docx", body=body)


def word(inner: str) -> bytes:
    return office("docx", body=f'<w:document xmlns:w="{WORD}">{inner}</w:document>')


def field(words: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in words.split("|"))
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    return f"{begin}{runs}<w:r><w:fldChar w:fldCharType='end'/></w:r>"


def sheet(formula: str) -> bytes:
    body = f'<worksheet xmlns="{SHEET}"><c><f>{formula}</f></c></worksheet>'
    return office("xlsx", {"xl/worksheets/sheet1.xml": body})


def linked(kind: str, target: str, mode: str = "External") -> bytes:
    rels = relations(relation(kind, target, mode))
    return office("docx", {"word/_rels/document.xml.rels": rels})


XXE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE a [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def pdf_object_bomb() -> bytes:
    """An object stream of a few kilobytes that unpacks to more than any document has."""
    bomb = pdf_stream(bytes(300_000_000), "/Type /ObjStm /N 1 /First 4")
    head = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    objects = [
        b"<< /Type /Pages /Kids [] /Count 0 >>",
        bomb,
    ]
    out, offsets = head, []
    for number, body in enumerate(objects, 2):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(out)
    rows = struct.pack(">BIB", 0, 0, 255) + struct.pack(">BIB", 2, 3, 0)
    rows += b"".join(struct.pack(">BIB", 1, offset, 0) for offset in (*offsets, at))
    xref = pdf_stream(rows, "/Type /XRef /Size 5 /W [1 4 1] /Root 1 0 R")
    return out + b"4 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (xref, at)


def encrypted_pdf() -> bytes:
    import pikepdf

    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as opened:
        opened.save(into, encryption=pikepdf.Encryption(owner="x", user=""))
    return into.getvalue()


def zip_in_pdf() -> bytes:
    """A ZIP whose comment reaches over the rest of the PDF: both readers are content."""
    plain = pdf(more=(pdf_stream(b"\0" * 22, packed=False),))
    at = plain.index(b"\0" * 22)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 0, 0, len(plain) - at - 22)
    return plain[:at] + end + plain[at + 22 :]


def images() -> Iterator[Hostile]:
    yield Hostile("SVG with a script", "logo.svg", "markup", lambda: SVG)
    yield Hostile("SVG named .png", "logo.png", "markup", lambda: SVG)
    yield Hostile("pixel flood, PNG", "a.png", "too_many_pixels", lambda: png_flood(60000, 60000))
    yield Hostile("pixel flood, JPEG", "a.jpg", "too_many_pixels", jpeg_flood)
    yield Hostile("pixel flood, WebP", "a.webp", "too_many_pixels", webp_flood)
    yield Hostile("PNG that lacks its pixels", "a.png", "damaged", lambda: png_flood(4000, 4000))
    yield Hostile("compressed text bomb in a PNG", "a.png", "damaged", png_text_bomb)
    yield Hostile("animated PNG", "a.png", "animated", lambda: animated("PNG"))
    yield Hostile("animated WebP", "a.webp", "animated", lambda: animated("WEBP"))
    yield Hostile("GIF", "a.gif", "other_image", lambda: image("GIF"))
    yield Hostile("GIFAR named .jpg", "a.jpg", "other_image", lambda: image("GIF") + office())
    yield Hostile("JPEG with a ZIP behind", "a.jpg", "second_file", lambda: image() + office())
    yield Hostile(
        "PNG with PHP in a text chunk",
        "a.png",
        "second_file",
        lambda: image("PNG")[:33] + _png_chunk(b"tEXt", b"c\0<?php eval(1);") + image("PNG")[33:],
    )
    yield Hostile("JPEG with HTML behind", "a.jpg", "second_file", lambda: image() + SCRIPT)
    yield Hostile("JPEG with a PDF behind", "a.jpg", "second_file", lambda: image() + pdf())
    yield Hostile("JPEG cut short", "a.jpg", "damaged", lambda: image(size=(900, 900))[:1500])
    yield Hostile("PNG with broken pixels", "a.png", "damaged", lambda: noisy(_noise("PNG"), 1))
    yield Hostile("JPEG named .png.exe", "a.png.exe", "extension", image)
    yield Hostile("JPEG with the extension of a page", "a.html", "extension", image)


def _noise(kind: str) -> bytes:
    into = io.BytesIO()
    Image.effect_noise((90, 90), 60).save(into, kind)
    return into.getvalue()


def programs() -> Iterator[Hostile]:
    yield Hostile("empty file", "a.txt", "empty", lambda: b"")
    yield Hostile("Windows program", "setup.exe", "program", lambda: b"MZ" + bytes(500))
    yield Hostile("Windows program named .pdf", "a.pdf", "program", lambda: b"MZ" + bytes(500))
    yield Hostile("ELF program named .jpg", "a.jpg", "program", lambda: b"\x7fELF" + bytes(500))
    yield Hostile("shell script", "a.txt", "program", lambda: b"#!/bin/sh\nrm -rf /\n")
    yield Hostile("HTML named .txt", "a.txt", "markup", lambda: b"<html>" + SCRIPT)
    yield Hostile("script deep in a text", "a.txt", "markup", lambda: b"x " * 4000 + SCRIPT)
    yield Hostile("PHP named .csv", "a.csv", "markup", lambda: b"<?php system('id');")
    yield Hostile("XML with an entity", "a.txt", "markup", f"<?xml?>{XXE}<a/>".encode)
    yield Hostile("RAR", "a.rar", "archive", lambda: b"Rar!\x1a\x07\x00" + bytes(50))
    yield Hostile("gzip bomb", "a.gz", "archive", lambda: b"\x1f\x8b\x08" + bytes(50))
    yield Hostile("7z named .docx", "a.docx", "archive", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(50))
    yield Hostile("old Word", "a.doc", "old_office", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    yield Hostile("RTF", "a.rtf", "rich_text", lambda: b"{\\rtf1 {\\object}}")
    yield Hostile("DWG", "a.dwg", "drawing", lambda: b"AC1032" + bytes(90))
    yield Hostile("text with escapes", "a.txt", "not_text", lambda: b"a\x1b]0;x\x07b")
    yield Hostile("direction override in text", "a.txt", "not_text", "a\u202eb".encode)
    yield Hostile("bytes named .txt", "a.txt", "text_encoding", lambda: b"\x81\xff\xff\xfe" * 50)
    yield Hostile("formula in a CSV", "a.csv", "csv_formula", lambda: b"a,=cmd|'/C calc'!A0\n")
    yield Hostile("formula behind ;", "a.csv", "csv_formula", lambda: b"a;@SUM(1)\n")
    yield Hostile("too large", "a.pdf", "too_large", lambda: pdf() + bytes(10 * 1024 * 1024))


def zips() -> Iterator[Hostile]:
    yield Hostile("ZIP of anything", "a.zip", "archive", lambda: zipped({"a.txt": "a"}))
    yield Hostile("JAR named .docx", "a.docx", "archive", lambda: zipped({"META-INF/M.MF": "a"}))
    yield Hostile("zip bomb", "a.docx", "bomb", zip_bomb)
    yield Hostile("zip of a hundred megabytes", "a.docx", "bomb", giant_zip)
    yield Hostile("zip with overlapping entries", "a.docx", "bomb", overlapping_zip)
    yield Hostile("zip with three thousand parts", "a.docx", "bomb", many_entries)
    yield Hostile("zip whose sizes lie", "a.docx", "damaged", lying_zip)
    yield Hostile("nested zip", "a.docx", "strange_part", lambda: office(more={"a.zip": office()}))
    yield Hostile("names twice", "a.docx", "zip_doubled", doubled_zip)
    yield Hostile(
        "path traversal", "a.docx", "zip_path", lambda: office(more={"word/../../x.xml": "<a/>"})
    )
    yield Hostile(
        "absolute path", "a.docx", "zip_path", lambda: office(more={"/etc/x.xml": "<a/>"})
    )
    yield Hostile(
        "backslash path", "a.docx", "zip_path", lambda: office(more={"..\\x.xml": "<a/>"})
    )
    yield Hostile("symbolic link", "a.docx", "zip_path", symlinked_zip)
    yield Hostile("bytes before the zip", "a.docx", "program", lambda: b"MZ" + office())
    yield Hostile("bytes behind the zip", "a.docx", "second_file", lambda: office() + SCRIPT)
    yield Hostile("encrypted parts", "a.docx", "encrypted", encrypted_zip)
    yield Hostile("cut short", "a.docx", "damaged", lambda: office()[:-80])


def offices() -> Iterator[Hostile]:
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    yield Hostile("DOCM as .docx", "a.docx", "macro", lambda: office(main_type=macro))
    yield Hostile(
        "vbaProject in a DOCX",
        "a.docx",
        "macro",
        lambda: office(more={"word/vbaProject.bin": b"a"}),
    )
    yield Hostile(
        "macro sheet in an XLSX",
        "a.xlsx",
        "macro",
        lambda: office("xlsx", {"xl/macrosheets/sheet1.xml": "<a/>"}),
    )
    yield Hostile(
        "ActiveX", "a.docx", "macro", lambda: office(more={"word/activeX/activeX1.xml": "<a/>"})
    )
    yield Hostile(
        "embedded object",
        "a.docx",
        "embedded_object",
        lambda: office(more={"word/embeddings/oleObject1.bin": b"a"}),
    )
    yield Hostile("XXE in a DOCX", "a.docx", "xml_entities", lambda: office(body=XXE + "<a/>"))
    yield Hostile(
        "XXE in a sheet of an XLSX",
        "a.xlsx",
        "xml_entities",
        lambda: office("xlsx", {"xl/worksheets/sheet1.xml": XXE + "<a>&x;</a>"}),
    )
    yield Hostile(
        "billion laughs in an XLSX",
        "a.xlsx",
        "xml_entities",
        lambda: office("xlsx", {"xl/sharedStrings.xml": LAUGHS + "<a>&b;</a>"}),
    )
    yield Hostile(
        "XXE in [Content_Types].xml",
        "a.xlsx",
        "xml_entities",
        lambda: zipped({**office_parts("xlsx"), "[Content_Types].xml": XXE + "<a/>"}),
    )
    yield Hostile(
        "template from elsewhere",
        "a.docx",
        "embedded_object",
        lambda: linked("attachedTemplate", "http://example.com/a.dotm"),
    )
    yield Hostile(
        "picture from elsewhere",
        "a.docx",
        "external_link",
        lambda: linked("image", "\\\\example.com\\a.png"),
    )
    yield Hostile(
        "link to a local program",
        "a.docx",
        "external_link",
        lambda: linked("hyperlink", "file:///c:/windows/system32/calc.exe"),
    )
    yield Hostile(
        "DDE field over two runs",
        "a.docx",
        "external_link",
        lambda: word(field("DDE|AUTO c:\\\\windows\\\\calc.exe")),
    )
    yield Hostile(
        "field that fetches a text",
        "a.docx",
        "external_link",
        lambda: word(field('INCLUDETEXT "http://example.com/a"')),
    )
    yield Hostile(
        "DDE in a cell", "a.xlsx", "external_link", lambda: sheet("cmd|&apos;/C calc&apos;!A0")
    )
    yield Hostile(
        "WEBSERVICE in a cell",
        "a.xlsx",
        "external_link",
        lambda: sheet("WEBSERVICE(&quot;http://example.com&quot;)"),
    )
    yield Hostile("five thousand elements deep", "a.docx", "too_heavy", deep_xml)
    yield Hostile(
        "program in a DOCX", "a.docx", "strange_part", lambda: office(more={"word/a.exe": b"MZ"})
    )
    yield Hostile(
        "program as a picture",
        "a.pptx",
        "strange_part",
        lambda: office("pptx", {"ppt/media/image1.png": b"MZ" + bytes(90)}),
    )
    yield Hostile(
        "SVG with a script inside a PPTX",
        "a.pptx",
        "markup",
        lambda: office("pptx", {"ppt/media/image1.svg": SVG}),
    )
    yield Hostile("XLSX named .docx", "a.docx", "extension", lambda: office("xlsx"))
    yield Hostile("main part missing", "a.docx", "damaged", _without_main)


def _without_main() -> bytes:
    parts = office_parts("docx")
    del parts[MAIN["docx"][0]]
    return zipped(parts)


def pdfs() -> Iterator[Hostile]:
    js = "<< /S /JavaScript /JS (app.alert(1)) >>"
    yield Hostile("script on opening", "a.pdf", "pdf_script", lambda: pdf(f"/OpenAction {js}"))
    yield Hostile(
        "script in the name tree",
        "a.pdf",
        "pdf_script",
        lambda: pdf(f"/Names << /JavaScript << /Names [(a) {js}] >> >>"),
    )
    yield Hostile(
        "script spelt with escapes",
        "a.pdf",
        "pdf_script",
        lambda: pdf(more=("<< /S /#4aavaScript /#4AS (app.alert(1)) >>",)),
    )
    yield Hostile(
        "program started",
        "a.pdf",
        "pdf_action",
        lambda: pdf("/OpenAction << /S /Launch /F (calc.exe) >>"),
    )
    yield Hostile(
        "action when a page opens",
        "a.pdf",
        "pdf_action",
        lambda: pdf(page="/AA << /O << /S /Named /N /Print >> >>"),
    )
    yield Hostile(
        "embedded program",
        "a.pdf",
        "pdf_embedded",
        lambda: pdf("/Names << /EmbeddedFiles << /Names [] >> >>"),
    )
    yield Hostile(
        "attachment on a page",
        "a.pdf",
        "pdf_embedded",
        lambda: pdf(page="/Annots [<< /Type /Annot /Subtype /FileAttachment >>]"),
    )
    yield Hostile(
        "XFA form", "a.pdf", "pdf_form", lambda: pdf("/AcroForm << /XFA 4 0 R >>", more=("()",))
    )
    yield Hostile(
        "form sent elsewhere",
        "a.pdf",
        "pdf_action",
        lambda: pdf(more=("<< /S /SubmitForm /F (http://example.com) >>",)),
    )
    yield Hostile(
        "link that runs a script",
        "a.pdf",
        "pdf_action",
        lambda: pdf(page="/Annots [<< /A << /S /URI /URI (javascript:alert\\(1\\)) >> >>]"),
    )
    yield Hostile(
        "film", "a.pdf", "pdf_media", lambda: pdf(page="/Annots [<< /Subtype /RichMedia >>]")
    )
    yield Hostile("encrypted", "a.pdf", "encrypted", encrypted_pdf)
    yield Hostile("HTML before the PDF", "a.pdf", "markup", lambda: b"<html>" + SCRIPT + pdf())
    yield Hostile("bytes before the PDF", "a.pdf", "before_pdf", lambda: b"GIF" + pdf())
    yield Hostile(
        "HTML in the PDF's first comment",
        "a.pdf",
        "before_pdf",
        lambda: pdf(head=b"%PDF-1.7\n%<html><script>alert(1)</script>\n"),
    )
    yield Hostile("HTML behind the PDF", "a.pdf", "after_end", lambda: pdf() + SCRIPT)
    yield Hostile("ZIP behind the PDF", "a.pdf", "after_end", lambda: pdf() + office())
    yield Hostile("ZIP inside the PDF", "a.pdf", "second_file", zip_in_pdf)
    yield Hostile("object stream bomb", "a.pdf", "damaged", pdf_object_bomb)
    yield Hostile(
        "packed twice",
        "a.pdf",
        "bomb",
        lambda: pdf(
            more=(
                pdf_stream(
                    zlib.compress(bytes(50_000_000)),
                    "/Filter [/FlateDecode /FlateDecode]",
                    packed=False,
                ),
            )
        ),
    )
    yield Hostile(
        "stream of half a gigabyte",
        "a.pdf",
        "bomb",
        lambda: pdf(more=(pdf_stream(bytes(450_000_000)),)),
    )
    yield Hostile(
        "picture of ten gigapixels",
        "a.pdf",
        "too_heavy",
        lambda: pdf(more=(pdf_stream(b"a", "/Subtype /Image /Width 100000 /Height 100000"),)),
    )
    yield Hostile("broken table of objects", "a.pdf", "damaged", lambda: _shifted(pdf()))


def _shifted(data: bytes) -> bytes:
    return data.replace(b"startxref\n", b"startxref\n9")


ALL = (*images(), *programs(), *zips(), *offices(), *pdfs())
