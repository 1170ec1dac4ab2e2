"""The search for leaks finds one in each kind of place: planted there, it is reported."""

import base64
import io
import logging
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core import mail
from django.core.cache import cache, caches
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import reverse
from rest_framework.renderers import JSONRenderer

from accounts.admin.organizations import RestrictionAdmin
from accounts.models import Event, Restriction
from catalog.attachments import Reach
from catalog.middleware import ViewRecordMiddleware
from catalog.models import Attachment, Listing
from catalog.search.indexing import index_words
from matchmaking.queue import BULK
from matchmaking.queue import send as enqueue
from tests.leak import elsewhere
from tests.leak.crawling import Document, client_of, document_of, plain, searches, send
from tests.leak.secrets import Secrets
from tests.leak.viewers import Viewer
from tests.leak.world import World
from tests.matrix.asking import undone

pytestmark = [pytest.mark.leak, pytest.mark.django_db]
WHERE = "published: situation"
Plant = Callable[[World, pytest.MonkeyPatch], Iterator[Document]]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Pages with what was planted are not kept for whoever comes next."""
    yield
    for kept in caches.all(initialized_only=True):
        kept.clear()


def _visit(world: World, viewer: Viewer, path: str) -> Document:
    return send(client_of(world, viewer), viewer, "planted", path)


def in_a_page(world: World, patch: pytest.MonkeyPatch) -> Iterator[Document]:
    real, token = loader.render_to_string, world.secrets.token(WHERE)
    patch.setattr(loader, "render_to_string", lambda *given, **more: real(*given, **more) + token)
    yield _visit(world, Viewer.ANONYMOUS, reverse("catalog:need_list"))


def _answering(patch: pytest.MonkeyPatch, change: Callable[[HttpResponse], object]) -> None:
    real = ViewRecordMiddleware.__call__

    def changed(self: ViewRecordMiddleware, request: HttpRequest) -> HttpResponse:
        response = real(self, request)
        change(response)
        return response

    patch.setattr(ViewRecordMiddleware, "__call__", changed)


def in_a_header(world: World, patch: pytest.MonkeyPatch) -> Iterator[Document]:
    token = world.secrets.token(WHERE)
    _answering(patch, lambda response: response.headers.setdefault("ETag", f'"{token}"'))
    yield _visit(world, Viewer.ANONYMOUS, reverse("home"))


def in_a_cookie(world: World, patch: pytest.MonkeyPatch) -> Iterator[Document]:
    packed = base64.b64encode(f"situation={world.secrets.token(WHERE)}".encode()).decode()
    _answering(patch, lambda response: response.set_cookie("hint", packed))
    yield _visit(world, Viewer.VENDOR, reverse("home"))


def in_the_api(world: World, patch: pytest.MonkeyPatch) -> Iterator[Document]:
    real, token = JSONRenderer.render, world.secrets.token(WHERE).encode()
    patch.setattr(JSONRenderer, "render", lambda *given, **more: real(*given, **more) + token)
    solution = world.solutions[Viewer.VENDOR].public_id
    yield _visit(world, Viewer.VENDOR, reverse("api:solution_matches", args=[solution]))


def in_a_file(world: World, patch: pytest.MonkeyPatch) -> Iterator[Document]:
    patch.setattr(Reach, "opens", lambda _reach, _attachment: True)
    file = Attachment.objects.filter(listing=world.needs["main"]).latest("pk")
    yield _visit(world, Viewer.ACCEPTED, file.get_absolute_url())


def in_the_admin(world: World, patch: pytest.MonkeyPatch) -> Iterator[Document]:
    patch.setattr(RestrictionAdmin, "exclude", ())
    row = Restriction.objects.exclude(note="").latest("pk")
    path = reverse("admin:accounts_restriction_change", args=[row.pk])
    yield _visit(world, Viewer.ADMIN, path)


def in_a_workbook(world: World, _patch: pytest.MonkeyPatch) -> Iterator[Document]:
    book, written = openpyxl.Workbook(), io.BytesIO()
    book.create_sheet("月报").append([world.secrets.token(WHERE)])
    book.save(written)
    answer = HttpResponse(written.getvalue())
    yield document_of(Viewer.OTHER_PARK, "planted", "report.xlsx", answer)


def in_a_mail(world: World, patch: pytest.MonkeyPatch) -> Iterator[Document]:
    told = mail.EmailMessage(
        "有新的需求", world.secrets.token(WHERE), to=[world.people[Viewer.VENDOR].email]
    )
    patch.setattr(world, "mails", [told])
    yield from elsewhere.mails(world)


def in_the_cache(world: World, _patch: pytest.MonkeyPatch) -> Iterator[Document]:
    cache.set(f"planted:{world.needs['main'].pk}", {"situation": world.secrets.token(WHERE)})
    yield from elsewhere.in_redis()
    cache.clear()


def in_a_log(world: World, _patch: pytest.MonkeyPatch) -> Iterator[Document]:
    with elsewhere.logged() as lines:
        logging.getLogger("catalog.services").debug("saved %s", world.secrets.token(WHERE))
    yield from elsewhere.log_documents(lines)


def in_an_error_report(world: World, patch: pytest.MonkeyPatch) -> Iterator[Document]:
    def fail(*_given: Any, **_more: Any) -> str:
        raise ValueError(world.secrets.token(WHERE))

    patch.setattr(elsewhere, "_fail", fail)
    with elsewhere.logged() as lines:
        yield from elsewhere.broken(world, patch, lines, viewers=[Viewer.VENDOR])


def in_a_record(world: World, _patch: pytest.MonkeyPatch) -> Iterator[Document]:
    Event.objects.create(
        verb="listing.planted",
        subject_type="catalog.need",
        subject_id=world.needs["main"].pk,
        data={"situation": world.secrets.token(WHERE)},
    )
    yield from elsewhere.records()


PLANTS: tuple[Plant, ...] = (
    *(in_a_page, in_a_header, in_a_cookie, in_the_api, in_a_file, in_the_admin, in_a_workbook),
    *(in_a_mail, in_the_cache, in_a_log, in_an_error_report, in_a_record),
)


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_leak_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, plant: Plant
) -> None:
    with undone():
        documents = list(plant(world, monkeypatch))
    found = [
        hit
        for each in documents
        for hit in world.secrets.hits(each.viewer, each.channel, each.address, each.data)
    ]
    assert found


def test_a_search_that_finds_hidden_words_is_noticed(world: World) -> None:
    word, need = world.secrets.token(WHERE), world.needs["main"]
    client = client_of(world, Viewer.ANONYMOUS)
    asked, blank = next(searches(world, Viewer.ANONYMOUS, [word]))
    with undone():
        version = Listing.objects.get(pk=need.pk).content_version
        index_words(listing_id=need.pk, public=("", "", word), content_version=version)
        one, other = (send(client, Viewer.ANONYMOUS, "search", path) for path in (asked, blank))
    assert plain(one, word) != plain(other, blank.rpartition("=")[2])


def test_a_task_that_is_handed_words_is_noticed(world: World) -> None:
    enqueue("matchmaking.score_listings", [world.secrets.token(WHERE)], queue=BULK)  # type: ignore[list-item]
    assert not all(elsewhere.are_ids(each) for each in elsewhere.queued_arguments())


@pytest.mark.parametrize("text", ["{:,}", "{:.2f}", "¥{}", "预算 {} 元"])
def test_an_amount_is_found_however_it_is_written(text: str) -> None:
    secrets = Secrets()
    amount = secrets.amount("a budget", ())
    shown = amount / 10_000 if ".2f" in text else amount
    assert secrets.hits(Viewer.OWNER, "page", "/", text.format(shown).encode())
    near = text.format(shown + Decimal(11)).encode()
    assert not secrets.hits(Viewer.OWNER, "page", "/", near)


def test_whose_need_it_is_counts_only_together() -> None:
    secrets = Secrets()
    secrets.link("whose", ["need"], ["factory"], ())
    assert not secrets.hits(Viewer.VENDOR, "page", "/", b"need")
    assert secrets.hits(Viewer.VENDOR, "page", "/", b"a need of the Factory")
