"""What every store must do: a list of facts, checked against each implementation of the port."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread

import pytest

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.leaf import Leaf
from tongxing.domain.touch import Decision, Trigger
from tongxing.ledger.leaves import decode, leaf, leaf_hash, opens
from tongxing.service.ports import Batch, MessageRow, SetAside, Store, StoreError

AT = datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)
RECORD_KEY = bytes(range(32))
WORDS = {"text": "个人养老金账户怎么开"}
CHECKS: list[Callable[[Store], None]] = []


def check(fact: Callable[[Store], None]) -> Callable[[Store], None]:
    """Add a fact to the list."""
    CHECKS.append(fact)
    return fact


def searched(number: int, client_id: str = "C000001", text: str = "养老金") -> Event:
    """One search, a second after the one before."""
    at = AT + timedelta(seconds=number)
    return Event(
        source="app",
        source_seq=f"{number:06d}",
        client_id=client_id,
        ts=at,
        known_at=at,
        kind="searched",
        body={"text": text},
    )


def a_leaf(kind: str = "decision") -> Leaf:
    """A leaf over one group of words."""
    return leaf(kind, at=AT, groups={"words": WORDS}, record_key=RECORD_KEY)


def a_decision(number: int, client_id: str = "C000001") -> Decision:
    """A decision that chose nothing."""
    return Decision(
        decision_id=f"d{number}",
        client_id=client_id,
        trigger=Trigger(name="sign:pension_searched", cause=f"app/{number:06d}", at=AT),
        considered=(),
        touches=(),
        features={"searches_30d": 3},
        book_digest="b" * 64,
        code_version="1",
    )


def a_message(number: int, leaf_index: int, client_id: str = "C000001") -> MessageRow:
    """A card valid for three days."""
    return MessageRow(
        message_id=f"m{number}",
        touch_id=f"t{number}",
        client_id=client_id,
        playbook="pension_guide",
        channel="home",
        slot="for_you",
        sent_at=AT + timedelta(minutes=number),
        valid_until=AT + timedelta(days=3),
        leaf_index=leaf_index,
        receipt_index=leaf_index,
        dismissed=False,
        payload=b"the words",
    )


def keep_leaf(batch: Batch, client_id: str = "C000001") -> int:
    """Append a leaf; its index."""
    return batch.add_leaf(a_leaf(), client_id, RECORD_KEY).index


@check
def an_event_reads_back_as_it_was_appended(store: Store) -> None:
    precise = replace(searched(1), ts=AT.replace(microsecond=1), known_at=AT.replace(microsecond=999_999))
    assert store.append([precise, searched(2)]).accepted == (0, 1)
    assert [entry.event for entry in store.events_of("C000001")] == [precise, searched(2)]
    assert [entry.seq for entry in store.events_of("C000001")] == [1, 2]


@check
def an_event_offered_twice_is_a_duplicate_and_a_changed_one_a_conflict(store: Store) -> None:
    store.append([searched(1)])
    answer = store.append(
        [searched(2), searched(1), searched(1, text="房贷"), searched(2), searched(2, text="x")]
    )
    assert (answer.accepted, answer.duplicates, answer.conflicts) == ((0,), (1, 3), (2, 4))
    assert store.count_events() == 2


@check
def a_second_import_at_a_later_hour_is_still_a_duplicate(store: Store) -> None:
    store.append([searched(1)])
    again = replace(searched(1), known_at=AT + timedelta(days=30))
    assert store.append([again]).duplicates == (0,)


@check
def the_same_number_from_another_source_is_another_event(store: Store) -> None:
    other = replace(searched(1), source="core")
    assert store.append([searched(1), other]).accepted == (0, 1)


@check
def a_key_of_another_client_is_a_conflict(store: Store) -> None:
    store.append([searched(1)])
    assert store.append([searched(1, client_id="C000002")]).conflicts == (0,)


@check
def events_of_a_client_stop_before_what_was_not_yet_known(store: Store) -> None:
    late = replace(searched(1), known_at=AT + timedelta(days=2))
    store.append([late, searched(2), searched(3, client_id="C000002")])
    known = store.events_of("C000001", known_before=AT + timedelta(days=1))
    assert [entry.event.source_seq for entry in known] == ["000002"]


@check
def many_events_of_one_client_come_in_log_order(store: Store) -> None:
    for start in range(0, 2_500, 500):
        store.append([searched(number) for number in range(start, start + 500)])
    assert [entry.seq for entry in store.events_of("C000001")] == list(range(1, 2_501))
    assert [entry.seq for entry in store.events(after=2_490)] == list(range(2_491, 2_501))
    assert len(store.events(after=10, limit=7)) == 7


@check
def clients_are_listed_once_in_order(store: Store) -> None:
    store.append([searched(number, client_id=f"C{number % 5}") for number in range(20)])
    assert list(store.client_ids()) == ["C0", "C1", "C2", "C3", "C4"]
    assert list(store.client_ids(after="C1", limit=2)) == ["C2", "C3"]


@check
def the_worker_sees_each_event_until_it_says_it_is_folded(store: Store) -> None:
    store.append([searched(number, client_id=f"C{number}") for number in range(1, 8)])
    assert store.lag() == 7
    with store.batch() as batch:
        first = batch.unfolded(4)
        batch.fold_done(first[-1].seq)
    assert [entry.seq for entry in first] == [1, 2, 3, 4]
    assert store.lag() == 3
    with store.batch() as batch:
        batch.fold_done(2)
        assert [entry.seq for entry in batch.unfolded(100)] == [5, 6, 7], "an offset never goes back"


def _write_everything_then_fail(store: Store) -> None:
    with store.batch() as batch:
        batch.append([searched(2), searched(3, client_id="C000009")])
        batch.save_state("C000001", b"state", 1)
        index = keep_leaf(batch)
        batch.enqueue(idem="t1", client_id="C000001", payload=b"x", leaf_index=index)
        batch.set_timer(idem="j1", client_id="C000001", name="journey:newcomer:1", due=AT)
        batch.waiting(10)
        batch.fold_done(1)
        raise ZeroDivisionError


@check
def a_batch_that_fails_leaves_nothing_behind(store: Store) -> None:
    store.append([searched(1)])
    with pytest.raises(ZeroDivisionError):
        _write_everything_then_fail(store)
    assert (store.count_events(), store.count_leaves(), store.lag()) == (1, 0, 1)
    assert store.state("C000001") is None
    assert list(store.client_ids()) == ["C000001"]
    with store.batch() as batch:
        assert not batch.waiting(10)
        assert not batch.due_timers(AT, 10)
    store.append([searched(3, client_id="C000009")])
    assert next(iter(store.events_of("C000009"))).event == searched(3, client_id="C000009")


@check
def a_state_is_kept_and_its_seq_never_goes_back(store: Store) -> None:
    with store.batch() as batch:
        assert batch.state("C000001") is None
        batch.save_state("C000001", b"first", 5)
        assert batch.state("C000001") == b"first"
    with store.batch() as batch:
        batch.save_state("C000001", b"second", 0)
    assert store.state("C000001") == b"second"


@check
def many_states_are_read_at_once_and_as_last_saved(store: Store) -> None:
    with store.batch() as batch:
        batch.save_state("C1", b"old", 1)
        batch.save_state("C2", b"two", 1)
    with store.batch() as batch:
        batch.save_state("C1", b"new", 2)
        assert batch.states({"C1", "C2", "C3"}) == {"C1": b"new", "C2": b"two"}


@check
def a_batch_reads_the_leaves_it_wrote_and_those_before(store: Store) -> None:
    with store.batch() as batch:
        keep_leaf(batch)
    with store.batch() as batch:
        keep_leaf(batch, "C000002")
        found = [batch.leaf(index) for index in range(3)]
    assert [row and row[1] for row in found] == ["C000001", "C000002", None]


@check
def events_appended_one_by_one_in_a_batch_are_told_from_duplicates_and_conflicts(store: Store) -> None:
    with store.batch() as batch:
        assert batch.append([searched(1)]).accepted == (0,)
        assert batch.append([searched(1)]).duplicates == (0,)
        assert batch.append([searched(1, text="other words")]).conflicts == (0,)
        assert [entry.event for entry in batch.unfolded(10)] == [searched(1)]
        assert batch.append([searched(2), searched(1)]).accepted == (0,)
    assert [entry.event for entry in store.events()] == [searched(1), searched(2)]


@check
def what_was_set_aside_is_kept_once_in_order(store: Store) -> None:
    first = SetAside(client_id="C1", seq=7, what="trade", why="KeyError at takes.py:1")
    second = SetAside(client_id="C1", seq=0, what="card", why="ValueError")
    with store.batch() as batch:
        for row in (first, second, first):
            batch.set_aside(row)
        assert batch.aside() == (first, second)
    assert store.aside() == (first, second)


@check
def leaves_are_numbered_without_gaps_and_open_with_their_record_key(store: Store) -> None:
    for _ in range(3):
        with store.batch() as batch:
            keep_leaf(batch)
            keep_leaf(batch, "C000002")
    assert store.count_leaves() == 6
    kept = store.leaves(limit=100)
    assert [sealed.index for sealed in kept] == list(range(6))
    assert all(leaf_hash(sealed.encoded) == sealed.leaf_hash for sealed in kept)
    assert all(decode(sealed.encoded) == sealed.leaf for sealed in kept)
    assert [sealed.index for sealed in store.leaves(after=4, limit=1)] == [4]
    found = store.leaf(3)
    assert found is not None
    sealed, client_id, record_key = found
    assert (sealed.index, client_id) == (3, "C000002")
    assert opens(sealed.leaf, "words", WORDS, record_key)
    assert store.leaf(6) is None


@check
def a_decision_is_kept_once_and_listed_newest_first(store: Store) -> None:
    with store.batch() as batch:
        for number in range(5):
            client_id = f"C{number % 2}"
            index = keep_leaf(batch, client_id)
            batch.add_decision(
                a_decision(number, client_id), chosen=1, refused=2, payload=b"record", leaf_index=index
            )
        batch.add_decision(a_decision(4, "C0"), chosen=9, refused=9, payload=b"again", leaf_index=0)
    listed = store.decisions(limit=3)
    assert [row.decision_id for row in listed] == ["d4", "d3", "d2"]
    assert [row.decision_id for row in store.decisions(before="d2")] == ["d1", "d0"]
    assert [row.decision_id for row in store.decisions(client_id="C1")] == ["d3", "d1"]
    row = store.decision("d4")
    assert row is not None
    assert (row.trigger, row.cause, row.at) == ("sign:pension_searched", "app/000004", AT)
    assert (row.chosen, row.refused, row.leaf_index, row.payload) == (1, 2, 4, b"record")
    assert store.decision("d9") is None


@check
def a_cleared_draft_waits_once_until_it_is_sent_or_withdrawn(store: Store) -> None:
    with store.batch() as batch:
        index = keep_leaf(batch)
        for touch in ("t1", "t2", "t1"):
            batch.enqueue(idem=touch, client_id="C000001", payload=touch.encode(), leaf_index=index)
    with store.batch() as batch:
        rows = batch.waiting(10)
        assert [(row.idem, row.payload, row.leaf_index) for row in rows] == [
            ("t1", b"t1", 0),
            ("t2", b"t2", 0),
        ]
        assert len(batch.waiting(1)) == 1
        batch.outbox_done(rows[0].outbox_id, "sent")
        batch.enqueue(idem="t1", client_id="C000001", payload=b"t1", leaf_index=index)
        assert [row.idem for row in batch.waiting(10)] == ["t2"], "sent once is sent for ever"


@check
def a_card_is_shown_while_valid_and_until_it_is_dismissed(store: Store) -> None:
    with store.batch() as batch:
        index = keep_leaf(batch)
        for number in (1, 2, 3, 2):
            batch.add_message(a_message(number, index))
        batch.add_message(a_message(4, index, "C000002"))
    shown = store.messages("C000001", now=AT)
    assert [row.message_id for row in shown] == ["m3", "m2", "m1"]
    assert shown[0] == a_message(3, index)
    with store.batch() as batch:
        batch.dismiss("t2")
    assert [row.message_id for row in store.messages("C000001", now=AT, limit=1)] == ["m3"]
    assert [row.message_id for row in store.messages("C000001", now=AT)] == ["m3", "m1"]
    assert not store.messages("C000001", now=AT + timedelta(days=3))


@check
def a_card_sent_and_dismissed_in_one_batch_is_not_shown(store: Store) -> None:
    with store.batch() as batch:
        batch.add_message(a_message(1, keep_leaf(batch)))
        batch.dismiss("t1")
    assert not store.messages("C000001", now=AT)


@check
def a_timer_fires_when_due_once_and_not_after_it_was_cancelled(store: Store) -> None:
    with store.batch() as batch:
        for day in (3, 1, 2, 1):
            due = AT + timedelta(days=day)
            batch.set_timer(idem=f"n|{day}", client_id="C000001", name=f"journey:newcomer:{day}", due=due)
        batch.set_timer(idem="other", client_id="C000002", name="journey:newcomer:1", due=AT)
    with store.batch() as batch:
        due_rows = batch.due_timers(AT + timedelta(days=2), 10)
        assert [row.idem for row in due_rows] == ["other", "n|1", "n|2"]
        assert due_rows[1].due == AT + timedelta(days=1)
        for row in due_rows[:2]:
            batch.timer_done(row.timer_id)
    with store.batch() as batch:
        assert batch.cancel_timers("C000001", "journey:newcomer:") == 2
        assert batch.cancel_timers("C000001", "journey:newcomer:") == 0
        batch.set_timer(idem="n|1", client_id="C000001", name="journey:newcomer:1", due=AT)
        assert not batch.due_timers(AT + timedelta(days=30), 10)


@check
def a_name_with_wildcards_cancels_only_itself(store: Store) -> None:
    with store.batch() as batch:
        batch.set_timer(idem="a", client_id="C000001", name="journey:a", due=AT)
        assert batch.cancel_timers("C000001", "journey_") == 0
        assert batch.cancel_timers("C000001", "%") == 0


@check
def a_setting_is_replaced(store: Store) -> None:
    assert store.setting("market_now") is None
    store.set_setting("market_now", "a")
    store.set_setting("market_now", "b")
    assert store.setting("market_now") == "b"


@check
def a_job_is_taken_once_and_reports_its_progress(store: Store) -> None:
    assert store.next_job() is None
    first, second = store.add_job("advance_day", "2026-05-07"), store.add_job("restart_demo", "")
    taken = store.next_job()
    assert taken is not None
    assert (taken.job_id, taken.state, taken.argument) == (first, "running", "2026-05-07")
    store.report(first, done=3, total=10, note="pricing")
    job = store.job(first)
    assert job is not None
    assert (job.done, job.total, job.note, job.state) == (3, 10, "pricing", "running")
    store.report(first, done=10, total=10, note="", state="done")
    next_taken = store.next_job()
    assert next_taken is not None
    assert next_taken.job_id == second
    assert [(row.job_id, row.state) for row in store.jobs()] == [(second, "running"), (first, "done")]
    assert store.job(99) is None


@check
def reads_do_not_see_an_open_batch(store: Store) -> None:
    with store.batch() as batch:
        batch.append([searched(1)])
        keep_leaf(batch)
        assert (store.count_events(), store.count_leaves()) == (0, 0)
    assert (store.count_events(), store.count_leaves()) == (1, 1)


@check
def a_demo_store_is_emptied_and_filled_anew(store: Store) -> None:
    store.set_setting("clock", "market")
    store.set_setting("market_now", AT.isoformat())
    store.set_setting("filled", "yes")
    store.append([searched(1)])
    with store.batch() as batch:
        index = keep_leaf(batch)
        batch.add_decision(a_decision(1), chosen=0, refused=0, payload=b"", leaf_index=index)
        batch.add_message(a_message(1, index))
        batch.enqueue(idem="t1", client_id="C000001", payload=b"x", leaf_index=index)
        batch.set_timer(idem="j1", client_id="C000001", name="journey:newcomer:1", due=AT)
        batch.save_state("C000001", b"state", 1)
        batch.fold_done(1)
    store.wipe()
    assert (store.count_events(), store.count_leaves(), store.lag()) == (0, 0, 0)
    assert (list(store.client_ids()), list(store.jobs()), list(store.decisions())) == ([], [], [])
    assert [store.setting(name) for name in ("clock", "market_now", "filled")] == [
        "market",
        AT.isoformat(),
        None,
    ]
    store.append([searched(1), searched(2)])
    with store.batch() as batch:
        assert [entry.seq for entry in batch.unfolded(10)] == [1, 2]
        assert keep_leaf(batch) == 0
        assert not batch.waiting(1)


@check
def a_store_on_the_wall_clock_is_never_emptied(store: Store) -> None:
    store.append([searched(1)])
    for clock in (None, "wall"):
        if clock is not None:
            store.set_setting("clock", clock)
        with pytest.raises(StoreError, match="demo"):
            store.wipe()
    assert store.count_events() == 1


@check
def a_moved_timer_fires_once_for_each_instant_it_was_moved_to(store: Store) -> None:
    def moved_to(days: int) -> None:
        with store.batch() as batch:
            batch.move_timer(client_id="C1", name="id_expiring", due=AT + timedelta(days=days))

    def fired(days: int) -> int:
        with store.batch() as batch:
            rows = batch.due_timers(AT + timedelta(days=days), 10)
            for row in rows:
                batch.timer_done(row.timer_id)
            return len(rows)

    moved_to(3)
    moved_to(5)
    assert [fired(4), fired(5), fired(9)] == [0, 1, 0], "only at the instant it was moved to last"
    moved_to(5)
    assert fired(9) == 0, "what fired for this instant does not fire for it again"
    moved_to(7)
    moved_to(6)
    moved_to(7)
    assert [fired(6), fired(7)] == [0, 1], "moved back it is set again"


@check
def a_timer_that_fires_may_move_itself_in_the_same_batch(store: Store) -> None:
    with store.batch() as batch:
        batch.move_timer(client_id="C1", name="birthday", due=AT)
        batch.move_timer(client_id="C2", name="birthday", due=AT)
    with store.batch() as batch:
        for row in batch.due_timers(AT, 10):
            batch.timer_done(row.timer_id)
            batch.move_timer(client_id=row.client_id, name=row.name, due=AT + timedelta(days=365))
        assert not batch.due_timers(AT, 10)
    with store.batch() as batch:
        assert [row.client_id for row in batch.due_timers(AT + timedelta(days=365), 10)] == ["C1", "C2"]
        assert batch.cancel_timers("C1", "birthday") == 1
        assert len(batch.due_timers(AT + timedelta(days=365), 10)) == 1


@check
def timers_fire_once_when_the_clock_goes_back(store: Store) -> None:
    with store.batch() as batch:
        batch.set_timer(idem="a", client_id="C1", name="journey:newcomer:1", due=AT)
        (row,) = batch.due_timers(AT + timedelta(hours=2), 10)
        batch.timer_done(row.timer_id)
    with store.batch() as batch:
        assert not batch.due_timers(AT - timedelta(hours=1), 10)
        assert not batch.due_timers(AT + timedelta(hours=2), 10)


@check
def an_event_dated_before_the_one_written_earlier_keeps_its_place_in_the_log(store: Store) -> None:
    store.append([searched(9)])
    store.append([searched(1)])
    assert [entry.event.source_seq for entry in store.events()] == ["000009", "000001"]
    with store.batch() as batch:
        entries = batch.unfolded(10)
        assert [entry.seq for entry in entries] == [1, 2]
        batch.fold_done(2)
    assert store.lag() == 0


@check
def what_was_set_aside_is_released_by_client(store: Store) -> None:
    with store.batch() as batch:
        for client, seq in (("C1", 7), ("C1", 0), ("C2", 9)):
            batch.set_aside(SetAside(client_id=client, seq=seq, what="trade", why="KeyError"))
    with store.batch() as batch:
        assert batch.release("C1") == 2
        assert batch.release("C1") == 0
    assert [row.client_id for row in store.aside()] == ["C2"]


@check
def events_that_can_be_read_are_told_apart_from_those_erased(store: Store) -> None:
    store.append([searched(1), searched(2)])
    assert [entry.seq for entry in store.kept_events_of("C000001")] == [1, 2]
    assert store.folded_through("C000001") == 0
    with store.batch() as batch:
        batch.fold_done(batch.unfolded(10)[-1].seq)
    assert store.folded_through("C000001") == 2


@check
def one_look_tells_one_state_and_the_next_look_the_next(store: Store) -> None:
    store.set_setting("mood", "calm")
    with store.looking():
        assert store.setting("mood") == "calm"
        other = Thread(target=store.set_setting, args=("mood", "lively"))
        other.start()
        other.join()
        assert store.setting("mood") == "calm"
        assert store.setting("nothing") is None
    assert store.setting("mood") == "lively"
    with store.looking():
        assert store.setting("mood") == "lively"
