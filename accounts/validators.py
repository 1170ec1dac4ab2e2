"""Checks of what people type about themselves, made once at the edge."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

_PHONE = re.compile(r"^\+?\d{6,15}$")


def clean_credit_code(value: str) -> str:
    """Return the code without separators and in capitals."""
    return uscc.compact(value)


def validate_credit_code(value: str) -> None:
    try:
        uscc.validate(value)
    except NumberError as error:
        raise ValidationError(
            _("统一社会信用代码不正确：应为 18 位，且校验位相符。"), code="credit_code"
        ) from error


def validate_phone(value: str) -> None:
    if not _PHONE.match(value):
        raise ValidationError(_("手机号码应为 6 至 15 位数字，可带 + 号。"), code="phone")


def validate_one_line(value: str) -> None:
    """Names go into mail subjects and lists: no line breaks, no direction tricks."""
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"} for letter in value):
        raise ValidationError(_("名称里不能有换行或控制字符。"), code="one_line")
