"""What an embedder is, and the one way it fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from catalog.models import DIMENSIONS

FloatArray = npt.NDArray[np.float32]

# The model cuts at 512 tokens anyway, and a long text costs seconds on two cores.
MAX_TEXT = 1_000
# Raise it with every change of how text is prepared: old and new vectors then never meet.
PREPARATION = 1


class EmbedderUnavailable(Exception):
    """No vectors can be had now; the message is one sentence for people."""


@dataclass(frozen=True, slots=True)
class EmbedderStatus:
    name: str
    ok: bool
    reason: str = ""


class Embedder(Protocol):
    """Turns texts into rows of unit length, shape (n, 384); raises EmbedderUnavailable."""

    # Names the space of its vectors: equal codes mean comparable vectors.
    code: str
    model: str
    dimensions: int

    def embed_queries(self, texts: Sequence[str]) -> FloatArray: ...

    def embed_passages(self, texts: Sequence[str]) -> FloatArray: ...


def prepare(text: str) -> str:
    """Return ``text`` as an embedder sees it: one line, storable, not too long."""
    clean = text.replace("\x00", " ").encode("utf-8", "ignore").decode()
    return " ".join(clean.split())[:MAX_TEXT]


def prepared(texts: Sequence[str]) -> list[str]:
    ready = [prepare(text) for text in texts]
    if not all(ready):
        raise ValueError("an empty text has no meaning to embed")
    return ready


def unit_rows(rows: FloatArray) -> FloatArray:
    """Return the rows at length 1; a row that is zero or not finite is an error."""
    if rows.shape[1:] != (DIMENSIONS,):
        raise ValueError("wrong dimension")
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not (lengths > 0).all():
        raise ValueError("a vector without direction")
    unit: FloatArray = (rows / lengths).astype(np.float32)
    return unit
