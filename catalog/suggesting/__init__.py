"""What a free description of a problem suggests about a need: plain Python, no Django.

Every suggestion carries the places of the text that it rests on. Nothing here stores anything.
"""

from catalog.suggesting.lexicon import Lexicon, Term
from catalog.suggesting.reading import Reading
from catalog.suggesting.suggesting import suggest, title_of
from catalog.suggesting.suggestion import Field, Span, Suggestion

__all__ = ["Field", "Lexicon", "Reading", "Span", "Suggestion", "Term", "suggest", "title_of"]
