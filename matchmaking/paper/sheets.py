"""What is printed of a list and of a pair: what their pages show the same reader, no more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.platypus import Flowable

from matchmaking.lists import Row
from matchmaking.pages import pair_facts
from matchmaking.pairs import PairLook, Standing
from matchmaking.paper.document import (
    BODY,
    HEADING,
    SMALL,
    TITLE,
    WORD,
    Bar,
    gap,
    printed,
    table,
    text,
)
from matchmaking.render import Glance, LeadingView, PartView


def _foot(at: datetime, made_by: Iterable[tuple[str, Any]]) -> str:
    """Return when it was printed and what made the scores."""
    day = formats.date_format(timezone.localtime(at), "Y-m-d H:i")
    found = sorted({(engine, str(weights)) for engine, weights in made_by})
    made = " / ".join(
        _("引擎 %(engine)s · 权重 %(weights)s") % {"engine": engine, "weights": weights}
        for engine, weights in found
    )
    return " · ".join(part for part in (_("智配"), day, made) if part)


def _word(view: Glance) -> str:
    word = str(view.headline.label)
    if not view.shows_open:
        return word
    return f"{word} · " + _("待确认 %(n)s 项") % {"n": view.open_count}


def _reason(item: LeadingView) -> str:
    return f"{item.mark} {item.text}"


@dataclass(frozen=True, slots=True)
class NeedSheet:
    """A need's list, for the need's own side."""

    title: str
    code: str
    rows: Sequence[Row]

    def pdf(self, at: datetime) -> bytes:
        heading = _("需求匹配结果")
        head = [_("位次"), _("方案与供方"), _("匹配度"), _("报价"), _("周期")]
        rows: list[list[Any]] = [[text(words, SMALL) for words in head]]
        for row in self.rows:
            title = f"{_word(row.glance)}  {row.other.content.title}"
            told = [text(title), text(row.organization or "", SMALL)]
            told += [text(_reason(item), SMALL) for item in row.glance.leading]
            place, price, weeks = row.place, row.price or _("待询"), row.lead_time or _("待询")
            rows.append([text(place), told, text(row.glance.total.shown), text(price), text(weeks)])
        parts: list[Flowable] = [text(heading, TITLE), text(f"{self.code} {self.title}"), gap()]
        parts.append(table(rows, (1, 9, 2, 2.6, 2)) if self.rows else text(_("暂时没有候选方案")))
        return printed(f"{heading} {self.code}", _foot(at, _made_by(self.rows)), parts)


@dataclass(frozen=True, slots=True)
class SolutionSheet:
    """A solution's list, for its vendor: by word and band, as on the page."""

    title: str
    code: str
    rows: Sequence[Row]

    def pdf(self, at: datetime) -> bytes:
        heading = _("适合的需求")
        head = [_("需求"), _("行业"), _("所在区"), _("匹配度"), _("预算")]
        rows: list[list[Any]] = [[text(words, SMALL) for words in head]]
        unknown = _("未填写")
        for row in self.rows:
            title = f"{_word(row.glance)}  {row.other.content.title}"
            told = [text(title), text(row.organization or _("企业名称保密"), SMALL)]
            told += [text(_reason(item), SMALL) for item in row.glance.leading]
            cells = (row.industry, row.district, row.glance.total.band, row.budget)
            rows.append([told, *(text(words or unknown) for words in cells)])
        parts: list[Flowable] = [text(heading, TITLE), text(f"{self.code} {self.title}"), gap()]
        parts.append(
            table(rows, (8, 2.6, 1.8, 1.8, 2.4)) if self.rows else text(_("暂时没有合适的需求"))
        )
        return printed(f"{heading} {self.code}", _foot(at, _made_by(self.rows)), parts)


def _made_by(rows: Iterable[Row]) -> list[tuple[str, Any]]:
    return [(row.match.engine_version, row.match.weight_set) for row in rows]


