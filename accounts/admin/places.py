"""Districts, parks and their staff in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts import services
from accounts.admin_terms import KeptAdmin, RecordedAdmin, TermAdmin, actor_of
from accounts.models import District, DistrictGroup, DistrictOfficer, Park, ParkStaff


@admin.register(DistrictGroup)
class DistrictGroupAdmin(TermAdmin[DistrictGroup]):
    pass


@admin.register(District)
class DistrictAdmin(TermAdmin[District]):
    list_filter = ("level", "group", "retired", "edited_by_admin")


@admin.register(Park)
class ParkAdmin(KeptAdmin[Park]):
    list_display = ("name_zh", "code", "district", "focus", "is_demo")
    list_filter = ("is_demo", "district")
    list_select_related = ("district",)
    search_fields = ("name_zh", "name_en", "code")
    autocomplete_fields = ("district",)


@admin.register(ParkStaff)
class ParkStaffAdmin(RecordedAdmin[ParkStaff]):
    """Appointed and dismissed, never edited: each is an event of its own."""

    list_display = ("user", "park", "created_at")
    list_filter = ("park",)
    list_select_related = ("user", "park")
    search_fields = ("user__email", "user__display_name", "park__name_zh")
    autocomplete_fields = ("user", "park")

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - nobody
        obj: ParkStaff | None = None,  # noqa: ARG002
    ) -> bool:
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: ParkStaff,
        form: Any,  # noqa: ARG002 - Django's signature
        change: bool,  # noqa: ARG002
    ) -> None:
        made = services.appoint_park_staff(actor=actor_of(request), user=obj.user, park=obj.park)
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: ParkStaff) -> None:
        services.dismiss_park_staff(actor=actor_of(request), staff=obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for staff in queryset:
            services.dismiss_park_staff(actor=actor_of(request), staff=staff)


@admin.register(DistrictOfficer)
class DistrictOfficerAdmin(RecordedAdmin[DistrictOfficer]):
    """Appointed and dismissed like park staff."""

    list_display = ("user", "district", "created_at")
    list_filter = ("district",)
    list_select_related = ("user", "district")
    search_fields = ("user__email", "user__display_name", "district__name_zh")
    autocomplete_fields = ("user", "district")

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - nobody
        obj: DistrictOfficer | None = None,  # noqa: ARG002
    ) -> bool:
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: DistrictOfficer,
        form: Any,  # noqa: ARG002 - Django's signature
        change: bool,  # noqa: ARG002
    ) -> None:
        made = services.appoint_district_officer(
            actor=actor_of(request), user=obj.user, district=obj.district
        )
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: DistrictOfficer) -> None:
        services.dismiss_district_officer(actor=actor_of(request), officer=obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for officer in queryset:
            services.dismiss_district_officer(actor=actor_of(request), officer=officer)
