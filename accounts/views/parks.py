"""Parks, and the work of those who check the organizations in them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.forms import ReasonForm, VerificationForm
from accounts.models import JoinRequest, Organization, Park
from accounts.panels import park_page
from accounts.permissions import can_moderate_somewhere, can_verify_organization, works_for_park
from accounts.requests import ActorRequest
from accounts.views.common import attempt
from accounts.visitors import kept_for_visitors

PAGE_SIZE = 50


@require_safe
@kept_for_visitors
def listing(request: ActorRequest) -> HttpResponse:
    working = Q(organizations__suspended_at__isnull=True)
    verified = Q(organizations__verified_until__gte=timezone.localdate())
    parks = Park.objects.select_related("district").annotate(
        organization_count=Count("organizations", filter=working),
        verified_count=Count("organizations", filter=working & verified),
    )
    return render(request, "accounts/park_list.html", {"parks": parks})


@require_safe
@kept_for_visitors
def detail(request: ActorRequest, public_id: UUID) -> HttpResponse:
    park = get_object_or_404(Park.objects.select_related("district"), public_id=public_id)
    rows = park.organizations.active().select_related("district", "verified_by_park")
    verified = rows.verified().order_by("legal_name")
    others = rows.unverified().order_by("legal_name")
    context = {
        "park": park,
        "verified": Paginator(verified, PAGE_SIZE).get_page(request.GET.get("page")),
        "others": others[:PAGE_SIZE],
        "panels": park_page.panels(request.actor, park),
        "is_staff_here": works_for_park(request.actor, park.pk),
    }
    return render(request, "accounts/park_detail.html", context)


@require_safe
@login_required
def queue(request: ActorRequest) -> HttpResponse:
    """What waits for a check: organizations, and claims of those nobody runs yet."""
    actor = request.actor
    if not can_moderate_somewhere(actor):
        raise Http404
    rows = Organization.objects.overseen_by(actor).awaiting_verification()
    waiting = rows.select_related("park", "district").order_by("created_at", "pk")
    claims = JoinRequest.objects.claims_overseen_by(actor).pending()
    context = {
        "waiting": Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page")),
        "claims": claims.select_related("user", "organization").order_by("pk")[:PAGE_SIZE],
    }
    return render(request, "accounts/verification_queue.html", context)


def _overseen(request: ActorRequest, public_id: UUID) -> Organization:
    rows = Organization.objects.overseen_by(request.actor).active()
    organization = get_object_or_404(
        rows.select_related("park", "district", "verified_by_park"), public_id=public_id
    )
    if not can_verify_organization(request.actor, organization):
        raise Http404
    return organization


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def verify(request: ActorRequest, public_id: UUID) -> HttpResponse:
    organization = _overseen(request, public_id)
    form = VerificationForm(
        request.POST or None, initial={"facts_version": organization.facts_version}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = attempt(
            request,
            lambda: services.verify_organization(
                actor=request.actor,
                organization=organization,
                facts_version=given["facts_version"],
                checks=given["checks"],
                note=given["note"],
                valid_until=given["valid_until"],
            ),
            _("核验已通过。"),
        )
        if done:
            return redirect("accounts:verification_queue")
        return redirect("accounts:organization_verify", public_id)
    owners = organization.memberships.acting_owners().select_related("user")
    same_code = Organization.objects.none()
    if organization.credit_code:
        same_code = Organization.objects.filter(credit_code=organization.credit_code).exclude(
            pk=organization.pk
        )
    context = {
        "organization": organization,
        "form": form,
        "owners": owners,
        "same_code": same_code,
        "history": organization.verifications.select_related("park", "verified_by", "ended_by"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "accounts/organization_verify.html", context, status=status)


@require_POST
@login_required
def withdraw(request: ActorRequest, public_id: UUID) -> HttpResponse:
    organization = _overseen(request, public_id)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    attempt(
        request,
        lambda: services.withdraw_verification(
            actor=request.actor, organization=organization, reason=reason
        ),
        _("核验已撤销。"),
    )
    return redirect(organization)
