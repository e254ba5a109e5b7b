"""What a client just switched, before the worker has folded it: it counts in the next response."""

from datetime import datetime
from itertools import islice

from tongxing.domain.clock import seconds
from tongxing.profile import fold
from tongxing.service.house import House

AT_ONCE = frozenset(
    {
        "personalisation_set",
        "consent_given",
        "consent_withdrawn",
        "contact_set",
        "tag_corrected",
        "tag_deleted",
        "closing_requested",
        "closing_withdrawn",
    }
)
"""Kinds that change what may be shown; folded twice they say the same."""
READ_MAX = 1_000
"""More than so many events ahead of the worker are not read by a page: it then shows nothing personal."""


def take_in(house: House, state: fold.State, *, after: int, now: datetime) -> None:
    """Let the client's own switches beyond a place in the log count in a state made for one page."""
    read = 0
    for stored in islice(house.store.kept_events_of(state.client_id, after=after), READ_MAX):
        read += 1
        if stored.event.kind in AT_ONCE:
            fold.apply(state, stored.event, house.book)
    if read == READ_MAX:
        at = max(seconds(now), state.until)
        state.remember("personalisation", (at, at, "view", ""), "personalisation_set", (False,))
