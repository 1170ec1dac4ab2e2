"""Which listings carry which choice of which facet, a bit for each listing.

Counting 100,000 listings anew for every combination of filters takes the database half a second.
Read once a minute as bits, they are counted for any combination by a few thousand machine words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint64]

_WORD = 64


@dataclass(frozen=True, slots=True)
class FacetIndex:
    """``bits``: uint64, a row for each choice and ceil(number / 64) words a row.

    ``places`` says which row belongs to a facet's choice; ``number`` is of all listings.
    """

    number: int
    places: Mapping[str, Mapping[str, int]]
    bits: Bits

    @classmethod
    def of(cls, listed: Iterable[int], members: Iterable[tuple[str, str, Iterable[int]]]) -> Self:
        """Return the index of ``listed`` by the rows of facet, choice and the listings with it.

        Rows of the same choice are joined; a listing that is not among ``listed`` is left out:
        another query may have seen it first.
        """
        ids = np.unique(np.fromiter(listed, np.int64))
        places: dict[str, dict[str, int]] = {}
        rows: list[npt.NDArray[np.uint8]] = []
        for facet, choice, having in members:
            flags = np.zeros(_words(len(ids)) * _WORD, np.uint8)
            flags[_found(ids, np.fromiter(having, np.int64))] = 1
            packed = np.packbits(flags, bitorder="little")
            place = places.setdefault(facet, {}).setdefault(choice, len(rows))
            if place < len(rows):
                rows[place] |= packed
            else:
                rows.append(packed)
        shape = (len(rows), _words(len(ids)))
        joined = np.concatenate(rows) if rows else np.empty(0, np.uint8)
        return cls(len(ids), places, joined.view(np.uint64).reshape(shape))

    def counted(self, chosen: Mapping[str, Iterable[str]]) -> tuple[int, dict[str, dict[str, int]]]:
        """Return how many pass all of ``chosen``, and what each choice leaves of each facet.

        A facet narrows to the listings with any of its choices, and is itself counted under the
        others alone; choices that leave none are not named.
        """
        narrowed = {facet: self._any(facet, choices) for facet, choices in chosen.items()}
        every = self._all()
        among = _both(every, narrowed.values())
        left = {}
        for facet, places in self.places.items():
            if facet in narrowed:
                others = (bits for name, bits in narrowed.items() if name != facet)
                left[facet] = self._left(places, _both(every, others))
            else:
                left[facet] = self._left(places, among)
        return int(np.bitwise_count(among).sum()), left

    def _left(self, places: Mapping[str, int], among: Bits) -> dict[str, int]:
        rows = self.bits[list(places.values())]
        counts = np.bitwise_count(rows & among).sum(axis=1, dtype=np.int64).tolist()
        return {choice: n for choice, n in zip(places, counts, strict=True) if n}

    def _any(self, facet: str, choices: Iterable[str]) -> Bits:
        places = self.places.get(facet, {})
        rows = self.bits[[places[choice] for choice in choices if choice in places]]
        joined: Bits = np.bitwise_or.reduce(rows, axis=0, initial=np.uint64(0))
        return joined

    def _all(self) -> Bits:
        flags = np.zeros(_words(self.number) * _WORD, np.uint8)
        flags[: self.number] = 1
        return np.packbits(flags, bitorder="little").view(np.uint64)


def _words(number: int) -> int:
    return -(-number // _WORD)


def _found(ids: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return where in the sorted ``ids`` the wanted stand; those that do not are left out."""
    at = np.searchsorted(ids, wanted)
    inside = at < len(ids)
    at, wanted = at[inside], wanted[inside]
    found: npt.NDArray[np.int64] = at[ids[at] == wanted]
    return found


def _both(bits: Bits, others: Iterable[Bits]) -> Bits:
    for each in others:
        bits = bits & each
    return bits
