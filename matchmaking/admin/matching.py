"""Django admin for matching: runs to retry, scores and constants to read."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.actions import each
from accounts.admin_terms import WatchedAdmin, actor_of
from catalog.admin.base import PLATFORM, AskingAdmin, PlatformOnlyAdmin
from matchmaking.models import (
    CorpusStatistics,
    Impression,
    Introduction,
    Match,
    MatchRun,
    RelationFlag,
)
from matchmaking.render import MatchView, render_match
from matchmaking.services import retry_runs
from matchmaking.services.relations import handle_relation
from matchmaking.views_relations import RelationForm

# Columns whose exact value sums up what a side keeps to itself.
_SUMS = ("total", "vendor_total", "rank_key", "vendor_key", "confidence", "ruled_out")

OPEN_STATES = (MatchRun.State.FAILED, MatchRun.State.WAITING)


@admin.register(CorpusStatistics)
class CorpusStatisticsAdmin(WatchedAdmin[CorpusStatistics]):
    list_display = ("catalogue", "fingerprint", "listings", "is_serving", "created_at")
    list_filter = ("is_serving", "catalogue")
    list_select_related = ("catalogue",)


class OpenRunsFilter(admin.SimpleListFilter):
    """Runs that somebody may want to look after."""

    title = _("待处理")
    parameter_name = "open"

    def lookups(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        model_admin: "admin.ModelAdmin[Any]",  # noqa: ARG002
    ) -> list[tuple[str, str]]:
        return [("yes", str(_("失败或等待中")))]

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[MatchRun],
    ) -> QuerySet[MatchRun]:
        return queryset.filter(state__in=OPEN_STATES) if self.value() else queryset


@admin.register(MatchRun)
class MatchRunAdmin(PlatformOnlyAdmin[MatchRun]):
    list_display = (
        "listing",
        "state",
        "reason",
        "created_at",
        "error",
        "seconds",
        "kept",
        "used_vectors",
    )
    list_filter = (
        OpenRunsFilter,
        "state",
        "reason",
        "used_vectors",
        "listing__kind",
        "listing__catalogue",
    )
    list_select_related = ("listing",)
    search_fields = ("listing__code", "listing__title", "error")
    search_help_text = _("条目编号、标题或错误")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    actions = ("retry",)
    fields = (
        "listing",
        "reason",
        "state",
        "wanted_version",
        "created_at",
        "started_at",
        "finished_at",
        "seconds",
        "recalled",
        "scored",
        "kept",
        "ruled_out",
        "written",
        "placed",
        "used_vectors",
        "engine_version",
        "weight_set",
        "corpus",
        "error",
    )
    readonly_fields = ("created_at", "seconds")

    @admin.display(description=_("用时（秒）"))
    def seconds(self, run: MatchRun) -> str:
        if run.started_at is None or run.finished_at is None:
            return "—"
        return f"{(run.finished_at - run.started_at).total_seconds():.1f}"

    @admin.action(description=_("重试所选运行（失败或等待中的）"), permissions=["platform"])
    def retry(self, request: HttpRequest, queryset: QuerySet[MatchRun]) -> None:
        runs = list(queryset.filter(state__in=OPEN_STATES))
        try:
            count = retry_runs(actor=actor_of(request), runs=runs)
        except PermissionDenied:
            self.message_user(request, _("没有权限重试所选运行。"), messages.ERROR)
            return
        for run in runs:
            self.log_change(request, run, str(_("已请求重试。")))
        if count:
            self.message_user(
                request,
                ngettext("已重新排队 %(n)s 个运行。", "已重新排队 %(n)s 个运行。", count)
                % {"n": count},
                messages.SUCCESS,
            )
        else:
            self.message_user(request, _("所选运行中没有失败或等待中的。"), messages.WARNING)


@admin.register(Match)
class MatchAdmin(PlatformOnlyAdmin[Match]):
    list_display = (
        "need",
        "solution",
        "in_need_list",
        "in_solution_list",
        "updated_at",
    )
    list_filter = (
        "in_need_list",
        "in_solution_list",
        "need__catalogue",
        "engine_version",
        "weight_set",
    )
    list_select_related = ("need", "solution")
    search_fields = ("need__code", "need__title", "solution__code", "solution__title")
    search_help_text = _("需求或方案的编号、标题")
    ordering = ("-pk",)
    fields = (
        "need",
        "solution",
        "points",
        "known",
        "reasons_in_words",
        "in_need_list",
        "in_solution_list",
        "need_version",
        "solution_version",
        "engine_version",
        "weight_set",
        "own_weights",
        "corpus",
        "created_at",
        "updated_at",
    )
    readonly_fields = (
        "points",
        "known",
        "reasons_in_words",
        "created_at",
        "updated_at",
    )

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Exact sums hold what is an owner's alone: they are no more asked for than shown."""
        is_sum = lookup.partition("__")[0] in _SUMS
        return not is_sum and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("得分"))
    def points(self, match: Match) -> str:
        view = _seen(match)
        return view.total.shown if view else "—"

    @admin.display(description=_("信息完整度"))
    def known(self, match: Match) -> str:
        view = _seen(match)
        return f"{view.confidence}%" if view else "—"

    @admin.display(description=_("理由"))
    def reasons_in_words(self, match: Match) -> SafeString | str:
        """Return the reasons as far as the platform may read both sides."""
        view = _seen(match)
        return _listed(view) if view else str(_("一方的内容已不在，无法说明。"))


