"""One measured figure, and small functions to take it."""

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measurement, with a peer or a physical limit measured in the same run where there is one."""

    metric: str
    value: float
    unit: str
    n: int
    note: str = ""
    peer: str = ""
    peer_value: float = 0.0

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's."""
        return self.value / self.peer_value if self.peer and self.peer_value else None

    def as_json(self) -> dict[str, object]:
        """The line of the contract."""
        return {
            "metric": self.metric,
            "value": round(self.value, 6),
            "unit": self.unit,
            "peer": self.peer or None,
            "peer_value": round(self.peer_value, 6) if self.peer else None,
            "ratio": round(self.ratio, 4) if self.ratio is not None else None,
            "n": self.n,
            "note": self.note,
        }

    def as_text(self) -> str:
        """One line for a person."""
        peer = f"  ({self.ratio:.3g} × {self.peer} {self.peer_value:,.4g})" if self.ratio is not None else ""
        return f"{self.metric:46} {self.value:>14,.4g} {self.unit}{peer}  {self.note}".rstrip()


def timed(action: Callable[[], object]) -> float:
    """Seconds on the wall that an action took."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def peak_memory_mib() -> float:
    """Largest resident size of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
