"""Cases from a worksheet: the template, a preview of what a sheet says, and adding what is chosen.

Nothing is kept between preview and choice: the page carries the judged rows, signed.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import ActorRequest
from catalog.case_sheets import JudgedRow, judge, template_workbook
from catalog.choices import ListingKind
from catalog.files.verdict import CONTENT_TYPES, FileType
from catalog.files.worksheets import cells_of
from catalog.forms.rows import MAX_CASES
from catalog.models import Listing
from catalog.services import Basis, draft_payload, update_draft
from catalog.views.common import editable, for_editors
from catalog.views.posting import closed
from catalog.wording.names import Names

_SALT = "catalog.case_import"
_KEPT_SECONDS = 24 * 3600


@require_safe
@never_cache
@for_editors
def case_template(request: ActorRequest, public_id: UUID) -> HttpResponse:
    editable(request.actor, public_id, ListingKind.SOLUTION)
    return HttpResponse(
        template_workbook(Names.load()),
        content_type=CONTENT_TYPES[FileType.XLSX],
        headers={"Content-Disposition": content_disposition_header(True, _("案例模板.xlsx")) or ""},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_editors
def case_import(request: ActorRequest, public_id: UUID) -> HttpResponse:
    listing = editable(request.actor, public_id, ListingKind.SOLUTION)
    refusal = closed(listing)
    if refusal:
        messages.warning(request, refusal)
        return redirect(listing)
    if request.method != "POST":
        return _shown(request, listing)
    if "rows" in request.POST:
        return _add(request, listing)
    return _preview(request, listing)


def _preview(request: ActorRequest, listing: Listing) -> HttpResponse:
    upload = request.FILES.get("sheet")
    if upload is None:
        return _shown(request, listing, error=_("请选择要导入的 XLSX 文件。"))
    standing = _cases(draft_payload(listing))
    try:
        rows = judge(cells_of(upload), Names.load(), standing)
    except ValidationError as refusal:
        return _shown(request, listing, error=" ".join(refusal.messages))
    if not rows:
        words = _("没有读到案例：第一行应为模板中的列名，从第二行起每行一个案例。")
        return _shown(request, listing, error=words)
    return _shown(request, listing, rows=rows, room=MAX_CASES - len(standing))


def _cases(payload: Mapping[str, object]) -> list[dict[str, Any]]:
    cases = payload.get("cases")
    return list(cases) if isinstance(cases, list) else []


def _add(request: ActorRequest, listing: Listing) -> HttpResponse:
    """Add the chosen rows to the draft: all of them, or none and the reason."""
    try:
        rows = signing.loads(request.POST["rows"], salt=_salt(listing), max_age=_KEPT_SECONDS)
    except signing.BadSignature:
        return _shown(request, listing, error=_("预览已经失效，请重新选择文件。"))
    chosen = set(request.POST.getlist("line"))
    added = [case for line, case in rows if str(line) in chosen]
    if not added:
        return _shown(request, listing, error=_("没有选择任何案例，什么都没有改变。"))
    payload = draft_payload(listing)
    cases = [*_cases(payload), *added]
    if len(cases) > MAX_CASES:
        told = {"most": MAX_CASES, "n": len(cases)}
        words = _("每个方案最多 %(most)s 个案例，加上所选的共 %(n)s 个。什么都没有改变。") % told
        return _shown(request, listing, error=words)
    try:
        update_draft(
            actor=request.actor,
            listing=listing,
            changes={"cases": cases},
            # Cases that somebody else writes at this moment must not be lost.
            basis=Basis.of(payload, frozenset({"cases"})),
        )
    except ValidationError as refusal:
        return _shown(request, listing, error=" ".join(refusal.messages))
    messages.success(request, _("已把 %(n)s 个案例加入草稿。") % {"n": len(added)})
    return redirect(reverse("catalog:solution_edit", args=[listing.public_id, "cases"]))


def _salt(listing: Listing) -> str:
    return f"{_SALT}:{listing.public_id}"


def _shown(
    request: ActorRequest,
    listing: Listing,
    *,
    error: str = "",
    rows: list[JudgedRow] | None = None,
    room: int = 0,
) -> HttpResponse:
    good = [row for row in rows or () if row.is_good]
    context = {
        "listing": listing,
        "error": error,
        "rows": rows,
        "good": len(good),
        "room": room,
        "most": MAX_CASES,
        "fits": {row.line for row in good[:room]},
        "signed": signing.dumps(
            [(row.line, row.case) for row in good], salt=_salt(listing), compress=True
        ),
        "edit_url": reverse("catalog:solution_edit", args=[listing.public_id, "cases"]),
    }
    status = 422 if error else 200
    return render(request, "catalog/post/case_import.html", context, status=status)
