"""Text as vectors: the embedder behind a small protocol, and where its vectors are kept."""

from catalog.embedding.base import Embedder, EmbedderStatus, EmbedderUnavailable, FloatArray
from catalog.embedding.registry import get_embedder, status
from catalog.embedding.store import (
    Embeddable,
    content_hash,
    embed_views,
    serve_space,
    space_for,
    store_many,
    store_vectors,
    views_of,
)

__all__ = [
    "Embeddable",
    "Embedder",
    "EmbedderStatus",
    "EmbedderUnavailable",
    "FloatArray",
    "content_hash",
    "embed_views",
    "get_embedder",
    "serve_space",
    "space_for",
    "status",
    "store_many",
    "store_vectors",
    "views_of",
]
