"""Stages of a measurement: done once, and never again behind somebody's back."""

from functools import partial
from pathlib import Path

import pytest

from matchmaking.bench.stages import NotDone, Progress, run_stages

ORDER = ["prepare", "load", "answer"]


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    done: list[str] = []

    def stage(name: str) -> dict[str, int]:
        done.append(name)
        return {name: 1}

    stages = {name: partial(stage, name) for name in ORDER}
    run_stages(stages, Progress.read(tmp_path / "x.json", "a"), print)
    run_stages(stages, Progress.read(tmp_path / "x.json", "a"), print)
    assert done == ORDER


def test_going_on_from_a_stage_names_what_is_missing_before_it(tmp_path: Path) -> None:
    progress = Progress.read(tmp_path / "x.json", "a")
    progress.finish("prepare", {}, 1.0)
    with pytest.raises(NotDone, match="load"):
        progress.go_on_from("answer", ORDER)
    # Other sizes, texts or tables: nothing is done for them.
    with pytest.raises(NotDone, match="prepare"):
        Progress.read(tmp_path / "x.json", "b").go_on_from("load", ORDER)
    assert Progress.read(tmp_path / "x.json", "a").done == {"prepare": {}}
    progress.go_on_from("prepare", ORDER)
    assert not progress.done
