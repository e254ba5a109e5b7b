"""What every store must do with dialogues: a list of facts, checked on each implementation."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tongxing.adapters.store import SqlStore
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Retention
from tongxing.service.ports_talk import DialogueRow

AT = datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)
ONE, TWO = "C000001", "C000002"
CHECKS: list[Callable[[SqlStore], None]] = []


def check(fact: Callable[[SqlStore], None]) -> Callable[[SqlStore], None]:
    """Add a fact to the list."""
    CHECKS.append(fact)
    return fact


def row(version: int, body: bytes = b"state") -> DialogueRow:
    return DialogueRow(version=version, at=AT + timedelta(minutes=version), body=body)


def keep(store: SqlStore, client_id: str, given: DialogueRow) -> bool:
    with store.batch() as batch:
        return batch.dialogues.keep(client_id, given)


@check
def a_dialogue_is_read_back_as_it_was_left(store: SqlStore) -> None:
    assert store.dialogues.of_client(ONE) is None
    assert keep(store, ONE, row(1))
    assert keep(store, ONE, row(2, b"later"))
    assert store.dialogues.of_client(ONE) == row(2, b"later")
    assert store.dialogues.of_client(TWO) is None


@check
def of_two_turns_after_the_same_one_only_the_first_is_kept(store: SqlStore) -> None:
    assert keep(store, ONE, row(1))
    assert not keep(store, ONE, row(1, b"another first"))
    assert keep(store, ONE, row(2))
    assert not keep(store, ONE, row(2, b"another second"))
    assert not keep(store, ONE, row(4, b"one too far"))
    assert store.dialogues.of_client(ONE) == row(2)


@check
def an_erased_dialogue_has_no_body_and_goes_on_anew(store: SqlStore) -> None:
    assert keep(store, ONE, row(1))
    store.erase(ONE, Retention.BEHAVIOUR)
    assert store.dialogues.of_client(ONE) == row(1, b"")
    assert keep(store, ONE, row(2, b"after"))
    assert store.dialogues.of_client(ONE) == row(2, b"after")


@check
def erasing_what_must_be_kept_leaves_no_dialogue_unreadable_of_others(store: SqlStore) -> None:
    assert keep(store, ONE, row(1))
    assert keep(store, TWO, row(1, b"theirs"))
    store.erase(ONE, Retention.BEHAVIOUR)
    assert store.dialogues.of_client(TWO) == row(1, b"theirs")
