"""Revisions: read what is asked to be published, then publish or return it."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import CharField, Form, Textarea
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin_terms import actor_of
from catalog.admin.base import PLATFORM, PlatformOnlyAdmin
from catalog.choices import RevisionState
from catalog.disclosure import disclose
from catalog.models import Revision
from catalog.reading import revision_content
from catalog.services import publish_revision, request_scoring, return_revision


class ReasonForm(Form):
    reason = CharField(
        label=_("退回原因"),
        max_length=2000,
        widget=Textarea(attrs={"rows": 6, "cols": 80}),
        help_text=_("提交人会看到这段话，请写明需要修改什么。"),
    )


@admin.register(Revision)
class RevisionAdmin(PlatformOnlyAdmin[Revision]):
    list_display = (
        "listing",
        "kind",
        "number",
        "state_label",
        "organization",
        "submitted_at",
        "decided_at",
        "decided_by",
    )
    list_filter = (
        "state",
        "listing__kind",
        "listing__catalogue",
        ("listing__organization__park", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("listing__organization", "decided_by")
    search_fields = (
        "listing__code",
        "listing__title",
        "listing__organization__legal_name",
        "listing__organization__short_name",
    )
    search_help_text = _("条目编号、标题或企业名称")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    actions = ("publish", "send_back", "rematch")
    fields = (
        "listing",
        "number",
        "base",
        "state",
        "content",
        "created_by",
        "created_at",
        "submitted_at",
        "decided_by",
        "decided_at",
        "reason",
    )
    readonly_fields = ("content", "created_at")

    @admin.display(description=_("类别"), ordering="listing__kind")
    def kind(self, revision: Revision) -> str:
        return revision.listing.get_kind_display()

    @admin.display(description=_("状态"), ordering="state")
    def state_label(self, revision: Revision) -> str:
        return revision.get_state_display()

    @admin.display(description=_("企业/机构"), ordering="listing__organization__legal_name")
    def organization(self, revision: Revision) -> str:
        return str(revision.listing.organization)

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
        form = ReasonForm(request.POST if "reason" in request.POST else None)
        if not form.is_valid():
            return self._ask(request, queryset, form)
        actor, reason = actor_of(request), form.cleaned_data["reason"]
        self._each(
            request,
            queryset,
            lambda revision: return_revision(actor=actor, revision=revision, reason=reason),
            str(_("已退回。")),
        )
        return None

    def _ask(
        self, request: HttpRequest, queryset: QuerySet[Revision], form: ReasonForm
    ) -> HttpResponse:
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("退回所选版本"),
            "opts": self.opts,
            "form": form,
            "revisions": queryset.filter(state=RevisionState.SUBMITTED),
            "selected": request.POST.getlist(helpers.ACTION_CHECKBOX_NAME),
            "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/catalog/revision/send_back.html", context)

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
