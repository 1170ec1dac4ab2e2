from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("账号与机构")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # They read models or settings, which are only there once every app is loaded.
        from accounts import checks, receivers  # noqa: F401, PLC0415
