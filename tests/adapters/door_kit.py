"""What every store must do with what is held for some minutes: facts, checked on each implementation."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tongxing.adapters.store import SqlStore
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Retention
from tongxing.domain.person import Person, Role
from tongxing.service.ports_door import HeldRow

AT = datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)
CHECKS: list[Callable[[SqlStore], None]] = []
TOKEN, OTHER = b"t" * 32, b"u" * 32


def check(fact: Callable[[SqlStore], None]) -> Callable[[SqlStore], None]:
    """Add a fact to the list."""
    CHECKS.append(fact)
    return fact


def a_row(token: bytes = TOKEN, *, minutes: int = 15, person_id: str = "adviser-1") -> HeldRow:
    """Some words of a person, for some minutes."""
    until = AT + timedelta(minutes=minutes)
    return HeldRow(token_hash=token, kind="form", person_id=person_id, until=until, body="客户说".encode())


@check
def what_is_held_is_read_back_as_it_was_and_stays(store: SqlStore) -> None:
    store.door.hold(a_row(), now=AT)
    for _ in range(2):
        assert store.door.held(TOKEN, "form", now=AT) == a_row()
    assert store.door.held(OTHER, "form", now=AT) is None


@check
def what_is_taken_is_taken_once(store: SqlStore) -> None:
    store.door.hold(a_row(), now=AT)
    assert store.door.take(TOKEN, "form", now=AT) == a_row()
    assert store.door.take(TOKEN, "form", now=AT) is None
    assert store.door.held(TOKEN, "form", now=AT) is None


@check
def a_token_of_one_kind_finds_nothing_of_another(store: SqlStore) -> None:
    store.door.hold(a_row(), now=AT)
    assert store.door.held(TOKEN, "oidc", now=AT) is None
    assert store.door.take(TOKEN, "oidc", now=AT) is None
    assert store.door.take(TOKEN, "form", now=AT) is not None


@check
def what_is_over_is_not_there(store: SqlStore) -> None:
    store.door.hold(a_row(minutes=15), now=AT)
    end = AT + timedelta(minutes=15)
    assert store.door.held(TOKEN, "form", now=end - timedelta(microseconds=1)) is not None
    assert store.door.held(TOKEN, "form", now=end) is None
    assert store.door.take(TOKEN, "form", now=end) is None


@check
def what_is_over_is_dropped_with_the_next(store: SqlStore) -> None:
    store.door.hold(a_row(minutes=15), now=AT)
    store.door.hold(a_row(OTHER, minutes=60), now=AT + timedelta(minutes=20))
    assert store.door.held(TOKEN, "form", now=AT) is None
    assert store.door.held(OTHER, "form", now=AT) is not None


@check
def somebody_unknown_may_be_waited_for(store: SqlStore) -> None:
    store.door.hold(a_row(person_id=""), now=AT)
    assert store.door.take(TOKEN, "form", now=AT) == a_row(person_id="")


@check
def what_a_client_typed_is_gone_with_the_clients_key(store: SqlStore) -> None:
    person = Person(person_id="lin-1", name="林晓", role=Role.CLIENT, client_id="C000001")
    store.people.add(person)
    store.door.hold(a_row(person_id="lin-1"), now=AT)
    assert store.door.held(TOKEN, "form", now=AT) is not None
    store.erase("C000001", Retention.CONDUCT)
    assert store.door.held(TOKEN, "form", now=AT) is None
    assert store.door.take(TOKEN, "form", now=AT) is None
