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
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.actors import Actor
from accounts.requests import ActorRequest
from catalog.choices import ListingKind, ListingState
from catalog.content import NeedContent, SolutionContent
from catalog.disclosure import disclose
from catalog.models import Listing
from catalog.permissions import can_request_scoring, can_see_matches, visible_listings
from catalog.services import request_scoring
from matchmaking.facts import matching_content
from matchmaking.lists import (
    Row,
    Runs,
    excluded_solutions,
    find_solutions,
    need_rows,
    solution_rows,
)
from matchmaking.models import MatchRun
from matchmaking.pages import need_facts, pair_facts, requirements_asked
from matchmaking.permissions import Viewpoint, counts_as_shown, viewpoint
from matchmaking.render import Names, Renderer, Sight
from matchmaking.services import explain_pair, record_impressions, ruled_out_solutions

# The rest of a list is one click away.
SHOWN = 20
SHOWN_ON_NEED_PAGE = 8


class PageRequest(ActorRequest):
    """A request as the middleware hands it over: with its actor and htmx's headers."""

    htmx: HtmxDetails


def _visible(actor: Actor, kind: ListingKind, public_id: UUID) -> Listing:
    """Return the listing if ``actor`` may know of it; everything else is a 404."""
    return get_object_or_404(
        Listing.objects.filter(visible_listings(actor), kind=kind).select_related(
            "organization__district", "organization__park", "catalogue"
        ),
        public_id=public_id,
    )


def _own(actor: Actor, kind: ListingKind, public_id: UUID) -> Listing:
    """Return the listing whose list ``actor`` may read."""
    listing = _visible(actor, kind, public_id)
    if not can_see_matches(actor, listing):
        raise Http404
    return listing


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


@require_GET
@never_cache
def need_matches(request: PageRequest, need_id: UUID) -> HttpResponse:
    """A need's ranked solutions with the reasons, for the need's own side."""
    actor = request.actor
    need = _own(actor, ListingKind.NEED, need_id)
    content = matching_content(need)
    if not isinstance(content, NeedContent):
        return render(request, "matchmaking/not_submitted.html", {"listing": need})
    names = Names.load()
    rows = need_rows(actor, need, content, names)
    shown = rows if "all" in request.GET else rows[:SHOWN]
    context = {
        "rows": rows,
        "shown_rows": shown,
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
        record_impressions(actor=actor, matches=[row.match for row in shown])
    context |= {
        "content": content,
        "facts": need_facts(content, names),
        "scenarios": [names.of("scenario", code) for code in content.scenarios],
        "requirements": requirements_asked(content, names),
    }
    return render(request, "matchmaking/need_matches.html", context)


def _selected(rows: list[Row], public_id: str) -> Row | None:
    for row in rows:
        if str(row.listing.public_id) == public_id:
            return row
    return rows[0] if rows else None


@require_GET
@never_cache
def solution_matches(request: PageRequest, solution_id: UUID) -> HttpResponse:
    """The needs that suit a solution, for its vendor."""
    actor = request.actor
    solution = _own(actor, ListingKind.SOLUTION, solution_id)
    content = matching_content(solution)
    if not isinstance(content, SolutionContent):
        return render(request, "matchmaking/not_submitted.html", {"listing": solution})
    rows = solution_rows(actor, solution, content, Names.load())
    context = {
        "rows": rows,
        "content": content,
        **_common(request, solution, Runs.of(solution)),
    }
    return render(request, "matchmaking/solution_matches.html", context)


@require_GET
@never_cache
def need_matches_status(request: PageRequest, need_id: UUID) -> HttpResponse:
    """Polled while a need is scored."""
    return _status(request, ListingKind.NEED, need_id)


@require_GET
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


@require_GET
@never_cache
def need_excluded(request: PageRequest, need_id: UUID) -> HttpResponse:
    """Who was ruled out and why, and the question "why not this one?"."""
    actor = request.actor
    need = _own(actor, ListingKind.NEED, need_id)
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


@require_GET
@never_cache
def pair(request: PageRequest, need_id: UUID, solution_id: UUID) -> HttpResponse:
    """One pair scored now and explained to the side that asks, ranked or not."""
    actor = request.actor
    need = _visible(actor, ListingKind.NEED, need_id)
    solution = _visible(actor, ListingKind.SOLUTION, solution_id)
    side = viewpoint(actor, need, solution)
    if side is None or need.catalogue_id != solution.catalogue_id:
        raise Http404
    need_now, solution_now = matching_content(need), matching_content(solution)
    if not isinstance(need_now, NeedContent):
        return render(request, "matchmaking/not_submitted.html", {"listing": need})
    if not isinstance(solution_now, SolutionContent):
        return render(request, "matchmaking/not_submitted.html", {"listing": solution})
    score = explain_pair(actor=actor, need=need, solution=solution)
    need_told = disclose(actor, need, need_now)
    solution_told = disclose(actor, solution, solution_now)
    names = Names.load()
    renderer = Renderer(
        Sight(need_now, solution_now, need_told.hidden, solution_told.hidden),
        names,
        shows_wishes=side is Viewpoint.SOLUTION,
    )
    context = {
        "side": side.value,
        "need": need,
        "solution": solution,
        "need_title": need_now.title,
        "solution_title": solution_now.title,
        "shows_need_organization": need_told.shows_organization,
        "view": renderer.render(score),
        "facts": pair_facts(need_told, solution_told, names),
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
    listing = _own(actor, kind, public_id)
    request_scoring(actor=actor, listings=[listing], reason=MatchRun.Reason.REQUESTED)
    messages.success(request, _("已重新排队评分。"))
    return redirect(_list_url(kind, public_id))
