"""Root keys of a store at work: changed while everybody works, put under a key service, old ones dropped."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, StoreError, open_store
from tongxing.adapters.vault import key_file
from tongxing.adapters.vault.cipher import KEY_BYTES, check_value
from tongxing.adapters.vault.roots import mark_of
from tongxing.app.house import key_path_of
from tongxing.service.ports import Entropy
from tongxing.service.ports_console import KeyCount

EVENTS_AT_ONCE = 1_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysState:
    """What stands in the key file and under what the store's keys are wrapped; tells no key."""

    roots: tuple[str, ...]
    """Check value of each root in the file, the one in force first."""
    service: str
    """Address of the key service; empty: the roots stand in the file."""
    changing: bool
    """A rotation was begun and is not finished."""
    waiting: int
    """Keys that are not under the root in force."""
    counts: tuple[KeyCount, ...]


def rotate(place: Path | str, *, entropy: Entropy | None = None, progress: Progress | None = None) -> int:
    """Put a fresh root in force and wrap every data key under it; says how many were wrapped.

    Others go on reading and writing meanwhile. Broken off at any point, the next call goes on where it
    stopped, with the same new root. The old root stays in the file until `drop_old`.
    """
    entropy = entropy or OsEntropy()
    keys = key_path_of(place)
    with _opened(place, entropy) as store:
        holds = key_file.read_all(keys)
        if check_value(holds.roots[0]) == store.keys.root():
            holds = key_file.add_root(keys, entropy.token(KEY_BYTES))
        store.keys.tell()
        mark, done = mark_of(holds.roots[0]), 0
        total = store.keys.waiting(mark)
        while not store.keys.finish(check_value(holds.roots[0]), mark):
            wrapped = store.keys.rewrap(mark)
            if not wrapped:
                raise StoreError("no key could be wrapped anew; nothing is lost: try again")
            done += wrapped
            if progress is not None:
                progress(done, max(done, total))
        return done


def drop_old(place: Path | str) -> int:
    """Take the roots no longer in force out of the key file; says how many. Backups of before need them."""
    keys = key_path_of(place)
    with _opened(place, OsEntropy()) as store:
        holds = key_file.read_all(keys)
        if check_value(holds.roots[0]) != store.keys.root():
            raise StoreError("a rotation is under way: finish it first (tongxing keys rotate)")
        waiting = store.keys.waiting(mark_of(holds.roots[0]))
        if waiting:
            raise StoreError(f"{waiting} keys are under an older root: rotate first")
        old = len(holds.roots) - 1
        if old:
            key_file.write(keys, replace(holds, roots=holds.roots[:1]))
            store.keys.tell()
        return old


def to_service(place: Path | str, url: str, name: str) -> None:
    """Have a key service wrap the roots: from the next start on a process asks it for them."""
    keys = key_path_of(place)
    key_file.write(keys, replace(key_file.read_all(keys), service=(url, name)))
    key_file.read_all(keys)


def index(place: Path | str) -> int:
    """Make every client of a store of an earlier version findable; says how many events were read."""
    with _opened(place, OsEntropy()) as store:
        after = read = 0
        while page := store.events(after=after, limit=EVENTS_AT_ONCE):
            store.blind.take(stored.event for stored in page)
            after, read = page[-1].seq, read + len(page)
        return read


def state(place: Path | str) -> KeysState:
    """How the keys of a store stand."""
    with _opened(place, OsEntropy()) as store:
        return state_of(store, key_path_of(place))


def state_of(store: SqlStore, keys: Path) -> KeysState:
    """The same for a store that is open."""
    holds = key_file.read_all(keys)
    return KeysState(
        roots=tuple(check_value(root) for root in holds.roots),
        service="" if holds.service is None else holds.service[0],
        changing=check_value(holds.roots[0]) != store.keys.root(),
        waiting=store.keys.waiting(mark_of(holds.roots[0])),
        counts=tuple(store.keys.counts()),
    )


@contextmanager
def _opened(place: Path | str, entropy: Entropy) -> Iterator[SqlStore]:
    if isinstance(place, Path) and not place.is_file():
        raise StoreError(f"{place}: no such store")
    store = open_store(place, entropy=entropy, key_path=key_path_of(place))
    try:
        yield store
    finally:
        store.close()
