"""From events to a client's state, one event at a time, in any order within the log's horizon.

Duplicates are kept out before: the store refuses a second event of one key, the door drops it. Signs that
turned are the house's own words and count in the order it wrote them.

Of a record merged into this one everything counts but what speaks of that record alone: who it was opened
for, what its whole account was worth, which signs it showed. A few events change the past (a merge, an
erasure): after those the state is folded anew from the log (`rereads`, `folded`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tongxing.domain.bodies import BODIES
from tongxing.domain.book import Book
from tongxing.domain.clock import DAY_SECONDS, beijing_day, day_of, instant, seconds
from tongxing.domain.event import Event, Retention
from tongxing.profile import tiles
from tongxing.profile.account import Account
from tongxing.profile.codes import COURSE_PASSED, DEGREES, TOPIC_NAMES, Act, day_in, integer
from tongxing.profile.heard import HEARD, course_passed
from tongxing.profile.links import LINK_KINDS, bond, word
from tongxing.profile.packing import StaleStateError, pack, unpack
from tongxing.profile.record import RECENT_KEPT, RECENT_OF_TOPIC, Recent, State
from tongxing.profile.restriction import is_kept
from tongxing.profile.rows import ACT, FIRST_COLUMN, SNAPSHOT, VALUED, Row, rows_at
from tongxing.profile.stricter import STRICT_KINDS, stricter
from tongxing.profile.takes import TAKES, Taken
from tongxing.profile.tiles import Key

__all__ = [
    "StaleStateError",
    "State",
    "apply",
    "empty",
    "folded",
    "known_until",
    "pack",
    "refold",
    "rereads",
    "unpack",
]

DISTRESS_SECONDS = DAY_SECONDS
"""Distress is held to last 24 hours (compliance statement 29)."""
ERASURE = "erasure_requested"
OF_THE_RECORD_ALONE = frozenset(
    ("client_registered", "client_changed", "day_valued", "sign_turned_on", "sign_turned_off")
)
"""Kinds that say nothing of the record another one was merged into."""
HOUSE_KINDS = frozenset(("sign_turned_on", "sign_turned_off"))
"""The house's own words: they name events and hold nothing of what those said."""
_UNSEEN = HOUSE_KINDS | {"touch_sent"}
"""What a look at the client keeps for the day says nothing of these."""
VERSIONS_A_CHANGE = 1 << 20
"""A merge or split changes every version by more than events ever do, so that clearances are judged anew."""


def empty(client_id: str) -> State:
    """A client of whom nothing is known."""
    return State(client_id=client_id)


def known_until(state: State) -> datetime:
    """The latest instant of the state's events: a profile is asked for any instant after it."""
    return instant(state.until)


def apply(state: State, event: Event, book: Book) -> None:
    """Fold one event of the client, or of a record merged into it, into the state."""
    ts = int(event.ts.timestamp())
    known_at = max(ts, int(event.known_at.timestamp()))
    account, joined = state.account, False
    if state.bond is not None or state.erased:
        if not _counts(state, event, known_at):
            return
        account = state.members.get(event.client_id, account)
        joined = account is not state.account
    state.until = max(state.until, known_at)
    kind = event.kind
    if kind not in _UNSEEN:
        state.seen = None
    source, source_seq = event.source, event.source_seq
    for row in rows_at(event, ts, known_at, book.words):
        if not joined or row[0] != SNAPSHOT.number:
            _add(state, event, row, book)
    keep = _KEPT.get(kind)
    if keep is not None:
        state.note(kind, Recent(ts, source, source_seq, kind, 0), keep)
    take = TAKES.get(kind)
    if take is not None:
        take(Taken(state, (ts, known_at, source, source_seq), kind, event.body, book, account))
    hear = HEARD.get(kind)
    if hear is not None:
        hear(state, event, ts, book)


