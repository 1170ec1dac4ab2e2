"""The words for fields that wait for a stage, and which stage opens what."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.disclosure import (
    ATTACHMENT_STAGES,
    BUDGET_FIELDS,
    CONTACT_STAGES,
    LISTING_STAGES,
    NEED_STAGES,
    Disclosure,
)

CONTACT = "contact"
_FIELDS: Mapping[str, Promise] = {
    "organization": _("企业名称"),
    CONTACT: _("联系人姓名、邮箱和电话"),
    "district": _("具体所在区"),
    "situation": _("现状与问题"),
    "goal": _("期望达到的目标"),
    "parameters": _("项目参数"),
    "requirements": _("具体要求"),
    "maturity": _("能力成熟度"),
    "wanted_start": _("期望工期"),
    "wanted_end": _("期望工期"),
    "window_is_fixed": _("期望工期"),
    "window_reason": _("期望工期"),
    "decision_date": _("决策日期"),
    "procurement": _("采购方式"),
    "budget_low": _("预算"),
    "budget_high": _("预算"),
    "budget_includes_tax": _("预算"),
    "budget_is_ceiling": _("预算"),
    "attachment_name": _("附件名称"),
    "attachment_kind": _("附件名称"),
    "attachment_size": _("附件名称"),
    "attachment_content": _("附件内容"),
}


def field_words(fields: Iterable[str]) -> list[str]:
    """Name fields in the order of the page, each word once."""
    wanted = set(fields)
    words = [str(label) for field, label in _FIELDS.items() if field in wanted]
    return list(dict.fromkeys([*words, *sorted(wanted - set(_FIELDS))]))


def opened_by(stage: Disclosure, *, budget_is_public: bool) -> list[str]:
    """Name what a confidential need opens at ``stage``, beyond the stage before."""
    fields = {field for field, needed in NEED_STAGES.items() if needed == stage}
    if LISTING_STAGES["organization"] == stage:
        fields.add("organization")
    if CONTACT_STAGES["email"] == stage:
        fields.add(CONTACT)
    fields |= {
        f"attachment_{name}" for name, needed in ATTACHMENT_STAGES.items() if needed == stage
    }
    if stage == Disclosure.AGREED and budget_is_public:
        fields |= set(BUDGET_FIELDS)
    return field_words(fields)
