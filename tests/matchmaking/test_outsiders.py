"""What a confidential need hides changes nothing that an outsider can read."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.actors import ANONYMOUS, Actor
from accounts.models import Organization
from catalog.models import Need
from tests.builders import make_actor, make_need, make_organization, make_vocabulary
from tests.catalog.pages import client_of, url_of
from tests.noise import IDENTITIES, quiet

pytestmark = pytest.mark.django_db

SAME: dict[str, Any] = {
    "title": "反应釜投料无人化",
    "situation": "现状只对接受对接的供方公开。",
    "industry": "C26",
    "confidentiality": "confidential",
}
# Pairs of needs that differ in nothing but what waits for a stage.
DIFFERENT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "details": (
        {"situation": "投料岗位粉尘大，全靠人工操作。", "goal": "无人值守。"},
        {"situation": "换液岗位废液多，全靠人工经验。", "goal": "在线监测。"},
    ),
    "the district within its group": ({"district": "jinshan"}, {"district": "fengxian"}),
    "a published budget within its band": (
        {"budget_high": "6660000", "budget_visibility": "public"},
        {"budget_low": "5100000", "budget_high": "9990000", "budget_visibility": "public"},
    ),
    "a private budget": ({"budget_high": "10000"}, {}),
    "requirements": ({"requirements": [{"level": "must", "kind": "text", "text": "防爆"}]}, {}),
    "the dates": ({"wanted_end": "2031-09-19"}, {"wanted_start": "2032-01-01"}),
    "the weights": ({"weights": {"budget": 100}}, {"weights": {"dates": 100}}),
}
WORDS = ("粉尘", "废液", "防爆", "投料", "无人值守")


def everything(actor: Actor, need: Need | None) -> list[str]:
    """Return every public page that a need could show on, searched and filtered."""
    hall = reverse("catalog:need_list")
    asked: list[dict[str, str]] = [{}, {"sort": "title"}, *({"q": word} for word in WORDS)]
    asked += [{"district": place} for place in ("jinshan", "fengxian", "sh_south", "sh_north")]
    asked += [{"budget": band} for band in ("0-50", "500-1000", "1000-")]
    asked += [{"stage": "approved"}, {"industry": "C26"}, {"type": "agv_warehouse"}]
    client = client_of(actor)
    pages = [client.get(hall, params) for params in asked]
    pages.append(client.get(reverse("home")))
    if need is not None:
        pages.append(client.get(url_of(need)))
    assert {page.status_code for page in pages} == {200}
    return [quiet(page.content.decode(), *IDENTITIES) for page in pages]


def owner(number: int) -> Organization:
    return make_organization(legal_name=f"第{number}家隐名企业有限公司", short_name=f"隐名{number}")


@pytest.mark.parametrize("who", ["anonymous", "member"])
@pytest.mark.parametrize("case", DIFFERENT)
def test_an_outsider_reads_the_same_bytes_whatever_is_hidden(who: str, case: str) -> None:
    make_vocabulary()
    actor = ANONYMOUS if who == "anonymous" else make_actor()
    answers = []
    # Both are there from the start: the front page counts organizations.
    owners = [owner(1), owner(2)]
    for house, hidden in zip(owners, DIFFERENT[case], strict=True):
        need = make_need(house, **{**SAME, **hidden})
        answers.append(everything(actor, need))
        Need.objects.filter(pk=need.pk).update(state="draft")
    assert answers[0] == answers[1]


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "archived"])
def test_an_outsider_reads_the_same_bytes_with_and_without_a_hidden_need(state: str) -> None:
    make_vocabulary()
    actor = make_actor()
    need = make_need(owner(1), **SAME, district="jinshan")
    make_need(make_organization(), title="公开的需求", industry="C26")
    Need.objects.filter(pk=need.pk).update(state=state)
    with_it = everything(actor, None)
    missing = client_of(actor).get(url_of(need))
    Need.objects.filter(pk=need.pk).delete()
    assert everything(actor, None) == with_it
    gone = client_of(actor).get(url_of(need))
    assert (missing.status_code, quiet(missing.content.decode(), *IDENTITIES)) == (
        gone.status_code,
        quiet(gone.content.decode(), *IDENTITIES),
    )


def test_the_comparison_would_notice_another_group() -> None:
    make_vocabulary()
    answers = []
    for district in ("jinshan", "baoshan"):
        need = make_need(owner(1), **SAME, district=district)
        answers.append(everything(ANONYMOUS, need))
        Need.objects.filter(pk=need.pk).update(state="draft")
    assert answers[0] != answers[1]
