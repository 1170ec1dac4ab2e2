from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("供需目录")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are only there once every app is loaded.
        from accounts.panels import dashboard_page, organization_page, park_page  # noqa: PLC0415
        from catalog import panels, receivers  # noqa: F401, PLC0415

        dashboard_page.register("catalog/panels/dashboard.html", panels.dashboard)
        organization_page.register("catalog/panels/organization.html", panels.organization)
        park_page.register("catalog/panels/park.html", panels.park)
