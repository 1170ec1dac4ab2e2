"""Every write of matches and what follows from them."""

from matchmaking.services.corpora import (
    refresh_corpora,
    refresh_corpus,
    serving_corpus,
    serving_weights,
)
from matchmaking.services.explaining import (
    Explained,
    explain_pair,
    record_impressions,
    ruled_out_needs,
    ruled_out_solutions,
)
from matchmaking.services.indexing import index_candidate, index_many
from matchmaking.services.introductions import (
    accept,
    confirm_agreement,
    decline,
    express_interest,
    withdraw,
)
from matchmaking.services.rebuilding import index_all_lagging, index_lagging
from matchmaking.services.relations import flag_all_relations, flag_relations, handle_relation
from matchmaking.services.runs import (
    CANARY_SECONDS,
    canary_age,
    note_canary,
    open_runs,
    prune_runs,
    retry_runs,
    sweep,
    waiting,
)
from matchmaking.services.scoring import score_listing, score_listings
from matchmaking.services.vectors import embed_listing, embed_many, embedder_report, note_embedder
from matchmaking.services.weighing import (
    NotEvaluated,
    evaluate_weights,
    evaluation_of,
    request_evaluation,
    serve_weights,
)
from matchmaking.services.withdrawing import want_runs_of_organization, want_withdrawal

__all__ = [
    "CANARY_SECONDS",
    "Explained",
    "NotEvaluated",
    "accept",
    "canary_age",
    "confirm_agreement",
    "decline",
    "embed_listing",
    "embed_many",
    "embedder_report",
    "evaluate_weights",
    "evaluation_of",
    "explain_pair",
    "express_interest",
    "flag_all_relations",
    "flag_relations",
    "handle_relation",
    "index_all_lagging",
    "index_candidate",
    "index_lagging",
    "index_many",
    "note_canary",
    "note_embedder",
    "open_runs",
    "prune_runs",
    "record_impressions",
    "refresh_corpora",
    "refresh_corpus",
    "request_evaluation",
    "retry_runs",
    "ruled_out_needs",
    "ruled_out_solutions",
    "score_listing",
    "score_listings",
    "serve_weights",
    "serving_corpus",
    "serving_weights",
    "sweep",
    "waiting",
    "want_runs_of_organization",
    "want_withdrawal",
    "withdraw",
]
