"""Times of repeated calls, and their quantiles."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np


def warming(wanted: int, calls: int) -> int:
    """Return how many of ``calls`` go unmeasured: ``wanted``, and never more than a quarter."""
    return min(wanted, calls // 4)


@dataclass(slots=True)
class Times:
    """Milliseconds by step, one entry a call."""

    steps: dict[str, list[float]] = field(default_factory=dict)

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        """Note how long the block took."""
        started = time.perf_counter()
        yield
        self.steps.setdefault(step, []).append(1000 * (time.perf_counter() - started))

    def quantile(self, step: str, share: float) -> float:
        return round(float(np.quantile(self.steps[step], share)), 3)

    def p50(self, step: str) -> float:
        return self.quantile(step, 0.5)

    def p95(self, step: str) -> float:
        return self.quantile(step, 0.95)

    def summed(self, *steps: str) -> "Times":
        """Return the sum of some steps, call by call, as the step "sum"."""
        rows = np.array([self.steps[step] for step in steps])
        return Times({"sum": rows.sum(axis=0).tolist()})
