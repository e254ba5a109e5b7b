"""Names of clients for the lists that staff see: masked, and forgotten when a key is destroyed."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

from tongxing.domain.event import Event
from tongxing.service.house import House
from tongxing.service.ports import Store, in_chunks

NAMING = frozenset({"client_registered", "client_changed"})
ERASURES = "key_erasures"
"""Setting that counts destroyed keys; it also moves when a demo store is emptied."""


CLIENTS_A_QUERY, REMEMBERED_MAX = 500, 20_000


@dataclass(slots=True)
class _Names:
    """Names read so far; what the log tells anew after `through` is read again."""

    erasures: str
    through: int
    by_client: OrderedDict[str, str] = field(default_factory=OrderedDict)


_remembered: WeakKeyDictionary[Store, _Names] = WeakKeyDictionary()
_turn = Lock()


def masked(name: str) -> str:
    """A name as others than its owner see it: the first character, the rest starred."""
    return f"{name[:1]}{'*' * max(1, len(name) - 1)}" if name else ""


def epoch(store: Store) -> str:
    """Changes when a key was destroyed or the store was emptied: what was remembered of it is void."""
    return store.setting(ERASURES) or ""


def client_names(house: House, client_ids: Collection[str]) -> Mapping[str, str]:
    """Client -> name as last told, for these clients; empty where the log tells none.

    Only what is asked for is read, and again when the log renames somebody or a key is destroyed.
    """
    with _turn:
        kept = _names(house.store)
        found = {one: kept.by_client[one] for one in client_ids if one in kept.by_client}
        for names in in_chunks(sorted(set(client_ids) - found.keys()), CLIENTS_A_QUERY):
            told = dict.fromkeys(names, "")
            for stored in house.store.own.following(names, NAMING, after=0):
                take_name(told, stored.event)
            found |= told
            kept.by_client |= told
        while len(kept.by_client) > REMEMBERED_MAX:
            kept.by_client.popitem(last=False)
        return found


def _names(store: Store) -> _Names:
    now = epoch(store)
    kept = _remembered.get(store)
    if kept is None or kept.erasures != now:
        kept = _remembered[store] = _Names(erasures=now, through=store.count_events())
        return kept
    kept.through, renamed = store.own.told_since(NAMING, after=kept.through)
    for client_id in renamed:
        kept.by_client.pop(client_id, None)
    return kept


def take_name(names: dict[str, str], event: Event) -> None:
    """Keep the name an event tells, if it tells one."""
    if event.kind in NAMING:
        name = event.body.get("name")
        if isinstance(name, str) and name:
            names[event.client_id] = name


def masked_name(house: House, client_id: str) -> str:
    """How staff see a client: the masked name, else the client's id."""
    return masked(client_names(house, (client_id,))[client_id]) or client_id
