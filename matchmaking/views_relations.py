"""Connected vendors of one need, for the park that oversees it."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import ActorRequest
from catalog.views.common import attempt
from catalog.views.moderation import for_moderators
from matchmaking import services
from matchmaking.models import RelationFlag
from matchmaking.permissions import can_decide_relation


class RelationForm(forms.Form):
    confirmed = forms.TypedChoiceField(
        label=_("结论"),
        choices=[("yes", _("确认存在关联")), ("no", _("已说明，不影响竞争"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择结论。")},
    )
    words = forms.CharField(
        label=_("核查说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_safe
@never_cache
@for_moderators
def relation_queue(request: ActorRequest) -> HttpResponse:
    rows = RelationFlag.objects.open().overseen_by(request.actor)
    shown = rows.select_related("need__organization", "one", "other")[:100]
    return render(request, "matchmaking/relations/queue.html", {"rows": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_moderators
def relation(request: ActorRequest, public_id: UUID) -> HttpResponse:
    rows = RelationFlag.objects.overseen_by(request.actor).select_related(
        "need__organization", "one", "other"
    )
    flag = get_object_or_404(rows, public_id=public_id)
    if not can_decide_relation(request.actor, flag):
        raise Http404
    form = RelationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        attempt(
            request,
            lambda: services.handle_relation(actor=request.actor, flag=flag, **form.cleaned_data),
            str(_("核查结论已保存。")),
        )
        return redirect("matchmaking:relation_queue")
    context = {"flag": flag, "form": form, "is_open": flag.state == RelationFlag.State.OPEN}
    status = 422 if request.method == "POST" else 200
    return render(request, "matchmaking/relations/detail.html", context, status=status)
