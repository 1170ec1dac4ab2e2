"""The park's dashboard and its monthly report."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from accounts.actors import Actor
from accounts.models import Park
from catalog.choices import ListingKind
from catalog.models import ModerationEntry
from catalog.presenting.figures import figures, month_of
from catalog.services import publish_revision, return_revision, submit_listing
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_draft,
    make_organization,
    make_park,
    make_staff_actor,
    make_vocabulary,
    need_payload,
)
from tests.catalog.pages import client_of, status, text_of

pytestmark = pytest.mark.django_db
FIGURES = "/moderation/figures/"
REPORT = "/moderation/figures/report.xlsx"


def decided(park: Park, staff: Actor, *, reasons: list[str] | None = None, **fields: Any) -> None:
    """Have a submission of the park published, or returned for ``reasons``."""
    organization = make_organization(park=park)
    owner = make_actor(organization=organization)
    draft = make_draft(ListingKind.NEED, organization, need_payload(**fields))
    revision = submit_listing(actor=owner, listing=draft.listing)
    if reasons is None:
        publish_revision(actor=staff, revision=revision)
    else:
        return_revision(actor=staff, revision=revision, reason="请补充", reasons=reasons)


def moved_to(day: int, hours: int) -> None:
    """Let everything so far have been submitted in November 2026 and decided hours later."""
    ModerationEntry.objects.filter(submitted_at__isnull=False).update(
        submitted_at=datetime(2026, 11, day, 1, tzinfo=UTC),
        at=datetime(2026, 11, day, 1 + hours, tzinfo=UTC),
    )


def test_the_figures_are_those_of_the_own_parks() -> None:
    make_vocabulary()
    park, other = make_park(), make_park()
    staff = make_staff_actor(park)
    decided(park, staff)
    decided(park, staff, reasons=["too_vague", "amount"])
    decided(park, staff, reasons=["too_vague"])
    decided(park, staff, reasons=[])
    decided(other, make_staff_actor(other))
    moved_to(3, 6)
    told = figures(staff, month="2026-11")
    assert (told.month.published, told.month.returned) == (1, 3)
    assert told.month.median_words == "6 小时"
    assert [(each.label[:4], each.number) for each in told.reasons] == [
        ("内容过于", 2),
        ("仅文字说", 1),
        ("金额明显", 1),
    ]
    assert figures(make_admin_actor(), month="2026-11").month.published == 2
    assert figures(staff, month="2026-10").month.decisions == []


def test_what_waits_is_counted_and_shown() -> None:
    park = make_park()
    organization = make_organization(park=park)
    for _each in range(2):
        draft = make_draft(ListingKind.NEED, organization, need_payload())
        submit_listing(actor=make_actor(organization=organization), listing=draft.listing)
    staff = make_staff_actor(park)
    told = figures(staff)
    assert (told.waiting, told.late) == (2, 0)
    assert told.weeks[-1].number == 0
    text = text_of(FIGURES, staff)
    assert "下载月报" in text


@pytest.mark.parametrize("month", ["2026-13", "", "nonsense", "9999-01", "2026-11-05"])
def test_a_month_that_is_none_or_to_come_is_this_one(month: str) -> None:
    today = datetime(2026, 11, 23, tzinfo=UTC).date()
    assert month_of(month, today) == today.replace(day=1)


@pytest.mark.parametrize("address", [FIGURES, REPORT])
def test_figures_are_for_moderators(address: str) -> None:
    assert status(address) == 302
    assert status(address, make_actor()) == 404
    assert status(address, make_staff_actor()) == 200
    assert status(address, make_admin_actor()) == 200


def workbook(actor: Actor, **params: str) -> Any:
    response = client_of(actor).get(REPORT, params)
    assert response.status_code == 200
    return load_workbook(BytesIO(response.content))


def test_the_report_holds_every_decision_of_the_month_with_chinese_headings() -> None:
    make_vocabulary()
    park = make_park(name_zh="测试园区")
    staff = make_staff_actor(park)
    decided(park, staff, title="已发布的需求标题")
    decided(park, staff, reasons=["too_vague"], title="被退回的需求标题")
    moved_to(3, 6)
    book = workbook(staff, month="2026-11")
    assert book.sheetnames == ["概况", "退回原因", "审核明细"]
    summary = {row[0].value: row[1].value for row in book["概况"].iter_rows(min_row=2)}
    assert summary["已处理"] == 2
    assert summary["用时中位数（工作日）"] == 0.25
    lines = list(book["审核明细"].iter_rows(values_only=True))
    assert lines[0][:4] == ("审核时间", "结果", "编号", "类别")
    assert {line[4] for line in lines[1:]} == {"已发布的需求标题", "被退回的需求标题"}
    assert {line[8] for line in lines[1:]} == {0.25}
    assert workbook(staff, month="2026-10")["审核明细"].max_row == 1


@pytest.mark.parametrize("mark", ["=", "+", "-", "@"])
def test_a_cell_that_begins_like_a_formula_is_text(mark: str) -> None:
    park = make_park()
    staff = make_staff_actor(park)
    title = f'{mark}HYPERLINK("http://example.com","x")'
    decided(park, staff, title=title)
    cell = workbook(staff)["审核明细"].cell(row=2, column=5)
    assert (cell.value, cell.data_type) == (title, "s")
    assert cell.quotePrefix


def test_another_parks_decisions_are_in_nobody_elses_report() -> None:
    park, other = make_park(), make_park()
    decided(other, make_staff_actor(other), title="别的园区的需求标题")
    book = workbook(make_staff_actor(park), park=other.code)
    assert book["审核明细"].max_row == 1
    assert other.name_zh not in str(list(book["概况"].values))
