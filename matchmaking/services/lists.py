"""The stored lists: locking, reading, writing. Every write of a Match happens here.

A row is written only under the locks of both its listings, at least one of them exclusive, and
all locks of a transaction are taken at once in ascending order: two writers never hold what the
other waits for. A transaction that also locks a listing's row does that first.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from catalog.choices import ListingKind, ListingState
from matchmaking.arrays import numbers_text
from matchmaking.engine import ENGINE_VERSION
from matchmaking.models.reasons import pack_reasons
from matchmaking.services import standing
from matchmaking.services.prepared import execute, fetch
from matchmaking.services.standing import Figures, Floor, Pair, Scores, standing_in


@dataclass(frozen=True, slots=True)
class Basis:
    """The versions of everything a score rests on besides the two listings."""

    weight_set_id: int
    corpus_id: int
    own_weights: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A pair as it is stored."""

    figures: Figures
    basis: Basis
    engine_version: str
    in_other_list: bool

    def is_as(self, pair: Pair, basis: Basis) -> bool:
        """Whether writing ``pair`` anew would change nothing."""
        return (
            self.figures == pair.figures
            and self.basis == basis
            and self.engine_version == ENGINE_VERSION
        )


class _Statements:
    """The SQL of the lists of one kind of listing."""

    def __init__(self, kind: ListingKind) -> None:
        is_need = kind == ListingKind.NEED
        parts = {
            "own": "need_id" if is_need else "solution_id",
            "other": "solution_id" if is_need else "need_id",
            "flag": "in_need_list" if is_need else "in_solution_list",
            "other_flag": "in_solution_list" if is_need else "in_need_list",
            "keys": "rank_key DESC, total DESC" if is_need else "vendor_key DESC",
        }

        def filled(text: str) -> str:
            return text.format(**parts)

        self.held = filled(_HELD + " AND {flag}")
        self.held_there = filled(_HELD + " AND {other_flag}")
        self.held_there_among = filled(_HELD + " AND {other_flag} AND {other} = ANY(%s::bigint[])")
        self.members = filled("SELECT {other} FROM matchmaking_match WHERE {own} = %s AND {flag}")
        self.holders = filled(
            "SELECT {other} FROM matchmaking_match WHERE {own} = %s AND {other_flag}"
        )
        self.floors = filled(_FLOORS)
        self.take_out = filled(_TAKE_OUT)
        self.drop = filled("DELETE FROM matchmaking_match WHERE {own} = %s")


_HELD = """
SELECT {other}, total, rank_key, vendor_key, confidence, ruled_out, need_version,
       solution_version, weight_set_id, corpus_id, own_weights, engine_version, {other_flag}
FROM matchmaking_match WHERE {own} = %s"""

_FLOORS = """
SELECT list.id, last.total, last.rank_key, last.vendor_key, last.other
FROM unnest(%s::bigint[]) AS list (id) CROSS JOIN LATERAL (
    SELECT total, rank_key, vendor_key, {other} AS other
    FROM matchmaking_match WHERE {own} = list.id AND {flag}
    ORDER BY {keys}, {other} LIMIT 1 OFFSET %s
) AS last"""

# A row stays while the other side's list holds it; the two halves never meet the same row.
_TAKE_OUT = """
WITH gone (own, other) AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[])),
deleted AS (
    DELETE FROM matchmaking_match AS row USING gone
    WHERE row.{own} = gone.own AND row.{other} = gone.other AND NOT row.{other_flag}
)
UPDATE matchmaking_match AS row SET {flag} = false, updated_at = now() FROM gone
WHERE row.{own} = gone.own AND row.{other} = gone.other AND row.{other_flag}"""

_LOCK = """
SELECT CASE WHEN alone THEN pg_advisory_xact_lock(id)
            ELSE pg_advisory_xact_lock_shared(id) END
FROM unnest(%s::bigint[], %s::boolean[]) AS wanted (id, alone)"""

# Flags are only ever raised here, save that a pair ruled out leaves the need's list.
_WRITE = """
INSERT INTO matchmaking_match AS row (
    need_id, solution_id, in_need_list, in_solution_list, total, vendor_total, rank_key,
    vendor_key, confidence, ruled_out, need_version, solution_version, reasons,
    engine_version, weight_set_id, corpus_id, own_weights)
SELECT written.*, %s::text, %s::bigint, %s::bigint, %s::boolean
FROM unnest(%s::bigint[], %s::bigint[], %s::boolean[], %s::boolean[], %s::int[], %s::int[],
    %s::int[], %s::int[], %s::float8[], %s::boolean[], %s::int[], %s::int[], %s::bytea[]) AS written
ON CONFLICT (need_id, solution_id) DO UPDATE SET
    in_need_list = (row.in_need_list OR excluded.in_need_list) AND NOT excluded.ruled_out,
    in_solution_list = row.in_solution_list OR excluded.in_solution_list,
    total = excluded.total, vendor_total = excluded.vendor_total,
    rank_key = excluded.rank_key, vendor_key = excluded.vendor_key,
    confidence = excluded.confidence, ruled_out = excluded.ruled_out,
    need_version = excluded.need_version, solution_version = excluded.solution_version,
    reasons = excluded.reasons, engine_version = excluded.engine_version,
    weight_set_id = excluded.weight_set_id, corpus_id = excluded.corpus_id,
    own_weights = excluded.own_weights, updated_at = now()"""

