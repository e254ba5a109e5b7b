"""What every store must do with devices: a list of facts, checked on each implementation."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from tongxing.adapters.store import SqlStore
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Retention
from tongxing.domain.grades import Channel
from tongxing.service.ports_devices import Address, Carried, Sending, Stage

AT = datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)
MACHINE = datetime(2026, 11, 2, 10, 0, tzinfo=BEIJING)
MINUTE = timedelta(minutes=1)
CHECKS: list[Callable[[SqlStore], None]] = []
ONE, TWO = "C000001", "C000002"
BY_PUSH = frozenset({Channel.PUSH})


def check(fact: Callable[[SqlStore], None]) -> Callable[[SqlStore], None]:
    """Add a fact to the list."""
    CHECKS.append(fact)
    return fact


def an_address(name: str = "a1", client_id: str = ONE, *, confirmed: bool = True) -> Address:
    return Address(
        address_id=name,
        client_id=client_id,
        channel=Channel.PUSH,
        value='{"endpoint":"https://push.example.com/1"}',
        made_at=MACHINE,
        name="Linux",
        confirmed=confirmed,
    )


def a_sending(name: str = "s1", client_id: str = ONE) -> Sending:
    return Sending(
        sending_id=name,
        client_id=client_id,
        channel=Channel.PUSH,
        leaf_index=0,
        at=AT,
        made_at=MACHINE,
        stage=Stage.CLEARED,
        tries=0,
        next_at=MACHINE + MINUTE,
        last="",
        stored=b"clearance",
        message=b"message",
    )


def keep(store: SqlStore, *sendings: Sending) -> None:
    with store.batch() as batch:
        for one in sendings:
            batch.devices.add(one)


def claim(store: SqlStore, at: datetime = MACHINE, limit: int = 10) -> list[Sending]:
    return list(store.devices.claim(at, until=at + 5 * MINUTE, channels=BY_PUSH, limit=limit))


@check
def an_address_is_read_back_and_only_by_its_client(store: SqlStore) -> None:
    store.devices.add_address(an_address())
    store.devices.add_address(an_address())
    assert store.devices.addresses(ONE) == (an_address(),)
    assert store.devices.addresses(ONE, Channel.EMAIL) == ()
    assert store.devices.addresses(TWO) == ()
    assert store.devices.forget_addresses(TWO, address_id="a1") == 0


@check
def an_address_waits_until_its_owner_confirmed_it(store: SqlStore) -> None:
    store.devices.add_address(an_address(confirmed=False))
    with store.batch() as batch:
        assert not batch.devices.has_address(ONE, Channel.PUSH, confirmed=True)
        assert batch.devices.has_address(ONE, Channel.PUSH, confirmed=False)
    assert not store.devices.confirm_address(TWO, "a1")
    assert store.devices.confirm_address(ONE, "a1")
    with store.batch() as batch:
        assert batch.devices.has_address(ONE, Channel.PUSH, confirmed=True)


@check
def addresses_go_with_the_sensitive_records(store: SqlStore) -> None:
    store.devices.add_address(an_address())
    with store.batch() as batch:
        batch.erase(ONE, Retention.SENSITIVE)
    assert store.devices.addresses(ONE) == ()


@check
def what_is_cleared_is_claimed_once(store: SqlStore) -> None:
    keep(store, a_sending(), a_sending())
    (taken,) = claim(store)
    assert taken == replace(a_sending(), stage=Stage.UNDER_WAY, tries=1)
    assert claim(store) == []


@check
def a_clearance_that_ran_out_is_not_claimed_but_due(store: SqlStore) -> None:
    keep(store, a_sending())
    late = MACHINE + MINUTE
    assert claim(store, late) == []
    with store.batch() as batch:
        assert batch.devices.due(MACHINE, 10) == ()
        assert [one.sending_id for one in batch.devices.due(late, 10)] == ["s1"]


@check
def an_answer_is_due_at_once_and_counts_only_for_what_is_under_way(store: SqlStore) -> None:
    keep(store, a_sending())
    sent = Carried(stage=Stage.SENT, words="http 201")
    store.devices.answer("s1", sent)
    with store.batch() as batch:
        assert batch.devices.due(MACHINE, 10) == ()
    claim(store)
    store.devices.answer("s1", sent)
    with store.batch() as batch:
        (told,) = batch.devices.due(MACHINE, 10)
        assert (told.stage, told.last, told.tries) == (Stage.SENT, "http 201", 1)
        batch.devices.change(replace(told, stage=Stage.DELIVERED))
        assert batch.devices.due(MACHINE + 9 * MINUTE, 10) == ()


@check
def messages_are_counted_by_client_channel_and_time_and_those_stopped_are_not(store: SqlStore) -> None:
    stopped = replace(a_sending("s3"), stage=Stage.WITHDRAWN, last="device_off")
    keep(store, a_sending("s1"), a_sending("s2"), stopped, a_sending("s4", TWO))
    with store.batch() as batch:
        assert batch.devices.count(ONE, Channel.PUSH, AT - MINUTE) == 2
        assert batch.devices.count(ONE, Channel.PUSH, AT) == 0
        assert batch.devices.count(ONE, Channel.SMS, AT - MINUTE) == 0
    assert store.devices.asked(ONE, Channel.PUSH, AT - MINUTE) == 3
    found = {(one.stage, one.last): one.count for one in store.devices.counts(AT - MINUTE)}
    assert found == {(Stage.CLEARED, ""): 3, (Stage.WITHDRAWN, "device_off"): 1}


@check
def words_that_were_erased_end_where_they_are(store: SqlStore) -> None:
    keep(store, a_sending(), a_sending("s2", TWO))
    with store.batch() as batch:
        batch.erase(ONE, Retention.CONDUCT)
    assert [one.client_id for one in claim(store)] == [TWO]
    with store.batch() as batch:
        assert [one.client_id for one in batch.devices.due(MACHINE + 9 * MINUTE, 10)] == [TWO]
