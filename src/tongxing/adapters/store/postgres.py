"""Opening a store on PostgreSQL: the same tables and statements, shared by many workers."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from tongxing.adapters.store.errors import NotAStoreError, StoreError, readable
from tongxing.adapters.store.first_rows import first_rows, root_keys
from tongxing.adapters.store.migrate import migrate
from tongxing.adapters.store.statements import TAKE_SEQUENCER
from tongxing.adapters.store.store import SqlStore
from tongxing.adapters.vault.envelope import KeyRing
from tongxing.service.ports import Entropy

WRITERS_MAX = 8
READERS_MAX = 24
RESTING_MS = 60_000
"""A transaction that rests so long is of a process that hangs: the server ends it and frees its locks."""


_DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)
"""What is acknowledged is on the disk; a stronger setting of the server stays."""

_BY_INDEX = (
    "SELECT set_config(name, 'off', false) FROM unnest(ARRAY['enable_seqscan', 'enable_bitmapscan']) name"
)
"""Every statement here has its index. Without statistics (a new store, its first minutes) the planner does
not know that, and a plan kept from an empty table would stay slow for as long as its connection lives."""


def is_postgres(place: Path | str) -> bool:
    """Whether a store is named by a PostgreSQL URL."""
    return isinstance(place, str) and place.startswith(("postgresql://", "postgres://"))


def open_postgres(place: str, *, entropy: Entropy, key_path: Path, busy_ms: int) -> SqlStore:
    """Open a store in a PostgreSQL database, making its tables where there are none.

    Raises `StoreError` (no such database, unreachable, read-only, something else's, newer) or `KeyFileError`.
    """
    url = _url(place)
    name = url.set(drivername="postgresql").render_as_string(hide_password=True)
    writer = _engine(url, busy_ms=busy_ms, writes=True)
    reader = _engine(url, busy_ms=busy_ms, writes=False)
    try:
        with readable(name), writer.begin() as connection:
            connection.execute(TAKE_SEQUENCER)
            roots = root_keys(connection, name, key_path, entropy)
            migrate(connection, name)
            blind = first_rows(connection, roots, entropy)
    except BaseException:
        writer.dispose()
        reader.dispose()
        raise
    ring = KeyRing(roots, entropy, blind_key=blind)
    return SqlStore(name, writer=writer, reader=reader, ring=ring, turns=None)


def postgres_name(place: str) -> str:
    """The name of the database a URL names."""
    return str(_url(place).database)


def _url(place: str) -> URL:
    with suppress(ArgumentError):
        url = make_url(place.replace("postgres://", "postgresql://", 1))
        if url.database:
            return url.set(drivername="postgresql+psycopg")
    raise NotAStoreError("a PostgreSQL store is named postgresql://user@host/database")


def _engine(url: URL, *, busy_ms: int, writes: bool) -> Engine:
    try:
        engine = create_engine(
            url,
            pool_size=WRITERS_MAX if writes else READERS_MAX,
            max_overflow=0,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
        )
    except ModuleNotFoundError as missing:
        raise StoreError("a PostgreSQL store needs psycopg: pip install 'tongxing[postgres]'") from missing

    engine.dialect.use_insertmanyvalues_wo_returning = True  # many rows in one statement: half the time

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:  # noqa: ANN401 - psycopg is optional
        connection.autocommit = True
        connection.execute(_DURABLE)
        connection.execute(_BY_INDEX)
        connection.execute(f"SET lock_timeout TO {busy_ms}")
        connection.execute(f"SET idle_in_transaction_session_timeout TO {RESTING_MS}")
        connection.autocommit = False

    return engine if writes else engine.execution_options(postgresql_readonly=True)
