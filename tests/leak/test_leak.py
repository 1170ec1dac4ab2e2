"""No role, by no way, reads a token of a field that it is not entitled to."""

from collections import Counter

import pytest
from django.conf import settings

from tests.leak import elsewhere
from tests.leak.crawling import (
    Crawler,
    client_of,
    exports,
    is_failure,
    plain,
    searches,
    seeds,
    send,
)
from tests.leak.tally import Tally
from tests.leak.viewers import ASKING, NEAREST, Viewer
from tests.leak.world import World

pytestmark = [pytest.mark.leak, pytest.mark.django_db]

# How many tokens are searched for: one of each field of the published need and a few others.
_SEARCHED = ("published: ", "draft: ", "file: ", "contact ", "restriction", "saved search")


@pytest.mark.parametrize("viewer", [each for each in ASKING if each is not Viewer.OWNER])
def test_no_page_tells_what_waits_for_a_stage(
    world: World, tally: Tally, viewer: Viewer, *, thorough: bool
) -> None:
    if not thorough and viewer not in NEAREST:
        pytest.skip("asked by pytest -m leak")
    with elsewhere.logged() as lines:
        documents = list(Crawler(world, viewer).documents(seeds(world, viewer)))
        documents += exports(world, viewer)
    documents += elsewhere.log_documents(lines)
    failures = [each.address for each in documents if is_failure(each)]
    found = tally.scan(world.secrets, documents)
    assert not failures
    assert not found, "\n".join(map(str, found))
    by_status = Counter(each.status for each in documents)
    # A crawl that is shut out everywhere would find nothing either.
    assert by_status[200] >= 40, by_status


def test_the_owner_reads_every_token_of_its_own_and_no_other(world: World, tally: Tally) -> None:
    documents = list(Crawler(world, Viewer.OWNER).documents(seeds(world, Viewer.OWNER)))
    found = tally.scan(world.secrets, documents)
    assert not found, "\n".join(map(str, found))
    told = {where for each in documents for where in world.secrets.found(each.data)}
    readable = {
        secret.where
        for secret in (*world.secrets.words.values(), *world.secrets.others)
        if Viewer.OWNER in secret.readers
    }
    missing = sorted(readable - told)
    assert missing == [], missing


def test_no_mail_tells_more_than_its_reader_may_know(world: World, tally: Tally) -> None:
    documents = list(elsewhere.mails(world))
    found = tally.scan(world.secrets, documents)
    assert not found, "\n".join(map(str, found))
    assert documents


def test_redis_and_the_queues_hold_no_content(world: World, tally: Tally) -> None:
    documents = [*elsewhere.in_redis(), *elsewhere.in_process()]
    found = tally.scan(world.secrets, documents)
    assert not found, "\n".join(map(str, found))
    arguments = elsewhere.queued_arguments()
    assert arguments
    assert all(elsewhere.are_ids(each) for each in arguments), arguments


def test_no_record_keeps_content(world: World, tally: Tally) -> None:
    found = tally.scan(world.secrets, elsewhere.records())
    assert not found, "\n".join(map(str, found))


def test_a_page_that_fails_tells_nothing(
    world: World, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not settings.DEBUG
    with elsewhere.logged() as lines:
        documents = list(elsewhere.broken(world, monkeypatch, lines))
    found = tally.scan(world.secrets, documents)
    assert not found, "\n".join(map(str, found))
    assert {each.channel for each in documents} == {"error page", "error report", "log"}
    assert any(each.status == 500 for each in documents)


# Last: what somebody searches for is repeated to them, and kept with the page for a while.
@pytest.mark.parametrize(
    "viewer",
    [Viewer.ANONYMOUS, Viewer.VENDOR, Viewer.ACCEPTED, Viewer.PARK, Viewer.ADMIN],
)
def test_a_search_for_a_token_answers_as_one_for_any_word(
    world: World, tally: Tally, viewer: Viewer
) -> None:
    words = [
        word.decode()
        for word, secret in world.secrets.words.items()
        if viewer not in secret.readers and secret.where.startswith(_SEARCHED)
    ]
    client = client_of(world, viewer)
    told = []
    for asked, blank in searches(world, viewer, words):
        one = send(client, viewer, "search", asked)
        other = send(client, viewer, "search", blank)
        tally.documents["search"] += 2
        assert one.status == other.status
        if plain(one, asked.rpartition("=")[2]) != plain(other, blank.rpartition("=")[2]):
            told.append(asked)
    assert not told
