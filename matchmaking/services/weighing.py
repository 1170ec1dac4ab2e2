"""New weights: measured by the engine that serves before they may serve themselves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.events import record
from accounts.permissions import require
from catalog.choices import ListingState
from catalog.embedding import EmbedderUnavailable, get_embedder
from catalog.models import Catalogue, Need
from catalog.services import StateConflict, want_all_scored
from matchmaking import queue
from matchmaking.benchmark import RememberingEmbedder, benchmark_facts, read_benchmark
from matchmaking.engine import ENGINE_VERSION
from matchmaking.engine.evaluation import engine_system, evaluate
from matchmaking.engine.facts import NeedFacts
from matchmaking.engine.sensitivity import Sample, sensitivity
from matchmaking.engine.table import SolutionTable
from matchmaking.engine.weights import Weights
from matchmaking.facts import FactsLoader, read_needs
from matchmaking.models import Match, WeightSet, WeightSetEvaluation
from matchmaking.permissions import can_serve_weights
from matchmaking.services.corpora import serving_weights
from matchmaking.services.pinned import pinned_for

JUDGED = "tech-transfer"
CATALOGUE = "catalogue"
# A dozen needs show which way lists go; each is ranked twice a criterion.
_SAMPLED_NEEDS = 12


class NotEvaluated(Exception):
    """The engine that serves has not measured these weights."""


@transaction.atomic
def request_evaluation(*, actor: Actor, weight_set: WeightSet) -> WeightSetEvaluation:
    """Ask for an evaluation; a worker makes it."""
    require(can_serve_weights(actor))
    evaluation = WeightSetEvaluation.objects.create(
        weight_set=weight_set, engine_version=ENGINE_VERSION, requested_by=actor.user
    )
    record(actor, "weights.evaluation_requested", weight_set, evaluation=evaluation.pk)
    # The only process that holds the language model, which judged texts are read with.
    queue.send_on_commit("matchmaking.evaluate_weights", evaluation.pk, queue=queue.EMBED)
    return evaluation


def evaluate_weights(*, evaluation_id: int) -> int:
    """Measure what was asked for; return how many data sets there were to measure on.

    Doing it twice does no harm: what is finished stays as it is.
    """
    asked = WeightSetEvaluation.objects.select_related("weight_set").filter(pk=evaluation_id)
    evaluation = asked.first()
    # Done already, or its weight set was deleted before anybody got round to it.
    if evaluation is None or evaluation.finished_at is not None:
        return 0
    weights = Weights(evaluation.weight_set.weights)
    try:
        figures = dict(_measured(weights))
    except Exception as error:
        _finish(evaluation, error=type(error).__name__)
        raise
    _finish(evaluation, figures=figures, data=", ".join(figures))
    return len(figures)


def _finish(evaluation: WeightSetEvaluation, **found: Any) -> None:
    WeightSetEvaluation.objects.filter(pk=evaluation.pk, finished_at__isnull=True).update(
        engine_version=ENGINE_VERSION, finished_at=timezone.now(), **found
    )


def _measured(weights: Weights) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each data set's name and figures; one that is not there is left out.

    Stored outcomes are the next data set, once introductions have any.
    """
    if settings.BENCHMARKS_DIR and (folder := Path(settings.BENCHMARKS_DIR) / JUDGED).is_dir():
        yield JUDGED, _on_judged_pairs(folder, weights)
    sample = _sample()
    if sample:
        yield CATALOGUE, _on_the_catalogue(sample, weights)


def _on_judged_pairs(folder: Path, weights: Weights) -> dict[str, Any]:
    """Return the figures of these weights and of the serving ones on judged texts."""
    benchmark = read_benchmark(folder)
    try:
        needs, solutions = benchmark_facts(benchmark, RememberingEmbedder(get_embedder()))
    except EmbedderUnavailable:
        needs, solutions = benchmark_facts(benchmark, None)
    today = timezone.localdate()
    _row, serving = serving_weights()
    systems = {"new": engine_system(weights, today), "serving": engine_system(serving, today)}
    return evaluate(needs, solutions, benchmark.labels, systems)["systems"]


def _on_the_catalogue(sample: Sample, weights: Weights) -> dict[str, Any]:
    """Return how the first places of sampled lists change against the serving weights."""
    constants = pinned_for(_catalogue_id()).constants
    whole, around = sensitivity(sample, constants, weights)
    return {
        "needs": len(sample),
        **whole.to_json(),
        "criteria": {
            criterion.value: {"minus": less.to_json(), "plus": more.to_json()}
            for criterion, (less, more) in around.items()
        },
    }


def _catalogue_id() -> int:
    return Catalogue.objects.values_list("pk", flat=True).get(code=Catalogue.MAIN)


def _sample() -> Sample:
    """Return published needs, the oldest first, each with whom its list holds now."""
    pinned = pinned_for(_catalogue_id())
    corpus = pinned.constants.corpus
    loader = FactsLoader()
    listed = Match.objects.filter(in_need_list=True).values("need_id")
    ids = (
        Need.objects.filter(
            pk__in=listed, state=ListingState.PUBLISHED, catalogue__code=Catalogue.MAIN
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    sample: list[tuple[NeedFacts, SolutionTable]] = []
    for loaded in read_needs(ids[: 2 * _SAMPLED_NEEDS], pinned.space_id):
        # What an owner weighs itself does not follow the platform's weights.
        if loaded.facts.weights is not None or len(sample) == _SAMPLED_NEEDS:
            continue
        held = Match.objects.filter(need_id=int(loaded.facts.id), in_need_list=True)
        table, _versions = loader.solutions(held.values_list("solution_id", flat=True), corpus)
        sample.append((loaded.facts, table))
    return sample


def evaluation_of(weight_set: WeightSet) -> WeightSetEvaluation | None:
    """Return the newest evaluation by the engine that serves which measured something."""
    rows = weight_set.evaluations.filter(
        engine_version=ENGINE_VERSION, finished_at__isnull=False, error=""
    ).exclude(data="")
    return rows.first()


@transaction.atomic
def serve_weights(*, actor: Actor, weight_set: WeightSet) -> int:
    """Let a set serve from now on, and have everything scored by it; return how many listings.

    Raises NotEvaluated before an evaluation by the engine that serves, StateConflict when the
    set serves already or somebody else chose another one meanwhile.
    """
    require(can_serve_weights(actor))
    if evaluation_of(weight_set) is None:
        raise NotEvaluated
    before = WeightSet.objects.get(is_serving=True)
    retired = WeightSet.objects.filter(pk=before.pk, is_serving=True).exclude(pk=weight_set.pk)
    if not retired.update(is_serving=False):
        raise StateConflict
    WeightSet.objects.filter(pk=weight_set.pk).update(is_serving=True)
    record(actor, "weights.served", weight_set, before=before.version, version=weight_set.version)
    return want_all_scored()
