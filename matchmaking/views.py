"""The pages that show matches. What a viewer may not see does not exist: 404."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget
from django_htmx.middleware import HtmxDetails

from accounts.actors import Actor
from accounts.requests import ActorRequest
from catalog.choices import ListingKind, ListingState
from catalog.content import NeedContent, SolutionContent
from catalog.forms.steps import step_deciding
from catalog.models import Listing
from catalog.permissions import (
    can_edit_listing,
    can_request_scoring,
    can_see_matches,
    is_private_side,
    visible_listings,
)
from catalog.services import request_scoring
from matchmaking.facts import matching_content
from matchmaking.introductions import beginning
from matchmaking.lists import (
    Ranking,
    Runs,
    excluded_needs,
    excluded_solutions,
    find_solutions,
    most_helpful,
    moves_of,
    need_rows,
    solution_rows,
)
from matchmaking.models import MatchRun
from matchmaking.pages import need_facts, pair_facts, requirements_asked
from matchmaking.pairs import (
    NotSubmitted,
    PairLook,
    look_at_pair,
    own_listing,
    own_words,
    visible_listing,
)
from matchmaking.permissions import Viewpoint, counts_as_shown
from matchmaking.progress import progress_of
from matchmaking.render import Names
from matchmaking.render.privacy import FIELDS, base_field
from matchmaking.services import record_impressions, ruled_out_needs, ruled_out_solutions
from matchmaking.services.standing import KEPT

# The rest of a list is one click away.
SHOWN = 10
SHOWN_ON_OWN_PAGE = 8
# The mark of an htmx request from a listing's own page.
EMBEDDED = "embedded"
# What the progress of a run is told from.
_OF_RUN = ("state", "recalled", "scored", "created_at", "started_at")


class PageRequest(ActorRequest):
    """A request as the middleware hands it over: with its actor and htmx's headers."""

    htmx: HtmxDetails


def _list_url(kind: str, public_id: UUID) -> str:
    return reverse(f"matchmaking:{kind}_matches", kwargs={f"{kind}_id": public_id})


def _common(request: PageRequest, listing: Listing, runs: Runs) -> dict[str, Any]:
    kind = listing.kind
    key = f"{kind}_id"
    status = reverse(f"matchmaking:{kind}_matches_status", kwargs={key: listing.public_id})
    return {
        "listing": listing,
        "runs": runs,
        "is_private": listing.state != ListingState.PUBLISHED,
        "can_rescore": can_request_scoring(request.actor, listing),
        "can_suppose": is_private_side(request.actor, listing),
        "status_url": f"{status}?{EMBEDDED}=1" if _is_embedded(request) else status,
        "rescore_url": reverse(f"matchmaking:rescore_{kind}", kwargs={key: listing.public_id}),
        "progress": progress_of(listing, runs.newest, timezone.now()),
        "lacks_vectors": runs.done is not None and not runs.done.used_vectors,
    }


def _is_embedded(request: PageRequest) -> bool:
    """Whether a listing's own page asks: it shows the first few and leads to the rest."""
    return bool(request.htmx) and EMBEDDED in request.GET


@require_safe
@never_cache
def need_matches(request: PageRequest, need_id: UUID) -> HttpResponse:
    """A need's ranked solutions with the reasons, for the need's own side."""
    need = own_listing(request.actor, ListingKind.NEED, need_id)
    content = matching_content(need)
    if not isinstance(content, NeedContent):
        return render(request, "matchmaking/not_submitted.html", {"listing": need})
    if request.htmx and "selected" in request.GET:
        context = _need_list(request, need, content)
        return render(request, "matchmaking/_explanation.html", context)
    return _need_result(request, need, content)


def _need_list(request: PageRequest, need: Listing, content: NeedContent) -> dict[str, Any]:
    """Return what every form of a need's list shows."""
    ranking = Ranking.of(need)
    if _is_embedded(request):
        most: int | None = SHOWN_ON_OWN_PAGE
    else:
        most = None if "all" in request.GET else SHOWN
    places = ranking.places[:most]
    chosen = ranking.find(request.GET.get("selected", ""))
    beyond = [chosen] if chosen is not None and chosen not in places else []
    names = Names.load()
    rows = need_rows(request.actor, need, content, names, ranking, [*places, *beyond])
    shown = [row for row in rows if row.shown not in beyond]
    list_url = _list_url("need", need.public_id)
    return {
        "rows": shown,
        "names": names,
        "number": len(ranking.places),
        "is_embedded": _is_embedded(request),
        "moves": moves_of(shown),
        "helpful": most_helpful(shown),
        "selected": next((row for row in rows if row.shown == chosen), rows[0] if rows else None),
        "list_url": list_url,
        "select_url": f"{list_url}?{'all=1&' if 'all' in request.GET else ''}selected=",
        **_common(request, need, Runs.of(need)),
    }


