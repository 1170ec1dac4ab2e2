"""The pages that show matches. What a viewer may not see does not exist: 404."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.requests import ActorRequest
from catalog.choices import ListingKind, ListingState
from catalog.content import NeedContent, SolutionContent
from catalog.models import Listing
from catalog.permissions import (
    can_request_scoring,
    can_see_matches,
    is_private_side,
    visible_listings,
)
from catalog.services import request_scoring
from matchmaking.facts import matching_content
from matchmaking.introductions import beginning
from matchmaking.lists import (
    Row,
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
    look_at_pair,
    own_listing,
    own_words,
    visible_listing,
)
from matchmaking.permissions import counts_as_shown
from matchmaking.render import Names
from matchmaking.services import record_impressions, ruled_out_needs, ruled_out_solutions
from matchmaking.services.standing import KEPT

# The rest of a list is one click away.
SHOWN = 20
SHOWN_ON_NEED_PAGE = 8


class PageRequest(ActorRequest):
    """A request as the middleware hands it over: with its actor and htmx's headers."""

    htmx: HtmxDetails


def _list_url(kind: str, public_id: UUID) -> str:
    return reverse(f"matchmaking:{kind}_matches", kwargs={f"{kind}_id": public_id})


def _common(request: PageRequest, listing: Listing, runs: Runs) -> dict[str, Any]:
    kind = listing.kind
    key = f"{kind}_id"
    return {
        "listing": listing,
        "runs": runs,
        "is_private": listing.state != ListingState.PUBLISHED,
        "can_rescore": can_request_scoring(request.actor, listing),
        "can_suppose": is_private_side(request.actor, listing),
        "status_url": reverse(
            f"matchmaking:{kind}_matches_status", kwargs={key: listing.public_id}
        ),
        "rescore_url": reverse(f"matchmaking:rescore_{kind}", kwargs={key: listing.public_id}),
        "progress_text": _progress_words(runs.newest),
        "lacks_vectors": runs.done is not None and not runs.done.used_vectors,
    }


def _progress_words(run: MatchRun | None) -> str:
    if run is None or run.state == MatchRun.State.WAITING:
        return _("已排队，很快开始评分…")
    if not run.scored:
        return _("正在评分，结果会自动出现…")
    if run.listing.kind == ListingKind.NEED:
        return ngettext(
            "正在评分：已比对 %(n)s 个方案…", "正在评分：已比对 %(n)s 个方案…", run.scored
        ) % {"n": run.scored}
    return ngettext(
        "正在评分：已比对 %(n)s 个需求…", "正在评分：已比对 %(n)s 个需求…", run.scored
    ) % {"n": run.scored}


@require_safe
@never_cache
def need_matches(request: PageRequest, need_id: UUID) -> HttpResponse:
    """A need's ranked solutions with the reasons, for the need's own side."""
    actor = request.actor
    need = own_listing(actor, ListingKind.NEED, need_id)
    content = matching_content(need)
    if not isinstance(content, NeedContent):
        return render(request, "matchmaking/not_submitted.html", {"listing": need})
    names = Names.load()
    rows = need_rows(actor, need, content, names)
    shown = rows if "all" in request.GET else rows[:SHOWN]
    context = {
        "rows": rows,
        "shown_rows": shown,
        "moves": moves_of(shown),
        "helpful": most_helpful(shown),
        "selected": _selected(rows, request.GET.get("selected", "")),
        "list_url": _list_url("need", need.public_id),
        **_common(request, need, Runs.of(need)),
    }
    if request.htmx and "selected" in request.GET:
        return render(request, "matchmaking/_explanation.html", context)
    if request.htmx:
        # The need's own page shows the first few and leads to the rest.
        embedded = {**context, "shown_rows": rows[:SHOWN_ON_NEED_PAGE], "is_embedded": True}
        return render(request, "matchmaking/_embedded.html", embedded)
    if counts_as_shown(actor, need):
        record_impressions(actor=actor, shown=[(row.match, row.place) for row in shown])
    # A platform admin reads the list, but nothing that is the owner's alone.
    told = own_words(actor, need, content)
    context |= {
        "content": told,
        "facts": need_facts(told, names),
        "scenarios": [names.of("scenario", code) for code in told.scenarios],
        "requirements": requirements_asked(told, names),
    }
    return render(request, "matchmaking/need_matches.html", context)


def _selected(rows: list[Row], public_id: str) -> Row | None:
    for row in rows:
        if str(row.listing.public_id) == public_id:
            return row
    return rows[0] if rows else None


@require_safe
@never_cache
def solution_matches(request: PageRequest, solution_id: UUID) -> HttpResponse:
    """The needs that suit a solution, for its vendor."""
    actor = request.actor
    solution = own_listing(actor, ListingKind.SOLUTION, solution_id)
    content = matching_content(solution)
    if not isinstance(content, SolutionContent):
        return render(request, "matchmaking/not_submitted.html", {"listing": solution})
    rows = solution_rows(actor, solution, content, Names.load())
    context = {
        "rows": rows,
        "helpful": most_helpful(rows),
        "content": content,
        **_common(request, solution, Runs.of(solution)),
    }
    return render(request, "matchmaking/solution_matches.html", context)


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
    """Answer with the progress, or send the visitor to the finished list. One query."""
    actor = request.actor
    newest = MatchRun.objects.filter(listing_id=OuterRef("pk")).order_by("-wanted_version")
    listing = get_object_or_404(
        Listing.objects.filter(visible_listings(actor), kind=kind).annotate(
            run_state=Subquery(newest.values("state")[:1]),
            run_scored=Subquery(newest.values("scored")[:1]),
        ),
        public_id=public_id,
    )
    if not can_see_matches(actor, listing):
        raise Http404
    annotated: Any = listing
    if not listing.is_waiting or annotated.run_state == MatchRun.State.FAILED:
        url = _list_url(kind, public_id)
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    run = MatchRun(listing=listing, scored=annotated.run_scored or 0)
    run.state = annotated.run_state or MatchRun.State.WAITING
    context = {
        "status_url": request.path,
        "progress_text": _progress_words(run),
    }
    return render(request, "matchmaking/_progress.html", context)


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
        **beginning(actor, look),
    }
    return render(request, "matchmaking/pair.html", context)


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
