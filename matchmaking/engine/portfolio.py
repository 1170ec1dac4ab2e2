"""A need's ranked list as a whole: what is shown where, and why it moved.

The rank key says how good each pair is by itself. Three things it cannot say are settled here,
each within a stated margin and each labelled:

1. near-duplicates of one vendor fold under the best of them, so that they do not fill the list;
2. small firms get at least their share of the first PLACES places, as far as the margin allows: at
   every place p no fewer than floor(share * p), with share = their part of the rank keys in reach
   of the first PLACES (a prefix floor as in FA*IR, Zehlike et al. 2017, with merit instead of a
   head count as in Singh and Joachims 2018);
3. one place, EMERGING_PLACE, goes to a solution that fits well and has little behind it yet.

A row moves up only past rows that rank at most a margin higher (FLOOR_MARGIN, EMERGING_MARGIN),
and everything else keeps its order, which bounds what the moves can cost. What is ruled out never
appears. The result depends on the set of offers alone, never on the order they come in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from matchmaking.engine.criteria.industry import CASE_WORTH, EVIDENCE_STRENGTH
from matchmaking.engine.facts import CaseEvidence, ListingText, Vector
from matchmaking.engine.results import FULL, Part
from matchmaking.engine.text import normalise
from matchmaking.engine.weights import Criterion

PLACES = 10
# Rank keys are hundredths: 3 points, and 10 for the one place that is there to be tried out.
FLOOR_MARGIN = 300
EMERGING_PLACE = 5
EMERGING_MARGIN = 1_000
# "Little evidence": at most one case that nobody but the vendor vouches for.
EMERGING_EVIDENCE = 0.25
EMERGING_FIT = 6_000
# The share of three-character pieces two texts have in common (Dice), and the cosine of two
# centred meanings, from which on one of them tells a buyer nothing new.
SAME_WORDS = 0.6
SAME_MEANING = 0.9

# What a young firm cannot have yet; the rest is whether the solution fits.
_TRACK_RECORD = frozenset({Criterion.INDUSTRY, Criterion.OUTCOMES, Criterion.CERTIFICATIONS})
_PIECE = 3


class Label(StrEnum):
    """Why a row is not where its rank key alone would put it."""

    SMALL_FIRM = "small_firm"
    EMERGING = "emerging"
    NEAR_DUPLICATE = "near_duplicate"


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """One row of a need's list as far as the list's composition needs to know it.

    ``key`` and ``total`` in hundredths (0..10,000); ``small`` None: the vendor's size is unknown,
    it then counts as neither; ``evidence`` in [0, 1], see ``evidence_strength``; ``fit`` in
    hundredths, see ``fit_of``; ``meaning`` a unit vector of any one space, None while unknown.
    """

    id: str
    vendor: str
    key: int
    total: int = 0
    small: bool | None = None
    evidence: float = 1.0
    fit: int = 0
    text: ListingText = field(default_factory=ListingText)
    meaning: Vector | None = None
    ruled_out: bool = False

    @property
    def is_emerging(self) -> bool:
        """Whether it fits well and has little to show for it yet."""
        return self.evidence <= EMERGING_EVIDENCE and self.fit >= EMERGING_FIT


@dataclass(frozen=True, slots=True)
class Shown:
    """One row as shown. ``place`` from 1; ``ranked``: its place by rank key among the rows shown.

    ``label`` SMALL_FIRM for a row that moved up; EMERGING for the one in the slot or, when such a
    row earned a place before it, for that one; else None. ``folded``: (id, NEAR_DUPLICATE) of the
    same vendor's rows that are held back under this one, best first.
    """

    id: str
    place: int
    ranked: int
    label: Label | None = None
    folded: tuple[tuple[str, Label], ...] = ()

    @property
    def moved_up(self) -> int:
        """By how many places a label brought the row forward; 0 when it did not."""
        return max(0, self.ranked - self.place)


def arrange(offers: Iterable[Offer]) -> tuple[Shown, ...]:
    """The rows to show, in order, every move labelled; ``offers`` may come in any order."""
    standing = [offer for offer in offers if not offer.ruled_out]
    ranked = sorted(standing, key=lambda offer: (-offer.key, -offer.total, offer.id))
    heads, folded = _fold(ranked)
    ranks = {offer.id: rank for rank, offer in enumerate(heads, 1)}
    return tuple(
        Shown(
            id=offer.id,
            place=place,
            ranked=ranks[offer.id],
            label=label,
            folded=tuple((held.id, Label.NEAR_DUPLICATE) for held in folded.get(offer.id, ())),
        )
        for place, (offer, label) in enumerate(_placed(heads), 1)
    )


def evidence_strength(cases: Iterable[CaseEvidence], confirmed: int = 0) -> float:
    """How much stands behind a solution, in [0, 1]: 1 - prod(1 - CASE_WORTH * strength) over its
    cases, in whatever industry, where a ``confirmed`` outcome counts as a confirmed case.
    """
    doubt = math.prod(1.0 - CASE_WORTH * EVIDENCE_STRENGTH[case] for case in cases)
    trust = CASE_WORTH * EVIDENCE_STRENGTH[CaseEvidence.CUSTOMER_CONFIRMED]
    return 1.0 - doubt * float(1.0 - trust) ** confirmed


def fit_of(parts: Iterable[Part]) -> int:
    """The points of what does not rest on a track record, in hundredths of their maximum."""
    kept = [part for part in parts if Criterion(part.criterion) not in _TRACK_RECORD]
    most = sum(part.points_max for part in kept)
    return FULL * sum(part.points for part in kept) // most if most else 0


def alike(one: Offer, other: Offer) -> bool:
    """Whether two offers say the same: in the same words, or in others that mean the same."""
    if _dice(_pieces(one.text), _pieces(other.text)) >= SAME_WORDS:
        return True
    if one.meaning is None or other.meaning is None:
        return False
    return float(np.dot(one.meaning, other.meaning)) >= SAME_MEANING


def small_share(ranked: Sequence[Offer]) -> float:
    """The small firms' part of all rank keys that could stand among the first PLACES, in [0, 1]."""
    if not ranked:
        return 0.0
    last = ranked[min(PLACES, len(ranked)) - 1].key
    reach = [offer for offer in ranked if offer.key >= last - FLOOR_MARGIN]
    merit = sum(offer.key for offer in reach)
    return sum(offer.key for offer in reach if offer.small) / merit if merit else 0.0


