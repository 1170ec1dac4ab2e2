import pytest
from django.db import connection

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


def test_what_the_url_says_of_connections_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u@h/n?sslmode=require&prepare_threshold=9")
    options = env.database()["OPTIONS"]
    assert options == {"server_side_binding": True, "prepare_threshold": 9, "sslmode": "require"}


def test_behind_an_old_pooler_nothing_is_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u@h/n?sslmode=require")
    monkeypatch.setenv("DATABASE_PREPARES", "false")
    assert env.database()["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.django_db
def test_a_question_asked_again_and_again_is_planned_once() -> None:
    with connection.cursor() as cursor:
        for number in range(10):
            cursor.execute("SELECT %s + 1 AS asked_again", [number])
        cursor.execute(
            "SELECT statement FROM pg_prepared_statements WHERE statement ~ 'asked_again'"
        )
        assert cursor.fetchall() == [("SELECT $1 + 1 AS asked_again",)]