_VERSIONS = """
SELECT listing.id, listing.content_version
FROM catalog_listing AS listing JOIN accounts_organization AS owner
  ON owner.id = listing.organization_id
WHERE listing.id = ANY(%s::bigint[]) AND listing.state = %s AND owner.suspended_at IS NULL"""

_OF = {kind: _Statements(kind) for kind in ListingKind}


def lock_lists(alone: Iterable[int], shared: Iterable[int]) -> None:
    """Lock lists until the transaction ends: ``alone`` to write them, ``shared`` to write pairs
    of theirs into another list.
    """
    wanted = dict.fromkeys(shared, False) | dict.fromkeys(alone, True)
    ids = sorted(wanted)
    execute(_LOCK, (ids, [wanted[pk] for pk in ids]))


def members(kind: ListingKind, listing_id: int) -> set[int]:
    """Return who is in a listing's own list."""
    return {other for (other,) in fetch(_OF[kind].members, (listing_id,))}


def holders(kind: ListingKind, listing_id: int) -> set[int]:
    """Return whose lists a listing is in."""
    return {other for (other,) in fetch(_OF[kind].holders, (listing_id,))}


def held_pairs(kind: ListingKind, listing_id: int) -> dict[int, Held]:
    """Return a listing's own list as it is stored, in no order."""
    return dict(map(_held, fetch(_OF[kind].held, (listing_id,))))


def held_there(
    kind: ListingKind, listing_id: int, among: Collection[int] | None = None
) -> dict[int, Held]:
    """Return the pairs of a listing that the other side's lists hold."""
    if among is None:
        return dict(map(_held, fetch(_OF[kind].held_there, (listing_id,))))
    return dict(map(_held, fetch(_OF[kind].held_there_among, (listing_id, numbers_text(among)))))


def _held(row: tuple[object, ...]) -> tuple[int, Held]:
    other, *figures, weight_set, corpus, own_weights, engine_version, in_other = row
    basis = Basis(weight_set, corpus, own_weights)  # type: ignore[arg-type]
    held = Held(Figures(*figures), basis, engine_version, in_other)  # type: ignore[arg-type]
    return other, held  # type: ignore[return-value]


def floors(kind: ListingKind, ids: Sequence[int]) -> dict[int, Floor]:
    """Return the last places of the full lists among those of ``ids``, all of one ``kind``.

    Reads at most KEPT index entries a list.
    """
    found = {}
    for pk, total, rank_key, vendor_key, other in fetch(
        _OF[kind].floors, (numbers_text(ids), standing.KEPT - 1)
    ):
        figures = Figures(total, rank_key, vendor_key, 0.0, False, 0, 0)
        found[pk] = Floor(standing_in(kind, other, figures), other)
    return found


def versions_in_halls(ids: Collection[int]) -> dict[int, int]:
    """Return the content versions of those listings that may be recommended now."""
    return dict(fetch(_VERSIONS, (numbers_text(ids), ListingState.PUBLISHED.value)))


def write_pairs(
    scores: Scores,
    pairs: Sequence[Pair],
    *,
    basis: Basis,
    own: Collection[int],
    there: Collection[int],
) -> int:
    """Insert or update ``pairs``, raising the flag of the lists they are in; return how many.

    ``own`` and ``there``: the other sides' ids whose pair is in the scored listing's list, and in
    theirs. Only what is written is explained.
    """
    if not pairs:
        return 0
    is_need = scores.kind == ListingKind.NEED
    explained = [pair.explain() for pair in pairs]
    others = [pair.other for pair in pairs]
    mine = [scores.listing_id] * len(pairs)
    in_own = [other in own for other in others]
    in_there = [other in there for other in others]
    columns = list(zip(*(pair.figures for pair in pairs), strict=True))
    total, rank_key, vendor_key, confidence, ruled_out, need_version, solution_version = map(
        list, columns
    )
    execute(
        _WRITE,
        (
            *(ENGINE_VERSION, basis.weight_set_id, basis.corpus_id, basis.own_weights),
            *((mine, others) if is_need else (others, mine)),
            *((in_own, in_there) if is_need else (in_there, in_own)),
            total,
            [score.vendor.total if score.vendor else None for score in explained],
            *(rank_key, vendor_key, confidence, ruled_out, need_version, solution_version),
            [pack_reasons(score) for score in explained],
        ),
    )
    return len(pairs)


def take_out(kind: ListingKind, pairs: Collection[tuple[int, int]]) -> int:
    """Take entries out of lists of ``kind``: (list, entry) ids; return how many."""
    if pairs:
        execute(_OF[kind].take_out, ([own for own, _ in pairs], [other for _, other in pairs]))
    return len(pairs)


def drop_pairs(kind: ListingKind, listing_id: int) -> int:
    """Delete every pair of a listing; return how many."""
    return execute(_OF[kind].drop, (listing_id,))
