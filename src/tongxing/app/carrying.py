"""The part of a worker that brings words to devices, in its own thread: no carrier holds up the house."""

import os
import threading
from pathlib import Path
from typing import Self

import structlog

from tongxing.adapters.clock import machine_time
from tongxing.domain.book import Rulebook
from tongxing.domain.clock import BEIJING
from tongxing.service.device_carrying import CarryReport, carry
from tongxing.service.house import House
from tongxing.service.ports import StoreError
from tongxing.service.ports_devices import Carriers

SETTINGS = "TONGXING_DEVICES"
"""The environment variable that names the file of carriers."""
LOOK_SECONDS = 0.5
JOIN_SECONDS = 2.0
log = structlog.get_logger()


def carriers_named(rules: Rulebook, *, demo: bool) -> Carriers | None:
    """The carriers of the file that the environment names; None without one.

    Raises `CarriersError`.
    """
    named = os.environ.get(SETTINGS, "").strip()
    if not named:
        return None
    from tongxing.adapters.devices.settings import (  # noqa: PLC0415 - most commands carry nothing
        carriers_of,
        read_settings,
    )

    seconds = rules.number("device_carrier_seconds_max", machine_time().astimezone(BEIJING).date())
    settings = read_settings(Path(named))
    return carriers_of(settings, loopback=demo, seconds_max=float(seconds), machine=machine_time)


class Carrying:
    """Brings out what is cleared until it is stopped; what is not done by then is done by the next worker."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="devices", daemon=True)

    def __enter__(self) -> Self:
        """Begin, where there is somebody to carry."""
        if self._house.carriers is not None and self._house.carriers.by_channel:
            self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        """End after the try under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=JOIN_SECONDS)

    def look(self, carriers: Carriers) -> CarryReport:
        """One look. Raises `StoreError`."""
        return carry(self._house, carriers, stop=self._stop.is_set)

    def _run(self) -> None:
        told, carriers = "", self._house.carriers
        while carriers is not None and not self._stop.is_set():
            busy = False
            try:
                busy = self.look(carriers).busy
                told = ""
            except StoreError as problem:
                if str(problem) != told:
                    told = str(problem)
                    log.error("devices wait for the store", why=told)  # noqa: TRY400 - for a person
            except Exception:
                log.exception("a look at devices failed")
            self._stop.wait(0 if busy else LOOK_SECONDS)
