"""A process that ends when the one that started it ends, however that happened."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
# Loaded here and not between fork and exec, where loading a library may deadlock.
_libc = ctypes.CDLL(None)

# Set by the local runner for everything it starts; a production supervisor has control groups.
FOLLOW_PARENT = "ZHIPEI_FOLLOW_PARENT"


def follow(parent: int, with_signal: signal.Signals) -> None:
    """Ask the kernel for `with_signal` when `parent`, which started this process, is gone."""
    if sys.platform != "linux":
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(with_signal))
    if os.getppid() != parent:  # it was gone before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def follow_parent_under_the_local_runner(with_signal: signal.Signals) -> None:
    """For processes that a web server or a worker forks: the runner cannot reach those itself."""
    if os.environ.get(FOLLOW_PARENT):
        follow(os.getppid(), with_signal)
