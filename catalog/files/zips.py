"""A zip that says one thing to every program that reads it.

The standard library reads the parts; what it tolerates (bytes before, between and behind the
entries, two entries of one name, sizes that lie) is refused here first.
"""

import io
import re
import stat
import struct
import zipfile
from collections.abc import Iterator

from catalog.files import limits
from catalog.files.verdict import RefusedFile

_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_LOCAL_MARK = b"PK\x03\x04"
# A data descriptor, with or without its mark, in the old or the 64-bit form.
_BETWEEN = frozenset({0, 12, 16, 20, 24})
_NAME = re.compile(r"[^\x00-\x1f\x7f<>:\"|?*\\]+")
_ENCRYPTED, _DESCRIPTOR = 0x1, 0x8
_CHUNK = 256 * 1024


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Open the archive, or refuse it for what its directory says."""
    start = _require_end(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise RefusedFile("damaged") from None
    entries = archive.infolist()
    if len(entries) > limits.ZIP_ENTRIES:
        raise RefusedFile("bomb")
    names: set[str] = set()
    for entry in entries:
        _require_plain_entry(entry)
        name = entry.filename.lower()
        if name in names:
            raise RefusedFile("zip_doubled")
        names.add(name)
    _require_no_gaps(data, entries, start)
    _require_small(entries, len(data))
    return archive


def _require_end(data: bytes) -> int:
    """Return where the directory starts; the file must end with the directory, and nothing more."""
    at = len(data) - _END.size
    if at < 0 or data[at : at + 4] != _END_MARK:
        raise RefusedFile("second_file" if _END_MARK in data else "damaged")
    _mark, disk, first, here, total, size, start, comment = _END.unpack_from(data, at)
    if comment or disk or first or here != total:
        raise RefusedFile("second_file")
    if total == 0xFFFF or start == 0xFFFFFFFF or start + size != at:
        raise RefusedFile("second_file")
    return int(start)


def _require_plain_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if not _NAME.fullmatch(name) or len(name) > limits.NAME_LENGTH:
        raise RefusedFile("zip_path")
    parts = name.rstrip("/").split("/")
    if any(part in {"", ".", ".."} for part in parts):
        raise RefusedFile("zip_path")
    if entry.flag_bits & _ENCRYPTED:
        raise RefusedFile("encrypted")
    mode = entry.external_attr >> 16
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0):
        raise RefusedFile("zip_path")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise RefusedFile("damaged")


def _require_no_gaps(data: bytes, entries: list[zipfile.ZipInfo], start: int) -> None:
    """Every byte before the directory belongs to one entry: none hidden, none used twice."""
    position = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < position:
            raise RefusedFile("bomb")
        if entry.header_offset - position not in (_BETWEEN if position else {0}):
            raise RefusedFile("second_file")
        header = data[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
        if len(header) < _LOCAL_HEADER.size or header[:4] != _LOCAL_MARK:
            raise RefusedFile("damaged")
        name_length, extra_length = _LOCAL_HEADER.unpack(header)[-2:]
        position = (
            entry.header_offset
            + _LOCAL_HEADER.size
            + name_length
            + extra_length
            + entry.compress_size
        )
    if start - position not in _BETWEEN:
        raise RefusedFile("second_file" if start > position else "bomb")


def _require_small(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.ZIP_UNPACKED_BYTES:
        raise RefusedFile("bomb")
    if unpacked > limits.ZIP_RATIO_MATTERS_FROM and unpacked > packed * limits.ZIP_RATIO:
        raise RefusedFile("bomb")


def chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield an entry's content piece by piece; it ends where the directory says, or is refused."""
    try:
        with archive.open(entry) as opened:
            while piece := opened.read(_CHUNK):
                yield piece
    except (zipfile.BadZipFile, EOFError, NotImplementedError):
        raise RefusedFile("damaged") from None
