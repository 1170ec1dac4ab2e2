"""The month's moderation as a workbook for the park: figures, reasons, every decision."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from openpyxl import Workbook

from accounts.actors import Actor
from accounts.models import Park
from catalog.disclosure import disclose
from catalog.exporting.sheets import Cell, add_sheet, saved
from catalog.models import ReturnReason
from catalog.presenting.figures import Decision, Period, decisions, next_month, returns_by_reason
from catalog.reading import revision_content


def monthly_report(actor: Actor, first: date, park: Park | None) -> bytes:
    """Return the workbook of the month that begins on ``first``."""
    period = decisions(actor, first, next_month(first), park)
    book = Workbook()
    book.remove(book.worksheets[0])
    add_sheet(book, _("概况"), [_("指标"), _("数值")], _summary(period, first, park))
    add_sheet(
        book,
        _("退回原因"),
        [_("原因"), _("次数")],
        [(each.label, each.number) for each in returns_by_reason(period)],
    )
    add_sheet(
        book,
        _("审核明细"),
        [
            _("审核时间"),
            _("结果"),
            _("编号"),
            _("类别"),
            _("标题"),
            _("企业/机构"),
            _("园区"),
            _("提交时间"),
            _("用时（工作日）"),
            _("退回原因"),
            _("审核人"),
        ],
        _lines(actor, period),
    )
    return saved(book)


def _summary(period: Period, first: date, park: Park | None) -> list[tuple[Cell, Cell]]:
    return [
        (_("月份"), f"{first:%Y-%m}"),
        (_("园区"), str(park) if park else _("本人负责的全部园区")),
        (_("已处理"), len(period.decisions)),
        (_("通过并发布"), period.published),
        (_("退回"), period.returned),
        (_("用时中位数（工作日）"), _days(period.median)),
    ]


def _days(spent: timedelta | None) -> float | None:
    return round(spent / timedelta(days=1), 2) if spent is not None else None


def _lines(actor: Actor, period: Period) -> list[list[Cell]]:
    names = {row.code: row.name for row in ReturnReason.objects.all()}
    return [_line(actor, each, names) for each in period.decisions]


def _line(actor: Actor, decision: Decision, names: dict[str, str]) -> list[Cell]:
    entry = decision.entry
    listing = entry.revision.listing
    told = disclose(actor, listing, revision_content(entry.revision), shown=("title",))
    reasons = [*(names.get(code, code) for code in entry.reasons), entry.text]
    return [
        entry.at,
        entry.get_kind_display(),
        listing.code,
        listing.get_kind_display(),
        told.content.title,
        listing.organization.legal_name if told.shows_organization else "",
        str(entry.park) if entry.park else "",
        entry.submitted_at,
        _days(decision.spent),
        "\n".join(each for each in reasons if each),
        entry.by.get_full_name() if entry.by else "",
    ]
