import sys
import time
from pathlib import Path

import pytest

from config.local.child import Child, Program, Watch
from tests.config.processes import wait_for


def program(script: str, patience: float = 5) -> Program:
    return Program("it", [sys.executable, "-c", script], patience=patience)


def test_a_program_that_ignores_the_request_is_killed_with_its_group(tmp_path: Path) -> None:
    child = Child(
        program(
            "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
            "print('ready', flush=True); time.sleep(60)",
            patience=0.2,
        ),
        tmp_path,
    )
    child.start()
    assert wait_for(lambda: "ready" in child.log.read_text())
    started = time.monotonic()
    child.stop()
    assert time.monotonic() - started < 5
    assert not child.running


def test_a_program_that_died_is_started_again_later_and_later(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Watch, "SOON", 0.05)
    child = Child(program("print('gone')"), tmp_path)
    child.start()
    watch = Watch([child])

    def restarted() -> bool:
        watch.look()
        return child.log.read_text().count("gone") >= 3

    assert wait_for(restarted, 10)
    said = capsys.readouterr().out.splitlines()
    assert "Starting it again in 0.05 s." in said[0]
    assert "Starting it again in 0.1 s." in said[1]
    child.stop()


def test_a_large_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.local.child.LARGEST_LOG", 3)
    (tmp_path / "it.log").write_text("old words")
    child = Child(program("print('new')"), tmp_path)
    child.start()
    assert wait_for(lambda: not child.running)
    assert (tmp_path / "it.log").read_text() == "new\n"
    assert (tmp_path / "it.log.1").read_text() == "old words"
    child.stop()
