"""Opening a store: pragmas, the master key, migrations, and a clear word when it cannot be done."""

import os
import sqlite3
import time
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event

from tongxing.adapters.store.errors import NotAStoreError, StoreReadOnlyError, readable
from tongxing.adapters.store.first_rows import first_rows, root_keys
from tongxing.adapters.store.migrate import migrate
from tongxing.adapters.store.postgres import is_postgres, open_postgres
from tongxing.adapters.store.store import SqlStore
from tongxing.adapters.store.turns import POLL_SECONDS, Turns
from tongxing.adapters.vault.envelope import KeyRing
from tongxing.adapters.vault.key_file import KeyFileError
from tongxing.service.ports import Entropy

BUSY_MS = 10_000
READERS_MAX = 24
CACHE_KIB = 32_768
_SQLITE_HEADER = b"SQLite format 3\x00"


def open_store(
    place: Path | str,
    *,
    entropy: Entropy,
    key_path: Path | None = None,
    busy_ms: int = BUSY_MS,
    synchronous: Literal["FULL", "OFF"] = "FULL",
) -> SqlStore:
    """Open a store, making it with its key file (`<path>.key`) when there is none, and bring it up to date.

    `place` is a SQLite file, or a PostgreSQL URL; for a URL `key_path` must be named.
    `synchronous="OFF"` is for throwaway stores: a power cut may lose them, a killed process does not.
    Raises `StoreError` (not a store, read-only, locked, full, newer) or `KeyFileError`.
    """
    if is_postgres(place):
        if key_path is None:
            raise KeyFileError("a store on PostgreSQL needs its key file named")
        return open_postgres(str(place), entropy=entropy, key_path=key_path, busy_ms=busy_ms)
    path = Path(place)
    keys = key_path if key_path is not None else path.with_name(path.name + ".key")
    _prepare(path)
    turns = Turns(path.with_name(path.name + ".turn"))
    writer = _engine(path, turns, busy_ms=busy_ms, synchronous=synchronous)
    reader = _engine(path, None, busy_ms=busy_ms, synchronous=synchronous)
    try:
        with readable(path), writer.begin() as connection:
            roots = root_keys(connection, path, keys, entropy)
            migrate(connection, path)
            blind = first_rows(connection, roots, entropy)
    except BaseException:
        writer.dispose()
        reader.dispose()
        turns.close()
        raise
    ring = KeyRing(roots, entropy, blind_key=blind)
    return SqlStore(path, writer=writer, reader=reader, ring=ring, turns=turns)


def _prepare(path: Path) -> None:
    """Make an empty file that only its owner reads, or see that the file there is a database."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "rb") as file:
            head = file.read(len(_SQLITE_HEADER))
    except OSError as refused:
        raise StoreReadOnlyError(f"{path} cannot be opened for writing: {refused.strerror}") from refused
    if head and head != _SQLITE_HEADER:
        raise NotAStoreError(f"{path} is not a store of this house")


def _engine(path: Path, turns: Turns | None, *, busy_ms: int, synchronous: str) -> Engine:
    """Connections that write, one at a time in their turn; without turns, connections that only read."""
    writes = turns is not None
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=1 if writes else 8,
        max_overflow=0 if writes else READERS_MAX - 8,
        connect_args={"check_same_thread": False, "timeout": busy_ms / 1_000},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        connection.isolation_level = None
        for pragma in _pragmas(writes=writes, synchronous=synchronous):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        if turns is None:
            raw.execute("BEGIN")
        else:
            _begin_immediate(raw, turns, busy_ms)

    return engine


def _pragmas(*, writes: bool, synchronous: str) -> tuple[str, ...]:
    common = ("foreign_keys=ON", f"cache_size=-{CACHE_KIB}", "trusted_schema=OFF", "temp_store=MEMORY")
    if not writes:
        return (*common, "query_only=ON")
    return ("journal_mode=WAL", f"synchronous={synchronous}", "secure_delete=ON", *common)


def _begin_immediate(connection: sqlite3.Connection, turns: Turns, busy_ms: int) -> None:
    """Take the write lock in turn, asking often: SQLite's own waiting sleeps up to 100 ms a time."""
    deadline = time.monotonic() + busy_ms / 1_000
    connection.execute("PRAGMA busy_timeout=0")
    try:
        with turns.mine(deadline):
            while not _began(connection, last=time.monotonic() >= deadline):
                time.sleep(POLL_SECONDS)
    finally:
        connection.execute(f"PRAGMA busy_timeout={busy_ms}")


def _began(connection: sqlite3.Connection, *, last: bool) -> bool:
    """Whether the write lock was free; when it is the last try, a lock that is not raises."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as refused:
        if last or refused.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
