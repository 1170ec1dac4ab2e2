"""The learned model of text relevance that new constants are fitted with, if one is set."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from matchmaking.engine.learned import LearnedRelevance

# What train_relevance made and the repository carries; RELEVANCE_MODEL=shipped.
SHIPPED_MODEL = Path(__file__).resolve().parents[1] / "data" / "relevance-1.npz"


def serving_model(embedder: str) -> LearnedRelevance | None:
    """Return the model set by RELEVANCE_MODEL, None when none is set or it was trained on another
    embedder's vectors, whose directions mean nothing here.
    """
    name = settings.RELEVANCE_MODEL
    if not name:
        return None
    model = load_model(SHIPPED_MODEL if name == "shipped" else Path(name))
    return model if model.embedder == embedder else None


@lru_cache(maxsize=2)
def load_model(path: Path) -> LearnedRelevance:
    """Read one model; raises ImproperlyConfigured when the file is missing or is no model."""
    try:
        return LearnedRelevance.from_bytes(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{path} is no model of relevance: {error}") from error
