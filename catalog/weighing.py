"""How much each criterion counts unless an owner says otherwise: known to the app above alone."""

from collections.abc import Callable, Mapping

Weights = Mapping[str, int]


class WeightSource:
    """Asks whoever registered for the platform's weights; none are known before."""

    def __init__(self) -> None:
        self._read: Callable[[], Weights] | None = None

    def register(self, read: Callable[[], Weights]) -> None:
        self._read = read

    def __call__(self) -> Weights:
        """Return criterion -> whole percent; raises RuntimeError while nobody registered."""
        if self._read is None:
            raise RuntimeError("no app has told the platform's weights")
        return self._read()


platform_weights = WeightSource()
