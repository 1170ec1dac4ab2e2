"""Files of listings, good and bad, through the command."""

import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook
from pytest_django import Settings

from catalog.models import Catalogue, Listing, Need, Solution
from catalog.search.query import apply, parse
from tests.builders import make_vocabulary

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _words_only(settings: Settings) -> None:
    settings.EMBEDDER = "off"
    make_vocabulary()


def jsonl(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    file = path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return file


def run(file: Path, *options: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(
        "import_listings", file, "--catalogue", "partner", *options, stdout=out, stderr=err
    )
    return out.getvalue(), err.getvalue()


GOOD = {"id": "a1", "title": "无抗饲料配方设计", "description": "希望合作研发无抗饲料配方。"}


def test_rows_become_published_listings_of_a_catalogue_off_the_halls(tmp_path: Path) -> None:
    run(jsonl(tmp_path, [GOOD]), "--kind", "need")
    need = Need.objects.get()
    assert (need.title, need.situation) == (GOOD["title"], GOOD["description"])
    assert need.external_id == "a1"
    assert need.state == "published"
    assert need.catalogue == Catalogue.objects.get(code="partner")
    assert need.catalogue.is_external
    assert need.code.startswith("XQ-")


def test_imported_words_can_be_searched(tmp_path: Path) -> None:
    run(jsonl(tmp_path, [GOOD]), "--kind", "need")
    found = apply(Listing.objects.all(), parse("饲料"))
    assert [row.external_id for row in found.queryset] == ["a1"]


def test_importing_twice_adds_nothing(tmp_path: Path) -> None:
    file = jsonl(tmp_path, [GOOD])
    run(file, "--kind", "need")
    out, _err = run(file, "--kind", "need")
    assert "1 already there" in out
    assert Need.objects.count() == 1


def test_a_bad_row_is_named_by_line_and_field_and_nothing_is_written(tmp_path: Path) -> None:
    bad = {
        "id": "a2",
        "title": "预算颠倒的需求",
        "budget_low": 9,
        "budget_high": 1,
        "colour": "red",
    }
    err = StringIO()
    with pytest.raises(CommandError, match="nothing was imported"):
        call_command(
            "import_listings",
            jsonl(tmp_path, [GOOD, bad]),
            *["--kind", "need", "--catalogue", "partner"],
            stdout=StringIO(),
            stderr=err,
        )
    assert "line 2: colour:" in err.getvalue()
    assert not Listing.objects.exists()


def test_skip_bad_loads_the_good_rows(tmp_path: Path) -> None:
    bad = {"id": "a2", "title": "行业写错的需求", "industry": "C99"}
    _out, err = run(jsonl(tmp_path, [GOOD, bad]), "--kind", "need", "--skip-bad")
    assert "line 2: industry:" in err
    assert [row.external_id for row in Need.objects.all()] == ["a1"]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    out, _err = run(jsonl(tmp_path, [GOOD]), "--kind", "need", "--dry-run")
    assert "1 rows are good" in out
    assert not Listing.objects.exists()
    assert not Catalogue.objects.filter(code="partner").exists()


def test_csv_and_xlsx_say_the_same(tmp_path: Path) -> None:
    csv_file = tmp_path / "rows.csv"
    csv_file.write_text(
        "\ufeffid,title,industries,price_low\nb1,视觉检测单元,C36;C38,120000.50\n", encoding="utf-8"
    )
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["id", "title", "industries", "price_low"])
    sheet.append(["b2", "视觉检测单元", "C36、C38", 120000.5])
    book.save(tmp_path / "rows.xlsx")
    for file in (csv_file, tmp_path / "rows.xlsx"):
        run(file, "--kind", "solution")
    for solution in Solution.objects.all():
        assert [row.code for row in solution.industries.all()] == ["C36", "C38"]
        assert str(solution.price_low) == "120000.50"
    assert Solution.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.txt", b"id,title"),
        ("rows.jsonl", b"{not json"),
        ("rows.jsonl", b"[1, 2]"),
        ("rows.jsonl", b"\xff\xfe\x00"),
        ("rows.xlsx", b"PK\x03\x04 not a workbook"),
        ("rows.csv", b"id,title\n1,2,3\n"),
    ],
)
def test_a_file_that_cannot_be_read_gives_one_sentence(
    tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(CommandError):
        run(file, "--kind", "need")
    assert not Listing.objects.exists()
