"""The one clear sentence a person gets when something cannot be done."""

from pathlib import Path


class Refusal(Exception):
    """Shown without a traceback; the runner then ends with exit code 1."""


def last_words(log: Path, since: int = 0, limit: int = 4000) -> str:
    """The end of what a log file gained, for finding out why its program died."""
    try:
        with log.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(since, stream.tell() - limit))
            return stream.read().decode(errors="replace")
    except FileNotFoundError:
        return ""


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
