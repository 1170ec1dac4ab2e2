"""The stages of a measurement, each done once: what stopped in between goes on where it was."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Figures = dict[str, Any]
Say = Callable[[str], object]


class NotDone(Exception):
    """A stage was to be gone on from, and those before it are not done."""


@dataclass(slots=True)
class Progress:
    """What is done of a measurement, kept in a file beside its figures.

    ``fingerprint`` names what was measured: other sizes, texts or tables begin anew.
    """

    file: Path
    fingerprint: str
    done: dict[str, Figures] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path, fingerprint: str) -> "Progress":
        progress = cls(file, fingerprint)
        if file.is_file():
            stored = json.loads(file.read_text(encoding="utf-8"))
            if stored["fingerprint"] == fingerprint:
                progress.done, progress.seconds = stored["done"], stored["seconds"]
        return progress

    def finish(self, stage: str, figures: Figures, seconds: float) -> None:
        self.done[stage] = figures
        self.seconds[stage] = round(seconds, 2)
        self._write()

    def forget_from(self, stage: str, order: list[str]) -> None:
        """Have ``stage`` and everything after it done again."""
        for name in order[order.index(stage) :]:
            self.done.pop(name, None)
            self.seconds.pop(name, None)
        self._write()

    def go_on_from(self, stage: str, order: list[str]) -> None:
        """Have ``stage`` and everything after it done again, on what is done before it.

        Raises NotDone where a stage before is not done for this fingerprint: whoever asks to go on
        believes that it is, and doing it would drop the tables that an hour has filled.
        """
        missing = [name for name in order[: order.index(stage)] if name not in self.done]
        if missing:
            raise NotDone(
                f"Not done with these sizes, texts and tables: {', '.join(missing)}. "
                "Start without --from to build everything anew."
            )
        self.forget_from(stage, order)

    def figures(self) -> Figures:
        """Return the figures of all stages together."""
        together: Figures = {}
        for figures in self.done.values():
            together.update(figures)
        return together

    def _write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.file.with_suffix(".new")
        kept = {"fingerprint": self.fingerprint, "done": self.done, "seconds": self.seconds}
        unfinished.write_text(json.dumps(kept, indent=2, ensure_ascii=False), encoding="utf-8")
        unfinished.replace(self.file)


def run_stages(
    stages: Mapping[str, Callable[[], Figures]], progress: Progress, say: Say
) -> Figures:
    """Do what is not done yet, in order; return all figures."""
    for name, stage in stages.items():
        if name in progress.done:
            say(f"{name}: done already ({progress.seconds[name]:.1f} s)")
            continue
        started = time.perf_counter()
        figures = stage()
        seconds = time.perf_counter() - started
        progress.finish(name, figures, seconds)
        say(f"{name}: {seconds:.1f} s")
    return progress.figures()
