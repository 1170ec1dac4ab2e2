"""Every write of matches and what follows from them."""

from matchmaking.services.corpora import (
    refresh_corpora,
    refresh_corpus,
    serving_corpus,
    serving_weights,
)
from matchmaking.services.explaining import explain_pair, record_impressions
from matchmaking.services.runs import (
    CANARY_SECONDS,
    canary_age,
    drop_matches,
    note_canary,
    open_run,
    retry_runs,
    sweep,
    waiting,
)
from matchmaking.services.scoring import score_listing
from matchmaking.services.vectors import embed_listing, embed_many, embedder_report, note_embedder

__all__ = [
    "CANARY_SECONDS",
    "canary_age",
    "drop_matches",
    "embed_listing",
    "embed_many",
    "embedder_report",
    "explain_pair",
    "note_canary",
    "note_embedder",
    "open_run",
    "record_impressions",
    "refresh_corpora",
    "refresh_corpus",
    "retry_runs",
    "score_listing",
    "serving_corpus",
    "serving_weights",
    "sweep",
    "waiting",
]
