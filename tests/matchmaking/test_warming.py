"""A worker is ready before its first visitor, and starts even where it cannot be made so."""

import logging
from collections.abc import Callable, Iterable

import pytest
from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from django.template import engines

from catalog import figures
from matchmaking.warming import warm
from tests.builders import make_vocabulary


@pytest.mark.django_db(transaction=True)
def test_a_worker_has_counted_and_compiled_before_it_serves(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_vocabulary()
    counted = []

    def longest() -> float:
        counted.append("figures")
        return 60.0

    monkeypatch.setattr(figures, "_longest", longest)
    with caplog.at_level(logging.WARNING):
        warm(get_wsgi_application())
    assert not caplog.records
    assert counted
    loader = engines["django"].engine.template_loaders[0]  # type: ignore[attr-defined]
    assert "home.html" in {str(key) for key in loader.get_template_cache}
    caches["figures"].clear()


def test_a_worker_starts_though_a_page_fails(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_environ: object, start: Callable[..., object]) -> Iterable[bytes]:
        start("503 Service Unavailable", [])
        return [b""]

    with caplog.at_level(logging.WARNING):
        warm(broken)
    assert [record.getMessage() for record in caplog.records] == [
        f"Warming up, {name} answered 503."
        for name in ("home", "catalog:need_list", "catalog:solution_list")
    ]
