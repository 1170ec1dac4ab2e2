"""One solution published: how long until every list it belongs to holds it, and is that right.

New solutions are created, submitted and published by the site's own services; what is timed begins
with the moderator's approval and ends when the last list is written. Their vectors are stored
before: the model's time is measured on its own. Every need that recall brings for one of them has
its list by then, and so have those that the truth is told for; no other list is read or written.

What was found is held against two truths, over all needs or a sample of many. *Exhaustive*: every
new solution scored with every need by the engine; a need's list holds only whom recall brought, so
this asks more than any list can hold. *By re-match*: of those pairs, the ones that the need's own
run would have found, because its recall brings the solution; what is missing there is what
publishing missed. Recall is asked anew for a sample of the pairs that are not in the lists.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection
from pgvector import HalfVector

from accounts.actors import SYSTEM
from accounts.models import Organization
from catalog.choices import ListingKind
from catalog.embedding import content_hash, get_embedder, views_of
from catalog.models import Catalogue, Listing, ListingVector
from catalog.services import create_listing, publish_revision, submit_listing
from matchmaking.bench.building import Plan
from matchmaking.bench.generator import Chunk, Generator, Sizes
from matchmaking.bench.measures import rematching
from matchmaking.bench.measures.answering import sample_needs, scorer_of
from matchmaking.bench.measures.timing import Times
from matchmaking.bench.processes import spread
from matchmaking.bench.stages import Figures
from matchmaking.engine.score import rank_needs
from matchmaking.facts import FactsLoader, matching_content, read_solutions
from matchmaking.models import MatchRun
from matchmaking.services import score_listing
from matchmaking.services.pinned import pinned_for
from matchmaking.services.scorer import Scorer
from matchmaking.services.vectors import serving_space

PUBLISHED = 24
TOP = 20
_NEEDS_AT_ONCE = 500
_FEWEST_NEEDS, _MOST_NEEDS = 1_000, 10_000
_SAMPLED = 400
# Another seed than the catalogue's: these solutions are in it nowhere.
_SEED = 2


@dataclass(frozen=True, slots=True)
class Written:
    """What one publication wrote."""

    seconds: float
    rows: int
    wal_bytes: int


def measure(plan: Plan) -> Figures:
    """Publish some solutions, one after another, and check whom they reached."""
    listings = [_submitted(chunk, place) for chunk, place in _new_solutions(plan)]
    compared = _compared(plan)
    filled = rematching.fill(plan, {*compared, *_reached(listings)})
    written = [_publish(listing) for listing in listings]
    again = [_score_again(listing.pk) for listing in listings]
    times = np.array([one.seconds for one in written])
    found = _found([listing.pk for listing in listings], compared, plan)
    figures: Figures = {
        "publish_update_s": round(float(np.median(times)), 3),
        "publish_update_p95_s": round(float(np.quantile(times, 0.95)), 3),
        "publish_update_max_s": round(float(times.max()), 3),
        "publish_rows": round(float(np.mean([one.rows for one in written])), 1),
        "publish_wal_bytes": int(np.mean([one.wal_bytes for one in written])),
        "publish_again_rows": round(float(np.mean([one.rows for one in again])), 1),
        "publish_again_wal_bytes": int(np.mean([one.wal_bytes for one in again])),
        "publish_solutions": len(listings),
        "publish_open_needs": plan.sizes.needs,
        "embed_one_ms": _embedding_ms(),
        **filled,
        **found,
    }
    plan.say(
        f"  published in {figures['publish_update_s']} s (longest"
        f" {figures['publish_update_max_s']} s); {figures['publish_rows']} rows,"
        f" {figures['publish_wal_bytes']:,} bytes of WAL; {figures['publish_found_share']:.4f}"
        f" of {figures['publish_places']} places in a top {TOP} found"
    )
    return figures


def _new_solutions(plan: Plan) -> Iterator[tuple[Chunk, int]]:
    sizes = Sizes(PUBLISHED, 0)
    generator = Generator(plan.source, plan.generator.vectors, sizes, _SEED)
    chunk = generator.chunk(ListingKind.SOLUTION, 0)
    for place in range(PUBLISHED):
        yield chunk, place


def _submitted(chunk: Chunk, place: int) -> Listing:
    """Write a new solution up to the moderator's desk, with its vectors."""
    content = chunk.contents[place]
    owner = Organization.objects.get(pk=int(chunk.organizations[place]))
    revision = create_listing(
        actor=SYSTEM,
        kind=ListingKind.SOLUTION,
        organization=owner,
        payload=content.model_dump(mode="json"),
    )
    submit_listing(actor=SYSTEM, listing=revision.listing)
    vectors = {"title": chunk.titles[place], "body": chunk.bodies[place]}
    ListingVector.objects.bulk_create(
        ListingVector(
            listing=revision.listing,
            space=serving_space(),
            view=view,
            content_hash=content_hash(text),
            vector=HalfVector(vectors[view]),
        )
        for view, text in views_of(content).items()
    )
    # What the owner alone saw before approval is not what is measured.
    score_listing(listing_id=revision.listing.pk)
    return revision.listing


def _reached(listings: Sequence[Listing]) -> set[int]:
    """Return the needs whose lists the solutions may enter."""
    scorers = (Scorer(listing, matching_content(listing)) for listing in listings)
    return {need for scorer in scorers for need in scorer.candidates()}


def _publish(listing: Listing) -> Written:
    revision = listing.revisions.get()
    before, started = _wal(), time.perf_counter()
    publish_revision(actor=SYSTEM, revision=revision)
    score_listing(listing_id=listing.pk)
    seconds = time.perf_counter() - started
    return Written(seconds, _rows_written(listing.pk), _wal() - before)


