"""Ordinary files of real programs' shapes are taken; images lose all but their pixels."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from catalog.files.naming import shown_name
from catalog.files.verdict import FileType
from catalog.services import attachments
from tests.catalog.files import samples
from tests.catalog.files.samples import SHEET, WORD, office, pdf, pdf_stream, relation, relations

pytestmark = pytest.mark.uploads
GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def photo(kind: str = "JPEG", orientation: int = 6) -> bytes:
    """A photo as a phone takes it: turned, with its maker and the place."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "SecretPhone"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (31.0, 14.0, 5.0)
    into = io.BytesIO()
    Image.new("RGB", (80, 40), "green").save(into, kind, exif=exif, comment=b"SecretPlace")
    return into.getvalue()


def phone_trailer() -> bytes:
    """Some phones write bytes of their own behind the picture."""
    return photo() + b"\0\0SEFH" + bytes(200) + b"SEFT"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number in range(300):
        sheet.append([f"工位{number}", number, f"=B{number + 1}*2"])
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def word_document() -> bytes:
    body = (
        f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>节拍 12 s</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:body></w:document>'
    )
    rels = relations(
        relation("image", "media/image1.png"),
        relation("hyperlink", "https://www.example.com/", "External"),
    )
    return office(
        body=body,
        more={
            "word/_rels/document.xml.rels": rels,
            "word/media/image1.png": samples.image("PNG"),
            "word/styles.xml": f'<w:styles xmlns:w="{WORD}"/>',
            "docProps/core.xml": "<a/>",
        },
    )


def printed_sheet() -> bytes:
    """Excel keeps what the printer was set to beside the sheet."""
    return office(
        "xlsx",
        {
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><f>SUM(A1:A9)</f></worksheet>',
            "xl/printerSettings/printerSettings1.bin": bytes(80),
        },
    )


def saved_pdf(**options: object) -> bytes:
    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as opened:
        opened.save(into, **options)  # type: ignore[arg-type]
    return into.getvalue()


GOOD: tuple[tuple[str, str, Callable[[], bytes], FileType], ...] = (
    ("photo", "现场.jpg", photo, FileType.JPEG),
    ("photo with a phone's trailer", "a.jpeg", phone_trailer, FileType.JPEG),
    ("progressive JPEG", "a.jpg", lambda: samples.image(progressive=True), FileType.JPEG),
    ("CMYK JPEG", "a.jpg", lambda: samples.image(mode="CMYK"), FileType.JPEG),
    ("grey JPEG", "a.JPG", lambda: samples.image(mode="L"), FileType.JPEG),
    ("PNG", "a.png", lambda: samples.image("PNG"), FileType.PNG),
    ("see-through PNG", "a.png", lambda: samples.image("PNG", mode="RGBA"), FileType.PNG),
    ("PNG with a palette", "a.png", lambda: samples.image("PNG", mode="P"), FileType.PNG),
    ("scan of one bit", "a.png", lambda: samples.image("PNG", mode="1"), FileType.PNG),
    ("deep PNG of a camera", "a.png", lambda: samples.image("PNG", mode="I;16"), FileType.PNG),
    ("WebP", "a.webp", lambda: samples.image("WEBP"), FileType.WEBP),
    ("lossless WebP", "a.webp", lambda: samples.image("WEBP", lossless=True), FileType.WEBP),
    ("PDF", "规格书.pdf", pdf, FileType.PDF),
    (
        "PDF that opens at a page",
        "a.pdf",
        lambda: pdf("/OpenAction [3 0 R /FitH 842]"),
        FileType.PDF,
    ),
    (
        "PDF with a link",
        "a.pdf",
        lambda: pdf(page="/Annots [<< /Subtype /Link /A << /S /URI /URI (https://e.cn) >> >>]"),
        FileType.PDF,
    ),
    (
        "PDF with drawing and text",
        "a.pdf",
        lambda: pdf(page="/Contents 4 0 R", more=(pdf_stream(b"BT (a /JS b) Tj ET" * 50),)),
        FileType.PDF,
    ),
    (
        "PDF of today's writers",
        "a.pdf",
        lambda: saved_pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate),
        FileType.PDF,
    ),
    ("PDF ended by CRLF", "a.pdf", lambda: pdf(tail=b"\r\n\r\n"), FileType.PDF),
    ("XLSX by openpyxl", "清单.xlsx", workbook, FileType.XLSX),
    ("XLSX with printer settings", "a.xlsx", printed_sheet, FileType.XLSX),
    ("DOCX with a picture and a link", "a.docx", word_document, FileType.DOCX),
    ("PPTX", "a.pptx", lambda: office("pptx"), FileType.PPTX),
    ("text in UTF-8", "a.txt", "节拍：12 秒\n".encode, FileType.TEXT),
    ("text with a mark", "a.txt", lambda: b"\xef\xbb\xbfok\r\n", FileType.TEXT),
    ("text in GB18030", "a.txt", lambda: "车间布局".encode("gb18030"), FileType.TEXT),
    ("table", "a.csv", "型号,值\nA,-5\nB,+86 21\n".encode, FileType.CSV),
)


@pytest.mark.parametrize(
    ("name", "make", "found"), [each[1:] for each in GOOD], ids=[each[0] for each in GOOD]
)
def test_an_ordinary_file_is_taken(
    tmp_path: Path, name: str, make: Callable[[], bytes], found: FileType
) -> None:
    verdict = attachments._inspected(SimpleUploadedFile(name, make()), tmp_path)

    assert verdict.type == found
    assert (tmp_path / "file").stat().st_size > 0


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_an_image_keeps_its_pixels_the_right_way_up_and_nothing_else(
    tmp_path: Path, kind: str
) -> None:
    name = f"a.{kind.lower()}"
    sent = photo(kind)
    assert b"SecretPhone" in sent

    attachments._inspected(SimpleUploadedFile(name, sent), tmp_path)

    kept = (tmp_path / "file").read_bytes()
    with Image.open(tmp_path / "file") as opened:
        assert opened.size == (40, 80)
        assert dict(opened.getexif()) == {}
        assert "exif" not in opened.info
        assert "icc_profile" not in opened.info
    for secret in (b"Secret", b"Exif"):
        assert secret not in kept
        assert secret not in (tmp_path / "thumbnail").read_bytes()


def test_a_document_is_kept_byte_by_byte(tmp_path: Path) -> None:
    sent = pdf()
    attachments._inspected(SimpleUploadedFile("a.pdf", sent), tmp_path)
    assert (tmp_path / "file").read_bytes() == sent


def test_a_deep_picture_keeps_its_shades(tmp_path: Path) -> None:
    into = io.BytesIO()
    Image.new("I;16", (8, 8), 0x8000).save(into, "PNG")
    attachments._inspected(SimpleUploadedFile("a.png", into.getvalue()), tmp_path)
    with Image.open(tmp_path / "file") as opened:
        assert opened.getpixel((0, 0)) == 0x80


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\temp\\布局.pdf", "布局.pdf"),
        ("../../etc/passwd", "passwd"),
        ("账单\u202efdp.exe", "账单fdp.exe"),
        ("a\r\nb\x00.pdf", "a b.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ('<img src="x">.png', "_img src=_x_.png"),
        ("...", ""),
    ],
)
def test_a_name_is_shown_without_paths_and_tricks(given: str, shown: str) -> None:
    assert shown_name(given) == shown