def _need_result(request: PageRequest, need: Listing, content: NeedContent) -> HttpResponse:
    """Return the list: the whole page, what htmx puts in its place, or the need's own page's."""
    context = _need_list(request, need, content)
    if _is_embedded(request):
        return render(request, "matchmaking/_embedded.html", context)
    actor = request.actor
    if counts_as_shown(actor, need):
        shown = [(row.match, row.place) for row in context["rows"]]
        record_impressions(actor=actor, shown=shown)
    # A platform admin reads the list, but nothing that is the owner's alone.
    told = own_words(actor, need, content)
    names = context["names"]
    context |= {
        "content": told,
        "facts": need_facts(told, names),
        "scenarios": [names.of("scenario", code) for code in told.scenarios],
        "requirements": requirements_asked(told, names),
    }
    name = "_result" if request.htmx else "need_matches"
    return render(request, f"matchmaking/{name}.html", context)


@require_safe
@never_cache
def solution_matches(request: PageRequest, solution_id: UUID) -> HttpResponse:
    """The needs that suit a solution, for its vendor."""
    solution = own_listing(request.actor, ListingKind.SOLUTION, solution_id)
    content = matching_content(solution)
    if not isinstance(content, SolutionContent):
        return render(request, "matchmaking/not_submitted.html", {"listing": solution})
    return _solution_result(request, solution, content)


def _solution_result(
    request: PageRequest, solution: Listing, content: SolutionContent
) -> HttpResponse:
    """Return the list as _need_result does."""
    rows = solution_rows(request.actor, solution, content, Names.load())
    context = {
        "rows": rows,
        "shown_rows": rows[:SHOWN_ON_OWN_PAGE] if _is_embedded(request) else rows,
        "helpful": most_helpful(rows),
        "content": content,
        "list_url": _list_url("solution", solution.public_id),
        **_common(request, solution, Runs.of(solution)),
    }
    name = "_embedded" if request.htmx else "solution_matches"
    return render(request, f"matchmaking/{name}.html", context)


@require_safe
@never_cache
def need_matches_status(request: PageRequest, need_id: UUID) -> HttpResponse:
    """Polled while a need is scored."""
    return _status(request, ListingKind.NEED, need_id)


@require_safe
@never_cache
def solution_matches_status(request: PageRequest, solution_id: UUID) -> HttpResponse:
    """Polled while a solution is scored."""
    return _status(request, ListingKind.SOLUTION, solution_id)


def _status(request: PageRequest, kind: ListingKind, public_id: UUID) -> HttpResponse:
    """Answer with the progress in one query; once it is over, with the list in its place."""
    actor = request.actor
    newest = MatchRun.objects.filter(listing_id=OuterRef("pk")).order_by("-wanted_version")
    listing = get_object_or_404(
        Listing.objects.filter(visible_listings(actor), kind=kind).annotate(
            **{f"run_{name}": Subquery(newest.values(name)[:1]) for name in _OF_RUN}
        ),
        public_id=public_id,
    )
    if not can_see_matches(actor, listing):
        raise Http404
    told = {name: getattr(listing, f"run_{name}") for name in _OF_RUN}
    if not listing.is_waiting or told["state"] == MatchRun.State.FAILED:
        return _finished(request, kind, public_id)
    run = MatchRun(**told) if told["state"] else None
    context = {
        "status_url": request.get_full_path(),
        "progress": progress_of(listing, run, timezone.now()),
    }
    return render(request, "matchmaking/_progress.html", context)


