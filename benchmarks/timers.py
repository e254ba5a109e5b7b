"""Timers: set, moved, cancelled; due, marked and queued; against plain UPDATEs of the same rows."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import bindparam, text

from benchmarks.measure import Figure, timed
from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, open_store
from tongxing.app.house import DEFAULT_START
from tongxing.ledger.leaves import leaf

BATCH = 500
PAYLOAD = b"x" * 300
"""A card as it waits: some three hundred bytes."""
RECORD_KEY = bytes(32)
DUE = text(
    "SELECT timer_id FROM timer WHERE state = 'set' AND due_us <= :at "
    "ORDER BY due_us, timer_id LIMIT :at_most"
)
MARK = text("UPDATE timer SET state = 'fired' WHERE timer_id IN :numbers").bindparams(
    bindparam("numbers", expanding=True)
)


def run(arguments: argparse.Namespace) -> Iterator[Figure]:
    """The same on both stores; PostgreSQL only where there is one."""
    with tempfile.TemporaryDirectory(prefix="tongxing-bench-") as folder:
        store = open_store(Path(folder) / "store.db", entropy=OsEntropy())
        yield from _measured(store, "SQLite", arguments.timers)
        store.close()
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from postgres_server import NoPostgresError, fresh_database, named, server  # noqa: PLC0415 - of the suite

    try:
        with ExitStack() as open_things:
            url = open_things.enter_context(server(durable=True))
            made = open_things.enter_context(fresh_database(url))
            folder = open_things.enter_context(tempfile.TemporaryDirectory(prefix="tongxing-bench-"))
            store = open_store(named(made), entropy=OsEntropy(), key_path=Path(folder) / "key")
            open_things.callback(store.close)
            store.leases(OsEntropy(), seconds=600.0).renew(everything=True)
            yield from _measured(store, "PostgreSQL", arguments.timers)
    except NoPostgresError as missing:
        sys.stderr.write(f"{missing}\n")


def _measured(store: SqlStore, name: str, count: int) -> Iterator[Figure]:
    """All figures of one store, durable at every commit."""
    clients = [f"C{number:06d}" for number in range(count)]
    note = f"batches of {BATCH}, each durable"
    _know(store, clients)
    setting = timed(partial(_set, store, clients))
    yield Figure(metric=f"{name}: timers set", value=count / setting, unit="1/s", n=count, note=note)
    moved = clients[: count // 4]
    moving = timed(partial(_move, store, moved))
    yield Figure(
        metric=f"{name}: timers moved", value=len(moved) / moving, unit="1/s", n=len(moved), note=note
    )
    gone = clients[: count // 10]
    cancelling = timed(partial(_cancel, store, gone))
    yield Figure(
        metric=f"{name}: timers cancelled by name",
        value=len(gone) / cancelling,
        unit="1/s",
        n=len(gone),
        note=note,
    )
    plain = timed(partial(_plain_updates, store, count // 4)) / (count // 4)
    fired: list[int] = []
    firing = timed(partial(_fire, store, fired))
    yield Figure(
        metric=f"{name}: timers due, marked and queued",
        value=sum(fired) / firing,
        unit="1/s",
        n=sum(fired),
        peer="plain UPDATE of due rows, same batches",
        peer_value=1 / plain,
        note=f"{note}; queued with {len(PAYLOAD)} sealed bytes",
    )


def _know(store: SqlStore, clients: list[str]) -> None:
    """Clients the house has folded before: their keys are there."""
    for start in range(0, len(clients), BATCH):
        with store.batch() as batch:
            for client_id in clients[start : start + BATCH]:
                batch.save_state(client_id, b"state", 0)


def _set(store: SqlStore, clients: list[str]) -> None:
    for start in range(0, len(clients), BATCH):
        with store.batch() as batch:
            for number, client_id in enumerate(clients[start : start + BATCH], start=start):
                due = DEFAULT_START + timedelta(seconds=number % 3600)
                batch.set_timer(
                    idem=f"{client_id}|newcomer|3", client_id=client_id, name="journey:newcomer:3", due=due
                )


def _move(store: SqlStore, clients: list[str]) -> None:
    """Each has one timer of that name, moved once."""
    for hours in (1, 2):
        for start in range(0, len(clients), BATCH):
            with store.batch() as batch:
                for client_id in clients[start : start + BATCH]:
                    due = DEFAULT_START + timedelta(hours=hours)
                    batch.move_timer(client_id=client_id, name="id_expiring", due=due)


def _cancel(store: SqlStore, clients: list[str]) -> None:
    for start in range(0, len(clients), BATCH):
        with store.batch() as batch:
            for client_id in clients[start : start + BATCH]:
                batch.cancel_timers(client_id, "id_expiring")


def _plain_updates(store: SqlStore, count: int) -> None:
    """The floor: find due rows and mark them, nothing queued."""
    until = {"at": 2**62, "at_most": BATCH}
    for _ in range(count // BATCH):
        with store._writing() as connection:  # noqa: SLF001 - its own transactions, without its work
            numbers = connection.execute(DUE, until).scalars().all()
            connection.execute(MARK, {"numbers": numbers})


def _fire(store: SqlStore, fired: list[int]) -> None:
    """What the worker does with due timers, without the deciding."""
    now = DEFAULT_START + timedelta(days=1)
    sealed = leaf("decision", at=now, groups={"time": {"at": 1}}, record_key=RECORD_KEY)
    while not fired or fired[-1]:
        with store.batch() as batch:
            due = batch.due_timers(now, BATCH)
            if due:
                index = batch.add_leaf(sealed, due[0].client_id, RECORD_KEY).index
            for row in due:
                batch.timer_done(row.timer_id)
                batch.enqueue(
                    idem=f"{row.idem}|{row.timer_id}",
                    client_id=row.client_id,
                    payload=PAYLOAD,
                    leaf_index=index,
                )
        fired.append(len(due))
