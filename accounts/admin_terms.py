"""What admin classes share: typed bases, vocabulary editing, reading without writing."""

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.actors import Actor
from accounts.events import record
from accounts.requests import ActorRequest
from accounts.terms import Term

ModelT = TypeVar("ModelT", bound=Model)
TermT = TypeVar("TermT", bound=Term)

if TYPE_CHECKING:

    class TypedAdmin(admin.ModelAdmin[ModelT]):
        pass

else:
    # Django's admin classes take their model as a type only in the stubs.
    class TypedAdmin(admin.ModelAdmin):
        def __class_getitem__(cls, _model):
            return cls


def actor_of(request: HttpRequest) -> Actor:
    return cast("ActorRequest", request).actor


class RecordedAdmin(TypedAdmin[ModelT]):
    """What is written here without a service leaves an event all the same.

    A class that writes through a service does not call these: the service records.
    """

    def save_model(self, request: HttpRequest, obj: ModelT, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        fields = ",".join(sorted(form.changed_data))
        verb = "admin.changed" if change else "admin.added"
        record(actor_of(request), verb, obj, fields=fields)

    def delete_model(self, request: HttpRequest, obj: ModelT) -> None:
        record(actor_of(request), "admin.deleted", obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ModelT]) -> None:
        with transaction.atomic():
            for row in queryset:
                record(actor_of(request), "admin.deleted", row)
            super().delete_queryset(request, queryset)


class KeptAdmin(RecordedAdmin[ModelT]):
    """Rows that others point to: archived or suspended, never deleted."""

    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - nobody
        obj: ModelT | None = None,  # noqa: ARG002
    ) -> bool:
        return False


class WatchedAdmin(KeptAdmin[ModelT]):
    """Rows that only services write: here they are read."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - nobody
        return False

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - nobody
        obj: ModelT | None = None,  # noqa: ARG002
    ) -> bool:
        return False


class TermAdmin(KeptAdmin[TermT]):
    """Vocabulary may be corrected, added to and retired; a row's code never changes."""

    list_display: Any = (
        "code",
        "name_zh",
        "name_en",
        "position",
        "retired",
        "edited_by_admin",
    )
    list_filter: ClassVar[Any] = ("retired", "edited_by_admin")
    search_fields: ClassVar[Any] = ("code", "name_zh", "name_en")
    ordering = ("position", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: TermT | None = None) -> Any:
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "code", "edited_by_admin") if obj else (*fields, "edited_by_admin")

    def save_model(self, request: HttpRequest, obj: TermT, form: Any, change: bool) -> None:
        # The data files are loaded again with each release: what was decided here stays.
        obj.edited_by_admin = True
        super().save_model(request, obj, form, change)
