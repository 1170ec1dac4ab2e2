"""Needs and solutions: read here, changed by revisions and services only."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar, TypeVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Field, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin_terms import actor_of
from accounts.models import Event, User
from catalog.admin.base import PLATFORM, PlatformOnlyAdmin, ReadOnlyInline
from catalog.choices import BudgetVisibility, FactoryGoal, IntegrationForm, RequirementKind
from catalog.disclosure import NEED_STAGES, PRICE_FIELDS, SOLUTION_STAGES, Disclosure, disclose
from catalog.models import (
    Case,
    HeldCertification,
    Listing,
    MaturityReach,
    MaturityTarget,
    Need,
    NeedParameter,
    Requirement,
    Solution,
    SolutionLimit,
)
from catalog.reading import live_content
from catalog.services import request_scoring

EVENTS_SHOWN = 30

ListingT = TypeVar("ListingT", bound=Listing)
Filters = tuple[str | type[admin.ListFilter] | tuple[str, type[admin.FieldListFilter]], ...]


# What is an owner's alone, always or by choice.
_NEVER_ASKED = {
    field
    for field, stage in {**SOLUTION_STAGES, **NEED_STAGES}.items()
    if stage >= Disclosure.OWNER
} | set(PRICE_FIELDS)


def _shown(fields: Iterable[Any], hidden: Collection[str]) -> list[Any]:
    """Return the fields of a fieldset, rows of several included, without the hidden ones."""
    kept: list[Any] = []
    for each in fields:
        if isinstance(each, str):
            kept += [] if each in hidden else [each]
            continue
        row = tuple(name for name in each if name not in hidden)
        kept += [row] if row else []
    return kept


class WaitingFilter(admin.SimpleListFilter):
    """Listings whose matches are older than what was last asked for."""

    title = _("匹配")
    parameter_name = "scoring"

    def lookups(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        model_admin: "admin.ModelAdmin[Any]",  # noqa: ARG002
    ) -> list[tuple[str, str]]:
        return [("waiting", str(_("等待评分"))), ("current", str(_("已是最新")))]

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[ListingT],
    ) -> QuerySet[ListingT]:
        if self.value() == "waiting":
            return queryset.filter(scored_version__lt=F("wanted_version"))
        if self.value() == "current":
            return queryset.filter(scored_version=F("wanted_version"))
        return queryset


class ListingAdmin(PlatformOnlyAdmin[ListingT]):
    """What needs and solutions share."""

    list_display = (
        "code",
        "title",
        "organization",
        "state",
        "catalogue",
        "is_demo",
        "is_scored",
        "published_at",
    )
    list_display_links = ("code", "title")
    list_filter: ClassVar[Filters] = (
        "state",
        WaitingFilter,
        "catalogue",
        "is_demo",
        ("organization__park", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related: ClassVar[tuple[str, ...]] = ("organization", "catalogue")
    search_fields = (
        "code",
        "title",
        "external_id",
        "organization__legal_name",
        "organization__short_name",
    )
    search_help_text = _("编号、标题、外部编号或企业名称")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    actions = ("rematch",)

    def get_fieldsets(self, request: HttpRequest, obj: ListingT | None = None) -> Any:
        """Leave out what the platform may not read of this very listing."""
        sets = super().get_fieldsets(request, obj)
        if obj is None:
            return sets
        hidden = disclose(PLATFORM, obj, live_content(obj)).hidden
        return [
            (title, {**options, "fields": _shown(options["fields"], hidden)})
            for title, options in sets
        ]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """A filter in the address would tell a hidden amount as well as showing it."""
        is_private = lookup.partition("__")[0] in _NEVER_ASKED
        return not is_private and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("仅本企业可见（后台不显示）"))
    def kept_back(self, listing: Listing) -> str:
        hidden = disclose(PLATFORM, listing, live_content(listing)).hidden
        fields = type(listing)._meta.get_fields()
        labels = [
            str(field.verbose_name)
            for field in fields
            if isinstance(field, Field) and field.name in hidden
        ]
        return "、".join(labels) or "—"

    @admin.display(boolean=True, description=_("匹配最新"))
    def is_scored(self, listing: Listing) -> bool:
        return not listing.is_waiting

    @admin.display(description=_("版本"))
    def revisions_link(self, listing: Listing) -> SafeString:
        url = reverse("admin:catalog_revision_changelist")
        return format_html(
            '<a href="{}?listing__id__exact={}">{}</a>', url, listing.pk, _("查看全部版本")
        )

    @admin.display(description=_("经过"))
    def timeline(self, listing: Listing) -> SafeString | str:
        """Return what happened to the listing, from the record of events."""
        labels = [listing._meta.label_lower, Listing._meta.label_lower]
        events = Event.objects.filter(subject_type__in=labels, subject_id=listing.pk)
        shown = list(events.order_by("-pk")[:EVENTS_SHOWN])
        people = User.objects.in_bulk([event.user_id for event in shown if event.user_id])
        rows = [
            (
                date_format(localtime(event.at), "Y-m-d H:i"),
                event.verb,
                people.get(event.user_id, "—") if event.user_id else _("系统"),
            )
            for event in shown
        ]
        return format_html_join("", "{} · {} · {}<br>", rows) or "—"

    @admin.display(description=_("建设目标"))
    def goals(self, listing: Listing) -> str:
        return "、".join(str(FactoryGoal(code).label) for code in listing.factory_goals) or "—"

    @admin.display(description=_("集成方式"))
    def forms(self, listing: Listing) -> str:
        codes = listing.integration_forms
        return "、".join(str(IntegrationForm(code).label) for code in codes) or "—"

    @admin.action(description=_("重新匹配所选条目"), permissions=["platform"])
    def rematch(self, request: HttpRequest, queryset: QuerySet[ListingT]) -> None:
        listings = list(queryset)
        try:
            count = request_scoring(actor=actor_of(request), listings=listings, reason="requested")
        except PermissionDenied:
            self.message_user(request, _("没有权限重新匹配所选条目。"), messages.ERROR)
            return
        for listing in listings:
            self.log_change(request, listing, str(_("已请求重新匹配。")))
        self.message_user(
            request,
            ngettext("已为 %(n)s 个条目重新排队。", "已为 %(n)s 个条目重新排队。", count)
            % {"n": count},
            messages.SUCCESS,
        )


class RequirementInline(ReadOnlyInline[Requirement, Need]):
    model = Requirement
    fields = ("position", "level", "kind", "text", "code", "number")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Requirement]:
        """A requirement that states a price is a budget by itself."""
        rows = super().get_queryset(request)
        private = Q(kind=RequirementKind.BUDGET) & ~Q(
            need__budget_visibility=BudgetVisibility.PUBLIC
        )
        return rows.exclude(private)


class NeedParameterInline(ReadOnlyInline[NeedParameter, Need]):
    model = NeedParameter
    fields = ("parameter", "number", "choice", "flag", "text")


class MaturityTargetInline(ReadOnlyInline[MaturityTarget, Need]):
    model = MaturityTarget
    fields = ("domain", "current", "target")


class CaseInline(ReadOnlyInline[Case, Solution]):
    model = Case
    fields = ("customer", "industry", "year", "result", "evidence")


class SolutionLimitInline(ReadOnlyInline[SolutionLimit, Solution]):
    model = SolutionLimit
    fields = ("parameter", "low", "high", "choices", "flag")


class HeldCertificationInline(ReadOnlyInline[HeldCertification, Solution]):
    model = HeldCertification
    fields = ("certification", "valid_until", "verified_at")


class MaturityReachInline(ReadOnlyInline[MaturityReach, Solution]):
    model = MaturityReach
    fields = ("domain", "level")


_HEAD = ("code", "title", "organization", "state", "catalogue", "revisions_link", "timeline")
_TAIL = (
    "source",
    "external_id",
    "is_demo",
    "created_at",
    "updated_at",
    "published_at",
    "archived_at",
    "expires_on",
    "content_version",
    "wanted_version",
    "scored_version",
    "scored_at",
)
_ASKED = ("summary", "language", "scenarios", "goals", "forms")


@admin.register(Need)
class NeedAdmin(ListingAdmin[Need]):
    list_filter: ClassVar[Filters] = (
        *ListingAdmin.list_filter,
        "confidentiality",
        "stage",
        "project_type",
        "industry",
    )
    list_select_related: ClassVar[tuple[str, ...]] = (
        "organization",
        "catalogue",
        "industry",
        "project_type",
    )
    inlines = (RequirementInline, NeedParameterInline, MaturityTargetInline)
    readonly_fields = (
        *("revisions_link", "timeline", "goals", "forms", "kept_back"),
        *_TAIL,
        "code",
        "state",
    )
    fieldsets = (
        (None, {"fields": _HEAD}),
        (
            _("内容"),
            {
                "fields": (
                    *_ASKED,
                    "situation",
                    "goal",
                    "project_type",
                    "stage",
                    "industry",
                    "district",
                    "procurement",
                    "decision_date",
                    ("wanted_start", "wanted_end"),
                    ("window_is_fixed", "window_reason"),
                    ("budget_low", "budget_high"),
                    ("budget_includes_tax", "budget_is_ceiling", "budget_visibility"),
                    "confidentiality",
                    "weights",
                    "kept_back",
                )
            },
        ),
        (_("来源与状态"), {"fields": _TAIL, "classes": ("collapse",)}),
    )


@admin.register(Solution)
class SolutionAdmin(ListingAdmin[Solution]):
    list_filter: ClassVar[Filters] = (
        *ListingAdmin.list_filter,
        "price_visibility",
        "price_basis",
        "nationwide",
    )
    inlines = (CaseInline, SolutionLimitInline, HeldCertificationInline, MaturityReachInline)
    readonly_fields = (
        *("revisions_link", "timeline", "goals", "forms", "kept_back"),
        *_TAIL,
        "code",
        "state",
    )
    fieldsets = (
        (None, {"fields": _HEAD}),
        (
            _("内容"),
            {
                "fields": (
                    *_ASKED,
                    "description",
                    "industries",
                    "project_types",
                    ("price_low", "price_high", "price_basis"),
                    ("price_includes_tax", "price_scope", "price_visibility"),
                    ("lead_time_low", "lead_time_high"),
                    ("capacity", "capacity_taken", "earliest_start"),
                    ("response_hours", "on_site", "warranty_months"),
                    ("spares", "yearly_fee"),
                    ("nationwide", "service_districts"),
                    "domestic_share",
                    "kept_back",
                )
            },
        ),
        (
            _("供方期望"),
            {
                "fields": (
                    ("wished_project_low", "wished_project_high"),
                    "wished_industries",
                    "wished_districts",
                )
            },
        ),
        (_("来源与状态"), {"fields": _TAIL, "classes": ("collapse",)}),
    )
