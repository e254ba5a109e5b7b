"""What was read of the clients looked at lately: of the log only what is new is read again."""

from collections import OrderedDict
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, fields, is_dataclass
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from tongxing.domain.event import Event
from tongxing.service.client_names import epoch
from tongxing.service.house import House
from tongxing.service.ports import Store

Told = TypeVar("Told", bound=Any)
"""A container of values that nobody changes, or a dataclass of such containers and values."""


@dataclass(slots=True)
class _Kept(Generic[Told]):
    """Client -> (last place of the log that was read, what it told)."""

    erasures: str
    by_client: OrderedDict[str, tuple[int, Told]] = field(default_factory=OrderedDict)


class Remembered(Generic[Told]):
    """Of the `most` clients looked at last: what `tell` made of `new()`, event by event."""

    def __init__(self, new: Callable[[], Told], tell: Callable[[Told, Event], None], *, most: int) -> None:
        self._new, self._tell, self._most = new, tell, most
        self._stores: WeakKeyDictionary[Store, _Kept[Told]] = WeakKeyDictionary()
        self._turn = Lock()

    def of(self, house: House, client_id: str) -> Told:
        """Up to the last event of the log, without those whose key is gone; not to be changed."""
        with self._turn:
            kept = self._kept(house.store)
            after, told = kept.by_client.pop(client_id, (0, None))
            news = tuple(house.store.kept_events_of(client_id, after=after))
            told = self._new() if told is None else _apart(told) if news else told
            for stored in news:
                self._tell(told, stored.event)
            kept.by_client[client_id] = (news[-1].seq if news else after, told)
            if len(kept.by_client) > self._most:
                kept.by_client.popitem(last=False)
            return told

    def _kept(self, store: Store) -> _Kept[Told]:
        """Nothing remembered outlives a destroyed key."""
        now = epoch(store)
        found = self._stores.get(store)
        if found is None or found.erasures != now:
            found = self._stores[store] = _Kept(erasures=now)
        return found


def _apart(told: Told) -> Told:
    """Another one with containers of its own: a page may still be reading the first."""
    own: Told = copy(told)
    for one in fields(own) if is_dataclass(own) else ():
        setattr(own, one.name, copy(getattr(told, one.name)))
    return own
