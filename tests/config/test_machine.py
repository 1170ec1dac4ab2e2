import platform
import signal
import socket
from pathlib import Path

import pytest

from config.local import machine
from config.local.child import explain
from config.local.postgres import memory_settings
from config.local.refusal import Refusal

X86_64_V3 = {*machine._BASELINE, *machine._EMBEDDER}


def test_an_old_processor_is_refused_by_name_of_what_it_lacks() -> None:
    with pytest.raises(Refusal, match=r"lacks sse4_2, which numpy"):
        machine.check_cpu(X86_64_V3 - {"sse4_2"})


def test_an_unknown_processor_is_tried() -> None:
    machine.check_cpu(None)
    assert machine.can_embed_locally(None)


def test_a_processor_without_avx2_runs_without_local_vectors() -> None:
    flags = X86_64_V3 - {"avx2"}
    machine.check_cpu(flags)
    assert not machine.can_embed_locally(flags)


def test_flags_are_read_from_the_first_processor(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nflags\t\t: fpu avx2 fma\n\nprocessor\t: 1\nflags\t: fpu\n")
    if platform.machine() not in {"x86_64", "AMD64"}:
        pytest.skip("flags are x86's")
    assert machine.cpu_flags(info) == {"fpu", "avx2", "fma"}


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="The disk is full"):
        machine.check_disk(tmp_path, least=1 << 60)


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refusal, match=f"Port {port} is taken.*PORT={port + 1}"):
            machine.check_port(port)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refusal, match="Cannot create"):
        machine.make_folder(tmp_path / "file" / "var")


def test_a_socket_folder_may_not_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(Refusal, match="belongs to somebody else"):
        machine.make_socket_folder(tmp_path / "link")


@pytest.mark.parametrize(
    ("code", "words", "sentence"),
    [
        (-signal.SIGILL, "", "lacks an instruction that the x program"),
        (1, "PANIC: could not write: No space left on device", "The disk is full, so x stopped"),
        (1, "one\nFATAL: two\n", "x stopped: FATAL: two"),
        (1, "", "x stopped: it said nothing"),
    ],
)
def test_a_dead_program_is_explained_in_one_sentence(
    tmp_path: Path, code: int, words: str, sentence: str
) -> None:
    log = tmp_path / "x.log"
    log.write_text(words)
    assert sentence in explain("x", code, log)


def test_a_container_has_no_more_memory_than_it_may_use(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    whole = machine.memory(())
    assert whole > 64 * machine.MEGABYTE
    limit.write_text("max\n")
    assert machine.memory((limit, tmp_path / "absent")) == whole
    limit.write_text("67108864\n")
    assert machine.memory((limit,)) == 67_108_864


def test_a_small_server_keeps_the_defaults_and_a_large_one_gets_its_share() -> None:
    small = memory_settings(512 * machine.MEGABYTE)
    assert (small["shared_buffers"], small["maintenance_work_mem"]) == ("128MB", "64MB")
    large = memory_settings(16 * 1024 * machine.MEGABYTE)
    assert (large["shared_buffers"], large["maintenance_work_mem"]) == ("4096MB", "1024MB")
    assert memory_settings(1024 * 1024 * machine.MEGABYTE)["shared_buffers"] == "8192MB"
