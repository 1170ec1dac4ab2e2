"""The privacy notice, the terms, agreeing to them, and one's own data: reading, taking, erasing."""

import json
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.errors import Refused
from accounts.forms import ErasureForm
from accounts.legal import address_of, current, text_of
from accounts.models import Consent, User
from accounts.personal_data import HOLDINGS, Erasure, Holding, Subject, subject_of
from accounts.requests import ActorRequest
from accounts.views.common import back, wanted_page


def _person(request: ActorRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


@require_safe
def legal(request: ActorRequest, document: str) -> HttpResponse:
    """Show a text that everybody may read, or lead to where the operator keeps it."""
    wanted = Consent.Document(document)
    if address := address_of(wanted):
        return redirect(address)
    return render(request, "accounts/legal.html", {"text": text_of(wanted)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def consent(request: ActorRequest) -> HttpResponse:
    """Ask for agreement to texts that are new to this person."""
    user = _person(request)
    if request.method == "POST":
        versions = request.POST.get("versions", "")
        services.give_consent(actor=request.actor, user=user, versions=versions)
        return back(request, "accounts:dashboard")
    context = {"versions": current(), "next": wanted_page(request, request.GET)}
    return render(request, "accounts/consent.html", context)


@require_safe
@login_required
@never_cache
def personal_data(request: ActorRequest) -> HttpResponse:
    """Everything the site holds about the person, for reading."""
    subject = subject_of(_person(request))
    holdings = [_readable(holding, subject) for holding in HOLDINGS]
    context = {"holdings": [holding for holding in holdings if holding["count"]]}
    return render(request, "accounts/personal_data.html", context)


# A page shows so many rows of a kind; the file has all of them.
_SHOWN = 20


# Columns whose models name them for programs only.
_LABELS = {
    "verb": gettext_lazy("操作"),
    "at": gettext_lazy("时间"),
    "subject_type": gettext_lazy("对象"),
    "subject_id": gettext_lazy("对象编号"),
    "data": gettext_lazy("附注"),
    "ip": gettext_lazy("IP 地址"),
    "user_agent": gettext_lazy("浏览器"),
    "path_info": gettext_lazy("页面"),
    "created_at": gettext_lazy("时间"),
    "last_seen_at": gettext_lazy("最近使用"),
    "park": gettext_lazy("园区"),
    "verified": gettext_lazy("已验证"),
    "primary": gettext_lazy("主要"),
    "sent": gettext_lazy("发送时间"),
}
# Whose rows they are goes without saying; what a browser accepts is in the file.
_LEFT_OUT = frozenset({"user", "user_id", "http_accept"})


def _readable(holding: Holding, subject: Subject) -> dict[str, Any]:
    rows = holding.rows(subject)
    fields = {field.name: field for field in holding.model_class._meta.fields}
    names = [name for name in holding.shown if name not in _LEFT_OUT]
    labels = {name: _LABELS.get(name, fields[name].verbose_name) for name in names}
    # Deeds point to many things; what matters is that they are there, and how many.
    shown = [] if holding.erasure == Erasure.NUMBER_KEPT else rows[:_SHOWN]
    return {
        "holding": holding,
        "kind": holding.model_class._meta.verbose_name,
        "labels": labels.values(),
        "count": rows.count(),
        "rows": [[(labels[name], _value(row, name)) for name in names] for row in shown],
    }


def _value(row: Any, name: str) -> object:
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dict):
        return ", ".join(f"{key}={part}" for key, part in value.items()) or "—"
    return "—" if value in (None, "") else value


@require_POST
@login_required
@never_cache
def export(request: ActorRequest) -> HttpResponse:
    """The same as a file that programs can read."""
    user = _person(request)
    found = services.export_personal_data(actor=request.actor, user=user)
    content = {"exported_at": timezone.now(), "user": user.pk, "data": found}
    text = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="zhipei-personal-data.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def erase(request: ActorRequest) -> HttpResponse:
    """Close the account, after the password has been given once more."""
    user = _person(request)
    form = ErasureForm(request.POST or None)
    if form.is_valid():
        # The limit that allauth sets to asking for the password again.
        if not ratelimit.consume(request, action="reauthenticate", user=user):
            form.add_error(None, _("尝试次数太多，请稍后再试。"))
        elif _erased(request, user, form):
            logout(request)
            messages.success(request, _("账号已注销，个人信息已删除。"))
            return redirect("home")
    context = {
        "form": form,
        "blocking": services.blocking_organizations(user),
        "closing": services.closing_organizations(user),
        "kept": [each for each in HOLDINGS if each.erasure == Erasure.KEPT_BY_LAW],
    }
    return render(request, "accounts/erase.html", context, status=422 if form.is_bound else 200)


def _erased(request: ActorRequest, user: User, form: ErasureForm) -> bool:
    try:
        services.erase_user(actor=request.actor, user=user, password=form.cleaned_data["password"])
    except Refused as refusal:
        form.add_error("password" if refusal.code == "password" else None, refusal.messages[0])
        return False
    return True
