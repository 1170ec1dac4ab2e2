from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchmakingConfig(AppConfig):
    name = "matchmaking"
    verbose_name = _("匹配")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Connecting the signal receivers is what this import is for.
        from matchmaking import receivers  # noqa: F401, PLC0415
