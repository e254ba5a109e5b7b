"""The clients of the log for the lists that staff see: names masked, forgotten when a key is destroyed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

from tongxing.domain.event import Event
from tongxing.service.house import House
from tongxing.service.ports import Store

NAMING = frozenset({"client_registered", "client_changed"})
ERASURES = "key_erasures"
"""Setting that counts destroyed keys; it also moves when a demo store is emptied."""
EVENTS_READ_MAX = 5_000


@dataclass(slots=True)
class Directory:
    """What was read from the log so far."""

    erasures: str
    after: int = 0
    names: dict[str, str] = field(default_factory=dict)
    """Client -> name as last told."""
    last: dict[str, int] = field(default_factory=dict)
    """Client -> place of the latest event in the log."""


_directories: WeakKeyDictionary[Store, Directory] = WeakKeyDictionary()
_turn = Lock()


def masked(name: str) -> str:
    """A name as others than its owner see it: the first character, the rest starred."""
    return f"{name[:1]}{'*' * max(1, len(name) - 1)}" if name else ""


def epoch(store: Store) -> str:
    """Changes when a key was destroyed or the store was emptied: what was remembered of it is void."""
    return store.setting(ERASURES) or ""


def directory(house: House) -> Directory:
    """The clients of the log; only what is new in the log is read."""
    with _turn:
        now = epoch(house.store)
        found = _directories.get(house.store)
        if found is None or found.erasures != now:
            found = _directories[house.store] = Directory(erasures=now)
        while page := house.store.events(after=found.after, limit=EVENTS_READ_MAX):
            for stored in page:
                take_name(found.names, stored.event)
                found.last[stored.event.client_id] = stored.seq
            found.after = page[-1].seq
        return found


def client_names(house: House) -> Mapping[str, str]:
    """Client -> name as last told."""
    return directory(house).names


def take_name(names: dict[str, str], event: Event) -> None:
    """Keep the name an event tells, if it tells one."""
    if event.kind in NAMING:
        name = event.body.get("name")
        if isinstance(name, str) and name:
            names[event.client_id] = name


def masked_name(house: House, client_id: str) -> str:
    """How staff see a client: the masked name, else the client's id."""
    return masked(client_names(house).get(client_id, "")) or client_id
