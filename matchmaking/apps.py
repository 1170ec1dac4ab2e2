from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchmakingConfig(AppConfig):
    name = "matchmaking"
    verbose_name = _("匹配")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Connecting the signal receivers is what this import is for.
        from accounts.panels import park_page  # noqa: PLC0415
        from catalog.checks import neighbour_source  # noqa: PLC0415
        from catalog.rooms import need_page  # noqa: PLC0415
        from catalog.weighing import platform_weights  # noqa: PLC0415
        from matchmaking import panels, receivers  # noqa: F401, PLC0415
        from matchmaking.services.corpora import serving_percents  # noqa: PLC0415
        from matchmaking.services.neighbours import nearest_listings  # noqa: PLC0415

        park_page.register("matchmaking/panels/park.html", panels.park)
        need_page.register("matchmaking/panels/need.html", panels.need)
        platform_weights.register(serving_percents)
        neighbour_source.register(nearest_listings)
