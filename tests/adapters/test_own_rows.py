"""A client's own records are read the same way from SQLite and PostgreSQL."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from store_kit import AT, a_leaf, searched

from postgres_server import Database
from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, open_store
from tongxing.domain.event import Retention
from tongxing.service.ports import MessageRow


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    if request.param == "sqlite":
        opened = open_store(tmp_path / "own.db", entropy=OsEntropy(), synchronous="OFF")
    else:
        database: Database = request.getfixturevalue("database")
        opened = database.open()
        opened.leases(OsEntropy()).renew(everything=True)
    yield opened
    opened.close()


def test_pages_of_one_client_join_without_gap_or_repetition(store: SqlStore) -> None:
    store.append([searched(number) for number in (3, 1, 2, 5, 4)])
    store.append([searched(9, "C000002"), searched(10, "C000003")])
    found: list[str] = []
    place = None
    while True:
        page, place = store.own.events(("C000001",), ("searched",), before=place, limit=2)
        found += [stored.event.source_seq for stored in page]
        if place is None:
            break
    assert found == [f"{number:06d}" for number in (5, 4, 3, 2, 1)]
    both, rest = store.own.events(("C000001", "C000002"), ("searched", "asked"), limit=50)
    assert (len(both), rest) == (6, None)


def test_a_page_keeps_to_its_time_and_kinds(store: SqlStore) -> None:
    store.append([searched(number) for number in range(5)])
    since, until = AT + timedelta(seconds=1), AT + timedelta(seconds=3)
    page, _rest = store.own.events(("C000001",), ("searched",), since=since, until=until, limit=50)
    assert [stored.event.source_seq for stored in page] == ["000002", "000001"]
    assert store.own.events(("C000001",), ("trade",), limit=50) == ((), None)
    span = store.own.span(("C000001",), ("searched",))
    assert span is not None
    assert (span.count, span.first, span.last) == (5, AT, AT + timedelta(seconds=4))
    assert store.own.span(("C000001",), ("trade",)) is None


def test_records_are_continued_and_found_by_their_keys(store: SqlStore) -> None:
    store.append([searched(number) for number in range(4)])
    seqs = [stored.seq for stored in store.own.following(("C000001",), ("searched",), after=0)]
    later = list(store.own.following(("C000001",), ("searched",), after=seqs[1]))
    assert [stored.seq for stored in later] == seqs[2:]
    keys = [("app", "000001"), ("app", "000003"), ("app", "none"), ("core", "000001")]
    named = store.own.named(("C000001",), keys)
    assert [stored.event.source_seq for stored in named] == ["000001", "000003"]
    assert store.own.named(("C000002",), keys) == ()


def test_what_is_erased_is_left_out_and_the_pages_go_on(store: SqlStore) -> None:
    store.append([searched(number) for number in range(4)])
    store.erase("C000001", Retention.BEHAVIOUR)
    page, rest = store.own.events(("C000001",), ("searched",), limit=2)
    assert page == ()
    assert rest is not None
    assert list(store.own.following(("C000001",), ("searched",), after=0)) == []
    assert store.own.named(("C000001",), [("app", "000001")]) == ()


def test_what_was_said_is_listed_after_it_ended_or_was_sent_away(store: SqlStore) -> None:
    store.append([searched(1)])
    with store.batch() as batch:
        for number in range(3):
            sealed = batch.add_leaf(a_leaf(), "C000001", bytes(32))
            row = MessageRow(
                message_id=f"m{number}",
                touch_id=f"t{number}",
                client_id="C000001",
                playbook="pension_guide",
                channel="home",
                slot="home",
                sent_at=AT,
                valid_until=AT + timedelta(seconds=number),
                leaf_index=sealed.index,
                receipt_index=sealed.index,
                dismissed=False,
                payload=b"words",
            )
            batch.add_message(row)
    with store.batch() as batch:
        batch.dismiss("t2")
    said = store.own.said("C000001", limit=10)
    assert [(row.message_id, row.dismissed) for _number, row in said] == [
        ("m2", True),
        ("m1", False),
        ("m0", False),
    ]
    older = store.own.said("C000001", before=said[0][0], limit=1)
    assert [row.message_id for _number, row in older] == ["m1"]
    assert store.own.said("C000002", limit=10) == ()