def _finished(request: PageRequest, kind: ListingKind, public_id: UUID) -> HttpResponse:
    """Put the list where the progress was, or lead to it; nothing asks any more after that."""
    url = _list_url(kind, public_id)
    if not request.htmx:
        return redirect(url)
    listing = own_listing(request.actor, kind, public_id)
    content = matching_content(listing)
    if isinstance(content, NeedContent):
        answer = _need_result(request, listing, content)
    elif isinstance(content, SolutionContent):
        answer = _solution_result(request, listing, content)
    else:
        return HttpResponseClientRedirect(url)
    return reswap(retarget(answer, "#matches"), "outerHTML")


@require_safe
@never_cache
def need_excluded(request: PageRequest, need_id: UUID) -> HttpResponse:
    """Who was ruled out and why, and the question "why not this one?"."""
    actor = request.actor
    need = own_listing(actor, ListingKind.NEED, need_id)
    content = matching_content(need)
    if not isinstance(content, NeedContent):
        return render(request, "matchmaking/not_submitted.html", {"listing": need})
    runs = Runs.of(need)
    asked = request.GET.get("q", "")[:60].strip()
    context = {
        "excluded": excluded_solutions(
            actor, need, content, ruled_out_solutions(actor=actor, need=need), Names.load()
        ),
        "content": content,
        "asked": asked,
        "found": list(find_solutions(need, asked)) if asked else [],
        **_common(request, need, runs),
    }
    return render(request, "matchmaking/excluded.html", context)


@require_safe
@never_cache
def solution_excluded(request: PageRequest, solution_id: UUID) -> HttpResponse:
    """The needs whose conditions the solution misses, for its vendor."""
    actor = request.actor
    solution = own_listing(actor, ListingKind.SOLUTION, solution_id)
    content = matching_content(solution)
    if not isinstance(content, SolutionContent):
        return render(request, "matchmaking/not_submitted.html", {"listing": solution})
    scores = ruled_out_needs(actor=actor, solution=solution)
    context = {
        "excluded": excluded_needs(actor, solution, content, scores, Names.load()),
        "content": content,
        **_common(request, solution, Runs.of(solution)),
    }
    return render(request, "matchmaking/solution_excluded.html", context)


@require_safe
@never_cache
def pair(request: PageRequest, need_id: UUID, solution_id: UUID) -> HttpResponse:
    """One pair scored now and explained to the side that asks, ranked or not."""
    actor = request.actor
    try:
        look = look_at_pair(actor, need_id, solution_id)
    except NotSubmitted as draft:
        return render(request, "matchmaking/not_submitted.html", {"listing": draft.listing})
    context = {
        "look": look,
        "side": look.side.value,
        "need": look.need,
        "solution": look.solution,
        "need_title": look.need_told.content.title,
        "solution_title": look.solution_told.content.title,
        "shows_need_organization": look.need_told.shows_organization,
        "view": look.view,
        "facts": pair_facts(look.need_told, look.solution_told, look.names),
        "kept": KEPT,
        **_own_ways(actor, look),
        **beginning(actor, look),
    }
    return render(request, "matchmaking/pair.html", context)


def _own_ways(actor: Actor, look: PairLook) -> dict[str, str]:
    """Return where the side that reads may fill in what it left out, and try other conditions."""
    own = look.need if look.side is Viewpoint.NEED else look.solution
    ways = {}
    if can_edit_listing(actor, own) and look.view.own_missing:
        field, _code = base_field(look.view.own_missing[0].code)
        columns = FIELDS[field] or ("",)
        step = step_deciding(own.kind, columns[0])
        ways["edit_url"] = reverse(f"catalog:{own.kind}_edit", args=[own.public_id, step.slug])
    if look.side is Viewpoint.NEED and is_private_side(actor, own):
        ways["whatif_url"] = reverse("matchmaking:what_if", args=[own.public_id])
    return ways


@require_POST
def rescore_need(request: PageRequest, need_id: UUID) -> HttpResponse:
    return _rescore(request, ListingKind.NEED, need_id)


@require_POST
def rescore_solution(request: PageRequest, solution_id: UUID) -> HttpResponse:
    return _rescore(request, ListingKind.SOLUTION, solution_id)


def _rescore(request: PageRequest, kind: ListingKind, public_id: UUID) -> HttpResponse:
    actor = request.actor
    listing = visible_listing(actor, kind, public_id)
    if not can_see_matches(actor, listing):
        raise Http404
    request_scoring(actor=actor, listings=[listing], reason=MatchRun.Reason.REQUESTED)
    messages.success(request, _("已重新排队评分。"))
    return redirect(_list_url(kind, public_id))
