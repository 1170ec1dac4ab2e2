"""Unique tokens for confidential fields, and the search for them in whatever was answered."""

import base64
import binascii
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tests.leak.viewers import Viewer

# No word of any language: one look for it tells whether a document holds any token at all.
_PREFIX = "zqj"
_WORD = re.compile(rb"zqj[a-z]{9}")
_PACKED = re.compile(rb"[A-Za-z0-9+/_\-]{24,}={0,2}")


@dataclass(frozen=True)
class Secret:
    where: str
    spellings: tuple[bytes, ...]
    readers: frozenset[Viewer]


@dataclass(frozen=True)
class Link:
    """Two things that anybody may read, but not that they belong together."""

    where: str
    first: tuple[bytes, ...]
    second: tuple[bytes, ...]
    readers: frozenset[Viewer]

    def is_told(self, document: bytes) -> bool:
        return any(each in document for each in self.first) and any(
            each in document for each in self.second
        )


@dataclass(frozen=True)
class Hit:
    viewer: Viewer
    channel: str
    address: str
    where: str

    def __str__(self) -> str:
        return f"{self.viewer}: {self.where} by {self.channel} at {self.address}"


@dataclass
class Secrets:
    words: dict[bytes, Secret] = field(default_factory=dict)
    others: list[Secret] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    _dates: int = 2040

    def __len__(self) -> int:
        return len(self.words) + len(self.others) + len(self.links)

    def word(self, where: str, readers: Iterable[Viewer]) -> str:
        word = _PREFIX + _letters(where)
        self.words[word.encode()] = Secret(where, (word.encode(),), frozenset(readers))
        return word

    def amount(self, where: str, readers: Iterable[Viewer], millions: int = 3) -> Decimal:
        """Return some ``millions`` of CNY that no other field comes near."""
        digits = int(hashlib.sha256(where.encode()).hexdigest(), 16) % 899_999 + 100_001
        yuan = millions * 1_000_000 + digits
        wan = Decimal(yuan) / 10_000
        spellings = {str(yuan), f"{yuan:,}", f"{wan:.2f}", f"{wan:.4f}"}
        spellings |= {f"{wan:.{places}f}{space}万" for places in (0, 1) for space in ("", " ")}
        self._add(where, spellings, readers)
        return Decimal(yuan)

    def day(self, where: str, readers: Iterable[Viewer]) -> date:
        """Return a day in a year that nothing else mentions."""
        self._dates += 1
        chosen = date(self._dates, 3, 17)
        spellings = {
            *(chosen.isoformat(), f"{chosen.year}年", f"{chosen.year}/03", f"{chosen.year}.03"),
            *(f"{chosen.year}-03", f"march {chosen.year}", f"17, {chosen.year}"),
        }
        self._add(where, spellings, readers)
        return chosen

    def phone(self, where: str, readers: Iterable[Viewer]) -> str:
        digits = f"{int(hashlib.sha256(where.encode()).hexdigest(), 16) % 10**8:08d}"
        self._add(
            where, {digits, f"{digits[:4]} {digits[4:]}", f"{digits[:4]}-{digits[4:]}"}, readers
        )
        return f"+86139{digits}"

    def link(
        self, where: str, first: Iterable[str], second: Iterable[str], readers: Iterable[Viewer]
    ) -> None:
        one, two = (tuple(text.lower().encode() for text in each) for each in (first, second))
        self.links.append(Link(where, one, two, frozenset(readers)))

    def token(self, where: str) -> str:
        """Return how the word of one field is spelled."""
        return next(word.decode() for word, each in self.words.items() if each.where == where)

    def _add(self, where: str, spellings: Iterable[str], readers: Iterable[Viewer]) -> None:
        texts = tuple(text.encode() for text in sorted(set(spellings)))
        self.others.append(Secret(where, texts, frozenset(readers)))

    def found(self, document: bytes) -> set[str]:
        """Return where every token that ``document`` tells comes from, whoever reads it."""
        return {secret.where for secret in self._told(document)}

    def hits(self, viewer: Viewer, channel: str, address: str, document: bytes) -> list[Hit]:
        return [
            Hit(viewer, channel, address, secret.where)
            for secret in self._told(document)
            if viewer not in secret.readers
        ]

    def _told(self, document: bytes) -> Iterator[Secret | Link]:
        lowered = document.lower()
        if _PREFIX.encode() in lowered:
            for word in set(_WORD.findall(lowered)):
                if word in self.words:
                    yield self.words[word]
        for secret in self.others:
            if any(spelling in lowered for spelling in secret.spellings):
                yield secret
        for link in self.links:
            if link.is_told(lowered):
                yield link


def _letters(where: str) -> str:
    number = int(hashlib.sha256(where.encode()).hexdigest(), 16)
    letters = ""
    for _place in range(9):
        number, rest = divmod(number, 26)
        letters += chr(ord("a") + rest)
    return letters


def opened(document: bytes) -> bytes:
    """Return the document with what is packed inside it: archives, and base64 in what is short."""
    pieces = [document]
    if document.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(document)) as archive:
            pieces += [name.encode() + archive.read(name) for name in archive.namelist()]
    return b"\n".join(pieces)


def unpacked(text: bytes) -> bytes:
    """Return ``text`` with what base64 (and zlib within it) hides in it: headers, messages."""
    pieces = [text]
    for packed in _PACKED.findall(text):
        try:
            plain = base64.urlsafe_b64decode(
                packed.rstrip(b"=") + b"=" * (-len(packed.rstrip(b"=")) % 4)
            )
        except binascii.Error:
            continue
        pieces.append(plain)
        try:
            pieces.append(zlib.decompress(plain))
        except zlib.error:
            continue
    return b"\n".join(pieces)
