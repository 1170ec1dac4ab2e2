"""What a check found, as a value that can be stored."""

import dataclasses
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    SERIOUS = "serious", _("须处理")
    WARNING = "warning", _("请留意")
    NOTE = "note", _("提示")


class FindingCode(models.TextChoices):
    CONTACT = "contact", _("公开文字含联系方式")
    FORBIDDEN_WORD = "forbidden_word", _("违禁词")
    DUPLICATE = "duplicate", _("疑似重复")
    CASE_EVIDENCE = "case_evidence", _("案例缺少证据")
    CERTIFICATION_EVIDENCE = "certification_evidence", _("资质缺少证据")
    AMOUNT = "amount", _("金额超出常见范围")
    DISCLOSURE_CHANGED = "disclosure_changed", _("可见范围有改动")
    UNVERIFIED = "unverified", _("企业未核验")
    FIRST_LISTING = "first_listing", _("企业首次发布")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed. ``field`` is the content field it is about; empty: the whole."""

    code: FindingCode
    severity: Severity
    field: str = ""
    data: Mapping[str, str | int] = dataclasses.field(default_factory=dict)
    # Rests on a field that moderators may not read, so only the owner's side is told.
    private: bool = False

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "data": dict(self.data)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            code=FindingCode(stored["code"]),
            severity=Severity(stored["severity"]),
            field=str(stored["field"]),
            data=stored["data"],
            private=bool(stored["private"]),
        )
