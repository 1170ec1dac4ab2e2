"""What a file is by its first bytes; its name and what the browser says count for nothing."""

import re

from catalog.files.verdict import FileType, RefusedFile

ZIP_START = b"PK\x03\x04"
_ALLOWED = (
    (b"\xff\xd8\xff", FileType.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileType.PNG),
    (b"%PDF-", FileType.PDF),
)
# Refused all the same by not being allowed; known so that the sentence can say what to do.
_REFUSED = (
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xce\xfa\xed\xfe", "program"),
    (b"dex\n", "program"),
    (b"\x00asm", "program"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "program"),
    (b"#!", "program"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
    (b"{\\rtf", "rich_text"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"PK", "archive"),
    (b"MSCF", "archive"),
    (b"GIF8", "other_image"),
    (b"BM", "other_image"),
    (b"II*\x00", "other_image"),
    (b"MM\x00*", "other_image"),
    (b"\x00\x00\x01\x00", "other_image"),
    (b"AC10", "drawing"),
    (b"ISO-10303-21", "drawing"),
)
_MARKUP = re.compile(
    rb"\s*(<\?xml|<!doctype|<!--|<svg|<html|<head|<body|<script|<\?php|<%|<math|<hta:|mime-version:)",
    re.IGNORECASE,
)
# What no photo and no plain text holds, but a file that is two files at once does.
ACTIVE = re.compile(rb"<script[\s>]|<\?php|<html[\s>]|<svg[\s>]|<iframe[\s>]|<hta:", re.IGNORECASE)
TAR_MARK, TAR_OFFSET = b"ustar", 257


def sniff(data: bytes) -> FileType | None:
    """Return the type that the first bytes say; None when it may be an office file or text."""
    if not data:
        raise RefusedFile("empty")
    for start, found in _ALLOWED:
        if data.startswith(start):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileType.WEBP
    if data.startswith(ZIP_START):
        return None
    if data[4:8] == b"ftyp":
        raise RefusedFile("other_image")
    for start, code in _REFUSED:
        if data.startswith(start):
            raise RefusedFile(code)
    if _MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")[:1024]):
        raise RefusedFile("markup")
    if b"%PDF-" in data[:1024]:
        raise RefusedFile("before_pdf")
    if data[TAR_OFFSET : TAR_OFFSET + len(TAR_MARK)] == TAR_MARK:
        raise RefusedFile("archive")
    return None
