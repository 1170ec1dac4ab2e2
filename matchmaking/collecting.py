"""How often Python looks for objects that only refer to each other."""

import gc

# New objects until the youngest are looked through, then how many such looks until the next
# generation's turn. Python's own 700, 10, 10 mean a look at everything every two or three needs:
# 170 ms each, once a worker keeps the facts of some thousand listings.
_THRESHOLDS = (50_000, 20, 20)


def collect_rarely() -> None:
    """Let a process that keeps many facts look through them rarely.

    Facts are frozen and never refer to each other in circles; they go when the last reference
    does. What is there already (code, settings, models) is never looked through again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
