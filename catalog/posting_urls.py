"""Addresses of posting, editing and moderating; catalog/urls.py adds them to its own."""

from django.urls import path

from catalog.views import (
    attachments,
    case_import,
    listings,
    moderation,
    moderation_figures,
    posting,
)

urlpatterns = [
    path("needs/new/", posting.need_create, name="need_create"),
    path("needs/<uuid:public_id>/edit/", posting.need_edit, name="need_edit"),
    path("needs/<uuid:public_id>/edit/<str:step>/", posting.need_edit, name="need_edit"),
    path("needs/<uuid:public_id>/risk/", posting.need_risk, name="need_risk"),
    path("solutions/new/", posting.solution_create, name="solution_create"),
    path("solutions/<uuid:public_id>/edit/", posting.solution_edit, name="solution_edit"),
    path(
        "solutions/<uuid:public_id>/edit/<str:step>/", posting.solution_edit, name="solution_edit"
    ),
    path(
        "solutions/<uuid:public_id>/cases/template.xlsx",
        case_import.case_template,
        name="case_template",
    ),
    path("solutions/<uuid:public_id>/cases/import/", case_import.case_import, name="case_import"),
    path("mine/", listings.my_listings, name="my_listings"),
    path("listings/<uuid:public_id>/submit/", listings.listing_submit, name="listing_submit"),
    path("listings/<uuid:public_id>/withdraw/", listings.listing_withdraw, name="listing_withdraw"),
    path("listings/<uuid:public_id>/archive/", listings.listing_archive, name="listing_archive"),
    path(
        "listings/<uuid:public_id>/attachments/", attachments.attachment_add, name="attachment_add"
    ),
    path(
        "listings/<uuid:public_id>/attachments/review/",
        attachments.attachments_review,
        name="attachments_review",
    ),
    path(
        "attachments/<uuid:public_id>/remove/",
        attachments.attachment_remove,
        name="attachment_remove",
    ),
    path("moderation/", moderation.queue, name="moderation_queue"),
    path("moderation/figures/", moderation_figures.dashboard, name="moderation_figures"),
    path("moderation/figures/report.xlsx", moderation_figures.report, name="moderation_report"),
    path("moderation/publish/", moderation.publish_many, name="moderation_publish_many"),
    path("moderation/<uuid:public_id>/", moderation.review, name="moderation_review"),
    path("moderation/<uuid:public_id>/decide/", moderation.decide, name="moderation_decide"),
    path("moderation/<uuid:public_id>/claim/", moderation.claim, name="moderation_claim"),
    path("listings/<uuid:public_id>/answer/", listings.listing_answer, name="listing_answer"),
]
