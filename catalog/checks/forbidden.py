"""Words that public text should not use; which they are is a list that admins keep."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.checks.findings import Finding, FindingCode, Severity


@dataclass(frozen=True, slots=True)
class Forbidden:
    word: str
    harmless_in: tuple[str, ...] = ()


def forbidden_words(texts: Iterable[tuple[str, str]], words: Iterable[Forbidden]) -> list[Finding]:
    """Return one finding for each word and the first field it stands in."""
    pieces = [(field, text.lower()) for field, text in texts if text]
    found = []
    for each in words:
        for field, text in pieces:
            if _stands_in(text, each):
                found.append(
                    Finding(
                        FindingCode.FORBIDDEN_WORD, Severity.WARNING, field, {"word": each.word}
                    )
                )
                break
    return found


def _stands_in(text: str, forbidden: Forbidden) -> bool:
    word = forbidden.word.lower()
    at = text.find(word)
    while at >= 0:
        if not any(_covers(text, phrase.lower(), at, word) for phrase in forbidden.harmless_in):
            return True
        at = text.find(word, at + 1)
    return False


def _covers(text: str, phrase: str, at: int, word: str) -> bool:
    """Whether ``phrase`` stands in ``text`` around the ``word`` at ``at``."""
    offset = phrase.find(word)
    return offset >= 0 and at >= offset and text.startswith(phrase, at - offset)
