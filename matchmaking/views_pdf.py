"""The pages of matches on paper: read by the same functions, for the same readers."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import ActorRequest
from catalog.choices import ListingKind
from catalog.content import NeedContent, SolutionContent
from matchmaking.facts import matching_content
from matchmaking.lists import Ranking, name_makers, need_rows, solution_rows
from matchmaking.pairs import NotSubmitted, look_at_pair, own_listing, own_words
from matchmaking.paper import NeedSheet, PairSheet, SolutionSheet
from matchmaking.permissions import counts_as_shown
from matchmaking.render import Names
from matchmaking.services import record_impressions


def _file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_safe
@never_cache
def need_matches_pdf(request: ActorRequest, need_id: UUID) -> HttpResponse:
    """A need's list; a draft's page says why there is none."""
    actor = request.actor
    need = own_listing(actor, ListingKind.NEED, need_id)
    content = matching_content(need)
    if not isinstance(content, NeedContent):
        return redirect("matchmaking:need_matches", need_id)
    rows = need_rows(actor, need, content, Names.load(), Ranking.of(need))
    name_makers(rows)
    if counts_as_shown(actor, need):
        record_impressions(actor=actor, shown=[(row.match, row.place) for row in rows])
    told = own_words(actor, need, content)
    sheet = NeedSheet(told.title, need.code, rows)
    return _file(sheet.pdf(timezone.now()), f"{need.code}-matches")


@require_safe
@never_cache
def solution_matches_pdf(request: ActorRequest, solution_id: UUID) -> HttpResponse:
    actor = request.actor
    solution = own_listing(actor, ListingKind.SOLUTION, solution_id)
    content = matching_content(solution)
    if not isinstance(content, SolutionContent):
        return redirect("matchmaking:solution_matches", solution_id)
    rows = solution_rows(actor, solution, content, Names.load())
    name_makers(rows)
    sheet = SolutionSheet(content.title, solution.code, rows)
    return _file(sheet.pdf(timezone.now()), f"{solution.code}-matches")


@require_safe
@never_cache
def pair_pdf(request: ActorRequest, need_id: UUID, solution_id: UUID) -> HttpResponse:
    """One pair, scored now as its page is."""
    try:
        look = look_at_pair(request.actor, need_id, solution_id)
    except NotSubmitted:
        return redirect("matchmaking:pair", need_id, solution_id)
    name = f"{look.need.code}-{look.solution.code}"
    return _file(PairSheet(look).pdf(timezone.now()), name)
