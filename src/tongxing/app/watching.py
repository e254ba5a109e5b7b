"""The worker watches itself: lines of what it did, and a sign of life with its figures every few seconds."""

import time
from collections.abc import Sequence

from tongxing.adapters.logging_output import tell_passed
from tongxing.service.house import House
from tongxing.service.watch import Passed
from tongxing.service.watch_figures import BEAT_SECONDS, WorkerFigures, encode
from tongxing.service.work_report import WorkReport


class Watching:
    """Figures since the worker started; begun anew when its first partition changes."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._figures = WorkerFigures(book=house.book.digest)
        self._slot = 0
        self._beat_at = 0.0

    def told(self, passed: Sequence[Passed]) -> None:
        """Take what one durable transaction did."""
        tell_passed(passed)
        self._figures.take(passed, self._house.clock.now())

    def turned(self, report: WorkReport, seconds: float) -> None:
        """Take what one turn did."""
        self._figures.turned(report, seconds)

    def beat(self, slot: int, *, doing: str | None = None) -> None:
        """Say that we live, when it is time or when we begin or end a long job (`doing` its name, or empty).

        Raises `StoreError`.
        """
        if slot != self._slot:
            self._figures = WorkerFigures(book=self._house.book.digest, doing=self._figures.doing)
            self._slot = slot
        if doing is not None:
            self._figures.doing = doing
        elif time.monotonic() < self._beat_at:
            return
        self._house.store.watch.beat(slot, encode(self._figures))
        self._beat_at = time.monotonic() + BEAT_SECONDS
