"""What the admin classes of listings and matches share: reading without writing."""

from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from accounts.actors import Actor
from accounts.requests import ActorRequest

ModelT = TypeVar("ModelT", bound=Model)
ParentT = TypeVar("ParentT", bound=Model)

if TYPE_CHECKING:

    class _ModelAdmin(admin.ModelAdmin[ModelT]):
        pass

    class _TabularInline(admin.TabularInline[ModelT, ParentT]):
        pass

else:
    # Django's admin classes take their model as a type only in the stubs.
    class _ModelAdmin(admin.ModelAdmin):
        def __class_getitem__(cls, _model):
            return cls

    class _TabularInline(admin.TabularInline):
        def __class_getitem__(cls, _models):
            return cls


def actor_of(request: HttpRequest) -> Actor:
    return cast(ActorRequest, request).actor


class SiteAdmin(_ModelAdmin[ModelT]):
    """Counts of large tables are not shown twice."""

    show_full_result_count = False
    list_per_page = 50


class ReadOnlyAdmin(SiteAdmin[ModelT]):
    """Rows that only services write: here they are read, searched and acted on."""

    actions_selection_counter = True

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - nobody
        return False

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - nobody
        obj: ModelT | None = None,  # noqa: ARG002
    ) -> bool:
        return False

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - nobody
        obj: ModelT | None = None,  # noqa: ARG002
    ) -> bool:
        return False


class PlatformOnlyAdmin(ReadOnlyAdmin[ModelT]):
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