def _score_again(listing_id: int) -> Written:
    """Have a listing scored whose content is what it was: nothing should be written."""
    from_version = Listing.objects.values_list("wanted_version", flat=True).get(pk=listing_id)
    Listing.objects.filter(pk=listing_id).update(wanted_version=from_version + 1)
    before, started = _wal(), time.perf_counter()
    score_listing(listing_id=listing_id)
    seconds = time.perf_counter() - started
    return Written(seconds, _rows_written(listing_id), _wal() - before)


def _rows_written(listing_id: int) -> int:
    run = MatchRun.objects.filter(listing_id=listing_id).latest("wanted_version")
    if run.state != MatchRun.State.DONE:
        raise RuntimeError(f"the run of {listing_id} is {run.state}")
    return run.written + run.placed


def _wal() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        return int(cursor.fetchone()[0])


def _embedding_ms() -> float:
    embedder, times = get_embedder(), Times()
    text = "面向铸件与机加面的在线视觉检测，支持与 MES 对接，节拍二十秒以内。" * 4
    embedder.embed_queries([text])
    for _ in range(5):
        with times.of("embed"):
            embedder.embed_queries([text])
    return times.p50("embed")


# --- The truth ---

Standing = tuple[int, int, int]


def _found(solution_ids: Sequence[int], needs: Sequence[int], plan: Plan) -> Figures:
    """Return the share of the top-20 places found, by re-match and exhaustively."""
    tops = _Tops.of(needs)
    found, missing = 0, []
    for need_id, solution_id, standing in _scored_with_all(solution_ids, needs, plan):
        if (need_id, solution_id) in tops.members:
            found += 1
        elif tops.would_take(need_id, standing):
            missing.append((need_id, solution_id))
    recalled = _would_recall(missing)
    missed = recalled * len(missing)
    return {
        "publish_places": found + round(missed),
        "publish_found_share": _share(found, missed),
        "publish_places_exhaustive": found + len(missing),
        "publish_found_share_exhaustive": _share(found, len(missing)),
        "publish_missing_sampled": min(_SAMPLED, len(missing)),
        "publish_needs_compared": len(needs),
    }


def _share(found: int, missed: float) -> float:
    return round(found / (found + missed), 5) if found + missed else 1.0


def _would_recall(pairs: Sequence[tuple[int, int]]) -> float:
    """Return the share of a sample of ``pairs`` that the need's own run would have found."""
    if not pairs:
        return 0.0
    rng = np.random.default_rng(8)
    size = min(_SAMPLED, len(pairs))
    chosen = [pairs[place] for place in rng.choice(len(pairs), size, replace=False)]
    hits = sum(solution in scorer_of(need).candidates() for need, solution in chosen)
    return hits / size


@dataclass(frozen=True, slots=True)
class _Tops:
    """The top 20 of some needs: who is in them, and the last standing of those that are full."""

    members: set[tuple[int, int]]
    last: dict[int, Standing]

    @classmethod
    def of(cls, need_ids: Sequence[int]) -> "_Tops":
        tops = cls(set(), {})
        with connection.cursor() as cursor:
            cursor.execute(_RANKED, [list(need_ids), TOP])
            for need, solution, key, total, place in cursor.fetchall():
                tops.members.add((need, solution))
                if place == TOP:
                    tops.last[need] = (key, total, -solution)
        return tops

    def would_take(self, need_id: int, standing: Standing) -> bool:
        return need_id not in self.last or standing > self.last[need_id]


_RANKED = """
SELECT need_id, solution_id, rank_key, total, place FROM (
    SELECT need_id, solution_id, rank_key, total, row_number() OVER (
        PARTITION BY need_id ORDER BY rank_key DESC, total DESC, solution_id) AS place
    FROM matchmaking_match WHERE in_need_list AND need_id = ANY(%s)
) AS ranked WHERE place <= %s"""


def _compared(plan: Plan) -> list[int]:
    """Return the needs that the truth is told for: all of few, a sample of many."""
    return sample_needs(plan, min(_MOST_NEEDS, max(_FEWEST_NEEDS, plan.sizes.needs // 5)), 77)


def _scored_with_all(
    solution_ids: Sequence[int], need_ids: Sequence[int], plan: Plan
) -> Iterator[tuple[int, int, Standing]]:
    """Yield every pair that may be recommended, with its standing in the need's list."""
    parts = [
        need_ids[start : start + _NEEDS_AT_ONCE]
        for start in range(0, len(need_ids), _NEEDS_AT_ONCE)
    ]
    for pairs in spread(plan.processes, lambda: _Truth(solution_ids), _Truth.of, parts):
        yield from pairs


class _Truth:
    """Scores the new solutions with some needs; one a process."""

    def __init__(self, solution_ids: Sequence[int]) -> None:
        self._pinned = pinned_for(Catalogue.objects.get(code=Catalogue.MAIN).pk)
        found = read_solutions(solution_ids, self._pinned.space_id)
        self._solutions = [item.facts for item in found]
        self._loader = FactsLoader()

    def of(self, need_ids: Sequence[int]) -> list[tuple[int, int, Standing]]:
        """Return the pairs of ``need_ids`` that may be recommended."""
        constants = self._pinned.constants
        table, _versions = self._loader.needs(need_ids, constants.corpus)
        pairs = []
        for solution in self._solutions:
            ranking = rank_needs(solution, table, constants)
            pk = int(solution.id)
            for place in np.flatnonzero(~ranking.ruled_out):
                standing = (int(ranking.rank_keys[place]), int(ranking.totals[place]), -pk)
                pairs.append((int(ranking.ids[place]), pk, standing))
        return pairs
