"""What pages need beside a catalogue: words to search, people, a park's queue, matches."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction

from accounts.actors import SYSTEM, actor_for
from accounts.legal import current
from accounts.models import Membership, Organization, Park, ParkStaff, User
from catalog.choices import ListingKind, ListingState, RevisionState
from catalog.content import Content
from catalog.disclosure import public_text
from catalog.models import Listing
from catalog.reading import live_content
from catalog.search.indexing import IndexedText, index_many
from catalog.search.suggestion_keys import rebuild_keys
from catalog.services import save_draft, submit_listing, want_scoring_of
from matchmaking.bench.building import Plan
from matchmaking.bench.processes import spread
from matchmaking.bench.stages import Figures
from matchmaking.models import Match, MatchRun
from matchmaking.services import score_listings

_OWNER, _STAFF = "bench-owner@example.com", "bench-staff@example.com"
_PARK = "bench-park"
_IN_PARK = 2_000
_SUBMITTED = 300
_MATCHED = 20


def write_words(plan: Plan) -> Figures:
    """Index the public words of every listing, and the keys of the search box's suggestions."""
    generator = plan.generator
    started = time.perf_counter()

    def index(_state: None, unit: tuple[ListingKind, int]) -> int:
        chunk = generator.chunk(*unit)
        with transaction.atomic():
            return index_many(_texts(chunk.first, chunk.contents))

    rows = sum(spread(plan.processes, lambda: None, index, list(plan.sizes.chunks())))
    words = time.perf_counter() - started
    started = time.perf_counter()
    rebuild_keys()
    return {
        "words_rows": rows,
        "words_s": round(words, 1),
        "suggestion_keys_s": round(time.perf_counter() - started, 1),
    }


def _texts(first: int, contents: Sequence[Content]) -> Iterator[IndexedText]:
    for pk, content in enumerate(contents, start=first):
        yield IndexedText(pk, public_text(content), content_version=0)


def people(_plan: Plan) -> Figures:
    """Make an owner with needs, a park with its staff, and what waits for the staff."""
    need = Listing.objects.filter(kind=ListingKind.NEED).order_by("pk")[:1].get()
    owner = _person(_OWNER)
    Membership.objects.get_or_create(
        user=owner, organization_id=need.organization_id, role=Membership.Role.OWNER
    )
    park, _made = Park.objects.get_or_create(code=_PARK, defaults={"name_zh": "合成园区"})
    ParkStaff.objects.get_or_create(park=park, user=_person(_STAFF))
    members = Organization.objects.order_by("pk").values("pk")[:_IN_PARK]
    Organization.objects.filter(pk__in=members).update(park=park)
    waiting = Listing.objects.filter(
        kind=ListingKind.SOLUTION, organization__park=park, state=ListingState.PUBLISHED
    )
    waiting = waiting.exclude(revisions__state=RevisionState.SUBMITTED)
    for listing in waiting.order_by("pk")[:_SUBMITTED]:
        content = live_content(listing)
        words = {"title": f"{content.title}（改进）", "summary": f"{content.summary}（内容有更新）"}
        payload = {**content.model_dump(mode="json", warnings=False), **words}
        save_draft(actor=SYSTEM, listing=listing, payload=payload)
        submit_listing(actor=SYSTEM, listing=listing, acknowledged=True)
    return {"revisions_waiting": _SUBMITTED}


def matches(plan: Plan) -> Figures:
    """Match the needs that a measured page shows the lists of."""
    first = 1 + plan.sizes.solutions
    needs = list(range(first, first + min(_MATCHED, plan.sizes.needs)))
    want_scoring_of(needs, reason=MatchRun.Reason.REQUESTED)
    return {"matches_shown": score_listings(listing_ids=needs)}


def _person(email: str) -> User:
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create_user(email=email, password=None, agreed_to=current())
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


@dataclass(frozen=True, slots=True)
class Visitors:
    """Cookies of those who look: nobody, a need's owner, a park's staff."""

    owner: dict[str, str]
    staff: dict[str, str]
    need: Listing
    solution: Listing
    organization: Organization


def visitors() -> Visitors:
    """Log people in, and choose what they look at."""
    owner, staff = (User.objects.get(email=email) for email in (_OWNER, _STAFF))
    mine = actor_for(owner).organization
    shown = Match.objects.filter(in_need_list=True, need__organization=mine).order_by("need", "pk")
    pair = shown.select_related("need", "solution__organization")[:1].get()
    return Visitors(
        owner=_logged_in(owner),
        staff=_logged_in(staff),
        need=pair.need,
        solution=pair.solution,
        organization=pair.solution.organization,
    )


def _logged_in(person: User) -> dict[str, str]:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return {settings.SESSION_COOKIE_NAME: session.session_key}
