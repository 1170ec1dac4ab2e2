"""The ways a write may be refused that are not a matter of rights."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refused(ValidationError):
    """The rules forbid it as things stand; the message tells the person why."""

    def __init__(self, message: "str | _StrPromise", code: str = "refused") -> None:
        super().__init__(message, code=code)


class Conflict(Refused):
    """Somebody else changed it first; nothing was done."""

    def __init__(self) -> None:
        super().__init__(_("内容刚刚被他人更新，请刷新后重试。"), code="conflict")
