"""Every page that a role can reach: by the URL resolver with real ids, then by the links found."""

import html
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from urllib.parse import urlsplit

from django.contrib import admin
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import (
    Event,
    Invitation,
    JoinRequest,
    Membership,
    Organization,
    Park,
    Restriction,
)
from catalog.choices import ListingKind
from catalog.forms.steps import STEPS
from catalog.models import (
    Attachment,
    CaseConfirmation,
    Mandate,
    Need,
    ProofFile,
    ProofRequest,
    Report,
    Revision,
    SavedSearch,
    Solution,
    VisitDraft,
)
from config.discovery import SITEMAPS
from matchmaking.models import Introduction, RelationFlag
from matchmaking.pictures import PICTURES
from tests.leak.secrets import opened, unpacked
from tests.leak.viewers import VENDORS, Viewer
from tests.leak.world import World
from tests.matrix import subjects
from tests.matrix.addresses import all_addresses
from tests.matrix.expected import row_of

_LINK = re.compile(rb'(?:href|src|hx-get|action)="(/[^"#]*)')
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
# Neither changes anything of what is told, or it would end the visit.
_LEFT_OUT = ("/static/", "/accounts/logout", "/i18n/", "/admin/logout", "/admin/jsi18n")
# Well-known addresses of feeds and exports, whether they exist yet or not.
WELL_KNOWN = (
    *("/robots.txt", "/sitemap.xml", "/feed/", "/feeds/", "/rss.xml", "/atom.xml"),
    *("/llms.txt", "/.well-known/security.txt", "/manifest.json", "/favicon.ico"),
)
# Who is let into forms; everybody else is turned away at the first step as at any other.
_WRITERS = {ListingKind.NEED: (Viewer.OWNER,), ListingKind.SOLUTION: VENDORS}
_SCENARIO = "inline_inspection"
_SCENARIOS = ("/scenarios/", f"/scenarios/{_SCENARIO}/")
# What is followed of links that differ in their query alone: filters, pages, orders.
_QUERIES = 8
# The first rows of an admin list; vocabularies hold nothing confidential.
_ADMIN_ROWS = 8


@dataclass(frozen=True)
class Document:
    viewer: Viewer
    channel: str
    address: str
    status: int
    data: bytes


def send(client: Client, viewer: Viewer, channel: str, path: str, **more: Any) -> Document:
    """Ask for one address and return all that came back, headers and cookies included."""
    method = client.post if "data" in more else client.get
    response = method(path, **more)
    # The next answer must not speak the language of this one.
    translation.deactivate()
    return document_of(viewer, channel, path, response)


def document_of(viewer: Viewer, channel: str, path: str, response: HttpResponseBase) -> Document:
    streamed: Any = response
    body = b"".join(streamed) if response.streaming else streamed.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    cookies = "\n".join(morsel.OutputString() for morsel in response.cookies.values())
    head = unpacked(f"{headers}\n{cookies}".encode())
    return Document(viewer, channel, path, response.status_code, head + b"\n\n" + opened(body))


def client_of(world: World, viewer: Viewer) -> Client:
    client = Client(raise_request_exception=False)
    if viewer in world.people:
        client.force_login(world.people[viewer])
    return client


def channel_of(path: str) -> str:
    first = path.lstrip("/").partition("/")[0]
    known = {"api": "API", "admin": "admin", "attachments": "file"}
    if path in WELL_KNOWN:
        return "feed or export"
    return known.get(first, "page")


@dataclass
class Crawler:
    """Visits as one role: first what the resolver knows, then whatever the pages lead to."""

    world: World
    viewer: Viewer
    seen: set[str] = field(default_factory=set)
    queries: int = 0

    def documents(self, seeds: Iterable[str]) -> Iterator[Document]:
        client = client_of(self.world, self.viewer)
        waiting = deque(seeds)
        while waiting:
            path = waiting.popleft()
            if not self._is_new(path):
                continue
            document = send(client, self.viewer, channel_of(path), path)
            yield document
            waiting.extend(self._links(document))

    def _is_new(self, path: str) -> bool:
        if path in self.seen or path.startswith(_LEFT_OUT):
            return False
        # One is like the other, and the world's listings are all of this one.
        if path.startswith("/scenarios/") and path.partition("?")[0] not in _SCENARIOS:
            return False
        if "?" in path:
            self.queries += 1
            if self.queries > _QUERIES:
                return False
        self.seen.add(path)
        return True

    def _links(self, document: Document) -> Iterator[str]:
        # An admin's lists lead to every row of every vocabulary; its seeds name what matters.
        if document.status != 200 or document.channel in ("admin", "file"):
            return
        for found in _LINK.findall(document.data):
            path = html.unescape(found.decode())
            if urlsplit(path).path != "/admin/":
                yield path


def seeds(world: World, viewer: Viewer) -> list[str]:
    """Return every address that answers GET, written out for every row it may be about."""
    pools = _pools(world, viewer)
    paths = list(WELL_KNOWN)
    for address in all_addresses():
        row = row_of(address.name)
        if row is not None and row.get is not None:
            paths += [address.path(each) + row.query for each in pools[id(row.of)]]
        elif row is None and not address.parameters and not address.name.startswith("admin:"):
            paths.append(address.path({}))
    if viewer in (Viewer.ADMIN, Viewer.CLERK):
        paths += _admin_paths()
    return paths


