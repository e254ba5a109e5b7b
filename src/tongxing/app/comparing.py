"""The worker compares its log with what other places show of it, in a thread that holds nothing else back."""

import os
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

import structlog

from tongxing.adapters.clock import machine_time
from tongxing.adapters.tlog.comparing import compare_place, with_proof
from tongxing.adapters.tlog.witness_state import read_others, write_others
from tongxing.ledger.note_keys import VerifierKey
from tongxing.service.ports_log import OtherView

MIRRORS = "TONGXING_LOG_MIRRORS"
EVERY_SECONDS = 60.0
FIRST_SECONDS = 5.0
"""The first look waits until the log has begun."""
log = structlog.get_logger()


def places_of() -> tuple[str, ...]:
    """Directories and addresses at which our log is kept as well, as the operator named them."""
    return tuple(os.environ.get(MIRRORS, "").split())


class Comparing:
    """Looks at each place once a minute until it is stopped."""

    def __init__(
        self,
        directory: Path,
        key: VerifierKey,
        places: Sequence[str],
        *,
        machine: Callable[[], datetime] = machine_time,
    ) -> None:
        self._directory, self._key, self._places, self._machine = directory, key, places, machine
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log places", daemon=True)

    def __enter__(self) -> Self:
        """Begin, where there is a place to look at."""
        if self._places:
            self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        """No look begins any more; one under way is not waited for."""
        self._stop.set()

    def look(self) -> tuple[OtherView, ...]:
        """Compare with each place now, and keep what was found."""
        before = {one.place: one for one in read_others(self._directory)}
        found = tuple(
            with_proof(compare_place(self._directory, place, self._key, self._machine()), before.get(place))
            for place in self._places
        )
        for one in found:
            known = before.get(one.place)
            if one.proof and (known is None or not known.proof):
                log.error("the log tells another history elsewhere", place=one.place, size=one.size)
        write_others(self._directory, found)
        return found

    def _run(self) -> None:
        wait = FIRST_SECONDS
        while not self._stop.wait(wait):
            try:
                self.look()
            except Exception:
                log.exception("comparing the log with other places failed")
            wait = EVERY_SECONDS
