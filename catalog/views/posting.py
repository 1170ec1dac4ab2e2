"""Posting and editing in steps; each step is a page that saves its part of the draft."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from accounts.requests import ActorRequest
from catalog.choices import AttachmentKind, ListingKind, ListingState, RevisionState
from catalog.files.naming import shown_name
from catalog.forms.base import Opening, Part, place
from catalog.forms.steps import STEPS, Step, step_deciding, step_of
from catalog.models import Listing, Revision
from catalog.presenting.review import Review, review_of
from catalog.reidentification import ACKNOWLEDGED, Risk
from catalog.reidentification import check as check_risk
from catalog.services import (
    Basis,
    DraftConflict,
    attach_file,
    create_listing,
    draft_content,
    draft_payload,
    open_revision,
    require_complete,
    submit_listing,
    update_draft,
    validated,
)
from catalog.views.common import editable, for_editors
from catalog.wording.names import Names

# What the buttons of a step ask for beside saving; the page itself saves while one writes.
STAY, LEAVE, SUBMIT, AUTOSAVE = "stay", "leave", "submit", "autosave"
# What the page knew of its fields when it was opened.
BASIS = "basis"
# The drafts begun in this session, so that going back and sending again makes no second one.
DRAFT, BEGUN_KEY, BEGUN_KEPT = "draft", "begun_listings", 20


@dataclass(frozen=True, slots=True)
class Page:
    """One step of one listing, as somebody opened or sent it."""

    request: ActorRequest
    kind: ListingKind
    step: Step
    listing: Listing | None
    payload: Mapping[str, Any]
    parts: Mapping[str, Part]
    names: Names

    @property
    def asked(self) -> str:
        return self.request.POST.get("action", "")

    @property
    def basis(self) -> Basis:
        """How the fields this step may change stand now."""
        return Basis.of(self.payload, self.step.may_change or self.payload)

    @property
    def opened_on(self) -> Basis | None:
        """How they stood when the page was opened, if it says so."""
        mark = self.request.POST.get(BASIS)
        return Basis(self.basis.fields, mark) if mark and self.listing else None


@require_POST
@never_cache
@for_editors
def need_risk(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Say whether the need, as the form stands now, leads back to few: asked on leaving a field."""
    listing = editable(request.actor, public_id, ListingKind.NEED)
    content = draft_content(listing)
    written: dict[str, Any] = {
        name: request.POST.get(name, "")[:60]
        for name in ("industry", "district", "confidentiality")
        if name in request.POST
    }
    if "industry" in request.POST:
        written["scenarios"] = tuple(request.POST.getlist("scenarios")[:60])
    risk = check_risk(content.model_copy(update=written), listing.organization)
    context = {"risk": risk, "listing": listing}
    return render(request, "catalog/post/_risk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_editors
def need_create(request: ActorRequest) -> HttpResponse:
    return _create(request, ListingKind.NEED)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_editors
def solution_create(request: ActorRequest) -> HttpResponse:
    return _create(request, ListingKind.SOLUTION)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_editors
def need_edit(request: ActorRequest, public_id: UUID, step: str = "") -> HttpResponse:
    return _edit(request, ListingKind.NEED, public_id, step)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_editors
def solution_edit(request: ActorRequest, public_id: UUID, step: str = "") -> HttpResponse:
    return _edit(request, ListingKind.SOLUTION, public_id, step)


def _create(request: ActorRequest, kind: ListingKind) -> HttpResponse:
    begun = _begun(request, kind)
    if begun is not None and request.method == "POST":
        return _edit(request, kind, begun, STEPS[kind][0].slug)
    if begun is not None:
        return redirect(f"catalog:{kind}_edit", begun, STEPS[kind][0].slug)
    if request.method != "POST" and DRAFT not in request.GET:
        # A name of its own in the address: going back to it finds what was begun there.
        return redirect(f"{request.path}?{DRAFT}={uuid4()}")
    page = _open(request, kind, STEPS[kind][0], None, {})
    return _answer(page, lambda changes: _begin(page, changes))


def _begin(page: Page, changes: Mapping[str, Any]) -> Revision:
    revision = create_listing(
        actor=page.request.actor, kind=page.kind, payload={**page.payload, **changes}
    )
    listing = revision.listing
    name = page.request.GET.get(DRAFT, "")[:36]
    if name:
        begun = {**page.request.session.get(BEGUN_KEY, {}), name: str(listing.public_id)}
        page.request.session[BEGUN_KEY] = dict(list(begun.items())[-BEGUN_KEPT:])
    return revision


def _begun(request: ActorRequest, kind: ListingKind) -> UUID | None:
    """Return the draft that this very page began earlier."""
    known = request.session.get(BEGUN_KEY, {}).get(request.GET.get(DRAFT, "")[:36])
    if known is None:
        return None
    rows = Listing.objects.filter(
        public_id=known, kind=kind, organization=request.actor.organization
    )
    return rows.values_list("public_id", flat=True).first()


def _edit(request: ActorRequest, kind: ListingKind, public_id: UUID, slug: str) -> HttpResponse:
    listing = editable(request.actor, public_id, kind)
    step = step_of(kind, slug) if slug else STEPS[kind][0]
    if step is None:
        raise Http404
    refusal = closed(listing)
    if refusal:
        messages.warning(request, refusal)
        return redirect(listing)
    payload = draft_payload(listing)
    page = _open(request, kind, step, listing, payload)
    return _answer(page, lambda changes: _save(page, listing, changes))


def closed(listing: Listing) -> str:
    """Say why the listing cannot be edited now; empty when it can."""
    if listing.state == ListingState.ARCHIVED:
        return _("已归档的条目不能再修改。")
    revision = open_revision(listing)
    if revision is not None and revision.state == RevisionState.SUBMITTED:
        return _("正在等待审核；如需修改，请先撤回提交。")
    return ""


def _save(page: Page, listing: Listing, changes: Mapping[str, Any]) -> Revision:
    return update_draft(
        actor=page.request.actor, listing=listing, changes=changes, basis=page.opened_on
    )


def _open(
    request: ActorRequest,
    kind: ListingKind,
    step: Step,
    listing: Listing | None,
    payload: Mapping[str, Any],
) -> Page:
    names = Names.load()
    data = request.POST if request.method == "POST" else None
    parts = step.open(Opening(payload, data, names))
    return Page(request, kind, step, listing, payload, parts, names)


def _answer(page: Page, save: Callable[[Mapping[str, Any]], Revision]) -> HttpResponse:
    if page.request.method != "POST":
        return _shown(page)
    if not all(part.is_valid() for part in page.parts.values()):
        if page.asked == AUTOSAVE:
            return _not_saved(page, "")
        return _shown(_with_photos(page), status=422)
    changes: dict[str, Any] = {}
    for part in page.parts.values():
        changes |= part.changes()
    try:
        if page.asked == SUBMIT:
            require_complete(validated(page.kind, {**page.payload, **changes}))
        revision = save(changes)
    except DraftConflict as conflict:
        return _conflicting(page, conflict)
    except ValidationError as error:
        return _not_saved(page, "") if page.asked == AUTOSAVE else _refused(page, error)
    if page.asked == AUTOSAVE:
        return _saved(page, revision)
    _keep_photos(page, revision.listing)
    return _next(page, revision.listing, changes)


def _saved(page: Page, revision: Revision) -> HttpResponse:
    """Tell the page, which saved by itself, when it did and on what to go on."""
    listing = revision.listing
    now = replace(page, listing=listing, payload=draft_payload(listing))
    context = {**page.parts, "basis": now.basis, "saved_at": timezone.now(), "step": page.step}
    response = render(page.request, "catalog/post/_saved.html", context)
    return trigger_client_event(response, "draft-saved")


def _not_saved(page: Page, words: str) -> HttpResponse:
    """Say so in the page that tried to save by itself; what is written in it stays."""
    context = {**page.parts, "conflict": words, "step": page.step, "address": page.request.path}
    response = render(page.request, "catalog/post/_not_saved.html", context)
    return trigger_client_event(response, "draft-unsaved")


def _conflicting(page: Page, conflict: DraftConflict) -> HttpResponse:
    """Keep what was written here and what was written elsewhere; the person decides."""
    words = " ".join(conflict.messages)
    if page.asked == AUTOSAVE:
        return _not_saved(page, words)
    return _shown(page, status=409, conflict=words)


def _with_photos(page: Page) -> Page:
    """Keep the pictures though something else is wrong: a browser cannot send them again.

    What has no draft yet begins one, with whatever was valid.
    """
    if not page.request.FILES.getlist("photos"):
        return page
    listing = page.listing
    if listing is None:
        valid: dict[str, Any] = {}
        for part in page.parts.values():
            valid |= {
                name: value
                for name, value in getattr(part, "cleaned_data", {}).items()
                if name in page.step.may_change
            }
        try:
            listing = _begin(page, {"title": _("未命名的需求"), **valid}).listing
        except ValidationError:
            return page
    _keep_photos(page, listing)
    messages.info(page.request, _("选好的照片已随草稿保留，不必重新选择。"))
    return replace(page, listing=listing, payload=draft_payload(listing))


def _keep_photos(page: Page, listing: Listing) -> None:
    """Attach the pictures sent with the words; each is kept or refused on its own."""
    for upload in page.request.FILES.getlist("photos")[: settings.FILES_PER_LISTING]:
        try:
            attach_file(
                actor=page.request.actor,
                listing=listing,
                upload=upload,
                kind=AttachmentKind.PHOTO,
                description="",
            )
        except ValidationError as refusal:
            told = {"name": shown_name(upload.name or ""), "words": " ".join(refusal.messages)}
            messages.error(page.request, _("“%(name)s”没有上传：%(words)s") % told)


def _refused(page: Page, error: ValidationError) -> HttpResponse:
    """Show what the service found at its fields; what another step asks for is said by name."""
    found = by_path(error)
    elsewhere = {
        path: words
        for path, words in found.items()
        if path != NON_FIELD_ERRORS and step_deciding(page.kind, path).slug != page.step.slug
    }
    here = {path: words for path, words in found.items() if path not in elsewhere}
    for words in place(page.parts.values(), here):
        messages.error(page.request, words)
    for path, listed in elsewhere.items():
        step = step_deciding(page.kind, path)
        told = {"step": step.label, "words": " ".join(listed)}
        messages.error(page.request, _("“%(step)s”一步：%(words)s") % told)
    return _shown(page, status=422)


def by_path(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return dict(error.message_dict)
    return {NON_FIELD_ERRORS: error.messages}


def _next(page: Page, listing: Listing, changes: Mapping[str, Any]) -> HttpResponse:
    steps = STEPS[page.kind]
    if page.asked == SUBMIT:
        return _submit(page, listing)
    if page.asked == LEAVE:
        messages.success(page.request, _("草稿已保存。"))
        return redirect(listing)
    chosen = changes.get("project_type", "")
    new_type = bool(chosen) and chosen != page.payload.get("project_type", "")
    if page.asked == STAY or (new_type and page.step.slug == "scope"):
        # The chosen type's parameters can only be asked for now.
        return redirect(f"{step_url(listing, page.step)}#parameters")
    position = min(steps.index(page.step) + 1, len(steps) - 1)
    return redirect(step_url(listing, steps[position]))


def _submit(page: Page, listing: Listing) -> HttpResponse:
    try:
        submit_listing(
            actor=page.request.actor,
            listing=listing,
            acknowledged=ACKNOWLEDGED in page.request.POST,
        )
    except ValidationError as error:
        for words in error.messages:
            messages.error(page.request, words)
        return redirect(step_url(listing, STEPS[page.kind][-1]))
    messages.success(page.request, _("已提交审核。审核通过后公开显示；匹配结果现在就能看到。"))
    return redirect(listing)


def step_url(listing: Listing, step: Step) -> str:
    return reverse(f"catalog:{listing.kind}_edit", args=[listing.public_id, step.slug])


def _shown(page: Page, status: int = 200, conflict: str = "") -> HttpResponse:
    steps = STEPS[page.kind]
    listing = page.listing
    # After a conflict the page goes on from what stands there now: saving again is meant.
    opened_on = None if conflict else page.opened_on
    context: dict[str, Any] = {
        **page.parts,
        "parts": page.parts.values(),
        "basis": opened_on or page.basis,
        "conflict": conflict,
        "step": page.step,
        "photos": page.kind == ListingKind.NEED and page.step == steps[0],
        "megabytes": settings.FILE_MEGABYTES,
        "kind": page.kind,
        "listing": listing,
        "title": page.payload.get("title", ""),
        "steps": [
            {"label": step.label, "href": step_url(listing, step) if listing else ""}
            for step in steps
        ],
        "current": steps.index(page.step) + 1,
        "previous": _previous(page),
        "returned": _returned(listing),
        "is_edit": listing is not None and listing.published_at is not None,
        "review": _review(page),
        "risk": _risk_of(page),
    }
    return render(page.request, page.step.template, context, status=status)


def _previous(page: Page) -> str:
    position = STEPS[page.kind].index(page.step)
    if page.listing is None or position == 0:
        return ""
    return step_url(page.listing, STEPS[page.kind][position - 1])


def _returned(listing: Listing | None) -> Revision | None:
    """Return the version a moderator gave back last, while nobody submitted again."""
    if listing is None:
        return None
    revision = open_revision(listing)
    return revision if revision is not None and revision.reason else None


def _risk_of(page: Page) -> Risk | None:
    if page.listing is None or page.kind != ListingKind.NEED:
        return None
    return check_risk(draft_content(page.listing), page.listing.organization)


def _review(page: Page) -> Review | None:
    if page.step.slug != "review" or page.listing is None:
        return None
    content = draft_content(page.listing)
    return review_of(content, page.names, page.listing)
