"""What the admin classes of listings and matches share, beside what accounts gives."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from accounts.actors import Actor
from accounts.admin_terms import WatchedAdmin, actor_of

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
        return actor_of(request).is_platform_admin and super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return actor_of(request).is_platform_admin and super().has_module_permission(request)

    def has_platform_permission(self, request: HttpRequest) -> bool:
        """Named by actions: ``@admin.action(permissions=["platform"])``."""
        return actor_of(request).is_platform_admin


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
        return actor_of(request).is_platform_admin
