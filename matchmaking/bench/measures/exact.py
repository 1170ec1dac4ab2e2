"""Every solution's meaning in one array: what exact search is measured with."""

from pathlib import Path

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from catalog.choices import ListingKind
from catalog.models import DIMENSIONS
from matchmaking.bench.vectors import Floats

Ints = NDArray[np.int64]

_HEADER_BYTES = 19
# A row of two columns: their number, each one's length and value; a halfvec tells its own size.
_ROW = np.dtype(
    [
        ("fields", ">i2"),
        ("id_length", ">i4"),
        ("id", ">i8"),
        ("length", ">i4"),
        ("dimensions", ">i2"),
        ("unused", ">i2"),
        ("meaning", ">f2", (DIMENSIONS,)),
    ]
)


class Meanings:
    """ids: int64[n]; rows: float32[n, 384], on disk and mapped, so the machine's cache holds it."""

    def __init__(self, folder: Path, name: str) -> None:
        self._ids = folder / f"{name}-ids.npy"
        self._rows = folder / f"{name}-meanings.npy"
        if not self._rows.is_file():
            self._export()
        self.ids: Ints = np.load(self._ids)
        self.rows: Floats = np.load(self._rows, mmap_mode="r")

    def _export(self) -> None:
        """Read the solutions' meanings by binary COPY, a block at a time."""
        kind = ListingKind.SOLUTION.value
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [kind])
            count = cursor.fetchone()[0]
        unfinished = self._rows.with_suffix(".new")
        rows = np.lib.format.open_memmap(
            unfinished, mode="w+", dtype=np.float32, shape=(count, DIMENSIONS)
        )
        ids = np.empty(count, dtype=np.int64)
        done, left = 0, b""
        with connection.cursor() as cursor, cursor.copy(_COPY.format(kind)) as copy:
            skipped = False
            for block in copy:
                left += bytes(block)
                if not skipped:
                    left, skipped = left[_HEADER_BYTES:], True
                whole = min(len(left) // _ROW.itemsize, count - done)
                part = np.frombuffer(left, dtype=_ROW, count=whole)
                ids[done : done + whole] = part["id"]
                rows[done : done + whole] = part["meaning"]
                done, left = done + whole, left[whole * _ROW.itemsize :]
        rows.flush()
        np.save(self._ids, ids)
        unfinished.replace(self._rows)

    def nearest(self, probe: Floats, count: int, among: NDArray[np.bool_] | None = None) -> Ints:
        """Return the ids of the ``count`` nearest by inner product, nearest first."""
        scores = self.rows @ probe
        if among is not None:
            scores = np.where(among, scores, -np.inf)
        near = np.argpartition(-scores, min(count, len(scores) - 1))[:count]
        near = near[np.isfinite(scores[near])]
        found: Ints = self.ids[near[np.argsort(-scores[near], kind="stable")]]
        return found


_COUNT = """
SELECT count(*) FROM matchmaking_candidate WHERE kind = %s AND meaning IS NOT NULL"""
_COPY = """
COPY (SELECT listing_id, meaning FROM matchmaking_candidate
      WHERE kind = '{}' AND meaning IS NOT NULL ORDER BY listing_id)
TO STDOUT (FORMAT BINARY)"""
