"""Every form and serializer of the apps with the fields it may have; the rest is read-only.

A new field is a decision: it is added here by hand. Rows of a form that the vocabulary makes at
run time are not fields of the class.
"""

from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm
from rest_framework.serializers import BaseSerializer, Serializer

APPS = ("accounts", "catalog", "matchmaking", "config")


def _subclasses(base: type[Any]) -> Iterator[type[Any]]:
    for each in base.__subclasses__():
        yield each
        yield from _subclasses(each)


def declared() -> dict[str, str]:
    """Return what the classes say themselves."""
    found: dict[str, str] = {}
    for each in {*_subclasses(BaseForm), *_subclasses(BaseSerializer)}:
        if each.__module__.split(".")[0] not in APPS:
            continue
        fields = (
            each._declared_fields
            if issubclass(each, Serializer)
            else getattr(each, "base_fields", {})
        )
        if fields:
            found[f"{each.__module__}.{each.__qualname__}"] = " ".join(sorted(fields))
    return found


FIELDS: dict[str, str] = {
    "accounts.admin.organizations.OrganizationAdminForm": (
        "credit_code description district legal_name legal_representative park shareholders "
        "short_name size website"
    ),
    "accounts.admin.organizations.OwnerActionForm": "action owner select_across",
    "accounts.admin.people.UserCreateForm": "display_name email password1 password2",
    "accounts.admin.people.UserEditForm": (
        "date_joined display_name email groups is_active is_staff is_superuser language "
        "last_login password phone phone_verified_at user_permissions"
    ),
    "accounts.forms.ErasureForm": "password",
    "accounts.forms.InvitationForm": "email role",
    "accounts.forms.JoinForm": "message",
    "accounts.forms.OrganizationForm": (
        "credit_code description district legal_name legal_representative park shareholders "
        "short_name size website"
    ),
    "accounts.forms.ProfileForm": "display_name language",
    "accounts.forms.ReasonForm": "reason",
    "accounts.forms.RestrictionForm": "kind note other",
    "accounts.forms.RoleForm": "role",
    "accounts.forms.SignupForm": "consent display_name",
    "accounts.forms.VerificationForm": "checks facts_version note valid_until",
    "catalog.forms.mandates.MandateForm": "given_by given_on note valid_until way",
    "catalog.forms.mandates.VisitDraftForm": "goal industry scenarios situation title",
    "catalog.forms.proofs.AskCustomerForm": "customer",
    "catalog.forms.proofs.ConfirmForm": "shows_name",
    "catalog.forms.proofs.RowProofForm": "checks",
    "catalog.forms.reports.ReportDecisionForm": "answer takes_down upheld",
    "catalog.forms.reports.ReportForm": "contact reason words",
    "catalog.admin.proofs.RecordMandateForm": (
        "given_by given_on note organization valid_until way"
    ),
    "catalog.admin.revisions.NoteForm": "note",
    "catalog.admin.revisions.ReasonForm": "reason reasons",
    "catalog.forms.need.BudgetForm": (
        "budget_high budget_includes_tax budget_is_ceiling budget_low budget_visibility "
        "decision_date expires_on procurement stage wanted_end wanted_start window_reason"
    ),
    "catalog.forms.need.ConfidentialityForm": "confidentiality",
    "catalog.forms.need.ProblemForm": "goal situation summary title",
    "catalog.forms.need.ScopeForm": (
        "district factory_goals industry integration_forms project_type scenarios"
    ),
    "catalog.forms.need.StartForm": "factory_goals scenarios start_shown",
    "catalog.forms.need.WeightsForm": "weighing",
    "catalog.forms.rows.CaseForm": "customer customer_anonymous industry result year",
    "catalog.forms.rows.RequirementForm": "code kind level number text",
    "catalog.forms.solution.PriceForm": (
        "capacity capacity_taken earliest_start lead_time_high lead_time_low nationwide "
        "on_site price_basis price_high price_includes_tax price_low price_scope "
        "price_visibility response_hours service_districts spares warranty_months "
        "yearly_fee"
    ),
    "catalog.forms.solution.ShareForm": "domestic_share",
    "catalog.forms.solution.WhatForm": (
        "description factory_goals industries integration_forms project_types scenarios "
        "summary title"
    ),
    "catalog.forms.solution.WishesForm": (
        "wished_districts wished_industries wished_project_high wished_project_low"
    ),
    "catalog.forms.vocabulary.ScenarioForm": "scenarios",
    "config.styleguide.SampleForm": "name size",
    "matchmaking.admin.weights.WeightSetForm": "note version weights",
    "matchmaking.views_relations.RelationForm": "confirmed words",
    "matchmaking.api.serializers.ConstraintSerializer": "code verdict verdict_label words",
    "matchmaking.api.serializers.DemandSerializer": "budget code id organization title url",
    "matchmaking.api.serializers.FoldedSerializer": "move solution total",
    "matchmaking.api.serializers.HeadlineSerializer": (
        "confidence headline headline_label is_unsettled leading"
    ),
    "matchmaking.api.serializers.LeadingSerializer": "code name speaks words",
    "matchmaking.api.serializers.ListingSerializer": "code id url",
    "matchmaking.api.serializers.MadeBySerializer": "corpus engine weights",
    "matchmaking.api.serializers.MissingSerializer": (
        "criterion field field_label gain_at_most side"
    ),
    "matchmaking.api.serializers.MoveSerializer": "code places words",
    "matchmaking.api.serializers.NeedMatchesSerializer": "count next previous results state",
    "matchmaking.api.serializers.NeedRowSerializer": (
        "band confidence headline headline_label is_unsettled leading made_by missing need"
        " wishes_headline"
    ),
    "matchmaking.api.serializers.OfferSerializer": (
        "code id lead_time organization price title url"
    ),
    "matchmaking.api.serializers.OrganizationSerializer": "id is_verified name",
    "matchmaking.api.serializers.PairSerializer": (
        "made_by need rank score side solution standing"
    ),
    "matchmaking.api.serializers.PartSerializer": (
        "criterion is_assumed is_hidden maximum name points reasons weight"
    ),
    "matchmaking.api.serializers.ReasonSerializer": "code words",
    "matchmaking.api.serializers.ScoreSerializer": (
        "confidence constraints has_hidden headline headline_label is_unsettled leading missing"
        " parts total wishes"
    ),
    "matchmaking.api.serializers.SolutionMatchesSerializer": "count next previous results state",
    "matchmaking.api.serializers.SolutionRowSerializer": (
        "folded made_by move place score solution"
    ),
    "matchmaking.api.serializers.TotalSerializer": "band points",
    "matchmaking.api.serializers.WishesSerializer": "parts total",
    "matchmaking.api.serializers._PageSerializer": "count next previous state",
    "matchmaking.whatif.supposing.WhatIfForm": (
        "budget_high budget_is_ceiling budget_low wanted_end wanted_start window_is_fixed"
    ),
}