def _ids(model: Any) -> list[dict[str, Any]]:
    return [{"public_id": each} for each in model.objects.values_list("public_id", flat=True)]


def _pools(world: World, viewer: Viewer) -> dict[int, list[dict[str, Any]]]:
    """Return by the matrix's subject the values that name every row of its kind."""
    needs, solutions = (
        [
            {"public_id": each, name: each, "step": step.slug}
            for each in model.objects.values_list("public_id", flat=True)
            for step in (STEPS[kind] if viewer in _WRITERS[kind] else STEPS[kind][:1])
        ]
        for model, name, kind in (
            (Need, "need_id", ListingKind.NEED),
            (Solution, "solution_id", ListingKind.SOLUTION),
        )
    )
    # One's own solution if one has any, beside one of another vendor's.
    offered = [world.solutions[each] for each in {viewer, Viewer.AGREED} & set(world.solutions)]
    pairs = [
        {"need_id": need.public_id, "solution_id": solution.public_id}
        for need, solution in product(world.needs.values(), offered)
    ]
    introduced, district = _ids(Introduction), world.park.district
    assert district is not None
    return {
        id(subjects.NOTHING): [{}],
        id(subjects.SITEMAP): [{"section": section} for section in SITEMAPS],
        id(subjects.NEED): needs,
        id(subjects.SOLUTION): solutions,
        id(subjects.PAIR): pairs,
        id(subjects.ATTACHMENT): _ids(Attachment),
        id(subjects.PICTURE): [{"name": name} for name in PICTURES],
        id(subjects.PROOF): _ids(ProofRequest),
        id(subjects.MANDATE): _ids(Mandate),
        id(subjects.VISIT_DRAFT): _ids(VisitDraft),
        id(subjects.REPORT): _ids(Report),
        id(subjects.RELATION): _ids(RelationFlag),
        id(subjects.PROOF_FILE): _ids(ProofFile),
        id(subjects.CONFIRMATION): _ids(CaseConfirmation),
        id(subjects.INTRODUCTION): introduced,
        id(subjects.ACCEPTED_INTRODUCTION): introduced,
        id(subjects.REVISION): _ids(Revision),
        id(subjects.ORGANIZATION): _ids(Organization),
        id(subjects.UNVERIFIED): _ids(Organization),
        id(subjects.PARK): _ids(Park),
        id(subjects.DISTRICT): [{"code": district.code}],
        id(subjects.SCENARIO): [{"code": _SCENARIO}],
        id(subjects.COLLEAGUE): _ids(Membership),
        id(subjects.SUSPENDED_COLLEAGUE): _ids(Membership),
        id(subjects.INVITATION_TO): _ids(Invitation),
        id(subjects.INVITATION_BY): _ids(Invitation),
        id(subjects.JOIN_REQUEST): _ids(JoinRequest),
        id(subjects.ASKED_BY): _ids(JoinRequest),
        id(subjects.SEARCH): _ids(SavedSearch),
        id(subjects.RESTRICTION): _ids(Restriction),
    }


def _admin_paths() -> Iterator[str]:
    yield reverse("admin:index")
    for model in admin.site._registry:
        meta = model._meta
        name = f"admin:{meta.app_label}_{meta.model_name}"
        yield reverse(f"{name}_changelist")
        # Words that everybody reads: only their lists.
        if "name_zh" in {each.name for each in meta.get_fields()} and model is not Park:
            continue
        rows = model._default_manager.order_by("-pk")[: 3 if model is Event else _ADMIN_ROWS]
        for key in rows.values_list("pk", flat=True):
            for page in ("change", "history"):
                yield reverse(f"{name}_{page}", args=[key])


def exports(world: World, viewer: Viewer) -> Iterator[Document]:
    """What is handed out as a file to whoever asks by a form."""
    client = client_of(world, viewer)
    path = reverse("accounts:personal_data_export")
    yield send(client, viewer, "feed or export", path, data={})


def searches(world: World, viewer: Viewer, words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield places to search at, each with a token's address and with one of no token's."""
    places = ["/needs/?q=", "/solutions/?q=", "/suggestions/?q=", "/organizations/search/?q="]
    if viewer is Viewer.ADMIN:
        places += [
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") + "?q="
            for model, options in admin.site._registry.items()
            if options.search_fields
        ]
    for word, place in product(words, places):
        yield place + word, place + nothing(word)


def nothing(word: str) -> str:
    """Return a word like a token, found nowhere."""
    return word[:3] + word[3:].translate(str.maketrans("abcdefghijklm", "nopqrstuvwxyz"))[::-1]


def plain(document: Document, word: str) -> bytes:
    """Return the answer without what the asker sent, ids of the form and the moment."""
    text = document.data.lower().replace(word.encode(), b"<word>")
    text = re.sub(rb"\b(?:[a-z0-9]{64}|[a-z0-9]{32})\b", b"<token>", text)
    text = re.sub(rb"expires[=:][^;\n]*", b"", text)
    return re.sub(_ID.pattern.encode(), b"<id>", text)


def is_failure(document: Document) -> bool:
    """Whether the site broke; the health page says 503 where no worker runs."""
    return document.status >= 500 and document.address != reverse("healthz")
