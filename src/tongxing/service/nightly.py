"""The night's work: seal the log into the lake by day, compute every client's features, prove they are right.

The lake is a copy of what the log says, in numbers only. It may be deleted at any time: the next night makes
it anew from the log, which alone is the truth.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Protocol

from tongxing.domain.book import Book
from tongxing.domain.clock import beijing_day, seconds
from tongxing.profile import fold, tiles
from tongxing.profile.plan import FINGERPRINT
from tongxing.service.house import House
from tongxing.service.ports import StoredEvent
from tongxing.service.states import records

EVENTS_A_READ = 5_000
LAKE_KEY, LAKE_KEY_BYTES = "lake_key", 16
SAMPLE_ONE_IN = 100
SAMPLE_LEAST = 20
"""Of a small house at least so many clients are derived again."""
CLIENTS_A_READ = 10_000
LAST_NIGHT = "nightly_last"

Features = Mapping[str, int | None]


class Sealing(Protocol):
    """One rebuilding of day files: nothing of it is seen before the end."""

    def add(self, stored: StoredEvent, *, only_days: Collection[int] | None = None) -> None:
        """Take an event's rows in; `only_days` keeps those of the named Beijing days."""
        ...

    def touched(self) -> frozenset[int]:
        """The Beijing days of the rows taken in."""
        ...


