"""Any server that speaks OpenAI's /v1/embeddings: vLLM, TEI, Xinference."""

import re
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
from django.core.exceptions import ImproperlyConfigured
from django.utils.text import slugify
from django.utils.translation import gettext as _

from catalog.embedding.base import (
    PREPARATION,
    EmbedderUnavailable,
    FloatArray,
    prepared,
    unit_rows,
)
from catalog.models import DIMENSIONS

_BATCH = 32
_ATTEMPTS = 3
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 10.0
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
# The family of e5 was trained with these words in front; others take the bare text.
_E5 = re.compile(r"(?:^|[-_/])e5(?:[-_]|$)", re.IGNORECASE)


class EndpointEmbedder:
    """Asks over HTTP. The key goes into one header and nowhere else."""

    dimensions = DIMENSIONS

    def __init__(
        self,
        *,
        url: str,
        model: str,
        key: str = "",
        timeout: float = 30.0,
        attempts: int = _ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.model = model
        self.code = f"openai-{slugify(model.replace('/', '-'))[:48]}-p{PREPARATION}"
        self._url = endpoint_url(url)
        self._host = urlsplit(self._url).netloc.rpartition("@")[2]
        self._attempts = attempts
        self._sleep = sleep
        self._prefixes = ("query: ", "passage: ") if _E5.search(model) else ("", "")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(timeout=timeout, headers=headers, trust_env=False)

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        return self._embed(texts, self._prefixes[0])

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        return self._embed(texts, self._prefixes[1])

    def close(self) -> None:
        self._client.close()

    def _embed(self, texts: Sequence[str], prefix: str) -> FloatArray:
        ready = [prefix + text for text in prepared(texts)]
        rows = np.empty((len(ready), DIMENSIONS), dtype=np.float32)
        for start in range(0, len(ready), _BATCH):
            batch = ready[start : start + _BATCH]
            rows[start : start + len(batch)] = self._rows(self._ask(batch), len(batch))
        return rows

    def _ask(self, batch: list[str]) -> Any:
        """Return the decoded answer, after a few attempts where waiting may help."""
        pause = _FIRST_PAUSE
        reason = ""
        for attempt in range(1, self._attempts + 1):
            try:
                answer = self._client.post(self._url, json={"model": self.model, "input": batch})
            except httpx.TimeoutException:
                reason = _("没有及时应答")
            except httpx.TransportError as error:
                reason = _("无法连接（%(error)s）") % {"error": type(error).__name__}
            else:
                if answer.is_success:
                    return self._decoded(answer)
                reason = _("返回状态 %(status)s") % {"status": answer.status_code}
                if answer.status_code not in _RETRIED:
                    break
                pause = max(pause, _retry_after(answer))
            if attempt < self._attempts:
                self._sleep(min(pause, _LONGEST_PAUSE))
                pause *= 2
        raise self._unavailable(reason)

    def _decoded(self, answer: httpx.Response) -> Any:
        try:
            return answer.json()
        except ValueError as error:
            raise self._unavailable(_("返回的不是 JSON")) from error

    def _rows(self, answer: Any, count: int) -> FloatArray:
        try:
            items = sorted(answer["data"], key=lambda item: int(item["index"]))
            rows = [np.asarray(item["embedding"], dtype=np.float32) for item in items]
        except (KeyError, TypeError, ValueError) as error:
            raise self._unavailable(_("返回的内容不是向量")) from error
        if [int(item["index"]) for item in items] != list(range(count)):
            raise self._unavailable(_("返回的向量个数不符"))
        for row in rows:
            if row.shape != (DIMENSIONS,):
                raise self._unavailable(
                    _("返回 %(got)s 维向量，而平台使用 %(wanted)s 维，请换用相应的模型")
                    % {"got": row.size, "wanted": DIMENSIONS}
                )
        try:
            return unit_rows(np.stack(rows))
        except ValueError as error:
            raise self._unavailable(_("返回了无效的向量")) from error

    def _unavailable(self, reason: str) -> EmbedderUnavailable:
        return EmbedderUnavailable(
            _("向量服务 %(host)s %(reason)s。") % {"host": self._host, "reason": reason}
        )


def endpoint_url(url: str) -> str:
    """Return the full address, whether the setting names the server, its /v1 or the endpoint."""
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ImproperlyConfigured("EMBEDDINGS_URL must be an http(s) address.")
    path = parts.path.rstrip("/")
    if not path.endswith("/embeddings"):
        path += "/embeddings" if path.endswith("/v1") else "/v1/embeddings"
    return parts._replace(path=path).geturl()


def _retry_after(answer: httpx.Response) -> float:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else 0.0
