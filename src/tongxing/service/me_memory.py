"""What was read from a client's log for the own pages, kept in memory and continued where it ended."""

from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from tongxing.service.client_names import epoch
from tongxing.service.house import House
from tongxing.service.ports import Store, StoredEvent

REMEMBERED_MAX = 300
"""Clients remembered, those looked at last."""
T = TypeVar("T")


@dataclass(slots=True)
class _Kept(Generic[T]):
    erasures: str
    by_client: OrderedDict[tuple[str, ...], tuple[int, T]] = field(default_factory=OrderedDict)


class Remembered(Generic[T]):
    """A value folded from events of some kinds of one client; only what is new in the log is read again.

    When a key was destroyed all of it is forgotten.
    """

    def __init__(
        self, kinds: Collection[str], make: Callable[[], T], take: Callable[[T, StoredEvent], None]
    ) -> None:
        """`make` gives an empty value, `take` lets one event count in it, in whatever order they come."""
        self._kinds, self._make, self._take = frozenset(kinds), make, take
        self._kept: WeakKeyDictionary[Store, _Kept[T]] = WeakKeyDictionary()
        self._turn = Lock()

    def of(self, house: House, client_ids: Collection[str]) -> T:
        """The value as of the end of the log; to be read, never changed."""
        names = tuple(sorted(client_ids))
        with self._turn:
            now = epoch(house.store)
            kept = self._kept.get(house.store)
            if kept is None or kept.erasures != now:
                kept = self._kept[house.store] = _Kept(erasures=now)
            after, value = kept.by_client.pop(names, (0, None))
            folded = self._make() if value is None else value
            for stored in house.store.own.following(names, self._kinds, after=after):
                self._take(folded, stored)
                after = stored.seq
            kept.by_client[names] = (after, folded)
            if len(kept.by_client) > REMEMBERED_MAX:
                kept.by_client.popitem(last=False)
            return folded
