"""The demo data: complete where invented, silent where the report is."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from pydantic import ValidationError
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import Organization, Park, User
from accounts.validators import validate_credit_code
from catalog.choices import CaseEvidence, Confidentiality, ListingState, RequirementKind
from catalog.content import NeedContent, SolutionContent
from catalog.demo import DEMO_PASSWORD, load_demo
from catalog.demo_files import DemoListing, read_demo, resolve_days
from catalog.models import Need, Parameter, Revision, Solution
from catalog.vocabulary_files import VOCABULARIES, ScenarioRow, read_vocabulary
from catalog.vocabulary_loader import load_vocabulary
from tests.builders import restore_migrated_rows

DATA = read_demo()
TODAY = date(2030, 1, 15)

# Project type -> budget in 万元, weeks, concurrent projects: the ranges the data must keep.
RANGES = {
    "agv_warehouse": ((150, 800), (14, 30), (4, 10)),
    "vision_inspection": ((30, 300), (8, 20), (5, 15)),
    "mes": ((80, 500), (16, 40), (3, 8)),
    "digital_twin": ((60, 400), (10, 26), (3, 6)),
    "industrial_network": ((50, 300), (8, 20), (8, 20)),
    "welding_robot": ((40, 250), (10, 24), (4, 10)),
    "energy": ((20, 150), (6, 14), (6, 15)),
    "predictive_maintenance": ((30, 200), (8, 20), (4, 10)),
    "cnc_network": ((20, 120), (4, 12), (6, 20)),
    "stack_test": ((80, 500), (20, 40), (2, 6)),
}


def solution_of(entry: DemoListing) -> SolutionContent:
    return SolutionContent.model_validate(entry.payload(TODAY))


def need_of(entry: DemoListing) -> NeedContent:
    return NeedContent.model_validate(entry.payload(TODAY))


def stage_by_scenario() -> dict[str, str]:
    vocabulary = next(v for v in VOCABULARIES if v.name == "scenarios")
    rows = read_vocabulary(vocabulary)
    return {row.code: row.stage for row in rows if isinstance(row, ScenarioRow)}


def published_needs() -> list[NeedContent]:
    return [need_of(entry) for entry in DATA.needs if entry.state == ListingState.PUBLISHED]


def is_complete(need: NeedContent) -> bool:
    """Whether its owner took the trouble to say more than a few sentences."""
    return bool(need.goal and need.maturity and need.budget_high)


# ---------------------------------------------------------------- the files alone


def test_every_listing_is_valid_content() -> None:
    for entry in [*DATA.solutions, *DATA.report_solutions]:
        solution_of(entry)
    for entry in DATA.needs:
        need_of(entry)


def test_dates_are_counted_from_today_at_any_depth() -> None:
    content = {"start_in_days": 3, "held": [{"until_in_days": -1, "code": "a"}], "tags": ["b"]}
    assert resolve_days(content, TODAY) == {
        "start": "2030-01-18",
        "held": [{"until": "2030-01-14", "code": "a"}],
        "tags": ["b"],
    }


def test_there_are_enough_listings_of_enough_organizations() -> None:
    assert len(DATA.solutions) >= 44
    assert len({entry.organization for entry in DATA.solutions}) >= 24
    assert len(published_needs()) >= 27
    assert len({entry.organization for entry in DATA.needs}) >= 16


def test_invented_names_begin_with_example_and_the_reports_do_not() -> None:
    assert all(entry.legal_name.startswith("示例") for entry in DATA.organizations)
    assert not any(entry.legal_name.startswith("示例") for entry in DATA.report_organizations)


def test_both_sides_cover_all_stages_and_project_types() -> None:
    stages = stage_by_scenario()
    solutions = [solution_of(entry) for entry in DATA.solutions]
    needs = published_needs()
    assert {stages[code] for s in solutions for code in s.scenarios} == set(stages.values())
    assert {stages[code] for n in needs for code in n.scenarios} == set(stages.values())
    assert {code for s in solutions for code in s.project_types} == set(RANGES)
    assert {n.project_type for n in needs if n.project_type} == set(RANGES)


def test_invented_solutions_keep_the_realistic_ranges() -> None:
    for entry in DATA.solutions:
        solution = solution_of(entry)
        for code in solution.project_types:
            money, weeks, capacity = RANGES[code]
            assert solution.price_low is not None
            assert solution.price_high is not None
            assert money[0] * 10_000 <= solution.price_low, entry.key
            assert solution.price_high <= money[1] * 10_000, entry.key
            assert weeks[0] <= (solution.lead_time_low or 0), entry.key
            assert (solution.lead_time_high or 999) <= weeks[1], entry.key
            assert capacity[0] <= (solution.capacity or 0) <= capacity[1], entry.key


def test_invented_needs_keep_the_realistic_ranges() -> None:
    for entry in DATA.needs:
        need = need_of(entry)
        if not need.project_type:
            continue
        money, weeks, _ = RANGES[need.project_type]
        if need.budget_low is not None and need.budget_high is not None:
            assert money[0] * 10_000 <= need.budget_low, entry.key
            assert need.budget_high <= money[1] * 10_000, entry.key
        if need.wanted_start and need.wanted_end:
            wanted = (need.wanted_end - need.wanted_start).days // 7
            assert weeks[0] <= wanted <= weeks[1], entry.key


def test_invented_solutions_leave_nothing_unsaid() -> None:
    for entry in DATA.solutions:
        solution = solution_of(entry)
        said = solution.model_dump(exclude={"project_types", "limits", "service_districts"})
        unsaid = [name for name, value in said.items() if value in (None, "", ())]
        assert not unsaid, (entry.key, unsaid)
        assert solution.nationwide or solution.service_districts, entry.key


def test_cases_are_of_all_kinds_of_evidence_and_of_recent_years() -> None:
    cases = [case for entry in DATA.solutions for case in solution_of(entry).cases]
    assert {case.evidence for case in cases} == set(CaseEvidence)
    assert all(case.year and 2021 <= case.year <= 2026 for case in cases)
    assert all(case.customer_anonymous for case in cases)


def test_needs_ask_in_every_way_and_some_say_little_or_in_confidence() -> None:
    needs = published_needs()
    kinds = {requirement.kind for need in needs for requirement in need.requirements}
    assert kinds == set(RequirementKind)
    secrecy = Counter(need.confidentiality for need in needs)
    assert secrecy[Confidentiality.CONFIDENTIAL] >= 4
    assert len([need for need in needs if not is_complete(need)]) >= 3
    assert len([need for need in needs if is_complete(need)]) >= 27
    assert any(need.budget_is_ceiling for need in needs)


def test_credit_codes_are_valid_unique_and_of_no_real_region() -> None:
    codes = [entry.credit_code for entry in DATA.organizations]
    for code in codes:
        validate_credit_code(code)
        assert code[2:8] == "000000"
    assert len(codes) == len(set(codes))
    assert not any(entry.credit_code for entry in DATA.report_organizations)


def test_what_the_report_does_not_say_stays_unknown() -> None:
    silent = set(SolutionContent.model_fields) - {
        *("kind", "title", "summary", "description"),
        *("scenarios", "industries", "project_types"),
    }
    for entry in DATA.report_solutions:
        assert not silent & set(entry.content), entry.key
    for organization in DATA.report_organizations:
        assert (organization.district, organization.size, organization.verified) == ("", "", False)


def test_the_two_spellings_of_the_report_are_not_merged() -> None:
    names = {entry.legal_name for entry in DATA.report_organizations}
    assert {"上海汽车电驱动", "上海电驱动"} <= names


def test_no_organization_of_the_report_has_a_need() -> None:
    real = {entry.key for entry in DATA.report_organizations}
    assert not real & {entry.organization for entry in DATA.needs}
    assert not real & {entry.organization for entry in DATA.solutions}
    assert {entry.organization for entry in DATA.report_solutions} <= real


def test_an_unknown_field_in_a_listing_is_refused() -> None:
    entry = DATA.needs[0].model_copy(update={"content": {"title": "标题", "colour": "red"}})
    with pytest.raises(ValidationError):
        need_of(entry)


# ---------------------------------------------------------------- loaded into the database


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """All demo data, loaded once for these tests and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        restore_migrated_rows()  # tests with real transactions ran before these
        load_vocabulary()
        load_demo(DATA)
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("loaded")
def test_loading_publishes_what_the_files_say() -> None:
    published = Solution.objects.filter(state=ListingState.PUBLISHED, is_demo=True)
    assert published.count() == len(DATA.solutions) + len(DATA.report_solutions)
    states = Counter(Need.objects.values_list("state", flat=True))
    assert states[ListingState.PUBLISHED] == len(published_needs())
    assert states[ListingState.SUBMITTED] == 2
    assert states[ListingState.RETURNED] == 1
    assert states[ListingState.DRAFT] == 1


