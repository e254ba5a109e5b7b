"""Erasing is destroying keys: that class of that client is gone everywhere, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_kit import AT, RECORD_KEY, WORDS, a_decision, a_message, keep_leaf, searched

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, open_store
from tongxing.domain.event import Event, Retention
from tongxing.ledger.leaves import leaf_hash, opens, root
from tongxing.service.ports import ErasedError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(tmp_path / "house.db", entropy=OsEntropy(), synchronous="OFF")
    yield opened
    opened.close()


def traded(client_id: str = "C000001") -> Event:
    return Event(
        source="core",
        source_seq=f"trade-{client_id}",
        client_id=client_id,
        ts=AT,
        known_at=AT,
        kind="trade",
        body={"code": "510300", "side": "buy", "quantity": "1000", "price": "4.012", "gross_fen": 401200},
    )


def house_records(store: SqlStore, client_id: str = "C000001", number: int = 1) -> None:
    with store.batch() as batch:
        index = keep_leaf(batch, client_id)
        decision = a_decision(number, client_id)
        batch.add_decision(decision, chosen=1, refused=0, payload=b"record", leaf_index=index)
        batch.add_message(a_message(number, index, client_id))
        batch.enqueue(idem=f"t{number}", client_id=client_id, payload=b"words", leaf_index=index)
        batch.save_state(client_id, b"state", 1)


def test_no_body_stands_in_the_file_in_clear(store: SqlStore) -> None:
    store.append([searched(1, text="SECRETWORDS"), traded()])
    house_records(store)
    store.close()
    written = b"".join(path.read_bytes() for path in store.path.parent.iterdir())
    for told in (b"SECRETWORDS", b"401200", b"pension_guide", b"the words", b"sign:pension", RECORD_KEY):
        assert told not in written
    assert b"C000001" in written, "the test looks at the right files"


def test_erasing_behaviour_leaves_trades_and_other_clients_readable(store: SqlStore) -> None:
    store.append([searched(1), traded(), searched(2, client_id="C000002")])
    assert store.erase("C000001", Retention.BEHAVIOUR) == 1
    with pytest.raises(ErasedError):
        list(store.events_of("C000001"))
    assert [entry.event.kind for entry in store.events()] == ["trade", "searched"]
    assert [entry.event for entry in store.events_of("C000002")] == [searched(2, client_id="C000002")]
    assert store.erase("C000001", Retention.BEHAVIOUR) == 0


def test_the_destroyed_key_is_overwritten_in_the_file(store: SqlStore) -> None:
    store.append([searched(1)])
    with store._reader.connect() as connection:
        wrapped = connection.exec_driver_sql(
            "SELECT wrapped FROM data_key WHERE client_id = 'C000001'"
        ).scalar_one()
    store.erase("C000001", Retention.BEHAVIOUR)
    store.close()
    written = b"".join(path.read_bytes() for path in store.path.parent.iterdir())
    assert wrapped not in written


def test_the_same_event_after_an_erasure_stays_a_duplicate(store: SqlStore) -> None:
    store.append([searched(1)])
    store.erase("C000001", Retention.BEHAVIOUR)
    answer = store.append([searched(1), searched(2)])
    assert (answer.accepted, answer.duplicates) == ((1,), (0,))
    assert [entry.event for entry in store.events()] == [searched(2)]


def test_erased_events_do_not_hold_up_the_worker(store: SqlStore) -> None:
    store.append([searched(number) for number in range(5)])
    store.append([searched(9, client_id="C000002")])
    store.erase("C000001", Retention.BEHAVIOUR)
    with store.batch() as batch:
        left = batch.unfolded(3)
        assert [entry.event.client_id for entry in left] == ["C000002"]
        batch.fold_done(left[-1].seq)
    assert store.lag() == 0


def test_erasing_conduct_closes_what_the_house_said_and_the_leaves_still_verify(store: SqlStore) -> None:
    house_records(store)
    house_records(store, "C000002", number=2)
    before = root([sealed.leaf_hash for sealed in store.leaves()])
    store.erase("C000001", Retention.CONDUCT)
    with pytest.raises(ErasedError):
        store.decision("d1")
    with pytest.raises(ErasedError):
        store.leaf(0)
    assert store.state("C000001") is None
    assert not store.messages("C000001", now=AT)
    erased = store.decisions()[1]
    assert (erased.decision_id, erased.trigger, erased.payload) == ("d1", "", b"")
    leaves = store.leaves()
    assert root([leaf_hash(sealed.encoded) for sealed in leaves]) == before
    assert not opens(leaves[0].leaf, "words", WORDS, bytes(32))
    found = store.leaf(1)
    assert found is not None
    assert opens(found[0].leaf, "words", WORDS, found[2])


def test_erased_words_leave_the_outbox_unsent(store: SqlStore) -> None:
    house_records(store)
    house_records(store, "C000002", number=2)
    store.erase("C000001", Retention.CONDUCT)
    with store.batch() as batch:
        assert [row.idem for row in batch.waiting(1)] == ["t2"]
    with store._reader.connect() as connection:
        left = connection.exec_driver_sql("SELECT outcome FROM outbox WHERE idem = 't1'").scalar_one()
    assert left == "erased"


def test_cards_said_after_an_erasure_are_shown(store: SqlStore) -> None:
    house_records(store)
    store.erase("C000001", Retention.CONDUCT)
    house_records(store, number=3)
    assert [row.message_id for row in store.messages("C000001", now=AT)] == ["m3"]


def test_a_second_store_object_notices_the_erasure(store: SqlStore) -> None:
    store.append([searched(1)])
    other = open_store(store.path, entropy=OsEntropy())
    assert len(list(other.events_of("C000001"))) == 1
    store.erase("C000001", Retention.BEHAVIOUR)
    with pytest.raises(ErasedError):
        list(other.events_of("C000001"))
    other.close()
