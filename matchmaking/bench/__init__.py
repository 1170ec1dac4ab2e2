"""Measuring the engine at scale: a synthetic catalogue, its loading, the measures, the table.

Read in this order: source.py (the real texts it starts from), words.py and vectors.py (how they
are multiplied), structure.py (prices, places and the like), generator.py (one chunk of
listings), quality.py (how near that comes to the real ones), loader.py and schema.py (COPY,
then indexes). docs/scaling.md says how the synthetic catalogue is made.
"""
