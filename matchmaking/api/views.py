"""The endpoints. Who may read what is decided where the pages decide it; the hidden is a 404."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.requests import ActorRequest
from catalog.choices import ListingKind
from catalog.content import NeedContent, SolutionContent
from catalog.models import Listing
from matchmaking.api.serializers import (
    NeedMatchesSerializer,
    NeedRowSerializer,
    PairSerializer,
    SolutionMatchesSerializer,
    SolutionRowSerializer,
)
from matchmaking.facts import matching_content
from matchmaking.lists import Ranking, Row, Runs, name_makers, need_rows, solution_rows
from matchmaking.pairs import NotSubmitted, look_at_pair, own_listing
from matchmaking.permissions import counts_as_shown
from matchmaking.render import Names
from matchmaking.services import record_impressions

_PAGES = [
    OpenApiParameter("page", int, description="From 1."),
    OpenApiParameter("page_size", int, description="At most 50; 20 when absent."),
]


class NothingToScore(APIException):
    """A draft takes no part in matching."""

    status_code = 409
    default_code = "not_submitted"


class MatchPages(PageNumberPagination):
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 50


def _actor(request: Request) -> Actor:
    # The middleware put it on Django's own request, which DRF wraps.
    return cast("ActorRequest", request._request).actor


def _not_submitted() -> NothingToScore:
    return NothingToScore(_("草稿不参与匹配。提交审核后即可看到匹配结果。"))


class _ListView(APIView):
    """A page of one listing's list, with the state that the whole list is in."""

    def page_of(
        self, request: Request, listing: Listing, rows: Sequence[Row]
    ) -> tuple[list[Row], dict[str, Any]]:
        pages = MatchPages()
        shown = cast("list[Row]", pages.paginate_queryset(cast("Any", rows), request, view=self))
        return shown, {
            "count": len(rows),
            "next": pages.get_next_link(),
            "previous": pages.get_previous_link(),
            "state": Runs.of(listing).state(listing).value,
        }


class NeedMatchesView(_ListView):
    @extend_schema(operation_id="need_matches", parameters=_PAGES, responses=NeedMatchesSerializer)
    def get(self, request: Request, need_id: UUID) -> Response:
        """A need's ranked solutions with the reasons, for the need's own side."""
        actor = _actor(request)
        need = own_listing(actor, ListingKind.NEED, need_id)
        content = matching_content(need)
        if not isinstance(content, NeedContent):
            raise _not_submitted()
        rows = need_rows(actor, need, content, Names.load(), Ranking.of(need))
        shown, page = self.page_of(request, need, rows)
        name_makers(shown)
        if counts_as_shown(actor, need):
            record_impressions(actor=actor, shown=[(row.match, row.place) for row in shown])
        return Response({**page, "results": SolutionRowSerializer(shown, many=True).data})


class SolutionMatchesView(_ListView):
    @extend_schema(
        operation_id="solution_matches", parameters=_PAGES, responses=SolutionMatchesSerializer
    )
    def get(self, request: Request, solution_id: UUID) -> Response:
        """The needs that suit a solution, for its vendor."""
        actor = _actor(request)
        solution = own_listing(actor, ListingKind.SOLUTION, solution_id)
        content = matching_content(solution)
        if not isinstance(content, SolutionContent):
            raise _not_submitted()
        rows = solution_rows(actor, solution, content, Names.load())
        shown, page = self.page_of(request, solution, rows)
        name_makers(shown)
        return Response({**page, "results": NeedRowSerializer(shown, many=True).data})


class PairView(APIView):
    @extend_schema(operation_id="pair", responses=PairSerializer)
    def get(self, request: Request, need_id: UUID, solution_id: UUID) -> Response:
        """One pair scored now and explained to the side that asks, ranked or not."""
        try:
            look = look_at_pair(_actor(request), need_id, solution_id)
        except NotSubmitted as draft:
            raise _not_submitted() from draft
        return Response(PairSerializer(look).data)
