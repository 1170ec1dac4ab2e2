from django.urls import path

from matchmaking import (
    views,
    views_completeness,
    views_district,
    views_introductions,
    views_pdf,
    views_pictures,
    views_relations,
    views_whatif,
)

app_name = "matchmaking"

urlpatterns = [
    path("insight/", views_pictures.pictures, name="pictures"),
    path("insight/<slug:name>/", views_pictures.picture, name="picture"),
    path("insight/<slug:name>.xlsx", views_pictures.picture_sheet, name="picture_sheet"),
    path("moderation/relations/", views_relations.relation_queue, name="relation_queue"),
    path("moderation/relations/<uuid:public_id>/", views_relations.relation, name="relation"),
    path("districts/<str:code>/", views_district.district, name="district"),
    path("needs/<uuid:need_id>/matches/", views.need_matches, name="need_matches"),
    path(
        "needs/<uuid:need_id>/matches/status/",
        views.need_matches_status,
        name="need_matches_status",
    ),
    path("needs/<uuid:need_id>/matches.pdf", views_pdf.need_matches_pdf, name="need_matches_pdf"),
    path("needs/<uuid:need_id>/matches/excluded/", views.need_excluded, name="need_excluded"),
    path("needs/<uuid:need_id>/matches/what-if/", views_whatif.what_if, name="what_if"),
    path("needs/<uuid:need_id>/fitting/", views_whatif.need_fitting, name="need_fitting"),
    path("needs/<uuid:need_id>/matches/rescore/", views.rescore_need, name="rescore_need"),
    path("needs/<uuid:need_id>/matches/<uuid:solution_id>/", views.pair, name="pair"),
    path(
        "solutions/<uuid:solution_id>/completeness/",
        views_completeness.completeness,
        name="completeness",
    ),
    path(
        "needs/<uuid:need_id>/matches/<uuid:solution_id>.pdf", views_pdf.pair_pdf, name="pair_pdf"
    ),
    path("solutions/<uuid:solution_id>/matches/", views.solution_matches, name="solution_matches"),
    path(
        "solutions/<uuid:solution_id>/matches.pdf",
        views_pdf.solution_matches_pdf,
        name="solution_matches_pdf",
    ),
    path(
        "solutions/<uuid:solution_id>/matches/status/",
        views.solution_matches_status,
        name="solution_matches_status",
    ),
    path(
        "solutions/<uuid:solution_id>/matches/excluded/",
        views.solution_excluded,
        name="solution_excluded",
    ),
    path(
        "solutions/<uuid:solution_id>/matches/rescore/",
        views.rescore_solution,
        name="rescore_solution",
    ),
    path(
        "needs/<uuid:need_id>/introduce/",
        views_introductions.introduce_to_need,
        name="introduce_to_need",
    ),
    path(
        "solutions/<uuid:solution_id>/introduce/",
        views_introductions.introduce_to_solution,
        name="introduce_to_solution",
    ),
    path("introductions/", views_introductions.introduction_list, name="introduction_list"),
    path("introductions/begin/", views_introductions.introduction_begin, name="introduction_begin"),
    path(
        "introductions/<uuid:public_id>/",
        views_introductions.introduction_detail,
        name="introduction_detail",
    ),
    *(
        path(
            f"introductions/<uuid:public_id>/{verb}/",
            views_introductions.introduction_move,
            {"verb": verb},
            name=f"introduction_{verb}",
        )
        for verb in ("accept", "decline", "confirm", "withdraw")
    ),
]
