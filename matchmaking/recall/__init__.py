"""Stage 1: a few hundred candidates out of any number of listings.

terms.py says what a listing is found by, frequencies.py how rare a word is, centres.py what
meanings are measured from; dense.py and sparse.py search, musts.py filters, finding.py fuses.
"""

from matchmaking.recall.centres import can_be_centred, centre_of, pin_centre
from matchmaking.recall.finding import CANDIDATES, find_candidates, fuse
from matchmaking.recall.frequencies import Frequencies, pinned_frequencies
from matchmaking.recall.musts import must_conditions
from matchmaking.recall.terms import counted, postings, text_of

__all__ = [
    "CANDIDATES",
    "Frequencies",
    "can_be_centred",
    "centre_of",
    "counted",
    "find_candidates",
    "fuse",
    "must_conditions",
    "pin_centre",
    "pinned_frequencies",
    "postings",
    "text_of",
]
