"""Why a row of a list is not where its score alone would put it, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaking.engine.portfolio import Label

# The badge, and what is said when somebody wants to know.
MOVES: Mapping[Label, tuple[Promise, Promise]] = {
    Label.SMALL_FIRM: (
        _("小型企业上移"),
        _("得分相近（相差不超过 3 分）时，小型和微型企业按其占比保有展示位置"),
    ),
    Label.EMERGING: (
        _("新锐方案"),
        _("契合度高而案例尚少的方案，每个列表前五位中留一个位置"),
    ),
    Label.NEAR_DUPLICATE: (
        _("相近方案"),
        _("同一供方的相近方案收在得分最高的一个之下"),
    ),
}


@dataclass(frozen=True, slots=True)
class Move:
    """A labelled move: the engine's code, by how many places, the badge and the reason."""

    code: str
    places: int
    badge: str
    words: str

    @classmethod
    def of(cls, label: Label, places: int) -> "Move":
        badge, words = MOVES[label]
        return cls(label.value, places, str(badge), str(words))
