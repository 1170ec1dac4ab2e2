"""Checks, confirmations, mandates, reports; catalog/urls.py adds these addresses to its own."""

from django.urls import path

from catalog.views import mandates, proofs, reports

urlpatterns = [
    path("organizations/<uuid:public_id>/proofs/", proofs.proofs, name="proofs"),
    path("organizations/<uuid:public_id>/proofs/ask/", proofs.proof_ask, name="proof_ask"),
    path(
        "organizations/<uuid:public_id>/confirmations/ask/",
        proofs.confirmation_ask,
        name="confirmation_ask",
    ),
    path("proofs/<uuid:public_id>/", proofs.proof, name="proof"),
    path("proofs/<uuid:public_id>/decide/", proofs.proof_decide, name="proof_decide"),
    path("proofs/files/<uuid:public_id>/", proofs.proof_file, name="proof_file"),
    path("moderation/proofs/", proofs.proof_queue, name="proof_queue"),
    path("confirmations/<uuid:public_id>/", proofs.confirmation, name="confirmation"),
    path(
        "confirmations/<uuid:public_id>/answer/",
        proofs.confirmation_answer,
        name="confirmation_answer",
    ),
    path("moderation/mandates/", mandates.mandate_list, name="mandate_list"),
    path(
        "organizations/<uuid:public_id>/mandates/",
        mandates.organization_mandates,
        name="organization_mandates",
    ),
    path(
        "organizations/<uuid:public_id>/mandates/record/",
        mandates.mandate_record,
        name="mandate_record",
    ),
    path("mandates/<uuid:public_id>/revoke/", mandates.mandate_revoke, name="mandate_revoke"),
    path("mandates/<uuid:public_id>/draft/", mandates.visit_draft_write, name="visit_draft_write"),
    path("visit-drafts/<uuid:public_id>/", mandates.visit_draft, name="visit_draft"),
    path("listings/<uuid:public_id>/report/", reports.report_listing, name="report_listing"),
    path(
        "organizations/<uuid:public_id>/report/",
        reports.report_organization,
        name="report_organization",
    ),
    path("reports/", reports.my_reports, name="my_reports"),
    path("moderation/reports/", reports.report_queue, name="report_queue"),
    path("moderation/reports/<uuid:public_id>/", reports.report_detail, name="report"),
]
