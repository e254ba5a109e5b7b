"""A client's state from the store, folded anew where it was packed under older feature declarations."""

from tongxing.profile import fold
from tongxing.service.house import House

SIGN_SOURCE = "house.sign"
TOUCH_SOURCE = "house.touch"
FOLDED_WHEN_WRITTEN = frozenset({SIGN_SOURCE, TOUCH_SOURCE})
"""Events the worker itself writes are folded in the transaction that writes them."""


def state_of(house: House, client_id: str, blob: bytes) -> fold.State:
    """The state of stored bytes; after a change of the features, of the same events from the log."""
    try:
        return fold.unpack(blob)
    except fold.StaleStateError:
        return _refolded(house, client_id)


def _refolded(house: House, client_id: str) -> fold.State:
    """Fold what the worker had folded: all up to its offset, and its own events beyond it."""
    through = house.store.count_events() - house.store.lag()
    state = fold.empty(client_id)
    for stored in house.store.events_of(client_id):
        if stored.seq <= through or stored.event.source in FOLDED_WHEN_WRITTEN:
            fold.apply(state, stored.event, house.book)
    return state
