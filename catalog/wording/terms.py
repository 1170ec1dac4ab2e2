"""Short words that the vocabulary's files write in Chinese alone, in the reader's language.

Units of parameters and the groups of the maturity model: too few to be rows of their own. What an
admin adds later is shown as it was written.
"""

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

# Chinese counts things with them; in English the parameter's name says what is counted.
_COUNTERS = frozenset("个人台年条种类轴道点")
_TERMS = {
    "s/件": _("s/件"),
    "t/㎡": _("t/㎡"),
    "㎡": _("㎡"),
    "万kWh": _("万kWh"),
    "托/日": _("托/日"),
    "班/日": _("班/日"),
    "人员": _("人员"),
    "技术": _("技术"),
    "资源": _("资源"),
    "制造": _("制造"),
    "设计": _("设计"),
    "生产": _("生产"),
    "物流": _("物流"),
    "销售": _("销售"),
    "服务": _("服务"),
}


def short_word(word: str) -> str:
    if word in _COUNTERS and (get_language() or "").startswith("en"):
        return ""
    return str(_TERMS.get(word, word))


def said_of(name: object, words: object) -> str:
    """Return ``words`` led by what they are about, in the reader's punctuation."""
    return f"{name}{gettext('：')}{words}"
