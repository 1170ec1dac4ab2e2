"""The matching engine: facts in, ranked and explained results out. No Django in here.

Read in this order: facts.py (what is known of both sides), constraints.py (what rules out),
criteria/ (how each question is judged), parts.py and score.py (how it adds up), reciprocal.py
(what the vendor wants, and who sees which reason). docs/engine.md has the formulas.
"""

from __future__ import annotations

# Raised whenever the same facts, corpus and weights may give another score.
ENGINE_VERSION = "1.0"
