"""`make run` itself: the whole site, started, interrupted, killed and started again."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.processes import interrupt, is_gone, processes_of, start, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all: a later start meets the data of the earlier ones."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """A running `make run`, as seen from its terminal."""

    def __init__(self, var: Path, port: int) -> None:
        self.var, self.port = var, port
        # Without vectors: these tests are about processes, and the model would only warm the room.
        self.process = start("run", var=var, PORT=str(port), EMBEDDER="off")
        self.said = ""

    def wait_until_served(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if "Ctrl-C" in line:
                return
        pytest.fail(f"ended before it served:\n{self.said}")

    def get(self, path: str) -> int:
        address = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(address, timeout=20) as response:
            return int(response.status)

    def pids(self, words: str) -> set[int]:
        return {int(line.split()[0]) for line in processes_of(self.var) if words in line}


@pytest.fixture(scope="module")
def sites() -> Iterator[list[Site]]:
    started: list[Site] = []
    yield started
    for site in started:
        site.process.kill()
        site.process.wait()
        if site.process.stdout is not None:
            site.process.stdout.close()
        assert is_gone(site.var), processes_of(site.var)


@pytest.fixture
def site(sites: list[Site], var: Path, port: int) -> Site:
    """The site of the test before, or a new one in the same folder where that one was stopped."""
    if not sites or sites[-1].process.poll() is not None:
        running = Site(var, port)
        sites.append(running)
        running.wait_until_served()
    return sites[-1]


def test_it_serves_and_says_what_a_visitor_needs(site: Site) -> None:
    assert site.get("/") == 200
    assert site.get("/livez") == 200
    assert site.get("/readyz") == 200
    assert f"http://127.0.0.1:{site.port}/" in site.said
    assert "/dev/mailbox" in site.said
    assert "@" in site.said, "the demo accounts"
    assert str(site.var / "log") in site.said


@pytest.mark.parametrize(
    "words", ["--hostname=worker@", "--hostname=embed@", " beat ", "granian", "valkey-server"]
)
def test_what_dies_is_started_again(site: Site, words: str) -> None:
    before = site.pids(words)
    assert before
    for pid in before:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # followed its parent
    assert wait_for(lambda: bool(site.pids(words) - before), 60)
    assert wait_for(lambda: _answers(site), 60)


def _answers(site: Site) -> bool:
    try:
        return site.get("/readyz") == 200
    except OSError:
        return False


def test_a_database_that_was_killed_comes_back(site: Site, var: Path) -> None:
    master = int((var / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(master, signal.SIGKILL)
    assert wait_for(lambda: not _answers(site), 20)
    assert wait_for(lambda: _answers(site), 40)


def test_a_taken_port_is_one_sentence(site: Site, tmp_path: Path) -> None:
    second = start("run", var=tmp_path, PORT=str(site.port))
    output, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert output.strip() == (
        f"Port {site.port} is taken; choose another, for example: PORT={site.port + 1} make run."
    )


def test_a_second_site_in_the_same_folder_is_one_sentence(site: Site, var: Path) -> None:
    second = start("run", var=var, PORT=str(site.port))
    output, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert output.strip() == (
        f"Zhipei already runs from {var} (process {site.process.pid},"
        f" http://127.0.0.1:{site.port}/); stop it first or set ZHIPEI_VAR and PORT."
    )


def test_a_command_beside_a_running_site_uses_its_database(site: Site, var: Path) -> None:
    beside = start("services", "--", "manage.py", "migrate", "--check", var=var)
    output, _ = beside.communicate(timeout=60)
    assert beside.returncode == 0, output
    assert site.get("/readyz") == 200


def test_ctrl_c_leaves_nothing_behind(site: Site, var: Path) -> None:
    assert len(processes_of(var)) > 8
    interrupt(site.process)
    assert is_gone(var, 2), processes_of(var)
    assert site.process.returncode == 0


def test_it_says_how_long_it_took_and_a_plain_kill_stops_it_as_well(site: Site, var: Path) -> None:
    assert re.search(r"first page after [\d.]+ s", site.said)
    site.process.send_signal(signal.SIGTERM)
    site.process.communicate(timeout=60)
    assert is_gone(var, 2), processes_of(var)


def test_a_closed_terminal_stops_it_as_well(site: Site, var: Path) -> None:
    assert site.process.stdout is not None
    site.process.stdout.close()
    site.process.send_signal(signal.SIGHUP)
    assert site.process.wait(60) == 0
    assert is_gone(var, 2), processes_of(var)


def test_a_killed_runner_leaves_nothing_behind(site: Site, var: Path) -> None:
    site.process.kill()
    assert is_gone(var, 15), processes_of(var)


def test_without_chances_to_serve_it_ends_with_a_sentence(tmp_path: Path, port: int) -> None:
    broken = start("run", var=tmp_path, PORT=str(port), LOG_LEVEL="NONSENSE")
    output, _ = broken.communicate(timeout=120)
    assert broken.returncode == 1
    assert output.strip().splitlines()[-1].endswith("the reason stands above.")
    assert is_gone(tmp_path)


def test_make_help_lists_what_there_is() -> None:
    root = Path(__file__).parents[2]
    listed = subprocess.run(
        ["make", "help"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    for target in ("setup", "run", "test", "check", "bench", "format", "clean", "lock"):
        assert f"make {target}" in listed
