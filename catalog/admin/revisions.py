"""Revisions: read what is asked to be published, then publish or return it."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import (
    CharField,
    CheckboxSelectMultiple,
    Form,
    ModelMultipleChoiceField,
    Textarea,
)
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin_terms import actor_of
from catalog.admin.base import PLATFORM, AskingAdmin
from catalog.checks import Finding
from catalog.choices import RevisionState
from catalog.disclosure import disclose
from catalog.models import ReturnReason, Revision
from catalog.reading import revision_content
from catalog.services import (
    claim_revision,
    escalate_revision,
    publish_revision,
    release_revision,
    request_scoring,
    return_revision,
)
from catalog.wording.names import joined


class ReasonForm(Form):
    reasons = ModelMultipleChoiceField(
        label=_("常用原因"),
        queryset=ReturnReason.objects.filter(retired=False),
        to_field_name="code",
        required=False,
        widget=CheckboxSelectMultiple,
    )
    reason = CharField(
        label=_("退回原因"),
        max_length=2000,
        required=False,
        widget=Textarea(attrs={"rows": 6, "cols": 80}),
        help_text=_("提交人会看到这段话，请写明需要修改什么。"),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not (given.get("reason") or given.get("reasons")):
            self.add_error("reason", _("请写明退回原因。"))
        return given


class NoteForm(Form):
    note = CharField(
        label=_("为什么上报"),
        max_length=2000,
        widget=Textarea(attrs={"rows": 6, "cols": 80}),
        help_text=_("上报后由平台管理员决定；企业看不到上报。"),
    )


@admin.register(Revision)
class RevisionAdmin(AskingAdmin[Revision]):
    list_display = (
        "listing",
        "kind",
        "number",
        "state_label",
        "organization",
        "submitted_at",
        "claimed_by",
        "claimed_until",
        "escalated_at",
        "decided_at",
        "decided_by",
    )
    list_filter = (
        "state",
        ("escalated_at", admin.EmptyFieldListFilter),
        "listing__kind",
        "listing__catalogue",
        ("listing__organization__park", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("listing__organization", "decided_by", "claimed_by")
    search_fields = (
        "listing__code",
        "listing__title",
        "listing__organization__legal_name",
        "listing__organization__short_name",
    )
    search_help_text = _("条目编号、标题或企业名称")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    actions = ("publish", "send_back", "escalate", "take_over", "release", "rematch")
    fields = (
        "listing",
        "number",
        "base",
        "state",
        "content",
        "created_by",
        "created_at",
        "submitted_at",
        "found",
        "claimed_by",
        "claimed_until",
        "escalated_at",
        "decided_by",
        "decided_at",
        "reason",
    )
    readonly_fields = ("content", "created_at", "found")

    @admin.display(description=_("类别"), ordering="listing__kind")
    def kind(self, revision: Revision) -> str:
        return revision.listing.get_kind_display()

    @admin.display(description=_("状态"), ordering="state")
    def state_label(self, revision: Revision) -> str:
        return revision.get_state_display()

    @admin.display(description=_("企业/机构"), ordering="listing__organization__legal_name")
    def organization(self, revision: Revision) -> str:
        return str(revision.listing.organization)

    @admin.display(description=_("自动检查"))
    def found(self, revision: Revision) -> str:
        """What the checks found, as far as it does not rest on a field that is the owner's own."""
        findings = map(Finding.from_json, revision.findings)
        return joined(dict.fromkeys(str(each.code.label) for each in findings if not each.private))

    @admin.display(description=_("内容"))
    def content(self, revision: Revision) -> SafeString:
        """Return what is asked to be published, without what is the owner's alone."""
        told = disclose(PLATFORM, revision.listing, revision_content(revision))
        shown = told.content.model_dump(mode="json", exclude=set(told.hidden), warnings=False)
        text = json.dumps(shown, ensure_ascii=False, indent=2)
        kept_back = "、".join(sorted(told.hidden)) or "—"
        return format_html("<pre>{}</pre><p>{}{}</p>", text, _("仅本企业可见："), kept_back)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """A filter by what a revision says would tell it as well as showing it."""
        asks = lookup.partition("__")[0] == "payload"
        return not asks and super().lookup_allowed(lookup, value, request)

    @admin.action(description=_("发布所选版本"), permissions=["platform"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Revision]) -> None:
        actor = actor_of(request)
        self._each(
            request,
            queryset,
            lambda revision: publish_revision(actor=actor, revision=revision),
            str(_("已发布。")),
        )

    @admin.action(description=_("退回所选版本…"), permissions=["platform"])
    def send_back(self, request: HttpRequest, queryset: QuerySet[Revision]) -> HttpResponse | None:
        """Ask for the reason on a page in between, then return every chosen submission."""
        form = self.given(request, ReasonForm)
        if not form.is_valid():
            return self.ask(
                request,
                queryset.filter(state=RevisionState.SUBMITTED),
                form,
                action="send_back",
                title=str(_("退回所选版本")),
                intro=str(_("以下提交会退回给提交人：")),
            )
        actor, given = actor_of(request), form.cleaned_data
        codes = [reason.code for reason in given["reasons"]]
        self._each(
            request,
            queryset,
            lambda revision: return_revision(
                actor=actor, revision=revision, reason=given["reason"], reasons=codes
            ),
            str(_("已退回。")),
        )
        return None

    @admin.action(description=_("上报所选版本…"), permissions=["platform"])
    def escalate(self, request: HttpRequest, queryset: QuerySet[Revision]) -> HttpResponse | None:
        """Mark submissions as the platform's to decide, with a note that is asked for."""
        form = self.given(request, NoteForm)
        if not form.is_valid():
            return self.ask(
                request,
                queryset.filter(state=RevisionState.SUBMITTED),
                form,
                action="escalate",
                title=str(_("上报所选版本")),
                intro=str(_("以下提交会上报平台：")),
            )
        actor, note = actor_of(request), form.cleaned_data["note"]
        self._each(
            request,
            queryset,
            lambda revision: escalate_revision(actor=actor, revision=revision, note=note),
            str(_("已上报平台。")),
        )
        return None

    @admin.action(description=_("认领或接手所选版本"), permissions=["platform"])
    def take_over(self, request: HttpRequest, queryset: QuerySet[Revision]) -> None:
        actor = actor_of(request)
        self._each(
            request,
            queryset,
            lambda revision: claim_revision(actor=actor, revision=revision, take_over=True),
            str(_("已认领。")),
        )

    @admin.action(description=_("释放自己的认领"), permissions=["platform"])
    def release(self, request: HttpRequest, queryset: QuerySet[Revision]) -> None:
        actor = actor_of(request)
        self._each(
            request,
            queryset,
            lambda revision: release_revision(actor=actor, revision=revision),
            str(_("已释放。")),
        )

    @admin.action(description=_("重新匹配所属条目"), permissions=["platform"])
    def rematch(self, request: HttpRequest, queryset: QuerySet[Revision]) -> None:
        listings = {revision.listing_id: revision.listing for revision in queryset}
        count = request_scoring(
            actor=actor_of(request), listings=listings.values(), reason="requested"
        )
        self.message_user(
            request,
            ngettext("已为 %(n)s 个条目重新排队。", "已为 %(n)s 个条目重新排队。", count)
            % {"n": count},
            messages.SUCCESS,
        )

    def _each(
        self,
        request: HttpRequest,
        revisions: QuerySet[Revision],
        decide: Callable[[Revision], object],
        logged: str,
    ) -> None:
        """Decide one by one: what one refuses does not undo what another did."""
        done = 0
        for revision in revisions:
            try:
                decide(revision)
            except ValidationError as error:
                self.message_user(
                    request, f"{revision.listing}: {' '.join(error.messages)}", messages.ERROR
                )
            except PermissionDenied:
                self.message_user(
                    request,
                    _("%(listing)s：没有权限，任何人都不能审核自己企业的条目。")
                    % {"listing": revision.listing},
                    messages.ERROR,
                )
            else:
                self.log_change(request, revision, logged)
                done += 1
        if done:
            self.message_user(
                request,
                ngettext("已处理 %(n)s 个版本。", "已处理 %(n)s 个版本。", done) % {"n": done},
                messages.SUCCESS,
            )
