"""The vocabulary files, and loading them without undoing an admin."""

import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import District
from catalog.choices import Comparison, ParameterKind
from catalog.models import (
    CapabilityDomain,
    CapabilityLevel,
    Certification,
    Industry,
    Parameter,
    ProjectType,
    Scenario,
    Stage,
    Synonym,
)
from catalog.vocabulary_files import (
    FOLDER,
    VOCABULARIES,
    ParameterRow,
    SynonymRow,
    TermRow,
    VocabularyError,
    read_vocabulary,
)
from catalog.vocabulary_loader import load_vocabulary


def rows_of(name: str) -> list[Any]:
    return list(read_vocabulary(next(v for v in VOCABULARIES if v.name == name)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data files that a test may spoil."""
    return Path(shutil.copytree(FOLDER, tmp_path / "vocabulary"))


def change(folder: Path, name: str, edit: Any) -> None:
    path = folder / f"{name}.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    edit(data["rows"])
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("stages", 8),
        ("scenarios", 40),
        ("industries", 31),
        ("capability_domains", 20),
        ("capability_levels", 5),
        ("districts", 21),
        ("certifications", 18),
        ("project_types", 10),
    ],
)
def test_each_file_holds_the_whole_vocabulary(name: str, count: int) -> None:
    assert len(rows_of(name)) == count


def test_every_term_has_both_names_and_a_source() -> None:
    for vocabulary in VOCABULARIES:
        for row in read_vocabulary(vocabulary):
            assert row.source
            if isinstance(row, TermRow):
                assert row.name_zh
                assert row.name_en


def test_only_the_first_seven_scenarios_count_as_confirmed() -> None:
    assert [row.remark for row in rows_of("scenarios")] == [""] * 7 + ["unconfirmed"] * 33


def test_every_project_type_has_parameters_and_scenarios() -> None:
    parameters: list[ParameterRow] = rows_of("parameters")
    for row in rows_of("project_types"):
        assert row.scenarios
        assert len([p for p in parameters if p.project_type == row.code]) >= 5


@pytest.mark.parametrize(
    "code",
    [
        "agv_warehouse.max_load",
        "agv_warehouse.min_aisle",
        "agv_warehouse.environment",
        "vision_inspection.min_defect",
        "mes.data_on_site",
        "industrial_network.data_on_site",
        "welding_robot.explosion_proof",
        "stack_test.max_pressure",
        "stack_test.explosion_class",
    ],
)
def test_physical_limits_and_data_that_stays_are_hard(code: str) -> None:
    row: ParameterRow = next(row for row in rows_of("parameters") if row.code == code)
    assert row.hard


def test_numbers_carry_a_unit_and_texts_are_only_told() -> None:
    for row in rows_of("parameters"):
        if row.kind == ParameterKind.NUMBER:
            assert row.unit
        if row.kind == ParameterKind.TEXT:
            assert row.comparison == Comparison.INFO


def test_a_word_belongs_to_one_group_of_at_least_sixty() -> None:
    groups: list[SynonymRow] = rows_of("synonyms")
    words = [word for group in groups for word in group.words]
    assert len(groups) >= 60
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("name", "edit", "message"),
    [
        ("stages", lambda rows: rows[2].pop("name_en"), r"stages\.json: row 3 \(process_design\)"),
        ("stages", lambda rows: rows.append(rows[0]), r"stages\.json: the code .* 2 times"),
        ("parameters", lambda rows: rows[0].update(hard="perhaps"), r"row 1 .*hard"),
        ("parameters", lambda rows: rows[1].update(comparison="at_most"), r"row 2 .*compared"),
        ("parameters", lambda rows: rows[1].update(choices_en=["x"]), r"row 2 .*English"),
        ("synonyms", lambda rows: rows[4].update(words=["single"]), r"row 5"),
    ],
)
def test_a_wrong_row_is_named_with_its_file(
    folder: Path, name: str, edit: Any, message: str
) -> None:
    change(folder, name, edit)
    vocabulary = next(v for v in VOCABULARIES if v.name == name)
    with pytest.raises(VocabularyError, match=message):
        read_vocabulary(vocabulary, folder)


@pytest.mark.django_db
def test_loading_fills_every_table() -> None:
    load_vocabulary()
    assert Stage.objects.count() == 8
    assert Scenario.objects.filter(stage__code="production_operation").count() == 10
    assert Industry.objects.get(code="C36").name_zh == "汽车制造业"
    assert CapabilityDomain.objects.filter(element="制造").count() == 13
    assert CapabilityLevel.objects.get(level=5).name_zh == "引领级"
    assert District.objects.filter(level=District.Level.DISTRICT).count() == 16
    assert Certification.objects.filter(code="iatf_16949").exists()
    assert ProjectType.objects.get(code="energy").scenarios.count() == 2
    assert Parameter.objects.get(code="agv_warehouse.max_load").unit == "kg"
    assert Synonym.objects.filter(words__contains=["立库"]).count() == 1


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_asks_little(
    django_assert_max_num_queries: Any,
) -> None:
    load_vocabulary()
    with django_assert_max_num_queries(40):
        done = load_vocabulary()
    assert (done.created, done.changed, done.retired, done.kept) == (0, 0, 0, 0)


@pytest.mark.django_db
def test_reloading_keeps_what_an_admin_corrected(folder: Path) -> None:
    load_vocabulary()
    Scenario.objects.filter(code="smart_warehousing").update(
        name_zh="智慧仓储", edited_by_admin=True
    )
    ProjectType.objects.filter(code="energy").update(edited_by_admin=True)
    ProjectType.objects.get(code="energy").scenarios.clear()
    done = load_vocabulary()
    assert Scenario.objects.get(code="smart_warehousing").name_zh == "智慧仓储"
    assert ProjectType.objects.get(code="energy").scenarios.count() == 0
    assert (done.changed, done.kept) == (0, 1)


@pytest.mark.django_db
def test_a_changed_file_changes_the_row(folder: Path) -> None:
    load_vocabulary()
    change(folder, "industries", lambda rows: rows[0].update(name_en="Food processing"))
    assert load_vocabulary(folder).changed == 1
    assert Industry.objects.get(code="C13").name_en == "Food processing"


@pytest.mark.django_db
def test_a_row_that_left_its_file_is_retired_and_comes_back(folder: Path) -> None:
    load_vocabulary()
    change(folder, "certifications", lambda rows: rows.pop())
    change(folder, "synonyms", lambda rows: rows.pop())
    done = load_vocabulary(folder)
    assert done.retired == 2
    assert Certification.objects.get(code="value_added_telecom_licence").retired
    load_vocabulary()
    assert not Certification.objects.get(code="value_added_telecom_licence").retired


@pytest.mark.django_db
def test_an_admins_own_synonyms_stay() -> None:
    load_vocabulary()
    own = Synonym.objects.create(words=["甲", "乙"])
    assert load_vocabulary().retired == 0
    own.refresh_from_db()
    assert not own.retired


@pytest.mark.django_db
def test_a_reference_to_nothing_stops_the_whole_load(folder: Path) -> None:
    change(folder, "scenarios", lambda rows: rows[0].update(stage="nowhere"))
    with pytest.raises(VocabularyError, match=r"scenarios\.json: row plant_digital_planning"):
        load_vocabulary(folder)
    assert not Stage.objects.exists()


@pytest.mark.django_db
def test_the_command_says_in_one_line_what_it_did(folder: Path) -> None:
    output = StringIO()
    call_command("load_vocabulary", stdout=output)
    assert output.getvalue().count("\n") == 1
    (folder / "stages.json").write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match=r"stages\.json"):
        call_command("load_vocabulary", folder=folder)
