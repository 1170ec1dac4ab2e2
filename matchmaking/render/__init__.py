"""Evidence turned into words, for one viewer in one language."""

from catalog.wording.names import Names
from matchmaking.render.moves import Move
from matchmaking.render.privacy import Sight
from matchmaking.render.score import Renderer, render_match, render_score
from matchmaking.render.shapes import (
    ConstraintView,
    Glance,
    HeadlineView,
    LeadingView,
    MatchView,
    MissingView,
    PartView,
    ReasonView,
    Speaks,
    Total,
    WishesView,
)

__all__ = [
    "ConstraintView",
    "Glance",
    "HeadlineView",
    "LeadingView",
    "MatchView",
    "MissingView",
    "Move",
    "Names",
    "PartView",
    "ReasonView",
    "Renderer",
    "Sight",
    "Speaks",
    "Total",
    "WishesView",
    "render_match",
    "render_score",
]
