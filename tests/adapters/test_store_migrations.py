"""A store of an earlier version is brought up to date with what it holds, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Connection, create_engine, inspect, text

from postgres_server import fresh_database
from tongxing.adapters.store.instants import PARTITIONS, partition_of
from tongxing.adapters.store.migrate import MIGRATIONS, migrate
from tongxing.adapters.store.statements import NEXT_PLACE
from tongxing.adapters.store.tables import metadata
from tongxing.domain.leaf import LOGS

CLIENTS = [f"C{number:06d}" for number in range(30)]


@pytest.fixture(params=["sqlite", "postgres"])
def at_0002(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """The tables of revision 0002, with cards and timers waiting."""
    if request.param == "sqlite":
        with _opened(URL.create("sqlite", database=str(tmp_path / "old.db"))) as connection:
            yield connection
        return
    server, _key = request.getfixturevalue("postgres")
    with fresh_database(server) as url, _opened(url) as connection:
        yield connection


@contextmanager
def _opened(url: URL) -> Iterator[Connection]:
    engine = create_engine(url)
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, "0002")
        leaf = "INSERT INTO leaf (leaf_index, kind, encoded, leaf_hash) VALUES (0, 'decision', :some, :some)"
        connection.execute(text(leaf), {"some": b"x"})
        for client in CLIENTS:
            values = {"idem": f"i{client}", "client": client, "payload": b"words"}
            connection.execute(
                text(
                    "INSERT INTO outbox (idem, client_id, leaf_index, payload)"
                    " VALUES (:idem, :client, 0, :payload)"
                ),
                values,
            )
            connection.execute(
                text("INSERT INTO timer (idem, client_id, name, due_us) VALUES (:idem, :client, 'n', 7)"),
                values,
            )
        yield connection
    engine.dispose()


def test_what_waits_is_given_its_partition(at_0002: Connection) -> None:
    migrate(at_0002, "old")
    for table in ("outbox", "timer"):
        rows = at_0002.execute(text(f"SELECT client_id, partition FROM {table} ORDER BY client_id")).all()  # noqa: S608 - two names
        assert [tuple(row) for row in rows] == [(name, partition_of(name)) for name in CLIENTS]
    assert at_0002.execute(text("SELECT idem, due_us, state FROM timer LIMIT 1")).one()[1:] == (7, "set")


def test_every_partition_has_its_lease_and_nobody_holds_one(at_0002: Connection) -> None:
    migrate(at_0002, "old")
    rows = at_0002.execute(text("SELECT partition, worker_id FROM lease ORDER BY partition")).all()
    assert [tuple(row) for row in rows] == [(number, None) for number in range(PARTITIONS)]


def test_the_tables_are_those_of_the_declarations(at_0002: Connection) -> None:
    migrate(at_0002, "old")
    context = MigrationContext.configure(at_0002, opts={"compare_type": True})
    assert compare_metadata(context, metadata) == []
    names = {index["name"] for index in inspect(at_0002).get_indexes("timer")}
    assert {"ix_timer_due", "ix_timer_client_id"} <= names


def test_leaves_of_before_stay_in_the_log_of_records_under_their_index(at_0002: Connection) -> None:
    more = "INSERT INTO leaf (leaf_index, kind, encoded, leaf_hash) VALUES (:index, :kind, :some, :some)"
    for index, kind in ((1, "access"), (2, "decision")):
        at_0002.execute(text(more), {"index": index, "kind": kind, "some": b"x"})
    migrate(at_0002, "old")
    rows = at_0002.execute(text("SELECT leaf_index, log, place FROM leaf ORDER BY leaf_index")).all()
    assert [tuple(row) for row in rows] == [(0, "records", 0), (1, "records", 1), (2, "records", 2)]
    counted = {name: at_0002.execute(NEXT_PLACE, {"of_log": name}).scalar_one() for name in LOGS}
    assert counted == {"records": 3, "access": 0}