def _add(state: State, event: Event, row: Row, book: Book) -> None:
    tiles.add(state.slots, row, event.source, event.source_seq)
    if row[0] == ACT.number and row[FIRST_COLUMN] in _HINTS:
        _hint(state, event, row, book)
    elif row[0] == VALUED.number:
        _sectors(state, event, (row[1], row[2], event.source, event.source_seq))


def refold(client_id: str, events: Iterable[Event], *, as_of: datetime, book: Book) -> State:
    """The state as it was at a past instant: from the events that had happened and were known before it.

    Beside the client's own events there may be those of others: what counts of them, merges and splits tell.
    """
    limit = seconds(as_of)
    known = [event for event in events if seconds(event.ts) < limit and seconds(event.known_at) < limit]
    return folded(client_id, known, book)


def folded(client_id: str, events: Sequence[Event], book: Book) -> State:
    """The state of a client from all events that may concern it, in the order they were written."""
    state = empty(client_id)
    state.bond = bond(client_id, [word(event) for event in events if event.kind in LINK_KINDS])
    if state.bond is not None:
        state.members = {name: Account() for name in sorted(state.bond.members)}
    concern = [event for event in events if event.client_id == client_id or event.client_id in state.members]
    state.erased = _erased(concern, book)
    for event in concern:
        apply(state, event, book)
    if state.bond is not None:
        _joined(state, concern, book)
    return state


def rereads(state: State, event: Event) -> bool:
    """Whether an event changes what earlier ones mean, so that the state must be folded anew from the log."""
    if event.kind in LINK_KINDS or event.kind == ERASURE:
        return True
    late = bool(state.members) and event.kind in STRICT_KINDS
    return late and state.bond is not None and seconds(event.ts) <= state.bond.since


def _counts(state: State, event: Event, known_at: int) -> bool:
    """Whether an event still says something of this client after merges, splits and erasures."""
    retention = BODIES[event.kind][1]
    if known_at <= state.erased.get(retention, -1) and event.kind not in HOUSE_KINDS:
        return False
    if state.bond is None:
        return True
    if event.client_id != state.client_id:
        return event.kind not in OF_THE_RECORD_ALONE
    joint = event.kind == "day_valued" and state.bond.shared
    return not joint or not any(since <= known_at < until for since, until in state.bond.shared)


def _erased(events: Iterable[Event], book: Book) -> dict[str, int]:
    """Retention class -> the last instant at which the client had what was known of it erased.

    What the law keeps is not among them: it is there, and restricted.
    """
    found: dict[str, int] = {}
    for event in events:
        classes = event.body["classes"] if event.kind == ERASURE else ()
        for name in classes if isinstance(classes, (list, tuple)) else ():
            at = max(seconds(event.ts), seconds(event.known_at))
            if not is_kept(book.rules, Retention(name), day_of(beijing_day(at))):
                found[str(name)] = max(at, found.get(str(name), at))
    return found


def _joined(state: State, events: Iterable[Event], book: Book) -> None:
    """Let the stricter of the words of merged records count, and change every version."""
    if state.bond is None:
        return
    since = state.bond.since
    for name in ("consent_version", "grade_version", "distress_version"):
        setattr(state, name, getattr(state, name) + state.bond.changes * VERSIONS_A_CHANGE)
    if not state.members:
        return
    records = {name: empty(name) for name in (state.client_id, *state.members)}
    for event in events:
        if event.kind in STRICT_KINDS and seconds(event.ts) <= since:
            apply(records[event.client_id], event, book)
    for name, entry in stricter([one.last for one in records.values()], since=since).items():
        if state.last[name].ts <= since:
            state.last[name] = entry


_HINTS = frozenset((Act.MENTION, Act.DISTRESS, Act.COURSE))
_KEPT = {
    **dict.fromkeys(("logged_in", "fund_confirmed", "shares_changed", "cash_moved", "viewed"), 1),
    **RECENT_KEPT,
}


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
        if detail == DEGREES["crisis"]:
            state.note("crisis", entry, RECENT_OF_TOPIC)
    elif detail == COURSE_PASSED:
        course_passed(state, event, ts)


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
