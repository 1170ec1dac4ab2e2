"""The pages that show matches: each side its own list, and nothing to anybody else."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Membership
from catalog.choices import ListingKind
from catalog.models import Listing
from catalog.services import request_scoring
from matchmaking.models import Impression, MatchRun
from matchmaking.progress import PATIENCE
from matchmaking.services import runs, scoring
from tests.builders import make_actor, make_admin_actor, make_organization
from tests.matchmaking.pairs import Pair, make_pair, make_published, make_submitted, rescore

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def client_of(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    return client


def need_url(pair: Pair, name: str = "need_matches") -> str:
    return reverse(f"matchmaking:{name}", args=[pair.need.public_id])


def solution_url(pair: Pair, name: str = "solution_matches") -> str:
    return reverse(f"matchmaking:{name}", args=[pair.solution.public_id])


def pair_url(pair: Pair) -> str:
    return reverse("matchmaking:pair", args=[pair.need.public_id, pair.solution.public_id])


def page(actor: Actor, url: str, **headers: str) -> str:
    response = client_of(actor).get(url, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def make_waiting(listing: Listing, state: str = MatchRun.State.WAITING) -> MatchRun:
    """Ask for scores that no worker has made yet."""
    request_scoring(actor=make_admin_actor(), listings=[listing], reason="requested")
    run = MatchRun.objects.filter(listing=listing).order_by("-wanted_version")[0]
    MatchRun.objects.filter(pk=run.pk).update(state=state)
    return run


def test_an_owner_reads_ranked_solutions_with_their_reasons() -> None:
    pair = make_pair()
    text = page(pair.owner, need_url(pair))
    assert "铸件表面缺陷在线检测系统" in text
    assert f"{pair.match.total / 100:.2f}" in text
    assert "报价 280–450 万元，预算 300–500 万元" in text


def test_a_viewer_of_the_owning_organization_reads_the_list_but_cannot_rescore() -> None:
    pair = make_pair()
    viewer = make_actor(Membership.Role.VIEWER, pair.owner.organization)
    assert need_url(pair, "rescore_need") not in page(viewer, need_url(pair))
    assert client_of(viewer).post(need_url(pair, "rescore_need")).status_code == 403


@pytest.mark.parametrize("name", ["need_matches", "need_matches_status", "need_excluded"])
def test_nobody_else_knows_of_a_needs_list(name: str) -> None:
    pair = make_pair()
    stranger = make_actor()
    for client in (client_of(pair.vendor), client_of(stranger), Client()):
        assert client.get(need_url(pair, name)).status_code == 404


@pytest.mark.parametrize("name", ["solution_matches", "solution_matches_status"])
def test_nobody_else_knows_of_a_solutions_list(name: str) -> None:
    pair = make_pair()
    for client in (client_of(pair.owner), Client()):
        assert client.get(solution_url(pair, name)).status_code == 404


def test_a_listing_of_the_wrong_kind_is_not_found() -> None:
    pair = make_pair()
    url = reverse("matchmaking:need_matches", args=[pair.solution.public_id])
    assert client_of(pair.vendor).get(url).status_code == 404


def test_a_draft_has_no_matches_yet() -> None:
    pair = make_pair()
    listing = make_submitted(ListingKind.NEED, pair.owner.organization or make_organization())
    listing.revisions.update(submitted_at=None, state="draft")
    Listing.objects.filter(pk=listing.pk).update(state="draft")
    url = reverse("matchmaking:need_matches", args=[listing.public_id])
    assert "草稿不参与匹配" in page(pair.owner, url)


def test_a_submitted_need_shows_its_owner_private_matches() -> None:
    pair = make_pair()
    assert pair.owner.organization is not None
    need = make_submitted(ListingKind.NEED, pair.owner.organization, title="另一条需求")
    rescore(need)
    url = reverse("matchmaking:need_matches", args=[need.public_id])
    text = page(pair.owner, url)
    assert "仅本企业可见" in text
    assert "铸件表面缺陷在线检测系统" in text
    assert client_of(pair.vendor).get(url).status_code == 404
    assert "另一条需求" not in page(pair.vendor, solution_url(pair))


def test_the_page_says_when_the_model_was_not_there() -> None:
    pair = make_pair()
    MatchRun.objects.filter(listing=pair.need).update(used_vectors=False)
    assert "语义模型不可用，本次按关键词和场景匹配" in page(pair.owner, need_url(pair))
    MatchRun.objects.filter(listing=pair.need).update(used_vectors=True)
    assert "语义模型不可用" not in page(pair.owner, need_url(pair))


def test_a_chosen_row_is_explained_without_the_rest_of_the_page() -> None:
    pair = make_pair()
    url = f"{need_url(pair)}?selected={pair.solution.public_id}"
    text = page(pair.owner, url, **HTMX)
    assert "匹配度说明" in text
    assert "<html" not in text


def test_looking_at_a_list_is_recorded_for_its_owner_only() -> None:
    pair = make_pair()
    page(make_admin_actor(), need_url(pair))
    page(pair.owner, f"{need_url(pair)}?selected=", **HTMX)
    assert not Impression.objects.exists()
    page(pair.owner, need_url(pair))
    shown = Impression.objects.get()
    assert (shown.need_id, shown.solution_id, shown.place) == (
        pair.need.pk,
        pair.solution.pk,
        1,
    )


def test_while_scoring_runs_the_page_asks_for_progress_with_and_without_scripts() -> None:
    pair = make_pair()
    make_waiting(pair.need)
    text = page(pair.owner, need_url(pair))
    assert f'hx-get="{need_url(pair, "need_matches_status")}"' in text
    assert '<noscript><meta http-equiv="refresh"' in text
    assert "已排队" in text


@pytest.mark.parametrize(
    ("state", "recalled", "scored", "words", "width"),
    [
        ("waiting", 0, 0, "第 1 步，共 4 步：已排队，即将开始评分…", "5.00"),
        ("running", 0, 0, "第 2 步，共 4 步：正在查找候选…", "15.00"),
        ("running", 300, 150, "第 3 步，共 4 步：正在比对方案，已比对 150 / 300 个…", "60.00"),
        ("running", 300, 300, "第 4 步，共 4 步：正在排序并保存结果…", "95.00"),
    ],
)
def test_progress_says_which_step_and_how_many_of_how_many(
    state: str, recalled: int, scored: int, words: str, width: str
) -> None:
    pair = make_pair()
    run = make_waiting(pair.need, state)
    MatchRun.objects.filter(pk=run.pk).update(scored=scored, recalled=recalled)
    for url in (need_url(pair), need_url(pair, "need_matches_status")):
        text = page(pair.owner, url)
        assert words in text
        assert f'width="{width}%"' in text
        assert "完成后结果会自动出现" in text


def test_a_long_wait_is_said_to_be_one() -> None:
    pair = make_pair()
    run = make_waiting(pair.need)
    long_ago = timezone.now() - PATIENCE - timedelta(seconds=1)
    MatchRun.objects.filter(pk=run.pk).update(created_at=long_ago)
    assert "比平时久一些" in page(pair.owner, need_url(pair, "need_matches_status"), **HTMX)


def test_a_watched_run_counts_up_portion_by_portion(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = make_pair()
    others = [make_published(ListingKind.SOLUTION, title=f"缺陷检测方案{n}") for n in range(4)]
    rescore(*others)
    make_waiting(pair.need)
    monkeypatch.setattr(scoring, "_PORTION", 2)
    told: list[tuple[int, int]] = []
    tell = runs.tell_progress

    def watch(claim: Any, *, scored: int, recalled: int) -> None:
        tell(claim, scored=scored, recalled=recalled)
        told.append(MatchRun.objects.values_list("scored", "recalled").get(pk=claim.run_id))

    monkeypatch.setattr(scoring, "tell_progress", watch)
    rescore(pair.need)
    assert told == [(0, 5), (2, 5), (4, 5), (5, 5)]
    assert len(client_of(pair.owner).get(need_url(pair)).context["rows"]) == 5


def test_asking_for_progress_is_cheap(django_assert_num_queries: Any) -> None:
    pair = make_pair()
    make_waiting(pair.need)
    client = client_of(pair.owner)
    url = need_url(pair, "need_matches_status")
    # The session, the user, the memberships and the park roles; then one for the progress.
    with django_assert_num_queries(5):
        assert client.get(url, headers=HTMX).status_code == 200


def test_a_finished_run_puts_the_list_where_the_progress_was_and_asks_no_more() -> None:
    pair = make_pair()
    for actor, url in (
        (pair.owner, need_url(pair, "need_matches_status")),
        (pair.vendor, solution_url(pair, "solution_matches_status")),
    ):
        for address in (url, f"{url}?embedded=1"):
            polled = client_of(actor).get(address, headers=HTMX)
            text = polled.content.decode()
            assert polled.headers["HX-Retarget"] == "#matches"
            assert polled.headers["HX-Reswap"] == "outerHTML"
            assert text.count('id="matches"') == 1
            assert "铸件表面缺陷在线检测" in text
            assert "<html" not in text
            assert "every 2s" not in text
        assert client_of(actor).get(url).headers["Location"] == url.replace("status/", "")


def test_a_list_that_takes_the_place_of_its_progress_counts_as_shown() -> None:
    pair = make_pair()
    url = need_url(pair, "need_matches_status")
    client_of(pair.owner).get(f"{url}?embedded=1", headers=HTMX)
    assert not Impression.objects.exists()
    client_of(pair.owner).get(url, headers=HTMX)
    assert Impression.objects.get().solution_id == pair.solution.pk


def test_a_failed_run_is_said_plainly_and_can_be_tried_again() -> None:
    pair = make_pair()
    make_waiting(pair.need, MatchRun.State.FAILED)
    text = page(pair.owner, need_url(pair))
    assert "上一次评分没有完成" in text
    assert need_url(pair, "rescore_need") in text
    assert 'http-equiv="refresh"' not in text
    polled = client_of(pair.owner).get(need_url(pair, "need_matches_status"), headers=HTMX)
    assert polled.headers["HX-Retarget"] == "#matches"
    assert "上一次评分没有完成" in polled.content.decode()
    assert "every 2s" not in polled.content.decode()


def test_an_owner_may_ask_for_fresh_scores() -> None:
    pair = make_pair()
    before = pair.need.wanted_version
    response = client_of(pair.owner).post(need_url(pair, "rescore_need"))
    assert response.headers["Location"] == need_url(pair)
    pair.need.refresh_from_db()
    assert pair.need.wanted_version == before + 1
    assert client_of(pair.owner).get(need_url(pair, "rescore_need")).status_code == 405
    assert client_of(pair.vendor).post(need_url(pair, "rescore_need")).status_code == 404


def test_who_was_ruled_out_is_told_with_the_reason() -> None:
    pair = make_pair(solution={"lead_time_low": 40, "lead_time_high": 60})
    text = page(pair.owner, need_url(pair, "need_excluded"))
    assert "铸件表面缺陷在线检测系统" in text
    assert "不满足：交付周期不超过 30 周" in text
    assert "查看被排除的方案" in page(pair.owner, need_url(pair))


def test_a_hidden_price_that_rules_out_is_not_told() -> None:
    pair = make_pair(
        need={"budget_is_ceiling": True},
        solution={"price_low": "6000000", "price_high": "9000000", "price_visibility": "owner"},
    )
    text = page(pair.owner, need_url(pair, "need_excluded"))
    assert "不符合的条件涉及对方未公开的内容" in text
    assert "600–900" not in text


def test_an_owner_may_ask_why_not_any_published_solution() -> None:
    pair = make_pair()
    text = page(pair.owner, f"{need_url(pair, 'need_excluded')}?q=表面缺陷在线检测系统")
    assert pair_url(pair) in text


def test_a_pair_is_explained_to_the_needs_owner_in_full() -> None:
    pair = make_pair(solution={"wished_industries": ["C36"]})
    text = page(pair.owner, pair_url(pair))
    assert f"{pair.match.total / 100:.2f}" in text
    assert "预算 300–500 万元" in text
    assert "符合我方期望的程度" not in text


def test_a_pair_is_explained_to_the_vendor_without_the_budget() -> None:
    pair = make_pair(solution={"wished_industries": ["C36"]})
    text = page(pair.vendor, pair_url(pair))
    assert "对方未公开" in text
    assert "符合我方期望的程度" in text
    assert f"{pair.match.total / 100:.2f}" not in text
    assert "300–500" not in text


def test_a_solution_below_the_kept_places_is_answered_for_with_what_cost_it_most() -> None:
    pair = make_pair()
    assert "按匹配度排在第 1 位" in page(pair.owner, pair_url(pair))
    pair.match.delete()
    text = page(pair.owner, pair_url(pair))
    assert "未进入前 50 位，具体位次未知" in text
    assert "失分最多：" in text
    assert "位次" not in page(pair.vendor, pair_url(pair))


def test_what_is_unknown_blocks_an_award_and_not_a_conversation() -> None:
    pair = make_pair(need={"requirements": [{"level": "must", "kind": "text", "text": "会修图"}]})
    text = page(pair.owner, pair_url(pair))
    assert "待确认" in text
    assert "待确认的条件不影响洽谈，但确认之前不能定标。" in text


def test_each_side_reads_what_it_could_fill_in_itself() -> None:
    pair = make_pair(need={"budget_low": None, "budget_high": None}, solution={"on_site": None})
    owners, vendors = (page(actor, pair_url(pair)) for actor in (pair.owner, pair.vendor))
    for text in (owners, vendors):
        assert "我方可以补充" in text
    assert "需求方：预算，补充后最多可加" in owners
    assert "供方：驻场服务，补充后最多可加" in vendors
    listed = page(pair.vendor, solution_url(pair))
    assert "驻场服务：1 条需求受益" in listed


def test_a_vendor_reads_which_open_conditions_it_misses() -> None:
    pair = make_pair(solution={"lead_time_low": 40, "lead_time_high": 60})
    url = solution_url(pair, "solution_excluded")
    assert "不满足：交付周期不超过 30 周" in page(pair.vendor, url)
    assert client_of(pair.owner).get(url).status_code == 404
    assert url in page(pair.vendor, solution_url(pair))


def test_a_vendor_is_not_told_of_conditions_that_are_kept_private() -> None:
    pair = make_pair(
        need={"budget_is_ceiling": True}, solution={"price_low": "9000000", "price_high": "9900000"}
    )
    assert "没有这样的需求" in page(pair.vendor, solution_url(pair, "solution_excluded"))


def test_pages_answer_without_their_bodies_too() -> None:
    pair = make_pair()
    for actor, url in (
        (pair.owner, need_url(pair)),
        (pair.owner, need_url(pair, "need_excluded")),
        (pair.owner, pair_url(pair)),
        (pair.vendor, solution_url(pair)),
        (pair.vendor, solution_url(pair, "solution_excluded")),
    ):
        response = client_of(actor).head(url)
        assert (response.status_code, response.content) == (200, b"")


def test_a_vendors_near_duplicates_fold_and_newcomers_are_labelled() -> None:
    pair = make_pair()
    words = {"title": "铸件表面缺陷在线检测系统二代", "price_high": "4600000"}
    twin = make_published(ListingKind.SOLUTION, pair.vendor.organization, **words)
    rescore(twin, pair.need)
    rows = client_of(pair.owner).get(need_url(pair)).context["rows"]
    assert len(rows) == 1
    assert [held.listing.pk for held in rows[0].folded] in ([twin.pk], [pair.solution.pk])
    text = page(pair.owner, need_url(pair))
    assert "同一供方另有 1 个相近方案" in text
    assert words["title"] in text


def test_a_pair_is_nobody_elses_business() -> None:
    pair = make_pair()
    for client in (client_of(make_actor()), Client()):
        assert client.get(pair_url(pair)).status_code == 404


def test_a_vendor_reads_needs_by_word_and_band_only() -> None:
    pair = make_pair(need={"budget_visibility": "public"})
    text = page(pair.vendor, solution_url(pair))
    low = pair.match.total // 1000 * 10
    assert "铸件表面缺陷在线检测" in text
    assert f"{low}–{low + 10}" in text
    assert f"{pair.match.total / 100:.2f}" not in text


def test_a_vendor_does_not_read_who_posted_a_confidential_need() -> None:
    pair = make_pair(need={"confidentiality": "confidential"})
    for url in (solution_url(pair), pair_url(pair)):
        text = page(pair.vendor, url)
        assert str(pair.owner.organization) not in text
    assert "企业名称保密" in page(pair.vendor, solution_url(pair))


def test_the_order_of_a_vendors_list_does_not_tell_of_budgets() -> None:
    pair = make_pair(need={"budget_low": None, "budget_high": "1000000"})
    other = make_published(ListingKind.NEED, budget_low=None, budget_high="9000000")
    rescore(pair.need, other, pair.solution)
    client = client_of(pair.vendor)
    rows = client.get(solution_url(pair)).context["rows"]
    assert [row.listing.pk for row in rows] == [pair.need.pk, other.pk]
    assert rows[0].match.total < rows[1].match.total


def test_a_platform_admin_reads_both_sides_but_no_budget_of_an_owners_own() -> None:
    pair = make_pair()
    admin = make_admin_actor()
    text = page(admin, need_url(pair))
    assert "漏检率偏高" in text
    assert "300–500 万元" not in text
    assert "铸件表面缺陷在线检测" in page(admin, solution_url(pair))


def test_a_list_leads_with_a_word_and_at_most_three_reasons() -> None:
    pair = make_pair()
    text = page(pair.owner, need_url(pair))
    row = client_of(pair.owner).get(need_url(pair)).context["rows"][0]
    assert str(row.view.headline.label) == "强"
    assert len(row.view.leading) == 3
    assert text.index(">强</span>") < text.index(f"{pair.match.total / 100:.2f}")
    for reason in row.view.leading:
        assert f"{reason.name}：{reason.words}" in text


def test_a_list_says_when_it_was_made() -> None:
    pair = make_pair()
    runs_done = MatchRun.objects.filter(listing=pair.need, state=MatchRun.State.DONE)
    made = runs_done.order_by("-wanted_version")[0].finished_at
    assert made is not None
    text = page(pair.owner, need_url(pair))
    assert f'<time datetime="{timezone.localtime(made).isoformat()[:16]}' in text
    assert "结果生成于" in page(pair.vendor, solution_url(pair))


def test_an_open_condition_is_said_beside_the_word_and_never_strong() -> None:
    free_words = {"level": "must", "kind": "text", "text": "会修图"}
    pair = make_pair(need={"requirements": [free_words]})
    assert pair.match.total >= 7_000
    for url in (need_url(pair), pair_url(pair)):
        text = page(pair.owner, url)
        assert "待确认 1 项" in text
        assert ">可谈</span>" in text
        assert ">强</span>" not in text


def test_the_bar_s_parts_add_up_to_the_number_shown() -> None:
    pair = make_pair()
    view = client_of(pair.owner).get(pair_url(pair)).context["view"]
    text = page(pair.owner, pair_url(pair))
    bar = text[text.index('<svg class="bar bar-stacked"') :]
    parts = re.findall(r"<title>\S+ ([\d.]+)</title>", bar[: bar.index("</svg>")])
    assert len(parts) == len(view.parts)
    assert sum(map(Decimal, parts)) == Decimal(view.total.shown)
    assert sum(part.weight for part in view.parts) == 100


def test_no_page_carries_inline_style_or_script() -> None:
    pair = make_pair()
    for actor, url in (
        (pair.owner, need_url(pair)),
        (pair.owner, need_url(pair, "need_excluded")),
        (pair.owner, pair_url(pair)),
        (pair.vendor, solution_url(pair)),
    ):
        text = page(actor, url)
        assert " style=" not in text
        assert "<style" not in text
        assert "<script>" not in text


def test_loading_the_same_list_again_is_no_second_look() -> None:
    pair = make_pair()
    for _ in range(2):
        page(pair.owner, need_url(pair))
    assert Impression.objects.count() == 1
    cache.clear()
    page(pair.owner, need_url(pair))
    assert Impression.objects.count() == 2
