"""Contact details in text, also those written so that a program should miss them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class ContactKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    WECHAT = "wechat"
    QQ = "qq"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Contact:
    kind: ContactKind
    # As written, after full-width and spelled-out digits became plain ones.
    text: str


_SPELLED = str.maketrans("零〇○幺一壹二贰两三叁四肆五伍六陆七柒八捌九玖", "00011122233445566778899")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufe0e\ufe0f\u20e3\u00ad]")
# What follows an amount or a measure, and never a telephone number.
_UNITS = r"(?!\s*(?:元|万|亿|%|mm|cm|kg|kw|mah|件|个|次|吨|台|套|行|条))"
_NOT_IN_NUMBER = r"(?<![\d.])(?<!\d[-/:×x*])"
_SEP = r"[ \-._*·—]{1,2}"


def _grouped(*sizes: int) -> str:
    """A mobile number in groups of these sizes; it begins with 1 and 3 to 9."""
    groups = [rf"1[3-9]\d{{{sizes[0] - 2}}}" if sizes[0] > 1 else rf"1(?:{_SEP})[3-9]"]
    rest = sizes[1:] if sizes[0] > 1 else sizes[2:]
    return _SEP.join([*groups, *(rf"\d{{{size}}}" for size in rest)])


_MOBILE_GROUPS = (
    (11,),
    (3, 4, 4),
    (4, 3, 4),
    (3, 3, 5),
    (3, 8),
    (7, 4),
    (2, 2, 2, 2, 2, 1),
    (3, 2, 2, 2, 2),
    (1,) * 11,
)
_MOBILE = "|".join(_grouped(*sizes) for sizes in _MOBILE_GROUPS)
_DOMAIN_ENDS = (
    "com|cn|net|org|gov|edu|io|top|vip|shop|tech|cc|xyz|info|biz|co|me|site|online|store|club"
)
# Names of software that look like addresses.
_NOT_DOMAINS = frozenset({"asp.net", "ado.net", "vb.net", "ml.net", "socket.io", "paho.net"})
_AT = r"(?:@|[(\[{<]\s*(?:at|艾特)\s*[)\]}>]|\s+at\s+|#at#)"
_DOT = r"(?:\.|[(\[{<]\s*dot\s*[)\]}>]|\s+dot\s+)"
_PATTERNS: tuple[tuple[ContactKind, re.Pattern[str]], ...] = (
    (
        ContactKind.EMAIL,
        re.compile(
            rf"[a-z0-9][a-z0-9._%+-]{{0,63}}\s?{_AT}\s?[a-z0-9-]{{1,63}}"
            rf"(?:{_DOT}[a-z0-9-]{{1,63}}){{0,3}}{_DOT}[a-z]{{2,10}}(?![a-z0-9])"
        ),
    ),
    (
        ContactKind.URL,
        re.compile(
            r"https?://[^\s，。；、）)]{3,200}|(?<![a-z0-9@.-])www\.[a-z0-9-]{2,63}\.[a-z.]{2,20}"
            rf"|(?<![a-z0-9@._/-])(?:[a-z0-9-]{{2,63}}\.){{1,4}}(?:{_DOMAIN_ENDS})(?![a-z0-9_-])"
        ),
    ),
    (
        ContactKind.WECHAT,
        re.compile(
            r"(?:微信|微xin|薇信|威信|徽信|weixin|wechat|(?<![a-z])wx|(?<![a-z])vx|[加+]\s?v|v信)"
            r"\s*(?:公众号|号码|号|id|同号)?\s*[:是为]?\s*(?P<id>[a-z0-9][-_a-z0-9]{5,19})(?![a-z0-9])"
        ),
    ),
    (
        ContactKind.QQ,
        re.compile(
            r"(?:(?<![a-z])qq|扣扣|球球|企鹅)\s*(?:号码|号|群)?\s*[:是为]?\s*[1-9]\d{4,10}(?!\d)"
        ),
    ),
    (
        ContactKind.PHONE,
        re.compile(
            rf"{_NOT_IN_NUMBER}(?:\+?86{_SEP}?|\+?86)?(?:{_MOBILE})(?![\d]|[-.]\d){_UNITS}"
            rf"|{_NOT_IN_NUMBER}\(?0(?:10|2\d|[3-9]\d{{2}})\)?(?:\s?-\s?|\s|(?<=\)))?[2-9]\d{{6,7}}"
            rf"(?![\d]|[-.]\d{{6}}){_UNITS}"
            rf"|{_NOT_IN_NUMBER}[48]00{_SEP}?\d{{3,4}}{_SEP}?\d{{3,4}}(?!\d|[-.]\d){_UNITS}"
            r"|(?:电话|热线|tel|手机|座机|致电)\s*[:是为]?\s*[2-9]\d{6,7}(?!\d)"
        ),
    ),
)
# 8004000 mm is a size and 400 800 1200 a pallet: a service line has ten digits.
_SERVICE_DIGITS = 10


def normalised(text: str) -> str:
    """Return ``text`` with one form for each digit and letter, and nothing invisible."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
    return plain.translate(_SPELLED)


def contacts(text: str) -> Iterator[Contact]:
    """Yield the contact details in ``text``, each stretch of it once."""
    plain = normalised(text)
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            if _is_contact(kind, match):
                yield Contact(kind, match.group().strip())


def _is_contact(kind: ContactKind, match: re.Match[str]) -> bool:
    found = match.group()
    if kind == ContactKind.URL:
        return found not in _NOT_DOMAINS and not found.replace(".", "").isdigit()
    if kind == ContactKind.WECHAT:
        return any(letter.isdigit() or letter in "-_" for letter in match["id"]) or (
            ":" in found or "号" in found
        )
    digits = sum(letter.isdigit() for letter in found)
    if kind == ContactKind.PHONE and found[:3] in {"400", "800"}:
        return digits == _SERVICE_DIGITS
    return True


def masked(contact: Contact) -> str:
    """Return enough of it to find the place, and too little to use."""
    text = contact.text
    keep = max(2, len(text) // 3)
    return text[:keep] + "*" * min(6, len(text) - keep)
