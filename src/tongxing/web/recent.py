"""Figures of the whole house, which many people watch at the same time."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from tongxing.service.house import House
from tongxing.service.ports import Store

Figures = TypeVar("Figures")
SECONDS = 1.0
REST = 20
"""Figures that take long are found more seldom: one twentieth of the time at most goes into them."""


class Recent(Generic[Figures]):
    """What `make` finds in a house, found anew at most once a second."""

    def __init__(self, make: Callable[[House], Figures]) -> None:
        self._make = make
        self._made: WeakKeyDictionary[Store, tuple[float, Figures]] = WeakKeyDictionary()

    def of(self, house: House) -> Figures:
        """Not older than a second, or than twenty times what finding them took."""
        made = self._made.get(house.store)
        if made is None or time.monotonic() >= made[0]:
            began = time.monotonic()
            found = self._make(house)
            ended = time.monotonic()
            made = self._made[house.store] = (ended + max(SECONDS, REST * (ended - began)), found)
        return made[1]
