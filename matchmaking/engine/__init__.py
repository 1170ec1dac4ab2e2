"""The matching engine: facts in, ranked and explained results out. No Django in here.

Read in this order: facts.py (what is known of both sides), table.py (many of them side by side),
constraints.py (what rules out), criteria/ (how each question is judged), parts.py and score.py
(how it adds up), reciprocal.py (what the vendor wants, and who sees which reason). docs/engine.md
has the formulas. Values are computed for all rows of a table at once, reasons row by row, only
for the rows that are kept.
"""

from __future__ import annotations

# Raised whenever the same facts, corpus and weights may give another score.
ENGINE_VERSION = "2.2"
