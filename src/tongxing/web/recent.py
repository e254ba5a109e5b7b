"""Figures of the whole house, which many people watch at the same time."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from tongxing.service.house import House
from tongxing.service.ports import Store

Figures = TypeVar("Figures")
SECONDS = 1.0


class Recent(Generic[Figures]):
    """What `make` finds in a house, found anew at most once a second."""

    def __init__(self, make: Callable[[House], Figures], *, seconds: float = SECONDS) -> None:
        self._make, self._seconds = make, seconds
        self._made: WeakKeyDictionary[Store, tuple[float, Figures]] = WeakKeyDictionary()

    def of(self, house: House) -> Figures:
        """Not older than a second."""
        now = time.monotonic()
        made = self._made.get(house.store)
        if made is None or now - made[0] >= self._seconds:
            made = self._made[house.store] = (time.monotonic(), self._make(house))
        return made[1]
