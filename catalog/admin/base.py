"""What the admin classes of listings and matches share, beside what accounts gives."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.contrib.admin import helpers
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.actors import Actor
from accounts.admin_terms import WatchedAdmin, actor_of
from accounts.permissions import can_read_in_admin

# As whom the admin reads listings: what is an owner's alone is no platform admin's, not even
# where the admin happens to be one of the owner's people.
PLATFORM = Actor(is_platform_admin=True)

ModelT = TypeVar("ModelT", bound=Model)
ParentT = TypeVar("ParentT", bound=Model)

if TYPE_CHECKING:

    class _TabularInline(admin.TabularInline[ModelT, ParentT]):
        pass

else:
    # Django's admin classes take their models as types only in the stubs.
    class _TabularInline(admin.TabularInline):
        def __class_getitem__(cls, _models):
            return cls


class PlatformOnlyAdmin(WatchedAdmin[ModelT]):
    """Rows with fields that only their owner and platform admins may read.

    Other staff may hold Django's view permission; it does not open these.
    """

    def has_view_permission(self, request: HttpRequest, obj: ModelT | None = None) -> bool:
        return can_read_in_admin(actor_of(request)) and super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return can_read_in_admin(actor_of(request)) and super().has_module_permission(request)

    def has_platform_permission(self, request: HttpRequest) -> bool:
        """Named by actions: ``@admin.action(permissions=["platform"])``."""
        return can_read_in_admin(actor_of(request))


class AskingAdmin(PlatformOnlyAdmin[ModelT]):
    """Rows that are decided here with words of the decider, asked for on a page in between."""

    def ask(
        self,
        request: HttpRequest,
        rows: QuerySet[ModelT],
        form: Form,
        *,
        action: str,
        title: str,
        intro: str = "",
    ) -> HttpResponse:
        """Return the page that asks for ``form`` and sends ``rows`` to ``action`` again."""
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": title,
            "intro": intro,
            "action": action,
            "opts": self.opts,
            "form": form,
            "rows": rows,
            "selected": request.POST.getlist(helpers.ACTION_CHECKBOX_NAME),
            "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/ask.html", context)

    @staticmethod
    def given(request: HttpRequest, form: type[Form], **kwargs: Any) -> Form:
        """Return ``form`` filled once its page was sent, empty while it is to be shown."""
        return form(request.POST, **kwargs) if "asked" in request.POST else form(**kwargs)


class ReadOnlyInline(_TabularInline[ModelT, ParentT]):
    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return can_read_in_admin(actor_of(request))
