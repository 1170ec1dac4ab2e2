"""Finding an organization, asking to join it, and answering invitations and requests."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.forms import JoinForm, RoleForm
from accounts.middleware import ORGANIZATION_KEY
from accounts.models import Invitation, JoinRequest, Membership, Organization, User
from accounts.requests import ActorRequest
from accounts.validators import clean_credit_code
from accounts.views.common import attempt, back
from accounts.views.organizations import visible

FOUND_AT_MOST = 20
# PostgreSQL refuses this letter in text.
_NUL = "\x00"


@require_safe
@login_required
def search(request: ActorRequest) -> HttpResponse:
    """Look an organization up by a part of its name or by its whole code."""
    words = searched_words(request)
    found: list[Organization] = []
    if words:
        rows = find_organizations(words).select_related("district", "park")
        found = list(rows[:FOUND_AT_MOST])
    context = {"words": words, "found": found, "limit": FOUND_AT_MOST}
    return render(request, "accounts/organization_search.html", context)


def searched_words(request: ActorRequest) -> str:
    return request.GET.get("q", "").replace(_NUL, "").strip()[:120]


def find_organizations(words: str) -> QuerySet[Organization]:
    """Return the working organizations that ``words`` are a part of the name or the code of."""
    rows = Organization.objects.active().filter(
        Q(legal_name__icontains=words)
        | Q(short_name__icontains=words)
        | Q(credit_code=clean_credit_code(words))
    )
    return rows.order_by("legal_name")


@require_POST
@login_required
def ask(request: ActorRequest, public_id: UUID) -> HttpResponse:
    organization = visible(request, public_id)
    form = JoinForm(request.POST)
    message = form.cleaned_data["message"] if form.is_valid() else ""
    attempt(
        request,
        lambda: services.request_to_join(
            actor=request.actor, organization=organization, message=message
        ),
        _("申请已提交，处理后会在工作台显示。"),
    )
    return redirect("accounts:dashboard")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def invitation(request: ActorRequest, public_id: UUID) -> HttpResponse:
    user = request.user
    if not isinstance(user, User):
        raise Http404
    rows = Invitation.objects.addressed_to(user).select_related("organization", "invited_by")
    row = get_object_or_404(rows, public_id=public_id)
    if request.method == "POST":
        accepted = attempt(
            request,
            lambda: services.accept_invitation(actor=request.actor, invitation=row),
            _("您已加入该企业。"),
        )
        if accepted:
            request.session[ORGANIZATION_KEY] = str(row.organization.public_id)
        return redirect("accounts:dashboard")
    is_open = Invitation.objects.open().filter(pk=row.pk).exists()
    context = {"invitation": row, "is_open": is_open}
    return render(request, "accounts/invitation.html", context)


def _decidable(request: ActorRequest, public_id: UUID) -> JoinRequest:
    rows = JoinRequest.objects.decidable_by(request.actor).select_related("organization", "user")
    return get_object_or_404(rows, public_id=public_id)


@require_POST
@login_required
def accept(request: ActorRequest, public_id: UUID) -> HttpResponse:
    row = _decidable(request, public_id)
    form = RoleForm(request.POST)
    role = form.cleaned_data["role"] if form.is_valid() else Membership.Role.VIEWER
    attempt(
        request,
        lambda: services.accept_join_request(actor=request.actor, join_request=row, role=role),
        _("已接受申请。"),
    )
    return back(request, "accounts:dashboard")


@require_POST
@login_required
def decline(request: ActorRequest, public_id: UUID) -> HttpResponse:
    row = _decidable(request, public_id)
    attempt(
        request,
        lambda: services.decline_join_request(actor=request.actor, join_request=row),
        _("已拒绝申请。"),
    )
    return back(request, "accounts:dashboard")


@require_POST
@login_required
def withdraw(request: ActorRequest, public_id: UUID) -> HttpResponse:
    rows = JoinRequest.objects.filter(user_id=request.actor.key)
    row = get_object_or_404(rows.select_related("organization"), public_id=public_id)
    attempt(
        request,
        lambda: services.withdraw_join_request(actor=request.actor, join_request=row),
        _("申请已撤回。"),
    )
    return redirect("accounts:dashboard")
