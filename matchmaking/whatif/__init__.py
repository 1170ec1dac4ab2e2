"""What if the need asked for something else? Read and computed, never written.

supposing.py   the need as its owner imagines it, and the form it is imagined in
market.py      the candidates, as far as the owner may read them
ranking.py     the list before and after, side by side
musts.py       what each condition costs: whom it alone keeps out

Everything here is computed from what the asker may read anyway. Whatever is moved in small
steps, no answer depends on a price, a wish or a capacity that its vendor keeps to itself.
"""

from matchmaking.whatif.market import Market, load_market
from matchmaking.whatif.musts import Cost, costs_of, fitting
from matchmaking.whatif.ranking import Outcome, compare
from matchmaking.whatif.supposing import Supposition, WhatIfForm

__all__ = [
    "Cost",
    "Market",
    "Outcome",
    "Supposition",
    "WhatIfForm",
    "compare",
    "costs_of",
    "fitting",
    "load_market",
]
