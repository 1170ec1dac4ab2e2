"""The members of the organization one acts for."""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.addresses import absolute
from accounts.forms import InvitationForm, RoleForm
from accounts.models import Invitation, JoinRequest, Membership, Organization
from accounts.permissions import can_manage_members
from accounts.requests import ActorRequest
from accounts.views.common import attempt


def _own_organization(request: ActorRequest) -> Organization:
    if request.actor.organization is None:
        raise Http404
    return request.actor.organization


def _colleague(request: ActorRequest, public_id: UUID) -> Membership:
    organization = _own_organization(request)
    rows = Membership.objects.filter(organization=organization).select_related(
        "user", "organization"
    )
    return get_object_or_404(rows, public_id=public_id)


@require_safe
@login_required
def listing(request: ActorRequest) -> HttpResponse:
    return _page(request, InvitationForm())


def _page(request: ActorRequest, form: InvitationForm) -> HttpResponse:
    organization = _own_organization(request)
    actor = request.actor
    requests = JoinRequest.objects.decided_by_owner(actor).pending().select_related("user")
    invitations = Invitation.objects.open().visible_to(actor).filter(organization=organization)
    context = {
        "organization": organization,
        "members": organization.memberships.select_related("user"),
        "requests": requests,
        "invitations": invitations,
        "can_manage": can_manage_members(actor, organization),
        "form": form,
        "roles": Membership.Role.choices,
    }
    return render(request, "accounts/members.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def invite(request: ActorRequest) -> HttpResponse:
    organization = _own_organization(request)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    attempt(
        request,
        lambda: services.invite(
            actor=request.actor,
            organization=organization,
            email=form.cleaned_data["email"],
            role=form.cleaned_data["role"],
            link_base=absolute(request, "/"),
        ),
        _("邀请已发出。"),
    )
    return redirect("accounts:members")


@require_POST
@login_required
def revoke(request: ActorRequest, public_id: UUID) -> HttpResponse:
    rows = Invitation.objects.filter(organization=_own_organization(request))
    invitation = get_object_or_404(rows.visible_to(request.actor), public_id=public_id)
    attempt(
        request,
        lambda: services.revoke_invitation(actor=request.actor, invitation=invitation),
        _("邀请已撤回。"),
    )
    return redirect("accounts:members")


@require_POST
@login_required
def change_role(request: ActorRequest, public_id: UUID) -> HttpResponse:
    membership = _colleague(request, public_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    attempt(
        request,
        lambda: services.change_role(
            actor=request.actor, membership=membership, role=form.cleaned_data["role"]
        ),
        _("角色已更改。"),
    )
    return redirect("accounts:members")


def _act(
    request: ActorRequest, public_id: UUID, service: Callable[..., object], done: str
) -> HttpResponse:
    membership = _colleague(request, public_id)
    attempt(request, lambda: service(actor=request.actor, membership=membership), done)
    return redirect("accounts:members")


@require_POST
@login_required
def suspend(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _act(request, public_id, services.suspend_member, _("成员已停用。"))


@require_POST
@login_required
def reinstate(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _act(request, public_id, services.reinstate_member, _("成员已恢复。"))


@require_POST
@login_required
def remove(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _act(request, public_id, services.remove_member, _("成员已移出。"))


@require_POST
@login_required
def hand_over(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _act(request, public_id, services.hand_over_ownership, _("所有权已移交。"))


@require_POST
@login_required
def leave(request: ActorRequest, public_id: UUID) -> HttpResponse:
    rows = Organization.objects.filter(memberships__user_id=request.actor.key)
    organization = get_object_or_404(rows, public_id=public_id)
    left = attempt(
        request,
        lambda: services.leave_organization(actor=request.actor, organization=organization),
        _("您已退出该企业。"),
    )
    return redirect("accounts:dashboard" if left else "accounts:members")