@pytest.mark.usefixtures("loaded")
def test_every_published_listing_waits_to_be_scored() -> None:
    needs = Need.objects.filter(state=ListingState.PUBLISHED)
    assert all(need.is_waiting for need in needs)


@pytest.mark.usefixtures("loaded")
def test_every_limit_answers_a_parameter_by_its_kind() -> None:
    kinds = {row.code: row for row in Parameter.objects.all()}
    for entry in DATA.solutions:
        for limit in solution_of(entry).limits:
            assert set(limit.choices) <= set(kinds[limit.parameter].choices), entry.key


@pytest.mark.usefixtures("loaded")
def test_organizations_of_the_report_are_unclaimed_and_name_it() -> None:
    real = Organization.objects.filter(is_claimed=False)
    assert real.count() == len(DATA.report_organizations)
    assert all("崔园园" in row.source and row.is_demo and not row.is_verified for row in real)
    assert not any(row.memberships.exists() for row in real)
    quicktron = Solution.objects.get(external_id="demo:quicktron-warehouse")
    assert "崔园园" in quicktron.source
    assert quicktron.price_low is None
    assert quicktron.capacity is None
    assert quicktron.nationwide is False


@pytest.mark.usefixtures("loaded")
def test_a_parks_staff_checked_its_organizations_and_have_work_left() -> None:
    park = Park.objects.get(code="robot")
    verified = park.organizations.filter(verified_at__isnull=False)
    assert verified.count() >= 3
    assert {row.verified_by.email for row in verified if row.verified_by} == {"park@example.com"}
    assert {row.verified_by_park for row in verified} == {park}
    waiting = Revision.objects.filter(state="submitted", listing__organization__park=park)
    assert waiting.count() == 2
    assert Organization.objects.awaiting_verification().exists()


