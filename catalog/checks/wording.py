"""Findings as sentences, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.checks.contacts import ContactKind
from catalog.checks.findings import Finding, FindingCode
from catalog.wording.names import Names, joined


@dataclass(frozen=True, slots=True)
class SaidFinding:
    code: str
    tone: str
    severity: str
    title: str
    text: str
    # What the page calls the field; empty when it is about the whole.
    field: str
    # The code of the listing it points to.
    listing: str = ""


_TONES = {"serious": "bad", "warning": "warn", "note": "info"}


def said(finding: Finding, labels: Mapping[str, str], names: Names) -> SaidFinding:
    """Put ``finding`` into words; ``labels``: content field -> its label on the page."""
    return SaidFinding(
        code=finding.code.value,
        tone=_TONES[finding.severity],
        severity=str(finding.severity.label),
        title=str(finding.code.label),
        text=_text(finding, names),
        field=labels.get(finding.field, ""),
        listing=str(finding.data.get("code", "")),
    )


def _text(finding: Finding, names: Names) -> str:
    data = finding.data
    if finding.code == FindingCode.CONTACT:
        return _("%(kind)s：%(excerpt)s") % {
            "kind": _contact_words(str(data["kind"])),
            "excerpt": data["excerpt"],
        }
    if finding.code == FindingCode.FORBIDDEN_WORD:
        return _("用了“%(word)s”，请按广告法改为可核实的说法。") % {"word": data["word"]}
    if finding.code == FindingCode.DUPLICATE:
        return _duplicate(data)
    if finding.code == FindingCode.CASE_EVIDENCE:
        lacks = joined(_lacking(each) for each in str(data["lacks"]).split(","))
        return _("第 %(n)s 个案例缺少%(lacks)s。") % {"n": data["case"], "lacks": lacks}
    if finding.code == FindingCode.CERTIFICATION_EVIDENCE:
        name = names.of("certification", str(data["certification"]))
        expired = data["lacks"] == "validity"
        return (_("%(name)s 已过有效期。") if expired else _("%(name)s 没有写有效期。")) % {
            "name": name
        }
    return _amount(data) if finding.code == FindingCode.AMOUNT else _risk(finding.code)


def _contact_words(kind: str) -> str:
    return {
        ContactKind.PHONE.value: _("电话"),
        ContactKind.EMAIL.value: _("邮箱"),
        ContactKind.WECHAT.value: _("微信"),
        ContactKind.QQ.value: _("QQ"),
        ContactKind.URL.value: _("网址"),
    }[kind]


def _duplicate(data: Mapping[str, str | int]) -> str:
    values = {"code": data["code"], "percent": data["percent"]}
    if data["by"] == "meaning":
        return _("与 %(code)s 语义相似度 %(percent)s%%。") % values
    return _("与 %(code)s 用词重合 %(percent)s%%（尚无向量，按字词比较）。") % values


def _lacking(what: str) -> str:
    return {
        "figures": _("成效数字"),
        "year": _("年份"),
        "customer": _("客户或行业"),
    }[what]


def _amount(data: Mapping[str, str | int]) -> str:
    above = data["side"] == "above"
    if data["than"] == "any":
        return (
            _("高于平台接受的任何项目金额，请核对单位。")
            if above
            else _("低于平台接受的任何项目金额，请核对单位。")
        )
    return (
        _("明显高于同类项目的常见范围，请核对单位。")
        if above
        else _("明显低于同类项目的常见范围，请核对单位。")
    )


def _risk(code: FindingCode) -> str:
    return {
        FindingCode.DISCLOSURE_CHANGED: _("这次修改改变了谁能看到什么。"),
        FindingCode.UNVERIFIED: _("园区尚未核验这家企业。"),
        FindingCode.FIRST_LISTING: _("这家企业还没有发布过条目。"),
    }[code]
