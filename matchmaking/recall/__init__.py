"""Stage 1: a few hundred candidates out of any number of listings."""

from matchmaking.recall.finding import CANDIDATES, find_candidates, fuse, must_conditions
from matchmaking.recall.frequencies import Frequencies, pinned_frequencies
from matchmaking.recall.terms import counted, postings, text_of

__all__ = [
    "CANDIDATES",
    "Frequencies",
    "counted",
    "find_candidates",
    "fuse",
    "must_conditions",
    "pinned_frequencies",
    "postings",
    "text_of",
]
