"""Checks: what an organization sends, what its park decides, what customers confirm."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import VerificationForm
from accounts.models import Organization
from accounts.permissions import is_member_of
from accounts.requests import ActorRequest
from catalog.choices import ConfirmationState, ProofState, ProofSubject
from catalog.forms.proofs import AskCustomerForm, ConfirmForm, RowProofForm
from catalog.models import CaseConfirmation, ProofFile, ProofRequest
from catalog.permissions import (
    can_answer_confirmation,
    can_ask_for_proof,
    can_decide_proof,
    can_see_confirmation,
    can_see_proofs,
)
from catalog.presenting.attachments import ACCEPT
from catalog.presenting.proofs import (
    ORGANIZATION,
    claim_of,
    decided,
    own_case,
    own_proofs,
    state_tone,
)
from catalog.services import (
    MOST_FILES,
    answer_confirmation,
    ask_customer,
    ask_for_proof,
    grant_proof,
    note_proof_opening,
    refuse_proof,
    retract_confirmation,
    retract_proof,
    told_of,
    withdraw_confirmation,
    withdraw_proof,
)
from catalog.views.common import attempt
from catalog.views.moderation import for_moderators
from catalog.views.sending import send_file


def _organization(request: ActorRequest, public_id: UUID) -> Organization:
    """Return the organization whose checks the actor may read; to others there are none."""
    rows = Organization.objects.visible_to(request.actor).select_related(
        "park", "district", "verified_by_park"
    )
    organization = get_object_or_404(rows, public_id=public_id)
    if not can_see_proofs(request.actor, organization):
        raise Http404
    return organization


@require_safe
@never_cache
@login_required
def proofs(request: ActorRequest, public_id: UUID) -> HttpResponse:
    organization = _organization(request, public_id)
    waiting = organization.proof_requests.waiting().filter(subject=ProofSubject.ORGANIZATION)
    incoming = (
        organization.case_confirmations.exclude(state=ConfirmationState.RETRACTED)
        if is_member_of(request.actor, organization.pk)
        else CaseConfirmation.objects.none()
    )
    asked = incoming.select_related("solution__organization").order_by("-asked_at")[:50]
    context = {
        "organization": organization,
        "verification": organization.verifications.select_related("park").first(),
        "waiting": waiting.first(),
        "item": ORGANIZATION,
        "solutions": own_proofs(organization),
        "requests": [(each, state_tone(each.state)) for each in decided(organization)],
        "incoming": [(each, state_tone(each.state)) for each in asked],
        "can_ask": can_ask_for_proof(request.actor, organization),
    }
    return render(request, "catalog/proofs/proofs.html", context)


def _askable(request: ActorRequest, public_id: UUID) -> Organization:
    organization = _organization(request, public_id)
    if not can_ask_for_proof(request.actor, organization):
        raise Http404
    return organization


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def proof_ask(request: ActorRequest, public_id: UUID) -> HttpResponse:
    organization = _askable(request, public_id)
    item = (request.POST if request.method == "POST" else request.GET).get("item", ORGANIZATION)
    try:
        claim = claim_of(organization, item)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("catalog:proofs", organization.public_id)
    if claim is None:
        raise Http404
    note = request.POST.get("note", "")[:1000]
    if request.method == "POST":
        sent = attempt(
            request,
            lambda: ask_for_proof(
                actor=request.actor,
                organization=organization,
                claim=claim,
                uploads=request.FILES.getlist("files"),
                note=note,
            ),
            _("已提交，园区核验后您会在这里看到结果。"),
        )
        if sent:
            return redirect("catalog:proofs", organization.public_id)
    context = {
        "organization": organization,
        "item": item,
        "claim": claim,
        "note": note,
        "most": MOST_FILES,
        "accept": ACCEPT,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/proofs/ask.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def confirmation_ask(request: ActorRequest, public_id: UUID) -> HttpResponse:
    organization = _askable(request, public_id)
    item = (request.POST if request.method == "POST" else request.GET).get("item", "")
    case = own_case(organization, item)
    if case is None:
        raise Http404
    form = AskCustomerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        customer = form.cleaned_data["customer"]
        sent = attempt(
            request,
            lambda: ask_customer(actor=request.actor, case=case, customer=customer),
            _("已请客户确认。"),
        )
        if sent:
            return redirect("catalog:proofs", organization.public_id)
    context = {"organization": organization, "item": item, "told": told_of(case), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/proofs/ask_customer.html", context, status=status)


def _proof(request: ActorRequest, public_id: UUID) -> ProofRequest:
    rows = ProofRequest.objects.select_related(
        "organization__park",
        "organization__district",
        "organization__verified_by_park",
        "solution",
        "certification",
        "decided_by_park",
    )
    found = get_object_or_404(rows, public_id=public_id)
    if not can_see_proofs(request.actor, found.organization):
        raise Http404
    return found


def _form(proof: ProofRequest, data: QueryDict | None = None) -> Form:
    if proof.subject == ProofSubject.ORGANIZATION:
        version = proof.organization.facts_version
        return VerificationForm(data, initial={"facts_version": version})
    return RowProofForm(data)


@require_safe
@never_cache
@login_required
def proof(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = _proof(request, public_id)
    return _proof_page(request, found, _form(found))


def _proof_page(request: ActorRequest, found: ProofRequest, form: Form) -> HttpResponse:
    actor = request.actor
    decides = can_decide_proof(actor, found.organization)
    context = {
        "proof": found,
        "tone": state_tone(found.state),
        "organization": found.organization,
        "files": found.files.select_related("file").filter(file__removed_at__isnull=True),
        "form": form,
        "can_decide": decides and found.state == ProofState.WAITING,
        "can_withdraw": decides
        and found.state == ProofState.VERIFIED
        and found.subject != ProofSubject.ORGANIZATION,
        "can_retract": can_ask_for_proof(actor, found.organization)
        and found.state == ProofState.WAITING,
    }
    status = 422 if form.is_bound else 200
    return render(request, "catalog/proofs/proof.html", context, status=status)


@require_POST
@login_required
def proof_decide(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = _proof(request, public_id)
    decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "")
    actor = request.actor
    if decision == "retract":
        if not can_ask_for_proof(actor, found.organization):
            raise Http404
        attempt(request, lambda: retract_proof(actor=actor, request=found), _("申请已撤回。"))
        return redirect("catalog:proofs", found.organization.public_id)
    if not can_decide_proof(actor, found.organization):
        raise Http404
    if decision == "grant":
        return _grant(request, found)
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "refuse": (
            lambda: refuse_proof(actor=actor, request=found, reason=reason),
            _("已告知企业未通过的原因。"),
        ),
        "withdraw": (
            lambda: withdraw_proof(actor=actor, request=found, reason=reason),
            _("核验已撤销。"),
        ),
    }
    if decision not in acts:
        messages.error(request, _("请选择通过或不通过。"))
    else:
        attempt(request, *acts[decision])
    return redirect(found)


def _grant(request: ActorRequest, found: ProofRequest) -> HttpResponse:
    form = _form(found, request.POST)
    if not form.is_valid():
        return _proof_page(request, found, form)
    given = form.cleaned_data
    is_organization = found.subject == ProofSubject.ORGANIZATION
    done = attempt(
        request,
        lambda: grant_proof(
            actor=request.actor,
            request=found,
            checks=() if is_organization else given["checks"],
            organization_checks=given["checks"] if is_organization else (),
            facts_version=given.get("facts_version"),
            valid_until=given.get("valid_until"),
            note=given.get("note", ""),
        ),
        _("核验已通过。"),
    )
    return redirect("catalog:proof_queue") if done else redirect(found)


@require_safe
@never_cache
@login_required
def proof_file(request: ActorRequest, public_id: UUID) -> HttpResponseBase:
    rows = ProofFile.objects.filter(file__removed_at__isnull=True).select_related(
        "file", "request__organization"
    )
    found = get_object_or_404(rows, public_id=public_id)
    if not can_see_proofs(request.actor, found.request.organization):
        raise Http404
    note_proof_opening(actor=request.actor, proof=found)
    file = found.file
    return send_file(file.path, file.content_type, file.original_name, inline=file.is_image)


@require_safe
@never_cache
@for_moderators
def proof_queue(request: ActorRequest) -> HttpResponse:
    rows = ProofRequest.objects.waiting().overseen_by(request.actor)
    waiting = rows.select_related("organization__park", "solution").order_by("asked_at", "pk")
    return render(request, "catalog/proofs/queue.html", {"rows": waiting[:100]})


def _confirmation(request: ActorRequest, public_id: UUID) -> CaseConfirmation:
    rows = CaseConfirmation.objects.select_related("solution__organization", "customer")
    found = get_object_or_404(rows, public_id=public_id)
    vendor_id = found.solution.organization_id
    if not can_see_confirmation(request.actor, vendor_id, found.customer_id):
        raise Http404
    return found


@require_safe
@never_cache
@login_required
def confirmation(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = _confirmation(request, public_id)
    answers = can_answer_confirmation(request.actor, found.customer)
    context = {
        "confirmation": found,
        "tone": state_tone(found.state),
        "form": ConfirmForm(),
        "can_answer": answers and found.state == ConfirmationState.ASKED,
        "can_withdraw": answers and found.state == ConfirmationState.CONFIRMED,
        "can_retract": can_ask_for_proof(request.actor, found.solution.organization)
        and found.state == ConfirmationState.ASKED,
        "is_customer": is_member_of(request.actor, found.customer_id),
    }
    return render(request, "catalog/proofs/confirmation.html", context)


@require_POST
@login_required
def confirmation_answer(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = _confirmation(request, public_id)
    actor, sent = request.actor, request.POST
    decision = sent.get("decision", "")
    acts: dict[str, tuple[Callable[[], object], str]] = {}
    if can_ask_for_proof(actor, found.solution.organization):
        acts["retract"] = (
            lambda: retract_confirmation(actor=actor, confirmation=found),
            _("已撤回。"),
        )
    if can_answer_confirmation(actor, found.customer):
        acts["confirm"] = (
            lambda: answer_confirmation(
                actor=actor, confirmation=found, confirms=True, shows_name="shows_name" in sent
            ),
            _("谢谢，案例已标记为客户确认。"),
        )
        acts["decline"] = (
            lambda: answer_confirmation(
                actor=actor, confirmation=found, confirms=False, reason=sent.get("reason", "")
            ),
            _("已答复，案例不会标记为客户确认。"),
        )
        acts["withdraw"] = (
            lambda: withdraw_confirmation(actor=actor, confirmation=found),
            _("确认已撤销。"),
        )
    if not acts:
        raise Http404
    if decision not in acts:
        messages.error(request, _("请选择确认或不确认。"))
    else:
        attempt(request, *acts[decision])
    return redirect(found)