def _seen(match: Match) -> MatchView | None:
    """Return the score as the platform reads it; None when a side has no content any more."""
    try:
        return render_match(match, PLATFORM, get_language() or settings.LANGUAGE_CODE)
    except LookupError:
        return None


def _listed(view: MatchView) -> SafeString:
    lines = [
        (f"{part.name} {part.points or '–'} / {part.maximum}", "；".join(part.words))
        for part in (*view.parts, *(view.wishes.parts if view.wishes else ()))
    ]
    lines += [(item.label, item.words) for item in view.constraints]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}：{}</li>", lines))


@admin.register(Impression)
class ImpressionAdmin(PlatformOnlyAdmin[Impression]):
    list_display = ("at", "need", "solution", "organization", "place")
    exclude = ("total",)
    list_filter = ("place",)
    list_select_related = ("need", "solution", "organization")
    search_fields = ("need__code", "solution__code")
    ordering = ("-pk",)


@admin.register(Introduction)
class IntroductionAdmin(PlatformOnlyAdmin[Introduction]):
    list_display = ("need", "solution", "begun_by", "state", "begun_at", "updated_at")
    list_filter = ("state", "begun_by")
    list_select_related = ("need", "solution")
    search_fields = ("need__code", "solution__code")
    search_help_text = _("需求或方案的编号")
    date_hierarchy = "begun_at"
    ordering = ("-pk",)


@admin.register(RelationFlag)
class RelationFlagAdmin(AskingAdmin[RelationFlag]):
    list_display = ("need", "one", "other", "links", "state", "created_at")
    list_filter = ("state",)
    list_select_related = ("need", "one", "other")
    search_fields = ("need__code", "one__legal_name", "other__legal_name")
    actions = ("handle",)

    @admin.action(description=_("给出所选关联的核查结论…"), permissions=["platform"])
    def handle(self, request: HttpRequest, queryset: QuerySet[RelationFlag]) -> HttpResponse | None:
        form = self.given(request, RelationForm)
        if not form.is_valid():
            waiting = queryset.filter(state=RelationFlag.State.OPEN)
            return self.ask(request, waiting, form, action="handle", title=str(_("核查结论")))
        actor, told = actor_of(request), form.cleaned_data
        each(request, queryset, lambda row: handle_relation(actor=actor, flag=row, **told))
        return None
