"""Celery's entry points: ids in, one service call, a count out. No logic lives here."""

from celery import shared_task

from matchmaking import services


@shared_task(name="matchmaking.embed_listing")
def embed_listing(listing_id: int) -> int:
    return services.embed_listing(listing_id=listing_id)


@shared_task(name="matchmaking.score_listings")
def score_listings(listing_ids: list[int]) -> int:
    return services.score_listings(listing_ids=listing_ids)


@shared_task(name="matchmaking.sweep")
def sweep() -> int:
    return services.sweep()


@shared_task(name="matchmaking.index_lagging")
def index_lagging() -> int:
    return services.index_all_lagging()


@shared_task(name="matchmaking.refresh_corpora")
def refresh_corpora() -> int:
    return services.refresh_corpora()


@shared_task(name="matchmaking.evaluate_weights")
def evaluate_weights(evaluation_id: int) -> int:
    return services.evaluate_weights(evaluation_id=evaluation_id)


@shared_task(name="matchmaking.prune_runs")
def prune_runs() -> int:
    return services.prune_runs()


@shared_task(name="matchmaking.flag_relations")
def flag_relations() -> int:
    return services.flag_all_relations()


@shared_task(name="matchmaking.canary")
def canary() -> int:
    return services.note_canary()


@shared_task(name="matchmaking.embedder_canary")
def embedder_canary() -> int:
    return services.note_embedder()
