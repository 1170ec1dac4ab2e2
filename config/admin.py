"""The admin site itself; each app registers its models in its own admin module."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext_lazy as _

from accounts.admin_terms import RecordedAdmin
from accounts.views.common import wanted_page


class ZhipeiAdminSite(AdminSite):
    site_header = _("智配 平台管理")
    site_title = _("智配 平台管理")
    index_title = _("管理首页")
    site_url = "/"

    def register(
        self,
        model_or_iterable: "type[Model] | Iterable[type[Model]]",
        admin_class: "type[ModelAdmin[Any]] | None" = None,
        **options: Any,
    ) -> None:
        """Let other packages' admin classes record what is written through them, too."""
        chosen = admin_class or ModelAdmin
        if not issubclass(chosen, RecordedAdmin):
            chosen = type(chosen.__name__, (RecordedAdmin, chosen), {})
        super().register(model_or_iterable, chosen, **options)

    def login(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Log in on the normal page: one set of limits, and verified addresses only."""
        target = wanted_page(request, request.GET) or resolve_url("admin:index")
        if self.has_permission(request):
            return redirect(target)
        if request.user.is_authenticated:
            # The log-in page would send them straight back; for them there is no such place.
            raise Http404
        return redirect_to_login(target, resolve_url("account_login"))
