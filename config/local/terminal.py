"""Words for the person at the terminal, who may have closed it."""

import sys
from typing import TextIO


def say(words: str, stream: TextIO | None = None) -> None:
    """Print at once. A closed terminal must not keep us from stopping what we started."""
    try:
        print(words, file=stream or sys.stdout, flush=True)
    except OSError:
        return
