"""The embedded servers, started and stopped and killed as people do."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.env import BASE_DIR
from config.local import postgres
from config.local.folder import LONGEST_SOCKET_FOLDER, Folder
from tests.config.processes import call, interrupt, is_gone, processes_of, start, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

ASK_DATABASE = """
import psycopg
from config.env import env, database_url
at = env.db_url_config(database_url())
print(psycopg.connect(host=at["HOST"], user=at["USER"], dbname=at["NAME"]).execute(
    "SELECT pg_postmaster_start_time()::text || ' ' || current_user").fetchone()[0])
"""
ASK = ["services", "--", sys.executable, "-c", ASK_DATABASE]


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "v"
    yield folder
    assert is_gone(folder), processes_of(folder)


@pytest.fixture
def busy(var: Path) -> Iterator[subprocess.Popen[str]]:
    """A command that keeps the servers of the folder busy."""
    ready = var / "ready"
    script = f"import pathlib, time; pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    process = start("services", "--", sys.executable, "-c", script, var=var)
    assert wait_for(ready.exists, 60)
    yield process
    process.kill()
    process.communicate()


def test_a_command_finds_the_servers_and_runs_as_the_app(var: Path) -> None:
    code, output = call(*ASK, var=var)
    assert code == 0, output
    assert output.strip().endswith("zhipei_app")


def test_the_commands_exit_code_is_the_runners(var: Path) -> None:
    code, _ = call("services", "--", sys.executable, "-c", "raise SystemExit(7)", var=var)
    assert code == 7


def test_a_second_command_uses_the_servers_of_the_first(
    var: Path, busy: subprocess.Popen[str]
) -> None:
    answers = {call(*ASK, var=var)[1] for _ in range(2)}
    assert len(answers) == 1, "both met the same server"
    assert busy.poll() is None


def test_a_second_site_in_the_same_folder_is_refused_in_one_sentence(
    var: Path, busy: subprocess.Popen[str]
) -> None:
    code, output = call("run", var=var, PORT="18765")
    assert code == 1
    assert output.strip() == (
        f"Zhipei already runs from {var} (process {busy.pid}); stop it first or set ZHIPEI_VAR"
        " and PORT."
    )


def test_an_interrupt_leaves_no_process_behind(var: Path, busy: subprocess.Popen[str]) -> None:
    assert len(processes_of(var)) > 3
    interrupt(busy)
    assert is_gone(var, 10)


def test_a_killed_runner_leaves_no_process_behind_and_the_next_starts(
    var: Path, busy: subprocess.Popen[str]
) -> None:
    busy.kill()
    busy.wait()
    started = time.monotonic()
    code, output = call(*ASK, var=var)  # at once: while the old servers are still stopping
    assert code == 0, output
    assert time.monotonic() - started < 30


def test_a_database_killed_hard_recovers_at_the_next_start(
    var: Path, busy: subprocess.Popen[str]
) -> None:
    master = int((var / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(master, signal.SIGKILL)
    busy.kill()
    busy.wait()
    code, output = call(*ASK, var=var)
    assert code == 0, output


def test_a_stale_pid_file_that_names_a_living_process_is_no_obstacle(var: Path) -> None:
    assert call(*ASK, var=var)[0] == 0
    (var / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{var}/postgres\n0\n5432\n")
    (var / "run" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    (var / "run" / "valkey.sock").touch()
    code, output = call(*ASK, var=var)
    assert code == 0, output


def test_an_interrupted_first_start_is_simply_done_again(var: Path) -> None:
    (var / "postgres.new" / "base").mkdir(parents=True)
    (var / "postgres").mkdir()
    assert call(*ASK, var=var)[0] == 0


def test_a_folder_with_a_long_name_keeps_its_sockets_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 30)
    code, output = call(*ASK, var=deep)
    assert code == 0, output
    place = Folder(deep).sockets
    assert len(os.fsencode(place)) <= LONGEST_SOCKET_FOLDER
    assert not place.is_relative_to(deep)
    assert is_gone(deep)


def test_data_of_another_major_version_is_left_alone(var: Path) -> None:
    assert call(*ASK, var=var)[0] == 0
    (var / "postgres" / "PG_VERSION").write_text("9\n")
    code, output = call(*ASK, var=var)
    assert code == 1
    assert "made by PostgreSQL 9" in output
    assert len(output.strip().splitlines()) == 1


def test_named_servers_are_not_started_but_must_answer(var: Path) -> None:
    code, output = call(
        *ASK,
        var=var,
        DATABASE_URL="postgres://nobody@127.0.0.1:1/none",
        REDIS_URL="redis://127.0.0.1:1/0",
    )
    assert code == 1
    assert output.startswith("REDIS_URL's server refuses:")
    assert len(output.strip().splitlines()) == 1
    assert not (var / "postgres").exists()
    assert not (var / "valkey").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("user", [1, 12345], ids=["named", "nameless"])
def test_an_ordinary_user_without_a_home_can_start_it(var: Path, user: int) -> None:
    become = ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups")
    somebody = (*become, "--inh-caps=-all")
    readable = subprocess.run(
        [*somebody, sys.executable, "-c", "import celery, sys; print(sys.version)"],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if readable.stdout.strip() != sys.version:
        pytest.skip("other users cannot enter the folder of this clone or of its Python")
    var.mkdir(parents=True)
    os.chown(var, user, user)
    for parent in list(var.parents)[:3]:
        parent.chmod(0o755)
    code, output = call(*ASK, var=var, prefix=somebody, HOME="/nonexistent")
    # Without a name it takes a user namespace, which the machine may forbid.
    assert code == 0 or (user == 12345 and "needs a user with a name" in output), output


@pytest.mark.skipif(os.geteuid() != 0, reason="is about root")
def test_root_without_user_namespaces_starts_it_as_nobody(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(*ASK, var=var)[0] == 0  # with a namespace, where there are any
    monkeypatch.setenv("PATH", str(_path_without("unshare", var.parent)))
    code, output = call(*ASK, var=var)
    assert code == 0, output
    assert (var / "postgres" / "PG_VERSION").stat().st_uid == postgres.NOBODY
    monkeypatch.undo()
    assert call(*ASK, var=var)[0] == 0  # and back again


def _path_without(program: str, folder: Path) -> Path:
    """A folder of links to what the runner calls, except one program."""
    path = folder / "path"
    path.mkdir()
    for name in {"setpriv", "unshare", "true", "sh"} - {program}:
        (path / name).symlink_to(Path("/usr/bin") / name)
    return path
