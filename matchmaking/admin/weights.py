"""Weight sets in the admin: prepared, measured, and only then put to use."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin_terms import KeptAdmin, actor_of
from catalog.admin.base import PlatformOnlyAdmin
from catalog.services import StateConflict
from matchmaking.engine.sensitivity import STEP
from matchmaking.engine.weights import Criterion, Weights
from matchmaking.models import Match, MatchRun, WeightSet, WeightSetEvaluation
from matchmaking.permissions import can_serve_weights
from matchmaking.render.labels import CRITERIA
from matchmaking.services import NotEvaluated, evaluation_of, request_evaluation, serve_weights
from matchmaking.services.weighing import CATALOGUE, JUDGED

if TYPE_CHECKING:
    _WeightSetForm = forms.ModelForm[WeightSet]
else:
    _WeightSetForm = forms.ModelForm


class WeightSetForm(_WeightSetForm):
    """Weights are whole percents by criterion; the engine itself says whether they are."""

    class Meta:
        model = WeightSet
        fields = ("version", "weights", "note")

    def clean_weights(self) -> dict[str, int]:
        stated: Any = self.cleaned_data["weights"]
        if not isinstance(stated, dict):
            raise ValidationError(_("权重应为“指标：百分比”的对象。"))
        try:
            return Weights(stated).to_json()
        except ValueError as error:
            raise ValidationError(str(error)) from error


@admin.register(WeightSet)
class WeightSetAdmin(KeptAdmin[WeightSet]):
    """New sets are prepared here; one that was measured or has served is never changed."""

    form = WeightSetForm
    list_display = ("version", "is_serving", "is_evaluated", "note", "created_at")
    list_filter = ("is_serving",)
    readonly_fields = ("is_serving", "created_at", "figures")
    fields = ("version", "weights", "note", "is_serving", "created_at", "figures")
    actions = ("evaluate", "serve")

    def has_change_permission(self, request: HttpRequest, obj: WeightSet | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and _is_settled(obj))

    def has_delete_permission(self, request: HttpRequest, obj: WeightSet | None = None) -> bool:
        if obj is None or _is_settled(obj):
            return False
        return super().has_delete_permission(request, obj)

    def has_platform_permission(self, request: HttpRequest) -> bool:
        return can_serve_weights(actor_of(request))

    @admin.display(description=_("已由当前引擎评估"), boolean=True)
    def is_evaluated(self, weight_set: WeightSet) -> bool:
        return evaluation_of(weight_set) is not None

    @admin.display(description=_("评估结果"))
    def figures(self, weight_set: WeightSet) -> SafeString | str:
        evaluation = evaluation_of(weight_set)
        if evaluation is None:
            return str(_("还没有评估：评估后才能启用。"))
        return figures_of(evaluation)

    @admin.action(description=_("评估所选权重集"), permissions=["platform"])
    def evaluate(self, request: HttpRequest, queryset: QuerySet[WeightSet]) -> None:
        for weight_set in queryset:
            request_evaluation(actor=actor_of(request), weight_set=weight_set)
            self.log_change(request, weight_set, str(_("已申请评估。")))
        self.message_user(
            request, _("已开始评估，通常需要几分钟。结果显示在权重集页面上。"), messages.SUCCESS
        )

    @admin.action(description=_("启用所选权重集（须先评估）"), permissions=["platform"])
    def serve(self, request: HttpRequest, queryset: QuerySet[WeightSet]) -> None:
        chosen = list(queryset[:2])
        if len(chosen) != 1:
            self.message_user(request, _("每次只能启用一个权重集。"), messages.ERROR)
            return
        try:
            count = serve_weights(actor=actor_of(request), weight_set=chosen[0])
        except NotEvaluated:
            text = _("当前引擎还没有评估这个权重集，不能启用。请先评估。")
            self.message_user(request, text, messages.ERROR)
        except StateConflict:
            text = _("这个权重集已在使用中，或刚刚启用了另一个。请刷新后再看。")
            self.message_user(request, text, messages.WARNING)
        else:
            self.log_change(request, chosen[0], str(_("已启用。")))
            text = _("已启用 %(set)s，%(n)s 个条目会在后台重新评分。")
            self.message_user(request, text % {"set": chosen[0], "n": count}, messages.SUCCESS)


@admin.register(WeightSetEvaluation)
class WeightSetEvaluationAdmin(PlatformOnlyAdmin[WeightSetEvaluation]):
    list_display = (
        "weight_set",
        "engine_version",
        "data",
        "requested_by",
        "created_at",
        "finished_at",
        "error",
    )
    list_filter = ("engine_version", "weight_set")
    list_select_related = ("weight_set", "requested_by")
    fields = (
        "weight_set",
        "engine_version",
        "requested_by",
        "created_at",
        "finished_at",
        "error",
        "measured",
    )
    readonly_fields = ("created_at", "measured")

    @admin.display(description=_("评估结果"))
    def measured(self, evaluation: WeightSetEvaluation) -> SafeString | str:
        return figures_of(evaluation) if evaluation.has_measured else "—"


def figures_of(evaluation: WeightSetEvaluation) -> SafeString:
    """Return an evaluation as tables: judged pairs, and how sensitive the lists are."""
    judged = evaluation.figures.get(JUDGED)
    catalogue = evaluation.figures.get(CATALOGUE)
    return render_to_string(
        "admin/matchmaking/figures.html",
        {
            "evaluation": evaluation,
            "judged": judged
            and [(name, judged["new"][name], judged["serving"][name]) for name in _JUDGED_FIGURES],
            "catalogue": catalogue and _changes(catalogue),
            "criteria": catalogue
            and [
                (CRITERIA[Criterion(name)], _changes(row["minus"]), _changes(row["plus"]))
                for name, row in catalogue["criteria"].items()
            ],
            "step": STEP,
        },
    )


_JUDGED_FIGURES = ("ndcg@10", "auc", "spearman", "mrr")


def _changes(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row's figures under names that a template can speak."""
    return {"needs": row.get("needs"), "overlap": f"{row['overlap@10']:.0%}", "tau": row["tau"]}


def _is_settled(weights: WeightSet) -> bool:
    """Whether the set was measured or used: what was measured must be what serves."""
    return (
        weights.is_serving
        or weights.evaluations.exists()
        or MatchRun.objects.filter(weight_set=weights).exists()
        or Match.objects.filter(weight_set=weights).exists()
    )
