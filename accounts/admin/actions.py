"""Admin actions call the services, row by row, and say what came of it."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.errors import Refused

ModelT = TypeVar("ModelT", bound=Model)


def each(request: HttpRequest, rows: Iterable[ModelT], act: Callable[[ModelT], object]) -> None:
    done = 0
    for row in rows:
        try:
            act(row)
        except Refused as refusal:
            messages.error(request, f"{row}：{refusal.messages[0]}")
        except PermissionDenied:
            messages.error(request, _("%(row)s：您无权执行此操作。") % {"row": row})
        else:
            done += 1
    if done:
        messages.success(
            request, ngettext("已处理 %(n)d 项。", "已处理 %(n)d 项。", done) % {"n": done}
        )