@pytest.mark.usefixtures("loaded")
def test_checked_cases_and_dates_reach_the_tables() -> None:
    solution = Solution.objects.get(external_id="demo:yucang-latent")
    evidence = set(solution.cases.values_list("evidence", flat=True))
    assert evidence == {"park_verified", "customer_confirmed", "stated"}
    need = Need.objects.get(external_id="demo:shenchi-agv")
    assert need.wanted_start is not None
    assert need.wanted_end == need.wanted_start + timedelta(weeks=26)
    assert need.wanted_start > timezone.localdate() + timedelta(days=40)


@pytest.mark.usefixtures("loaded")
def test_the_demo_accounts_can_sign_in() -> None:
    assert authenticate(username="park@example.com", password=DEMO_PASSWORD) is not None
    assert User.objects.get(email="admin@example.com").is_superuser
    output = StringIO()
    call_command("load_demo", accounts=True, stdout=output)
    assert DEMO_PASSWORD in output.getvalue()
    assert all(person.email in output.getvalue() for person in DATA.people)


@pytest.mark.usefixtures("loaded")
def test_a_second_load_changes_nothing() -> None:
    before = Organization.objects.count()
    output = StringIO()
    call_command("load_demo", stdout=output)
    assert "already loaded" in output.getvalue()
    assert Organization.objects.count() == before


@pytest.mark.usefixtures("loaded")
def test_reloading_the_vocabulary_leaves_an_admins_edit_and_the_listings() -> None:
    with transaction.atomic():
        Parameter.objects.filter(code="agv_warehouse.max_load").update(
            name_zh="载重上限", edited_by_admin=True
        )
        load_vocabulary()
        assert Parameter.objects.get(code="agv_warehouse.max_load").name_zh == "载重上限"
        assert Need.objects.get(external_id="demo:shenchi-agv").parameters.count() == 11
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_demo_data_never_loads_on_a_working_site_unless_asked(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo")
    assert not Park.objects.exists()
    assert connection.in_atomic_block
