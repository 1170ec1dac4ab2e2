"""Matches on paper: what the page shows the same reader, in both languages, page by page."""

import re
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from catalog.choices import ListingKind
from matchmaking.engine import ENGINE_VERSION
from matchmaking.models import Impression
from tests.builders import make_actor
from tests.matchmaking.pairs import Pair, make_pair, make_published, rescore
from tests.matchmaking.test_pages import client_of

pytestmark = pytest.mark.django_db


def words_on(page: Any) -> str:
    """Everything that is written on a page, in the order of writing."""
    found: list[str] = []
    encoding = "cp1252"
    for instruction in pikepdf.parse_content_stream(page):
        operands = instruction.operands
        if str(instruction.operator) == "Tf":
            font = page.Resources.Font[str(operands[0])]
            is_wide = str(font.get("/Encoding", "")).startswith("/UniGB")
            encoding = "utf-16-be" if is_wide else "cp1252"
        elif str(instruction.operator) == "Tj":
            found.append(bytes(operands[0]).decode(encoding))
    return "".join(found)


def pages_of(actor: Actor, url: str) -> list[str]:
    response = client_of(actor).get(url)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].endswith('.pdf"')
    with pikepdf.open(BytesIO(response.content)) as document:
        assert not [
            font
            for page in document.pages
            for font in page.Resources.Font.values()
            if "/FontFile" in str(font.get("/FontDescriptor", ""))
        ]
        return [words_on(page) for page in document.pages]


def list_url(pair: Pair) -> str:
    return reverse("matchmaking:need_matches_pdf", args=[pair.need.public_id])


def vendors_url(pair: Pair) -> str:
    return reverse("matchmaking:solution_matches_pdf", args=[pair.solution.public_id])


def pair_url(pair: Pair) -> str:
    return reverse("matchmaking:pair_pdf", args=[pair.need.public_id, pair.solution.public_id])


def squeezed(words: str) -> str:
    """Lines are broken where paper ends; what is said does not depend on it."""
    return re.sub(r"\s+", "", words)


def test_a_needs_list_on_paper_says_what_its_page_says() -> None:
    pair = make_pair()
    words = squeezed("".join(pages_of(pair.owner, list_url(pair))))
    view = client_of(pair.owner).get(list_url(pair)[: -len(".pdf")] + "/").context["rows"][0].view
    assert "铸件表面缺陷在线检测系统" in words
    assert "强" in words
    assert view.total.shown in words
    for reason in view.leading:
        assert squeezed(reason.words) in words


def test_every_page_has_its_number_the_day_and_what_made_the_scores() -> None:
    pair = make_pair()
    others = [
        make_published(ListingKind.SOLUTION, title=f"缺陷检测方案{n}", description=f"{n}号" * 40)
        for n in range(12)
    ]
    rescore(*others, pair.need)
    pages = pages_of(pair.owner, list_url(pair))
    assert len(pages) > 1
    today = timezone.localdate().isoformat()
    for number, words in enumerate(pages, start=1):
        assert f"第 {number} 页，共 {len(pages)} 页" in words
        assert today in words
        assert f"引擎 {ENGINE_VERSION} · 权重 {pair.match.weight_set}" in words


def test_a_pair_on_paper_adds_up() -> None:
    pair = make_pair()
    words = squeezed("".join(pages_of(pair.owner, pair_url(pair))))
    whole = f"{pair.match.total / 100:.2f}"
    parts = re.findall(r"(\d+\.\d\d)/\d+\.\d\d", words)
    assert f"{sum(map(float, parts)):.2f}" == whole
    assert f"合计{whole}" in words
    assert "报价280–450万元，预算300–500万元" in words
    assert "按匹配度排在第1位" in words


def test_a_vendor_reads_on_paper_no_more_than_on_the_page() -> None:
    pair = make_pair(
        need={"confidentiality": "confidential"}, solution={"wished_industries": ["C36"]}
    )
    for url in (pair_url(pair), vendors_url(pair)):
        words = squeezed("".join(pages_of(pair.vendor, url)))
        assert "300–500" not in words
        assert f"{pair.match.total / 100:.2f}" not in words
        assert str(pair.owner.organization) not in words
    assert "未公开" in words or "企业名称保密" in words
    own = squeezed("".join(pages_of(pair.owner, pair_url(pair))))
    assert "300–500" in own
    assert "符合我方期望的程度" not in own


def test_paper_is_printed_in_the_readers_language() -> None:
    pair = make_pair()
    assert pair.owner.user is not None
    pair.owner.user.language = "en"
    pair.owner.user.save()
    listed, explained = (
        "".join(pages_of(pair.owner, url)) for url in (list_url(pair), pair_url(pair))
    )
    assert "Strong" in listed
    assert "Match score" in listed
    assert "Online inspection" in explained
    assert "强" not in listed + explained


def test_words_that_look_like_markup_are_printed_as_they_are() -> None:
    pair = make_pair(solution={"title": "检测<b>系统</b>&<para>"})
    for url in (list_url(pair), pair_url(pair)):
        assert "检测<b>系统</b>&<para>" in squeezed("".join(pages_of(pair.owner, url)))


def test_paper_exists_for_nobody_for_whom_the_page_does_not() -> None:
    pair = make_pair()
    stranger = client_of(make_actor())
    for url in (list_url(pair), vendors_url(pair), pair_url(pair)):
        assert stranger.get(url).status_code == 404
    assert client_of(pair.vendor).get(list_url(pair)).status_code == 404
    assert client_of(pair.owner).get(vendors_url(pair)).status_code == 404


def test_a_printed_list_counts_as_shown_to_its_owner() -> None:
    pair = make_pair()
    client_of(pair.owner).get(list_url(pair))
    assert Impression.objects.get().solution_id == pair.solution.pk


def test_an_empty_list_says_so_on_paper() -> None:
    pair = make_pair(solution={"lead_time_low": 40, "lead_time_high": 60})
    assert "暂时没有候选方案" in squeezed("".join(pages_of(pair.owner, list_url(pair))))
