"""A client's state from the store, folded anew from the log where stored bytes cannot be gone on with."""

from collections.abc import Collection, Sequence

from tongxing.domain.bodies import BODIES
from tongxing.domain.event import Event, Retention
from tongxing.profile import fold
from tongxing.profile.links import LINK_KINDS
from tongxing.service.house import House
from tongxing.service.ports import StoredEvent, StoreError

SIGN_SOURCE = "house.sign"
TOUCH_SOURCE = "house.touch"
FOLDED_WHEN_WRITTEN = frozenset({SIGN_SOURCE, TOUCH_SOURCE})
"""Events the worker itself writes are folded in the transaction that writes them."""
RECORDS_TOGETHER_MAX = 200
"""More records than this are not one person: whoever merged them must look."""


class TooManyRecordsError(StoreError):
    """Merges name more records together than one person can have."""


def state_of(house: House, client_id: str, blob: bytes) -> fold.State:
    """The state of stored bytes; after a change of the features, of the same events from the log."""
    try:
        return fold.unpack(blob)
    except fold.StaleStateError:
        return reread(house, client_id, through=house.store.folded_through(client_id))


def reread(
    house: House,
    client_id: str,
    *,
    through: int,
    written: Sequence[Event] = (),
    released: Collection[int] = (),
    without: Collection[Retention] = (),
) -> fold.State:
    """The state of a client at a place in the log.

    Of the house's own events those beyond it count as well, and those `written` in a transaction still open;
    of those set aside only what is being `released`, and of the client's own none of a class that a
    transaction still open erased (`without`).
    """
    known = [
        stored.event
        for stored in records(house, client_id, through=through, released=released)
        if stored.event.client_id != client_id or BODIES[stored.event.kind][1] not in without
    ]
    state = fold.folded(client_id, [*known, *written], house.book)
    state.read = through
    return state


def records(
    house: House,
    client_id: str,
    *,
    through: int | None = None,
    whole: bool = False,
    released: Collection[int] = (),
) -> list[StoredEvent]:
    """Events of a client and of all records that merges ever named together with it, in log order.

    Without those that were set aside (but for those being `released`) or, unless the `whole` is asked for,
    whose key is gone.

    Raises:
        TooManyRecordsError: merges name more records together than one person can have.
        ErasedError: a key is gone, and the whole was asked for.
    """
    passed = {row.seq for row in house.store.aside()}.difference(released)
    found: list[StoredEvent] = []
    names, waiting = {client_id}, [client_id]
    while waiting:
        name = waiting.pop()
        for stored in house.store.events_of(name) if whole else house.store.kept_events_of(name):
            event = stored.event
            own = name == client_id and event.source in FOLDED_WHEN_WRITTEN
            if stored.seq in passed or not (own or through is None or stored.seq <= through):
                continue
            found.append(stored)
            other = str(event.body["other_client_id"]) if event.kind in LINK_KINDS else name
            if other not in names:
                names.add(other)
                waiting.append(other)
        if len(names) > RECORDS_TOGETHER_MAX:
            raise TooManyRecordsError(f"merges name more than {RECORDS_TOGETHER_MAX} records together")
    return sorted(found, key=lambda stored: stored.seq)
