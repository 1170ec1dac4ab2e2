"""A run: one listing scored against its candidates, and the lists that follow from it."""

import logging
from collections.abc import Iterable, Sequence

from django.db import OperationalError, transaction

from catalog.choices import ListingState
from catalog.models import Listing
from matchmaking.facts import matching_content
from matchmaking.services import lists
from matchmaking.services.indexing import index_candidate, index_many
from matchmaking.services.placing import ROUNDS, Contended, Overtaken, place
from matchmaking.services.prepared import fetch
from matchmaking.services.runs import (
    Claim,
    Figures,
    claim_run,
    fail_run,
    finish_run,
    supersede_run,
    tell_progress,
    want_counterpart_runs,
)
from matchmaking.services.scorer import Scorer
from matchmaking.services.withdrawing import withdraw

logger = logging.getLogger(__name__)

# How many candidates are compared before a watching page is told.
_PORTION = 100

_OWN_ROW = """
SELECT scored_version, content_version, spread_version FROM catalog_listing
WHERE id = %s FOR NO KEY UPDATE"""


def score_listings(*, listing_ids: Iterable[int]) -> int:
    """Score several listings; return how many matches their lists hold.

    One that fails is noted on its run and does not keep the others from being scored.
    """
    ids = list(listing_ids)
    claims = [claim_run(listing_id, is_alone=len(ids) == 1) for listing_id in ids]
    taken = [claim for claim in claims if claim is not None]
    are_indexed = len(taken) > 1 and _index_together(taken)
    found = 0
    for claim in taken:
        try:
            found += _score_claimed(claim, is_indexed=are_indexed)
        except OperationalError:
            raise
        except Exception:
            # The run says it to the admins; the traceback is for the log.
            logger.exception("scoring listing %s failed", claim.listing_id)
    return found


def score_listing(*, listing_id: int) -> int:
    """Score what ``listing_id`` waits for; return how many matches its list now holds.

    Safe to run twice, at once, and to be killed anywhere: pairs are compared with what is stored
    before anything is written, and the listing waits until the last transaction.
    """
    claim = claim_run(listing_id)
    return 0 if claim is None else _score_claimed(claim)


def _index_together(claims: Sequence[Claim]) -> bool:
    """Bring the rows of all up to date in as many queries as one takes; return whether it went.

    After the claims: what changes before a claim must be seen by its run. A row that cannot be
    made fails its own run, not its neighbours'.
    """
    try:
        index_many(claim.listing_id for claim in claims)
    except OperationalError:
        raise
    except Exception:
        logger.exception("indexing %s listings together failed; each by itself", len(claims))
        return False
    return True


def _score_claimed(claim: Claim, *, is_indexed: bool = False) -> int:
    try:
        listing = Listing.objects.select_related("organization__district").get(pk=claim.listing_id)
        if not is_indexed:
            index_candidate(claim.listing_id)
        scorer = None if _is_out(listing) else _scorer(listing)
        if scorer is None:
            withdraw(claim, listing)
            return 0
        return _score(claim, scorer)
    except Overtaken:
        supersede_run(claim)
        return 0
    except OperationalError:
        # The database or a lock, not the listing: the sweeper brings it back.
        raise
    except Exception as error:
        fail_run(claim, error)
        raise


def _scorer(listing: Listing) -> Scorer | None:
    """Return what scores ``listing``; None when it says nothing that may be matched."""
    if listing.state == ListingState.PUBLISHED:
        return Scorer(listing)
    content = matching_content(listing)
    return Scorer(listing, content) if content is not None else None


def _is_out(listing: Listing) -> bool:
    return listing.state == ListingState.ARCHIVED or listing.organization.suspended_at is not None


def _score(claim: Claim, scorer: Scorer) -> int:
    listing, scores = scorer.listing, scorer.scores
    spreads = _must_spread(listing)
    others = set(scorer.candidates()) | lists.members(scores.kind, listing.pk)
    if spreads:
        others |= lists.holders(scores.kind, listing.pk)
    _compare(claim, scorer, others)
    if others - scores.pairs.keys():
        # Published, but not indexed yet.
        scorer.renew(others - scores.pairs.keys())
    # Lists of listings that are not published yet are their own runs' alone.
    unread = others - scores.pairs.keys()
    if spreads:
        want_counterpart_runs(unread & lists.holders(scores.kind, listing.pk))
    pending, placed = set(scores.pairs), set[int]()
    for _ in range(ROUNDS):
        if spreads:
            placed |= place(scorer, pending)
        pending = _write_own_list(claim, scorer, placed, unread, spreads=spreads)
        if not pending:
            return len(scores.top())
        scorer.renew(pending)
    raise Contended


def _compare(claim: Claim, scorer: Scorer, others: set[int]) -> None:
    """Score ``others``; in portions where somebody watches how far it is."""
    portion = _PORTION if claim.is_watched else max(1, len(others))
    ordered = sorted(others)
    tell_progress(claim, scored=0, recalled=len(ordered))
    for start in range(0, len(ordered), portion):
        these = ordered[start : start + portion]
        scorer.score(these)
        tell_progress(claim, scored=start + len(these), recalled=len(ordered))


def _must_spread(listing: Listing) -> bool:
    """Whether the other side's lists do not know this content yet.

    Only new content spreads, never a re-scoring: otherwise two lists would wake each other
    for ever. What is not published is nobody else's business.
    """
    return (
        listing.state == ListingState.PUBLISHED and listing.spread_version < listing.content_version
    )


@transaction.atomic
def _write_own_list(
    claim: Claim, scorer: Scorer, placed: set[int], unread: set[int], *, spreads: bool
) -> set[int]:
    """Write what changed in the own list and finish the run.

    Returns whom to score once more before that can be done: listings that changed since they
    were read, and entries that others placed here meanwhile.
    """
    scores, basis = scorer.scores, scorer.basis
    listing_id = scores.listing_id
    [(scored_version, content_version, spread_version)] = fetch(_OWN_ROW, (listing_id,))
    if scored_version >= claim.wanted_version or content_version != scores.own_version:
        raise Overtaken
    top = scores.top()
    locked = top.keys() | lists.members(scores.kind, listing_id)
    lists.lock_lists([listing_id], locked)
    held = lists.held_pairs(scores.kind, listing_id)
    versions = lists.versions_in_halls(locked)
    again = held.keys() - locked
    again |= {other for other in held.keys() - scores.pairs.keys() if other in versions}
    again |= {pk for pk, pair in top.items() if versions.get(pk) != scores.version_of(pair)}
    if spreads:
        again |= _behind(scorer) - unread
        spread_version = scores.own_version
    if again:
        return again
    lists.take_out(scores.kind, [(listing_id, other) for other in held.keys() - top.keys()])
    changed = [
        pair
        for other, pair in top.items()
        if other not in held or not held[other].is_as(pair, basis)
    ]
    written = lists.write_pairs(scores, changed, basis=basis, own=top, there=())
    figures = Figures(
        scored=len(scores.pairs),
        kept=len(top),
        ruled_out=scores.ruled_out(),
        written=written,
        placed=len(placed),
        used_vectors=scorer.used_vectors,
        weight_set_id=basis.weight_set_id,
        corpus_id=basis.corpus_id,
    )
    finish_run(claim, figures, spread_version=spread_version)
    return set()


def _behind(scorer: Scorer) -> set[int]:
    """Return whose lists hold the listing as it was: an older run wrote them meanwhile."""
    scores = scorer.scores
    return {
        other
        for other, held in lists.held_there(scores.kind, scores.listing_id).items()
        if scores.own_version_of(held.figures) != scores.own_version
    }
