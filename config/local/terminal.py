"""Words for the person at the terminal, who may have closed it."""

import os
import sys


def say(words: str) -> None:
    """Print at once. A closed terminal must not keep us from stopping what we started."""
    try:
        print(words, flush=True)
    except OSError:
        # What is still in the buffer would fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
