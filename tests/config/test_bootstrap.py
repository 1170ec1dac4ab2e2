import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from config.local import bootstrap


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place without a virtual environment, where pip is only asked and never run."""
    for name in bootstrap.LOCKS.values():
        (tmp_path / name).write_text("django==5.2\n")
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(bootstrap, "PYTHON", str(tmp_path / ".venv/bin/python"))
    monkeypatch.setattr(bootstrap, "STAMP", str(tmp_path / ".venv/installed.json"))
    return tmp_path


@pytest.fixture
def installs(venv: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []

    def install(kind: str) -> None:
        asked.append(kind)
        if not bootstrap.works():
            bootstrap.create()

    monkeypatch.setattr(bootstrap, "install", install)
    return asked


def test_an_old_python_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    old = SimpleNamespace(version_info=(3, 9, 2), exit=sys.exit)
    monkeypatch.setattr(bootstrap, "sys", old)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer and python3 is 3\.9"):
        bootstrap.check_python()


def test_a_second_setup_installs_nothing(installs: list[str]) -> None:
    bootstrap.main("run")
    bootstrap.main("run")
    assert installs == ["run"]


def test_the_tests_requirements_contain_the_sites(installs: list[str]) -> None:
    bootstrap.main("dev")
    bootstrap.main("run")
    assert installs == ["dev"]


def test_changed_requirements_are_installed_again(installs: list[str], venv: Path) -> None:
    bootstrap.main("run")
    (venv / "requirements.txt").write_text("django==5.3\n")
    bootstrap.main("run")
    assert installs == ["run", "run"]


def test_a_broken_environment_is_made_again(installs: list[str], venv: Path) -> None:
    bootstrap.main("run")
    (venv / ".venv/bin/python").unlink()
    bootstrap.main("run")
    assert installs == ["run", "run"]
    assert bootstrap.works()
    assert json.loads((venv / ".venv/installed.json").read_text())["run"]


def test_a_full_disk_is_named_before_anything_is_fetched(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "LEAST_FREE", 1 << 62)
    with pytest.raises(SystemExit, match="The disk is full"):
        bootstrap.install("run")
