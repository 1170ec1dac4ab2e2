from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from matchmaking.api import views

app_name = "api"

urlpatterns = [
    path("needs/<uuid:need_id>/matches/", views.NeedMatchesView.as_view(), name="need_matches"),
    path("needs/<uuid:need_id>/matches/<uuid:solution_id>/", views.PairView.as_view(), name="pair"),
    path(
        "solutions/<uuid:solution_id>/matches/",
        views.SolutionMatchesView.as_view(),
        name="solution_matches",
    ),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