class Lake(Protocol):
    """All clients' rows by day, as columns; no name and no word of a client is in it."""

    def begin(self, definitions: str) -> int:
        """The place in the log up to which it is sealed; 0 after a change of the definitions."""
        ...

    def sealing(self) -> AbstractContextManager[Sealing]:
        """Rebuild day files; on leaving they take the place of the former ones all at once."""
        ...

    def span(self, days: Collection[int]) -> tuple[int, int] | None:
        """First and last place in the log of what these sealed days hold; None if nothing is sealed."""
        ...

    def days_of(self, client_id: str) -> frozenset[int]:
        """The days on which something of this client is sealed."""
        ...

    def apart(self, client_ids: Iterator[str]) -> tuple[str, ...]:
        """Of these clients those whose features no query gives: merged, split, or partly erased records."""
        ...

    def profiles(self, client_ids: Iterator[str], *, as_of: datetime, given: Mapping[str, Features]) -> int:
        """Compute every client's features, but for those `given`, and keep them all; says of how many."""
        ...

    def features_of(self, client_ids: Collection[str], *, as_of: datetime) -> Mapping[str, Features]:
        """Kept features of some clients."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A feature on which two ways of computing it do not agree: must not happen."""

    client_id: str
    feature: str
    lake: int | None
    live: int | None
    log: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What one night did."""

    as_of: datetime
    events: int
    days: int
    clients: int
    compared: int
    differences: tuple[Difference, ...]


def nightly(
    house: House,
    lake: Lake,
    *,
    as_of: datetime,
    one_in: int = SAMPLE_ONE_IN,
    progress: Callable[[str, int, int], None] | None = None,
) -> Night:
    """Seal, compute, compare one client in so many; `progress` hears (what is done, done, of how many).

    The instant must not lie before what the live states hold already: what came later would count in them.
    """
    tell = progress or (lambda _what, _done, _total: None)
    events, days = _seal(house, lake, tell)
    tell("profiles", 0, 1)
    given = {name: _folded(house, name, as_of) for name in lake.apart(_client_ids(house))}
    clients = lake.profiles(_client_ids(house), as_of=as_of, given=given)
    tell("profiles", 1, 1)
    sample = sampled(_client_ids(house), day=beijing_day(seconds(as_of)), clients=clients, one_in=one_in)
    differences = _compare(house, lake, sample, as_of=as_of, tell=tell)
    night = Night(
        as_of=as_of,
        events=events,
        days=days,
        clients=clients,
        compared=len(sample),
        differences=differences,
    )
    house.store.set_setting(
        LAST_NIGHT, f"{as_of.isoformat()} {clients} clients {len(sample)} compared {len(differences)} differ"
    )
    return night


def lake_key(house: House) -> bytes:
    """The secret that names clients in the lake; made once, kept in the store and not beside the lake."""
    kept = house.store.setting(LAKE_KEY)
    if kept is None:
        kept = house.entropy.token(LAKE_KEY_BYTES).hex()
        house.store.set_setting(LAKE_KEY, kept)
    return bytes.fromhex(kept)


def definitions(book: Book) -> str:
    """Names the features and the words they listen to: rows made under other definitions are made anew."""
    words = book.words
    heard = (sorted(words.topics.items()), sorted(words.distress.items()), words.distress_unless)
    return blake2b(f"{FINGERPRINT}|{heard}".encode(), digest_size=16).hexdigest()


def sampled(
    client_ids: Iterator[str], *, day: int, clients: int, one_in: int = SAMPLE_ONE_IN
) -> tuple[str, ...]:
    """One client in a hundred, others every day; of a small house more, so that there is something to see."""
    one_in = max(1, min(one_in, clients // SAMPLE_LEAST))
    return tuple(
        client_id
        for client_id in client_ids
        if int.from_bytes(blake2b(f"{day}|{client_id}".encode(), digest_size=8).digest()) % one_in == 0
    )


def _seal(house: House, lake: Lake, tell: Callable[[str, int, int], None]) -> tuple[int, int]:
    """Seal what the log has beyond the lake, and anew each sealed day that something late belongs to."""
    done, count, total = lake.begin(definitions(house.book)), 0, house.store.count_events()
    erased: set[str] = set()
    with lake.sealing() as sealing:
        for stored in _events(house, after=done):
            sealing.add(stored)
            count += 1
            if stored.event.kind in ("erasure_requested", "erasure_done"):
                erased.add(stored.event.client_id)
            if count % EVENTS_A_READ == 0:
                tell("events", stored.seq, total)
        days = sealing.touched().union(*(lake.days_of(client_id) for client_id in erased))
        span = lake.span(days)
        if span is not None:
            for stored in _events(house, after=span[0] - 1, until=min(span[1], done)):
                sealing.add(stored, only_days=days)
    tell("events", total, total)
    return count, len(days)


def _events(house: House, *, after: int, until: int | None = None) -> Iterator[StoredEvent]:
    while chunk := house.store.events(after=after, limit=EVENTS_A_READ):
        for stored in chunk:
            if until is not None and stored.seq > until:
                return
            yield stored
        after = chunk[-1].seq


def _client_ids(house: House) -> Iterator[str]:
    after = ""
    while chunk := house.store.client_ids(after=after, limit=CLIENTS_A_READ):
        yield from chunk
        after = chunk[-1]


def _compare(
    house: House,
    lake: Lake,
    sample: Collection[str],
    *,
    as_of: datetime,
    tell: Callable[[str, int, int], None],
) -> tuple[Difference, ...]:
    """Three ways for each client of the sample: the lake, the live state, and the log folded anew."""
    kept = lake.features_of(sample, as_of=as_of)
    found: list[Difference] = []
    for number, client_id in enumerate(sample, start=1):
        live, log = _live(house, client_id, as_of), _folded(house, client_id, as_of)
        ours = kept.get(client_id, {})
        found += [
            Difference(
                client_id=client_id,
                feature=name,
                lake=ours.get(name),
                live=live.get(name),
                log=log.get(name),
            )
            for name in sorted({*ours, *live, *log})
            if not ours.get(name) == live.get(name) == log.get(name)
        ]
        tell("compared", number, len(sample))
    return tuple(found)


def _live(house: House, client_id: str, as_of: datetime) -> Features:
    blob = house.store.state(client_id)
    state = fold.empty(client_id) if blob is None else fold.unpack(blob)
    return tiles.features(state.slots, seconds(as_of))


def _folded(house: House, client_id: str, as_of: datetime) -> Features:
    events = [stored.event for stored in records(house, client_id)]
    state = fold.refold(client_id, events, as_of=as_of, book=house.book)
    return tiles.features(state.slots, seconds(as_of))