def _fold(ranked: Sequence[Offer]) -> tuple[list[Offer], dict[str, list[Offer]]]:
    """The rows to show, and by the id of each what it stands for."""
    heads: list[Offer] = []
    folded: dict[str, list[Offer]] = {}
    of_vendor: dict[str, list[Offer]] = {}
    for offer in ranked:
        own = of_vendor.setdefault(offer.vendor, [])
        head = next((head for head in own if alike(head, offer)), None)
        if head is None:
            own.append(offer)
            heads.append(offer)
        else:
            folded.setdefault(head.id, []).append(offer)
    return heads, folded


def _placed(heads: Sequence[Offer]) -> list[tuple[Offer, Label | None]]:
    """Fill the first PLACES one by one; the rest follow in their order."""
    share = small_share(heads)
    rest = list(heads)
    placed: list[tuple[Offer, Label | None]] = []
    while rest and len(placed) < PLACES:
        place = len(placed) + 1
        tried = any(label is Label.EMERGING for _, label in placed)
        owed = math.floor(share * place + 1e-9) - sum(bool(offer.small) for offer, _ in placed)
        offer, label = _next(rest, place, is_owed=owed > 0, may_try=not tried)
        rest.remove(offer)
        placed.append((offer, label))
    return [*placed, *((offer, None) for offer in rest)]


def _next(
    rest: Sequence[Offer], place: int, *, is_owed: bool, may_try: bool
) -> tuple[Offer, Label | None]:
    """Whom ``place`` goes to: the best left, unless the slot or the floor calls for another."""
    best = rest[0]
    if may_try and best.is_emerging and place <= EMERGING_PLACE:
        return best, Label.EMERGING
    if may_try and place == EMERGING_PLACE:
        young = [o for o in rest if o.is_emerging and o.key >= best.key - EMERGING_MARGIN]
        if young:
            return max(young, key=lambda offer: offer.fit), Label.EMERGING
    if is_owed and not best.small:
        for offer in rest:
            if offer.small and offer.key >= best.key - FLOOR_MARGIN:
                return offer, Label.SMALL_FIRM
    return best, None


def _pieces(text: ListingText) -> frozenset[str]:
    """All runs of three characters of a text, spaces and punctuation left out."""
    letters = "".join(filter(str.isalnum, normalise(text.full)))
    return frozenset(letters[i : i + _PIECE] for i in range(len(letters) - _PIECE + 1))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    """2 |A and B| / (|A| + |B|), in [0, 1]; 0 when nothing is there to compare."""
    whole = len(one) + len(other)
    return 2.0 * len(one & other) / whole if whole else 0.0
