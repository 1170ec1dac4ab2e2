"""Addresses of the catalog: what everybody reads here, what its owners write in posting_urls."""

from django.urls import path

from catalog.posting_urls import urlpatterns as posting_patterns
from catalog.proof_urls import urlpatterns as proof_patterns
from catalog.views import attachments, comparing, details, halls, scenarios, searches

app_name = "catalog"

urlpatterns = [
    path("needs/", halls.need_list, name="need_list"),
    path("needs/<uuid:public_id>/", details.need_detail, name="need_detail"),
    path("needs/<uuid:public_id>/viewers/", details.need_viewers, name="need_viewers"),
    path("solutions/", halls.solution_list, name="solution_list"),
    path("solutions/compare/", comparing.compare, name="compare"),
    path("searches/", searches.searches, name="searches"),
    path("searches/save/", searches.search_save, name="search_save"),
    path("searches/<uuid:public_id>/open/", searches.search_open, name="search_open"),
    path("searches/<uuid:public_id>/delete/", searches.search_delete, name="search_delete"),
    path("solutions/<uuid:public_id>/", details.solution_detail, name="solution_detail"),
    path("suggestions/", halls.suggestions, name="suggestions"),
    path("scenarios/", scenarios.scenario_list, name="scenario_list"),
    path("scenarios/<str:code>/", scenarios.scenario_detail, name="scenario_detail"),
    path("attachments/<uuid:public_id>/", attachments.attachment, name="attachment"),
    path(
        "attachments/<uuid:public_id>/thumbnail/",
        attachments.attachment_thumbnail,
        name="attachment_thumbnail",
    ),
    *posting_patterns,
    *proof_patterns,
]
