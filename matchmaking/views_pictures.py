"""Pictures of supply and demand: a page and a workbook each."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from accounts.requests import ActorRequest
from accounts.visitors import kept_for_visitors
from catalog.exporting.sheets import add_sheet, saved
from catalog.wording.names import Names
from matchmaking.pictures import PICTURES, Picture
from matchmaking.pictures.registry import LONGEST_CHOICE

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@kept_for_visitors
def pictures(request: ActorRequest) -> HttpResponse:
    return render(request, "matchmaking/pictures/index.html", {"kinds": PICTURES.values()})


@require_safe
@kept_for_visitors
def picture(request: ActorRequest, name: str) -> HttpResponse:
    made = _picture(request, name)
    chosen = {each.name: each.chosen for each in made.filters}
    context = {
        "picture": made,
        "kinds": PICTURES.values(),
        "name": name,
        "drawing_template": f"matchmaking/pictures/_{made.template}.html",
        "query": urlencode(chosen),
    }
    return render(request, "matchmaking/pictures/picture.html", context)


@require_safe
def picture_sheet(request: ActorRequest, name: str) -> HttpResponse:
    """Answer with the same numbers as a workbook, under the choices it was made with."""
    made = _picture(request, name)
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    add_sheet(book, made.title, made.sheet.headings, made.sheet.rows)
    choices = [
        [each.label, next((c.label for c in each.choices if c.selected), "")]
        for each in made.filters
    ]
    add_sheet(
        book, _("说明"), [pgettext("row", "项目"), _("内容")], [*choices, [_("口径"), made.note]]
    )
    response = HttpResponse(saved(book), content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="zhipei-{name}.xlsx"'
    return response


def _picture(request: ActorRequest, name: str) -> Picture:
    kind = PICTURES.get(name)
    if kind is None:
        raise Http404
    asked = {key: str(value)[:LONGEST_CHOICE] for key, value in request.GET.items()}
    return kind.make(asked, Names.load())
