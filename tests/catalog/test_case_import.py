"""Cases from a worksheet: previewed row by row, added only when chosen."""

import io
from collections.abc import Sequence
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.actors import Actor
from catalog.models import Listing, Revision
from catalog.services import draft_payload
from tests.builders import make_actor, make_solution, make_vocabulary
from tests.catalog.files.hostile import zip_bomb
from tests.catalog.pages import client_of

pytestmark = pytest.mark.django_db
HEAD = ("客户或其描述", "不公开客户名称", "行业", "年份", "可衡量的成效")
GOOD = ("某汽车零部件工厂", "是", "C36", 2024, "漏检率由2%降到0.1%")
Cell = str | int | float | None


@pytest.fixture(autouse=True)
def _vocabulary() -> None:
    make_vocabulary()


def workbook(*rows: Sequence[Cell]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def own_solution() -> tuple[Actor, Listing]:
    solution = make_solution()
    return make_actor(organization=solution.organization), Listing.objects.get(pk=solution.pk)


def address(listing: Listing) -> str:
    return reverse("catalog:case_import", args=[listing.public_id])


def send(actor: Actor, listing: Listing, data: bytes, name: str = "cases.xlsx") -> Any:
    sheet = SimpleUploadedFile(name, data)
    return client_of(actor).post(address(listing), {"sheet": sheet})


def choose(actor: Actor, listing: Listing, preview: Any, *lines: int) -> Any:
    rows = preview.context["signed"]
    return client_of(actor).post(
        address(listing), {"rows": rows, "line": [str(line) for line in lines]}
    )


def customers(listing: Listing) -> list[str]:
    cases = draft_payload(listing)["cases"]
    assert isinstance(cases, list)
    return [case["customer"] for case in cases]


def test_the_template_that_is_offered_is_understood_when_it_is_filled_in() -> None:
    actor, listing = own_solution()
    url = reverse("catalog:case_template", args=[listing.public_id])
    book = load_workbook(io.BytesIO(client_of(actor).get(url).content))
    sheet = book.worksheets[0]
    assert tuple(cell.value for cell in sheet[1]) == HEAD
    industry = book.worksheets[1]["B2"].value
    for column, value in enumerate(("某铸造厂", "否", industry, 2023, "换型时间减半"), start=1):
        sheet.cell(row=2, column=column, value=value)
    stream = io.BytesIO()
    book.save(stream)
    (row,) = send(actor, listing, stream.getvalue()).context["rows"]
    assert row.is_good
    assert row.case["customer_anonymous"] is False
    assert row.industry == industry


def test_a_preview_changes_nothing_and_the_chosen_rows_are_added_to_those_there_were() -> None:
    actor, listing = own_solution()
    before = customers(listing)
    second = ("某压铸厂", None, None, None, "节拍提高20%")
    preview = send(actor, listing, workbook(HEAD, GOOD, second))
    assert preview.status_code == 200
    assert customers(listing) == before
    assert choose(actor, listing, preview, 3).status_code == 302
    assert customers(listing) == [*before, "某压铸厂"]


def test_what_is_wrong_is_named_by_cell_and_never_offered() -> None:
    actor, listing = own_solution()
    wrong = ("某工厂", "", "没有的行业", "明年", "成效")
    preview = send(actor, listing, workbook(HEAD, GOOD, wrong))
    page = unescape(preview.content.decode())
    assert "C3：没有“没有的行业”这个行业" in page
    assert "D3：" in page
    assert 'name="line" value="2" checked' in page
    assert 'name="line" value="3"' not in page
    before = customers(listing)
    assert choose(actor, listing, preview, 3).status_code == 422
    assert customers(listing) == before


def test_a_customer_stays_unnamed_unless_the_sheet_says_no() -> None:
    actor, listing = own_solution()
    rows = [(f"客户{n}", said, None, None, "成效") for n, said in enumerate(("", "随便", "否"))]
    judged = send(actor, listing, workbook(HEAD, *rows)).context["rows"]
    assert [row.case["customer_anonymous"] for row in judged] == [True, True, False]


def test_a_sheet_sent_twice_adds_nothing_twice() -> None:
    actor, listing = own_solution()
    sheet = workbook(HEAD, GOOD, GOOD)
    preview = send(actor, listing, sheet)
    choose(actor, listing, preview, 2, 3)
    assert customers(listing).count(GOOD[0]) == 1
    again = send(actor, listing, sheet).context["rows"]
    assert [row.is_good for row in again] == [False, False]


def test_no_more_cases_are_added_than_a_solution_may_have() -> None:
    actor, listing = own_solution()
    rows = [(f"客户{n}", "是", None, None, "成效") for n in range(61)]
    preview = send(actor, listing, workbook(HEAD, *rows))
    assert len(preview.context["fits"]) == 60 - len(customers(listing))
    before = customers(listing)
    assert choose(actor, listing, preview, *range(2, 63)).status_code == 422
    assert customers(listing) == before


def test_rows_that_were_judged_for_another_solution_or_changed_are_refused() -> None:
    actor, listing = own_solution()
    other_actor, other = own_solution()
    preview = send(actor, listing, workbook(HEAD, GOOD))
    revisions = Revision.objects.count()
    assert choose(other_actor, other, preview, 2).status_code == 422
    forged = {"rows": "[[2,{}]]", "line": "2"}
    assert client_of(actor).post(address(listing), forged).status_code == 422
    assert Revision.objects.count() == revisions


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"customer,year\na,2024\n", "请上传 XLSX 工作簿"),
        (b"PK\x03\x04 broken", "文件"),
        (zip_bomb(), "文件"),
        (workbook(("别的", "列名"), ("甲", "乙")), "第一行应为模板中的列名"),
        (workbook(HEAD), "没有读到案例"),
        (workbook(HEAD, *[GOOD] * 501), "超过 500 行"),
    ],
    ids=["csv", "damaged", "bomb", "other headings", "no rows", "too many rows"],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, words: str) -> None:
    actor, listing = own_solution()
    response = send(actor, listing, data)
    assert response.status_code == 422
    assert words in response.content.decode()
