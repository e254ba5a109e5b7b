"""One event that cannot be taken in stops neither the others nor, if there are many, unnoticed."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from people import at, event, opening

from tongxing.adapters.store import SqlStore
from tongxing.app import temporary_house
from tongxing.domain.clock import seconds
from tongxing.domain.event import Event
from tongxing.ledger.leaves import opens
from tongxing.service.append import append
from tongxing.service.careful_work import SET_ASIDE_MAX, WorkStoppedError, careful_work
from tongxing.service.house import House
from tongxing.service.round import Round
from tongxing.service.stored import decode_decision
from tongxing.service.work import Cache, WorkReport, step_fold, work


def searched(client: str = "C1", number: int = 10, *, minutes: int = 1) -> Event:
    return event(number, "searched", {"text": "个人养老金怎么开户"}, minutes=minutes, client=client)


def poison(client: str = "C1", number: int = 5) -> Event:
    """A trade without what makes a trade: no reader let it through, yet it stands in the log."""
    return event(number, "trade", {"side": "buy"}, client=client)


def test_a_poisoned_event_is_set_aside_and_the_others_are_served(house: House) -> None:
    append(house, [*opening("C1"), poison("C1"), *opening("C2"), searched("C1"), searched("C2")])
    report = careful_work(house, now=at(2))
    assert (report.set_aside, report.held, house.store.lag()) == (1, 1, 0)
    (row,) = house.store.aside()
    assert (row.client_id, row.seq, row.what) == ("C1", 4, "trade")
    assert "Error" in row.why
    assert "buy" not in row.why, "what an event says is not written into an open column"
    assert [card.playbook for card in house.store.messages("C2", now=at(3))] == ["pension_guide"]
    assert house.store.messages("C1", now=at(3)) == ()


def test_a_poisoned_event_fails_loudly_where_nobody_watches_over_the_store(house: House) -> None:
    append(house, [*opening(), poison()])
    cache = Cache(states={})
    with pytest.raises(Exception, match="code"):
        work(house, now=at(2), cache=cache)
    assert cache.states == {}, "half-folded states are forgotten"
    assert house.store.lag() == 4


def test_many_poisoned_events_stop_the_worker_with_place_and_kind(house: House) -> None:
    append(house, [poison(f"C{number}") for number in range(SET_ASIDE_MAX + 1)])
    with pytest.raises(WorkStoppedError, match=rf"event {SET_ASIDE_MAX + 1} \(trade\)"):
        careful_work(house, now=at(2))
    assert house.store.lag() == 1, "the event it stands before is kept for later"


def test_an_event_changed_on_the_disk_is_set_aside(house: House) -> None:
    append(house, [*opening("C1"), searched("C1"), *opening("C2"), searched("C2")])
    assert isinstance(house.store, SqlStore)
    _damage(house.store.path, 4)
    report = careful_work(house, now=at(2))
    assert [(row.seq, row.what) for row in house.store.aside()] == [(4, "searched")]
    assert (report.set_aside, house.store.lag()) == (1, 0)
    assert len(house.store.messages("C2", now=at(3))) == 1


def _damage(path: Path, seq: int) -> None:
    with closing(sqlite3.connect(path)) as raw:
        (body,) = raw.execute("SELECT body FROM event WHERE seq = ?", (seq,)).fetchone()
        raw.execute("UPDATE event SET body = ? WHERE seq = ?", (body[:-1] + bytes((body[-1] ^ 1,)), seq))
        raw.commit()


def waiting_card(house: House) -> None:
    """Decided and sealed; the worker died before it was sent."""
    append(house, [*opening(), searched()])
    assert step_fold(house, Cache(states={}), WorkReport(), at_most=100)


def test_a_card_that_waited_through_an_outage_is_sent_now_and_says_so(house: House) -> None:
    waiting_card(house)
    later = at(1) + timedelta(days=2)
    report = work(house, now=later)
    (card,) = house.store.messages("C1", now=later)
    assert (report.delivered, card.sent_at) == (1, later)


def test_a_card_whose_time_has_passed_is_withdrawn_and_sealed(house: House) -> None:
    waiting_card(house)
    record = decode_decision(house.store.decisions()[0].payload)
    assert record.verdicts[0].cleared
    report = work(house, now=at(1) + timedelta(days=30))
    assert (report.delivered, report.withdrawn) == (0, 1)
    found = house.store.leaf(house.store.count_leaves() - 1)
    assert found is not None
    sealed, _client, key = found
    assert sealed.leaf.kind == "withdrawal"
    until = at(1) + timedelta(hours=168)
    assert opens(sealed.leaf, "reasons", {"expired": f"held until {until.isoformat()}"}, key)


def test_what_a_house_at_work_sends_is_dated_by_its_clock() -> None:
    with temporary_house(start=at(60 * 24)) as house:
        append(house, [*opening(), searched()])
        careful_work(house, now=house.clock.now())
        (card,) = house.store.messages("C1", now=at(60 * 24 + 1))
        assert card.sent_at == at(60 * 24)
        (decision,) = house.store.decisions()
        assert decision.at == at(1), "judged by what was known when it happened"


def test_a_card_sent_since_counts_when_an_older_event_is_judged(house: House) -> None:
    waiting_card(house)
    work(house, now=at(60 * 24))
    with house.store.batch() as batch:
        profile = Round(house=house, batch=batch, states={}).profile("C1", at(5))
    (touch,) = profile.standing.touches
    assert touch.at == seconds(at(5)), "as if sent at that instant: it rests, and the weekly cap knows it"
