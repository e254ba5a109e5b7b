"""From events to a client's state, one event at a time, in any order within the log's horizon.

Duplicates are kept out before: the store refuses a second event of one key, the door drops it. Signs that
turned are the house's own words and count in the order it wrote them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from tongxing.domain.book import Book
from tongxing.domain.clock import DAY_SECONDS, beijing_day, day_of, instant, seconds
from tongxing.domain.event import Event
from tongxing.profile import tiles
from tongxing.profile.codes import COURSE_PASSED, TOPIC_NAMES, Act, day_in, integer
from tongxing.profile.packing import StaleStateError, pack, unpack
from tongxing.profile.record import RECENT_KEPT, RECENT_OF_TOPIC, Recent, State
from tongxing.profile.rows import ACT, FIRST_COLUMN, VALUED, rows_at
from tongxing.profile.takes import TAKES, Taken
from tongxing.profile.tiles import Key

__all__ = ["StaleStateError", "State", "apply", "empty", "known_until", "pack", "refold", "unpack"]

DISTRESS_SECONDS = DAY_SECONDS
"""Distress is held to last 24 hours (compliance statement 29)."""


def empty(client_id: str) -> State:
    """A client of whom nothing is known."""
    return State(client_id=client_id)


def known_until(state: State) -> datetime:
    """The latest instant of the state's events: a profile is asked for any instant after it."""
    return instant(state.until)


def apply(state: State, event: Event, book: Book) -> None:
    """Fold one event into the state."""
    ts = int(event.ts.timestamp())
    known_at = max(ts, int(event.known_at.timestamp()))
    state.until = max(state.until, known_at)
    kind = event.kind
    source, source_seq = event.source, event.source_seq
    for row in rows_at(event, ts, known_at, book.words):
        tiles.add(state.slots, row, source, source_seq)
        if row[0] == ACT.number and row[FIRST_COLUMN] in _HINTS:
            _hint(state, event, row, book)
        elif row[0] == VALUED.number:
            _sectors(state, event, (row[1], known_at, source, source_seq))
    keep = RECENT_KEPT.get(kind)
    if keep is not None or kind in _KEEP_ONE:
        state.note(kind, Recent(ts, source, source_seq, kind, 0), keep or 1)
    take = TAKES.get(kind)
    if take is not None:
        take(Taken(state, (ts, known_at, source, source_seq), kind, event.body, book))


def refold(client_id: str, events: Iterable[Event], *, as_of: datetime, book: Book) -> State:
    """The state as it was at a past instant: from the events that had happened and were known before it."""
    state, limit = empty(client_id), seconds(as_of)
    for event in events:
        if seconds(event.ts) < limit and seconds(event.known_at) < limit:
            apply(state, event, book)
    return state


_HINTS = frozenset((Act.MENTION, Act.DISTRESS, Act.COURSE))
_KEEP_ONE = frozenset(("logged_in", "fund_confirmed", "shares_changed", "cash_moved", "viewed"))


def _hint(state: State, event: Event, row: tuple[int, ...], book: Book) -> None:
    """Keep the reference of words that named a topic or spoke of distress, and of a course passed."""
    act, detail, ts = row[FIRST_COLUMN], row[FIRST_COLUMN + 1], row[1]
    entry = Recent(ts, event.source, event.source_seq, event.kind, detail)
    if act == Act.MENTION:
        name = f"topic:{TOPIC_NAMES[detail]}"
        if name == "topic:pension":
            days = book.rules.number("pension_sign_days", day_of(beijing_day(ts)))
            _lapse(state, "pension_searched", name, ts - days * DAY_SECONDS)
        state.note(name, entry, RECENT_OF_TOPIC)
    elif act == Act.DISTRESS:
        _lapse(state, "distress_in_words", "distress", ts - DISTRESS_SECONDS)
        state.distress_version += 1
        state.note("distress", entry, RECENT_OF_TOPIC)
    elif detail == COURSE_PASSED:
        state.note("course_passed", entry, RECENT_OF_TOPIC)


def _lapse(state: State, sign: str, name: str, since: int) -> None:
    """A sign whose last cause is over is off, even if nobody looked since: the new cause turns it on anew."""
    found = state.recent.get(name)
    if sign in state.signs_on and (not found or found[-1].ts < since):
        del state.signs_on[sign]


def _sectors(state: State, event: Event, key: Key) -> None:
    if state.sectors_key is not None and key <= state.sectors_key:
        return
    shares = event.body["sector_ppm"]
    state.sectors_key = key
    state.sectors = (
        {str(name): integer(ppm) for name, ppm in sorted(shares.items()) if ppm}
        if isinstance(shares, Mapping)
        else {}
    )
    state.price_day = day_in(event.body["price_date"])
