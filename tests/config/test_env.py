import pytest

from config import env


def test_a_unix_socket_is_spelled_for_celery_in_its_own_way() -> None:
    assert env.celery_url("unix:///a/b.sock?db=2") == "redis+socket:///a/b.sock?virtual_host=2"


def test_a_network_address_is_the_same_for_celery() -> None:
    assert env.celery_url("redis://h:6379/1") == "redis://h:6379/1"


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", " ")
    monkeypatch.setenv("REDIS_URL", "")
    assert env.embeds_database()
    assert env.embeds_redis()
    assert "zhipei_app@" in env.database_url()


def test_a_named_database_is_not_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u@h/n")
    assert not env.embeds_database()
    assert env.database_url() == "postgres://u@h/n"
