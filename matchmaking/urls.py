from django.urls import path

from matchmaking import views, views_district, views_whatif

app_name = "matchmaking"

urlpatterns = [
    path("districts/<str:code>/", views_district.district, name="district"),
    path("needs/<uuid:need_id>/matches/", views.need_matches, name="need_matches"),
    path(
        "needs/<uuid:need_id>/matches/status/",
        views.need_matches_status,
        name="need_matches_status",
    ),
    path("needs/<uuid:need_id>/matches/excluded/", views.need_excluded, name="need_excluded"),
    path("needs/<uuid:need_id>/matches/what-if/", views_whatif.what_if, name="what_if"),
    path("needs/<uuid:need_id>/matches/rescore/", views.rescore_need, name="rescore_need"),
    path("needs/<uuid:need_id>/matches/<uuid:solution_id>/", views.pair, name="pair"),
    path("solutions/<uuid:solution_id>/matches/", views.solution_matches, name="solution_matches"),
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
]
