"""Opening a store file: pragmas, the master key, migrations, and a clear word when it cannot be done."""

import os
import sqlite3
import time
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, insert, inspect

from tongxing.adapters.store import statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store.desk import VAULT_CHECK
from tongxing.adapters.store.errors import NotAStoreError, StoreReadOnlyError, readable
from tongxing.adapters.store.instants import PARTITIONS
from tongxing.adapters.store.migrate import migrate
from tongxing.adapters.store.store import SqlStore
from tongxing.adapters.store.turns import POLL_SECONDS, Turns
from tongxing.adapters.vault import key_file
from tongxing.adapters.vault.cipher import check_value
from tongxing.adapters.vault.envelope import KeyRing
from tongxing.service.ports import Entropy

BUSY_MS = 10_000
READERS_MAX = 24
CACHE_KIB = 32_768
_SQLITE_HEADER = b"SQLite format 3\x00"


def open_store(
    path: Path,
    *,
    entropy: Entropy,
    key_path: Path | None = None,
    busy_ms: int = BUSY_MS,
    synchronous: Literal["FULL", "OFF"] = "FULL",
) -> SqlStore:
    """Open a store, making it with its key file (`<path>.key`) when there is none, and bring it up to date.

    `synchronous="OFF"` is for throwaway stores: a power cut may lose them, a killed process does not.
    Raises `StoreError` (not a store, read-only, locked, full, newer) or `KeyFileError`.
    """
    keys = key_path if key_path is not None else path.with_name(path.name + ".key")
    _prepare(path)
    turns = Turns(path.with_name(path.name + ".turn"))
    writer = _engine(path, turns, busy_ms=busy_ms, synchronous=synchronous)
    reader = _engine(path, None, busy_ms=busy_ms, synchronous=synchronous)
    try:
        with readable(path), writer.begin() as connection:
            master = _master_key(connection, path, keys, entropy)
            migrate(connection, path)
            _first_rows(connection, master)
    except BaseException:
        writer.dispose()
        reader.dispose()
        turns.close()
        raise
    return SqlStore(path, writer=writer, reader=reader, ring=KeyRing(master, entropy), turns=turns)


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


def _master_key(connection: Connection, path: Path, keys: Path, entropy: Entropy) -> bytes:
    """The key of this store; made only together with the store, never for one that already has records."""
    names = inspect(connection).get_table_names()
    if not names:
        return key_file.create(keys, entropy)
    if t.setting.name not in names or "alembic_version" not in names:
        raise NotAStoreError(f"{path} is a database of something else")
    master = key_file.read(keys)
    known = connection.execute(statements.SETTING, {"of_name": VAULT_CHECK}).scalar()
    if known != check_value(master):
        raise key_file.KeyFileError(f"{keys} is the key of another store, not of {path}")
    return master


def _first_rows(connection: Connection, master: bytes) -> None:
    """What a new store begins with: an offset for each partition, and the mark of its master key."""
    if connection.execute(statements.SETTING, {"of_name": VAULT_CHECK}).scalar() is None:
        offsets = [{"partition": number, "seq": 0} for number in range(PARTITIONS)]
        connection.execute(insert(t.fold_offset), offsets)
        connection.execute(statements.SET_SETTING, {"name": VAULT_CHECK, "value": check_value(master)})
