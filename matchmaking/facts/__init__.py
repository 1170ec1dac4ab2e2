"""The only bridge from rows to the engine's frozen facts."""

from matchmaking.facts.building import (
    NOBODY,
    Barred,
    Identity,
    Proofs,
    Terms,
    need_facts,
    proofs_of,
    solution_facts,
    stated_text,
)
from matchmaking.facts.loader import FactsLoader
from matchmaking.facts.reading import (
    Around,
    Loaded,
    around,
    barred_for,
    load_terms,
    load_vectors,
    matching_content,
    need_facts_now,
    offering,
    published_text,
    read_needs,
    read_solutions,
)

__all__ = [
    "NOBODY",
    "Around",
    "Barred",
    "FactsLoader",
    "Identity",
    "Loaded",
    "Proofs",
    "Terms",
    "around",
    "barred_for",
    "load_terms",
    "load_vectors",
    "matching_content",
    "need_facts",
    "need_facts_now",
    "offering",
    "proofs_of",
    "published_text",
    "read_needs",
    "read_solutions",
    "solution_facts",
    "stated_text",
]
