"""What the engine found, by which constants, and when; what recall finds candidates in."""

from matchmaking.models.candidates import Candidate, PackedFacts, Posting, WordStatistics
from matchmaking.models.constants import CorpusStatistics, WeightSet, WeightSetEvaluation
from matchmaking.models.introductions import Introduction, IntroductionQuerySet
from matchmaking.models.matches import Impression, Match, MatchQuerySet
from matchmaking.models.relations import RelationFlag
from matchmaking.models.runs import MatchRun

__all__ = [
    "Candidate",
    "CorpusStatistics",
    "Impression",
    "Introduction",
    "IntroductionQuerySet",
    "Match",
    "MatchQuerySet",
    "MatchRun",
    "PackedFacts",
    "Posting",
    "RelationFlag",
    "WeightSet",
    "WeightSetEvaluation",
    "WordStatistics",
]
