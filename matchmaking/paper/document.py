"""The paper itself: fonts that every reader has, and what stands at the foot of each page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

# A font that PDF readers bring themselves: none is shipped, none is embedded.
CHINESE, LATIN = "STSong-Light", "Helvetica"
pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))

INK, MUTED, LINE = HexColor("#1a1f2b"), HexColor("#4b5566"), HexColor("#c9ced8")
# The tones of the pages' stacked bar, in their order.
TONES = tuple(
    HexColor(colour)
    for colour in ("#1456d6", "#0b8494", "#8a5ad0", "#c26c0c", "#2a8c4a", "#c23d80", "#70798a")
)
# What the margins and the frame's own padding leave.
WIDTH = A4[0] - 36 * mm - 12
_CJK = re.compile(r"[⺀-鿿豈-﫿︰-﹏＀-￯　-〿]")


@dataclass(frozen=True, slots=True)
class Style:
    """Size, leading and colour of one kind of text."""

    size: float = 9.0
    colour: Any = INK
    before: float = 0.0


TITLE, HEADING = Style(16.0, before=0), Style(11.5, before=9)
BODY, SMALL, WORD = Style(), Style(8.0, MUTED), Style(15.0)


def text(words: object, style: Style = BODY) -> Paragraph:
    """Return ``words`` as a paragraph; nothing in them is taken for markup."""
    said = str(words)
    chinese = bool(_CJK.search(said)) or not _is_latin(said)
    layout = ParagraphStyle(
        name="",
        fontName=CHINESE if chinese else LATIN,
        fontSize=style.size,
        leading=style.size * 1.45,
        textColor=style.colour,
        spaceBefore=style.before,
        spaceAfter=2,
        wordWrap="CJK" if _CJK.search(said) else None,
    )
    return Paragraph(escape(said).replace("\n", "<br/>"), layout)


def _is_latin(words: str) -> bool:
    """Whether the Latin font has every character."""
    try:
        words.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def table(rows: Sequence[list[Any]], shares: Sequence[float], *, head: bool = True) -> Table:
    """Return a ruled table whose columns take ``shares`` of the width; its head is repeated."""
    whole = sum(shares)
    made = Table(
        rows,
        colWidths=[WIDTH * share / whole for share in shares],
        repeatRows=1 if head else 0,
        hAlign="LEFT",
    )
    made.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return made


class Bar(Flowable):
    """The stacked bar: parts one after the other on an axis from 0 to ``total``."""

    def __init__(self, points: Sequence[float], total: float) -> None:
        super().__init__()
        self.width, self.height = WIDTH, 10.0
        self._points, self._total = points, total

    def draw(self) -> None:
        x = 0.0
        for place, points in enumerate(self._points):
            width = WIDTH * points / self._total if self._total else 0.0
            self.canv.setFillColor(TONES[place % len(TONES)])
            self.canv.rect(x, 0, width, self.height, stroke=0, fill=1)
            x += width
        self.canv.setStrokeColor(LINE)
        self.canv.rect(0, 0, WIDTH, self.height, stroke=1, fill=0)


class _Numbered(Canvas):
    """Holds every page back until their number is known."""

    def __init__(self, *arguments: Any, foot: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.foot = foot
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab calls it by this name
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        count = len(self._pages)
        for place, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self._draw_foot(place, count)
            super().showPage()
        super().save()

    def _draw_foot(self, place: int, count: int) -> None:
        self.setFillColor(MUTED)
        numbers = _("第 %(n)s 页，共 %(m)s 页") % {"n": place, "m": count}
        self.setFont(LATIN if _is_latin(self.foot) else CHINESE, 7.5)
        self.drawString(18 * mm + 6, 10 * mm, self.foot)
        self.setFont(LATIN if _is_latin(numbers) else CHINESE, 7.5)
        self.drawRightString(A4[0] - 18 * mm - 6, 10 * mm, numbers)


def printed(title: str, foot: str, parts: Sequence[Flowable]) -> bytes:
    """Return ``parts`` on numbered A4 pages with ``foot`` at the foot of each."""
    target = BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=title,
        author="",
        creator="",
    )
    document.build(list(parts), canvasmaker=partial(_Numbered, foot=foot))
    return target.getvalue()


def gap(points: float = 4.0) -> Spacer:
    return Spacer(1, points)