@dataclass(frozen=True, slots=True)
class PairSheet:
    """One pair, for the side that looks at it."""

    look: PairLook

    def pdf(self, at: datetime) -> bytes:
        look = self.look
        made = [(look.made_by.engine_version, look.made_by.weight_set)]
        parts = [
            text(_("匹配说明"), TITLE),
            *self._sides(),
            *self._verdict(),
            *self._criteria(),
            *self._conditions(),
            *self._missing(),
            *self._wishes(),
            *self._terms(),
        ]
        title = f"{_('匹配说明')} {look.need.code} × {look.solution.code}"
        return printed(title, _foot(at, made), parts)

    def _sides(self) -> list[Flowable]:
        look = self.look
        owner = f" · {look.need.organization}" if look.need_told.shows_organization else ""
        return [
            text(f"{_('需求')} {look.need.code}{owner}", SMALL),
            text(look.need_told.content.title),
            text(f"{_('方案')} {look.solution.code} · {look.solution.organization}", SMALL),
            text(look.solution_told.content.title),
            gap(),
        ]

    def _verdict(self) -> list[Flowable]:
        view = self.look.view
        known = _("%(percent)s%% 依据已知信息") % {"percent": view.confidence}
        parts: list[Flowable] = [
            text(_word(view), WORD),
            text(f"{_('匹配度')} {view.total.shown} · {known}"),
        ]
        if self.look.standing is Standing.LISTED:
            parts.append(text(_("按匹配度排在第 %(n)s 位。") % {"n": self.look.rank}, SMALL))
        parts += [text(_reason(item)) for item in view.leading]
        shown = [float(part.points) for part in view.visible_parts]
        parts += [gap(), Bar(shown, float(view.bar_total)), gap()]
        if view.has_hidden:
            parts.append(
                text(_("部分条件对方未公开，总分只给出所见各项的区间，不含未公开的内容。"), SMALL)
            )
        return parts

    def _criteria(self) -> list[Flowable]:
        return [
            text(_("匹配度说明"), HEADING),
            _criteria_table(self.look.view.parts, self.look.view.total.shown),
        ]

    def _conditions(self) -> list[Flowable]:
        view = self.look.view
        if not view.constraints:
            return []
        rows = [[text(item.label), text(item.words)] for item in view.constraints]
        parts: list[Flowable] = [
            text(_("必须满足的条件"), HEADING),
            table(rows, (1.4, 10), head=False),
        ]
        if view.is_unsettled:
            parts.append(text(_("待确认的条件不影响洽谈，但确认之前不能定标。"), SMALL))
        return parts

    def _missing(self) -> list[Flowable]:
        view = self.look.view
        told = [*view.own_missing, *view.other_missing]
        if not told:
            return []
        words = _("%(side)s：%(field)s，补充后最多可加 %(gain)s 分")
        lines = [
            text(words % {"side": item.side, "field": item.field, "gain": item.gain})
            for item in told
        ]
        return [text(_("补充什么最有用"), HEADING), *lines]

    def _wishes(self) -> list[Flowable]:
        wishes = self.look.view.wishes
        if wishes is None:
            return []
        return [
            text(_("符合我方期望的程度"), HEADING),
            text(_("期望只有本企业可见。"), SMALL),
            _criteria_table(wishes.parts, wishes.total.shown),
        ]

    def _terms(self) -> list[Flowable]:
        look = self.look
        unknown = _("未填写")
        rows = [[text(words, SMALL) for words in (pgettext("row", "项目"), _("需求"), _("方案"))]]
        for fact in pair_facts(look.need_told, look.solution_told, look.names):
            cells = (fact.label, fact.need or unknown, fact.solution or unknown)
            rows.append([text(words) for words in cells])
        return [text(_("双方条件"), HEADING), table(rows, (1.6, 5, 5))]


def _criteria_table(parts: Sequence[PartView], total: str) -> Flowable:
    """Return every criterion with its reasons; the last row is what the parts add up to."""
    heads = (_("评分项"), _("占比"), _("得分"), _("依据"))
    rows: list[list[Any]] = [[text(words, SMALL) for words in heads]]
    for part in parts:
        points = f"{part.points} / {part.maximum}"
        if part.assumed:
            points = f"{points} · " + _("推定")
        rows.append(
            [
                text(part.name),
                text(f"{part.weight}%"),
                text(_("未公开") if part.hidden else points),
                [text(words, SMALL) for words in part.words] or "",
            ]
        )
    hidden = sum((Decimal(part.maximum) for part in parts if part.hidden), Decimal(0))
    whole = _("合计（所见各项的区间）") if hidden else _("合计")
    rows.append([text(whole, BODY), "", text(total), ""])
    return table(rows, (2.2, 1.1, 2.6, 7.5))
