"""Posting in steps, as a person's browser does it: each page saves its part and keeps the rest."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import SYSTEM, Actor, actor_for
from accounts.models import Membership
from catalog.choices import Criterion, ListingKind, ListingState, RevisionState
from catalog.content import NeedContent, SolutionContent
from catalog.forms.steps import STEPS
from catalog.models import Listing, Revision, Scenario
from catalog.services import archive_listing, create_listing, publish_revision, submit_listing
from tests.builders import (
    make_actor,
    make_member,
    make_need,
    make_vocabulary,
    need_payload,
    solution_payload,
)

pytestmark = pytest.mark.django_db

PROBLEM = {"title": "铸件表面缺陷在线检测", "situation": "后处理产线依赖人工目检，漏检率偏高。"}
REST_OF_CRITERIA = [each.value for each in Criterion if each not in ("scenario", "budget")]
NO_ROWS = {
    f"{prefix}-{name}": value
    for prefix in ("requirements", "cases")
    for name, value in (("TOTAL_FORMS", "3"), ("INITIAL_FORMS", "0"))
}


def browser(actor: Actor) -> Client:
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    return client


def need_of(actor: Actor, **fields: Any) -> Listing:
    payload = need_payload(**fields)
    return create_listing(actor=actor, kind=ListingKind.NEED, payload=payload).listing


def solution_of(actor: Actor, **fields: Any) -> Listing:
    payload = solution_payload(**fields)
    return create_listing(actor=actor, kind=ListingKind.SOLUTION, payload=payload).listing


def step(listing: Listing, slug: str) -> str:
    return reverse(f"catalog:{listing.kind}_edit", args=[listing.public_id, slug])


def saved(listing: Listing) -> dict[str, Any]:
    payload: dict[str, Any] = listing.revisions.order_by("-number")[0].payload
    return payload


def page(response: Any) -> str:
    return str(response.content.decode())


def send(client: Client, listing: Listing, slug: str, **data: Any) -> Any:
    return client.post(step(listing, slug), {**NO_ROWS, **data})


# --- Who may come ---


@pytest.mark.parametrize("name", ["need_create", "solution_create", "my_listings"])
def test_a_visitor_is_led_to_log_in(client: Client, name: str) -> None:
    response = client.get(reverse(f"catalog:{name}"))
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_a_person_without_an_organization_is_led_to_create_one() -> None:
    response = browser(make_actor(None)).get(reverse("catalog:need_create"), follow=True)
    wanted = urlencode({"next": reverse("catalog:need_create")})
    assert response.redirect_chain == [(f"{reverse('accounts:organization_create')}?{wanted}", 302)]
    assert "请先创建或加入一家企业" in page(response)


def test_a_viewer_may_not_post() -> None:
    viewer = make_actor(Membership.Role.VIEWER)
    client = browser(viewer)
    assert client.get(reverse("catalog:need_create")).status_code == 403
    assert client.post(reverse("catalog:need_create"), PROBLEM).status_code == 403
    assert not Listing.objects.exists()


def test_another_organizations_listing_does_not_exist() -> None:
    listing = need_of(make_actor())
    client = browser(make_actor())
    assert client.get(step(listing, "problem")).status_code == 404
    assert client.post(step(listing, "problem"), PROBLEM).status_code == 404
    for verb in ("submit", "withdraw", "archive"):
        address = reverse(f"catalog:listing_{verb}", args=[listing.public_id])
        assert client.post(address).status_code == 404
    assert saved(listing)["title"] != PROBLEM["title"]


def test_another_organizations_published_need_cannot_be_edited_either() -> None:
    need = make_need()
    assert browser(make_actor()).get(step(need, "problem")).status_code == 404


def test_an_unknown_step_and_the_other_kinds_address_are_not_found() -> None:
    owner = make_actor()
    listing = need_of(owner)
    client = browser(owner)
    assert client.get(step(listing, "no-such-step")).status_code == 404
    address = reverse("catalog:solution_edit", args=[listing.public_id, "what"])
    assert client.get(address).status_code == 404


def test_reading_a_page_of_verbs_changes_nothing() -> None:
    owner = make_actor()
    listing = need_of(owner)
    for verb in ("submit", "withdraw", "archive"):
        address = reverse(f"catalog:listing_{verb}", args=[listing.public_id])
        assert browser(owner).get(address).status_code == 405


# --- A need ---


def test_a_need_begins_as_a_draft_with_its_first_step() -> None:
    owner = make_actor()
    response = browser(owner).post(reverse("catalog:need_create"), PROBLEM)
    listing = Listing.objects.get()
    assert response["Location"] == step(listing, "suggestions")
    assert (listing.state, listing.organization_id) == (
        ListingState.DRAFT,
        owner.organization_id,
    )
    assert saved(listing)["situation"] == PROBLEM["situation"]


def test_a_title_and_a_few_sentences_are_submitted_at_once() -> None:
    owner = make_actor()
    client = browser(owner)
    data = {**PROBLEM, "action": "submit"}
    response = client.post(reverse("catalog:need_create"), data, follow=True)
    listing = Listing.objects.get()
    assert listing.state == ListingState.SUBMITTED
    assert response.redirect_chain[0][0] == listing.get_absolute_url()
    assert "已提交审核" in page(response)
    assert PROBLEM["title"] in page(response)


def test_too_little_to_submit_is_said_at_its_field_and_creates_nothing() -> None:
    data = {"title": PROBLEM["title"], "situation": "漏检", "action": "submit"}
    response = browser(make_actor()).post(reverse("catalog:need_create"), data)
    assert response.status_code == 422
    assert "至少 10 个字" in page(response)
    assert "漏检" in page(response)
    assert not Listing.objects.exists()


def test_going_back_and_sending_the_first_step_again_makes_no_second_need() -> None:
    client = browser(make_actor())
    address = client.get(reverse("catalog:need_create"))["Location"]
    client.post(address, PROBLEM)
    listing = Listing.objects.get()
    assert client.get(address)["Location"] == step(listing, "problem")
    client.post(address, {**PROBLEM, "title": "铸件缺陷检测（改）"})
    assert saved(Listing.objects.get())["title"] == "铸件缺陷检测（改）"


def test_two_needs_begun_side_by_side_stay_two() -> None:
    client = browser(make_actor())
    for _tab in range(2):
        client.post(client.get(reverse("catalog:need_create"))["Location"], PROBLEM)
    assert Listing.objects.count() == 2


@pytest.mark.parametrize(
    "data",
    [
        {"title": "", "situation": ""},
        {"title": "长" * 201, "situation": PROBLEM["situation"]},
        {"title": "铸件\x00检测", "situation": PROBLEM["situation"]},
        {"title": PROBLEM["title"], "situation": "长" * 10_001},
        {"title": PROBLEM["title"], "situation": PROBLEM["situation"], "summary": "长" * 301},
    ],
)
def test_a_first_step_that_cannot_be_right_creates_nothing(data: dict[str, str]) -> None:
    response = browser(make_actor()).post(reverse("catalog:need_create"), data)
    assert response.status_code == 422
    assert "errorlist" in page(response)
    assert not Listing.objects.exists()


def test_each_step_keeps_what_the_others_saved() -> None:
    make_vocabulary()
    owner = make_actor()
    client = browser(owner)
    listing = need_of(owner, goal="漏检率降到千分之一")
    scenario = Scenario.objects.all()[0].code
    chosen = {"factory_goals": ["smart"], "confidentiality": "confidential"}
    send(client, listing, "scope", scenarios=scenario, **chosen)
    send(client, listing, "budget", budget_high="120", budget_visibility="owner")
    content = NeedContent.model_validate(saved(listing))
    assert content.goal == "漏检率降到千分之一"
    assert content.scenarios == (scenario,)
    assert content.budget_high == 1_200_000
    assert content.confidentiality == "confidential"


def test_every_step_shows_what_it_saved_and_saving_it_again_changes_nothing() -> None:
    """The pages of a full need, sent back as they were drawn, leave its content as it was."""
    make_vocabulary()
    owner = make_actor()
    listing = need_of(
        owner,
        scenarios=[Scenario.objects.all()[0].code],
        project_type="agv_warehouse",
        parameters=[
            {"parameter": "agv_warehouse.max_load", "number": "1500.5"},
            {"parameter": "agv_warehouse.carrier", "choice": "托盘"},
            {"parameter": "agv_warehouse.existing_systems", "text": "自研 WMS"},
        ],
        industry="C36",
        budget_low="805000",
        budget_high="1200000.50",
        budget_includes_tax=False,
        budget_is_ceiling=True,
        wanted_start="2027-03-01",
        wanted_end="2027-09-01",
        window_is_fixed=True,
        window_reason="grant",
        weights={"scenario": 50, "budget": 30, **dict.fromkeys(REST_OF_CRITERIA, 0)},
        stage="funded",
        requirements=[
            {"level": "must", "kind": "budget_max", "number": "1200000"},
            {"level": "must", "kind": "certification", "code": "iso_9001"},
            {"level": "should", "kind": "text", "text": "会说上海话"},
            {"level": "should", "kind": "on_site"},
        ],
        maturity=[{"domain": "data", "current": 0, "target": 3}],
    )
    unchanged(browser(owner), listing, NeedContent)


def test_a_full_solution_survives_its_own_pages() -> None:
    make_vocabulary()
    owner = make_actor()
    listing = solution_of(
        owner,
        industries=["C36", "C37"],
        project_types=["agv_warehouse"],
        limits=[
            {"parameter": "agv_warehouse.max_load", "low": "10", "high": "2000"},
            {"parameter": "agv_warehouse.carrier", "choices": ["托盘", "料箱"]},
        ],
        price_low="123456.78",
        price_basis="line",
        price_includes_tax=True,
        price_visibility="members",
        lead_time_low=6,
        lead_time_high=10,
        capacity=4,
        capacity_taken=1,
        on_site=False,
        yearly_fee="50000",
        certifications=[{"certification": "iso_9001", "valid_until": "2027-05-01"}],
        domestic_share="87.5",
        maturity=[{"domain": "data", "level": 3}],
        cases=[
            {
                "customer": "某汽车厂",
                "customer_anonymous": False,
                "industry": "C36",
                "year": 2024,
                "result": "漏检率降至 0.3%",
            }
        ],
        wished_project_low="500000",
        wished_industries=["C36"],
    )
    unchanged(browser(owner), listing, SolutionContent)


def unchanged(client: Client, listing: Listing, model: Any) -> None:
    before = model.model_validate(saved(listing))
    for each in STEPS[listing.kind]:
        if each.slug == "suggestions":
            # What it offers is not said yet: taking it is meant to change the need.
            continue
        drawn = client.get(step(listing, each.slug))
        assert drawn.status_code == 200
        response = client.post(step(listing, each.slug), drawn_values(drawn))
        assert response.status_code == 302, page(response)
        assert model.model_validate(saved(listing)) == before, each.slug


def drawn_values(response: Any) -> dict[str, Any]:
    """Return what a browser would send of the forms on the page."""
    data: dict[str, Any] = {}
    for name in ("form", "parameters", "limits", "certifications", "maturity", "weights"):
        part = response.context.get(name)
        for field in getattr(part, "visible_fields", list)():
            note(data, field)
    for name in ("requirements", "cases"):
        rows = response.context.get(name)
        if rows is not None:
            data |= {field.html_name: field.value() for field in rows.management_form}
            for form in rows:
                for field in form.visible_fields():
                    note(data, field)
    return data


def note(data: dict[str, Any], field: Any) -> None:
    value = field.value()
    if value is True:
        data[field.html_name] = "on"
    elif value is not None and value is not False and value != "":
        data[field.html_name] = value


def test_choosing_a_project_type_leads_back_to_ask_its_parameters() -> None:
    make_vocabulary()
    owner = make_actor()
    client = browser(owner)
    listing = need_of(owner)
    response = send(client, listing, "scope", project_type="agv_warehouse")
    assert response["Location"] == f"{step(listing, 'scope')}#parameters"
    assert "最大载荷" in page(client.get(step(listing, "scope")))
    response = send(
        client,
        listing,
        "scope",
        project_type="agv_warehouse",
        **{"p-agv_warehouse.max_load": "1500", "p-agv_warehouse.carrier": "托盘"},
    )
    assert response["Location"] == step(listing, "budget")
    rows = NeedContent.model_validate(saved(listing)).parameters
    assert [(row.number, row.choice) for row in rows] == [(1500, ""), (None, "托盘")]


@pytest.mark.parametrize(
    ("slug", "data"),
    [
        ("scope", {"scenarios": "no_such"}),
        ("scope", {"industry": "C99"}),
        ("scope", {"project_type": "\x00"}),
        ("scope", {"project_type": "agv_warehouse", "p-agv_warehouse.max_load": "heavy"}),
        ("scope", {"project_type": "agv_warehouse", "p-agv_warehouse.carrier": "飞毯"}),
        ("budget", {"budget_visibility": "owner", "budget_low": "-1"}),
        ("budget", {"budget_visibility": "owner", "budget_low": "1e999"}),
        ("budget", {"budget_visibility": "owner", "budget_low": "1e999999999"}),
        ("budget", {"budget_visibility": "owner", "budget_low": "NaN"}),
        ("budget", {"budget_visibility": "owner", "budget_low": "0.0000001"}),
        ("budget", {"budget_visibility": "owner", "budget_low": "9", "budget_high": "8"}),
        ("budget", {"budget_visibility": "everyone"}),
        ("budget", {"budget_visibility": "owner", "expires_on": "1999-01-01"}),
        ("budget", {"budget_visibility": "owner", "wanted_end": "soon"}),
        ("requirements", {"requirements-0-kind": "certification"}),
        (
            "requirements",
            {"requirements-0-kind": "certification", "requirements-0-code": "in_district:310115"},
        ),
        (
            "requirements",
            {"requirements-0-kind": "domestic_share_min", "requirements-0-number": "101"},
        ),
        ("requirements", {"requirements-0-kind": "lead_time_max", "requirements-0-number": "-1"}),
        ("requirements", {"requirements-0-kind": "text", "requirements-0-text": "长" * 301}),
        ("requirements", {"requirements-TOTAL_FORMS": "many"}),
        ("requirements", {"requirements-TOTAL_FORMS": "999999"}),
        ("maturity", {"current-data": "4", "target-data": "2"}),
        ("maturity", {"current-data": "6"}),
        ("scope", {"confidentiality": "secret"}),
    ],
)
def test_what_a_need_cannot_say_is_shown_as_an_error_and_changes_nothing(
    slug: str, data: dict[str, str]
) -> None:
    make_vocabulary()
    owner = make_actor()
    listing = need_of(owner)
    before = saved(listing)
    response = browser(owner).post(step(listing, slug), {**NO_ROWS, **data})
    assert response.status_code == 422
    assert "errorlist" in page(response)
    assert saved(listing) == before


def test_requirements_are_saved_in_the_contents_units_and_blank_rows_are_not() -> None:
    make_vocabulary()
    owner = make_actor()
    client = browser(owner)
    listing = need_of(owner)
    response = send(
        client,
        listing,
        "requirements",
        **{
            "requirements-0-level": "must",
            "requirements-0-kind": "budget_max",
            "requirements-0-number": "120",
            "requirements-2-text": "只写了文字",
        },
    )
    assert response.status_code == 302
    rows = NeedContent.model_validate(saved(listing)).requirements
    assert [(row.kind, row.number, row.text) for row in rows] == [
        ("budget_max", 1_200_000, ""),
        ("text", None, "只写了文字"),
    ]


def test_rows_sent_again_from_a_page_gone_back_to_are_kept() -> None:
    owner = make_actor()
    listing = need_of(owner)
    client = browser(owner)
    for _time in range(2):
        rows = {"requirements-0-kind": "text", "requirements-0-text": "第一条"}
        send(client, listing, "requirements", **rows)
        assert [row["text"] for row in saved(listing)["requirements"]] == ["第一条"]


def test_a_ticked_row_is_deleted() -> None:
    owner = make_actor()
    listing = need_of(owner, requirements=[{"text": "第一条"}, {"text": "第二条"}])
    client = browser(owner)
    data = drawn_values(client.get(step(listing, "requirements")))
    client.post(step(listing, "requirements"), {**data, "requirements-0-DELETE": "on"})
    assert [row["text"] for row in saved(listing)["requirements"]] == ["第二条"]


# --- States ---


def test_the_review_tells_what_is_private_and_submits() -> None:
    owner = make_actor()
    client = browser(owner)
    listing = need_of(owner, budget_high="500000")
    text = page(client.get(step(listing, "review")))
    assert "仅本企业可见：预算" in text
    response = client.post(step(listing, "review"), {"action": "submit"})
    listing.refresh_from_db()
    assert listing.state == ListingState.SUBMITTED
    assert response["Location"] == listing.get_absolute_url()


def test_a_submission_is_not_edited_but_withdrawn_first() -> None:
    owner = make_actor()
    client = browser(owner)
    listing = need_of(owner)
    submit_listing(actor=owner, listing=listing)
    response = client.post(step(listing, "problem"), PROBLEM, follow=True)
    assert "请先撤回提交" in page(response)
    assert saved(listing)["title"] != PROBLEM["title"]
    client.post(reverse("catalog:listing_withdraw", args=[listing.public_id]))
    assert client.get(step(listing, "problem")).status_code == 200


def test_an_archived_listing_is_closed() -> None:
    owner = make_actor()
    client = browser(owner)
    listing = need_of(owner)
    archive_listing(actor=owner, listing=listing)
    response = client.get(step(listing, "problem"), follow=True)
    assert "不能再修改" in page(response)


def test_an_edit_of_a_published_need_says_that_it_stays_as_it_is() -> None:
    need = make_need(goal="旧目标")
    owner = actor_for(make_member(need.organization).user)
    client = browser(owner)
    assert "不影响已发布的内容" in page(client.get(step(need, "problem")))
    send(client, need, "problem", **PROBLEM, goal="新目标", action="leave")
    need.refresh_from_db()
    assert need.goal == "旧目标"
    assert Revision.objects.get(listing=need, state=RevisionState.DRAFT).number == 2


def test_moved_on_meanwhile_is_a_message_and_not_a_failure() -> None:
    owner = make_actor()
    client = browser(owner)
    listing = need_of(owner)
    revision = submit_listing(actor=owner, listing=listing)
    publish_revision(actor=SYSTEM, revision=revision)
    for verb in ("withdraw", "submit"):
        address = reverse(f"catalog:listing_{verb}", args=[listing.public_id])
        response = client.post(address, follow=True)
        assert "刚刚被他人更新" in page(response)
    listing.refresh_from_db()
    assert listing.state == ListingState.PUBLISHED


def test_a_solution_cannot_claim_checked_evidence_through_its_form() -> None:
    make_vocabulary()
    owner = make_actor()
    listing = solution_of(owner)
    send(
        browser(owner),
        listing,
        "cases",
        **{"cases-0-customer": "某厂", "cases-0-evidence": "customer_confirmed"},
    )
    assert saved(listing)["cases"][0]["evidence"] == "stated"


@pytest.mark.parametrize(
    ("slug", "data"),
    [
        ("what", {"title": "方", "summary": ""}),
        ("what", {"title": "铸件外观视觉检测", "industries": ["C99"]}),
        ("price", {"price_visibility": "public", "price_low": "2", "price_high": "1"}),
        ("price", {"price_visibility": "public", "lead_time_low": "9", "lead_time_high": "2"}),
        ("price", {"price_visibility": "public", "capacity": "1", "capacity_taken": "2"}),
        ("price", {"price_visibility": "public", "capacity": "1e3"}),
        ("price", {"price_visibility": "public", "yearly_fee": "-5"}),
        ("limits", {"domestic_share": "101"}),
        ("limits", {"until-iso_9001": "2027-01-01"}),
        ("limits", {"has-iso_9001": "on", "until-iso_9001": "1800-01-01"}),
        (
            "limits",
            {"low-agv_warehouse.max_load": "9", "high-agv_warehouse.max_load": "1"},
        ),
        ("cases", {"cases-0-customer": "某厂", "cases-0-year": "1066"}),
        ("cases", {"wished_project_low": "9", "wished_project_high": "1"}),
    ],
)
def test_what_a_solution_cannot_say_is_shown_as_an_error_and_changes_nothing(
    slug: str, data: dict[str, Any]
) -> None:
    make_vocabulary()
    owner = make_actor()
    listing = solution_of(owner, project_types=["agv_warehouse"])
    before = saved(listing)
    response = browser(owner).post(step(listing, slug), {**NO_ROWS, **data})
    assert response.status_code == 422
    assert "errorlist" in page(response)
    assert saved(listing) == before


def test_the_own_list_shows_drafts_by_their_newest_title_and_nobody_elses() -> None:
    owner = make_actor()
    need_of(owner, title="只写了一半的需求")
    need_of(make_actor(), title="别家的需求草稿")
    text = page(browser(owner).get(reverse("catalog:my_listings")))
    assert "只写了一半的需求" in text
    assert "别家的需求草稿" not in text


def test_every_field_of_the_content_is_asked_in_one_step() -> None:
    for kind, model in ((ListingKind.NEED, NeedContent), (ListingKind.SOLUTION, SolutionContent)):
        asked = [field for each in STEPS[kind] for field in each.decides]
        assert sorted(asked) == sorted(set(model.model_fields) - {"kind", "language"})


def test_the_review_says_what_a_confidential_need_tells_when() -> None:
    make_vocabulary()
    owner = make_actor()
    listing = need_of(owner, scenarios=["inline_inspection"], budget_high="800000")
    told = browser(owner).get(step(listing, "review")).context["review"].told
    by_stage = {str(stage.words): stage.labels for stage in told}
    assert "典型场景" in by_stage["摘要"]
    assert {"企业名称", "联系方式"} <= set(by_stage["双方接受对接后"])
    assert "附件内容" in by_stage["双方确认保密约定后"]
    assert "预算" in by_stage["仅本企业"]
    assert "预算" not in by_stage["摘要"]
