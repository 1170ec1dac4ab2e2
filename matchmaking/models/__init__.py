"""What the engine found, by which constants, and when."""

from matchmaking.models.constants import CorpusStatistics, WeightSet, WeightSetEvaluation
from matchmaking.models.matches import Impression, Match, MatchQuerySet
from matchmaking.models.runs import MatchRun

__all__ = [
    "CorpusStatistics",
    "Impression",
    "Match",
    "MatchQuerySet",
    "MatchRun",
    "WeightSet",
    "WeightSetEvaluation",
]
