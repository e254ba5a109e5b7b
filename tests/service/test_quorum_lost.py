"""Ten minutes without a quorum of the log's witnesses: nothing unasked goes out, all that is owed does."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from desk_house import LIN, NOW, complaint, fill, hire, only, wish
from people import at, event, opening

from tongxing.adapters.tlog.witness_state import STATE_FILE, FiledWitnesses, write_state
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.ledger.leaves import opens
from tongxing.service.append import append
from tongxing.service.console_replay import EQUAL, replay
from tongxing.service.desk_words import send
from tongxing.service.house import House
from tongxing.service.leaf_view import leaf_view
from tongxing.service.ports_log import QuorumState
from tongxing.service.sealing import receipt_groups
from tongxing.service.stored import decode_decision, decode_message
from tongxing.service.work import Cache, WorkReport, step_deliver, step_fold, work

REACHED = datetime(2026, 5, 6, 9, 0, tzinfo=BEIJING)


@dataclass
class Machine:
    """A machine's clock that a test moves."""

    minutes: float = 0.0

    def __call__(self) -> datetime:
        return REACHED + timedelta(minutes=self.minutes)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def watched(house: House, tmp_path: Path, machine: Machine) -> House:
    """A house whose witnesses made a quorum at nine o'clock."""
    reached(tmp_path, REACHED)
    return replace(house, witnesses=FiledWitnesses(tmp_path, tmp_path / "policy", machine=machine))


def reached(folder: Path, quorum_at: datetime | None) -> None:
    state = QuorumState(
        origin="log.example/records", asked_at=REACHED, quorum_at=quorum_at, size=1, witnesses=()
    )
    write_state(folder, state)


def searched(number: int = 10, *, minutes: int = 1, client: str = "C1") -> Event:
    return event(number, "searched", {"text": "个人养老金怎么开户"}, minutes=minutes, client=client)


def matured(number: int = 20, *, minutes: int = 1) -> Event:
    body = {"code": "R1-90", "amount_fen": 1_000_000, "date": "2026-05-06"}
    return event(number, "product_matured", body, minutes=minutes)


def sent(house: House, client: str = "C1") -> list[str]:
    return [card.playbook for card in house.store.messages(client, now=at(600))]


def refused_by(house: House) -> set[str]:
    rows = house.store.decisions()
    return {
        reason.rule
        for row in rows
        for verdict in decode_decision(row.payload).verdicts
        for reason in verdict.reasons
    }


def test_within_ten_minutes_a_card_goes_out_unmarked(watched: House, machine: Machine) -> None:
    machine.minutes = 10
    append(watched, [*opening(), searched()])
    work(watched, now=at(2))
    assert sent(watched) == ["pension_guide"]
    (row,) = watched.store.decisions()
    assert decode_decision(row.payload).without_quorum == ""


def test_after_ten_minutes_a_card_is_refused_by_name_and_the_refusal_is_sealed(
    watched: House, machine: Machine
) -> None:
    machine.minutes = 10.1
    watched.store.set_setting("market_now", machine().isoformat())
    append(watched, [*opening(), searched()])
    work(watched, now=at(2))
    assert sent(watched) == []
    assert refused_by(watched) == {"quorum_lost"}
    (row,) = watched.store.decisions()
    record = decode_decision(row.payload)
    assert record.without_quorum == "2026-05-06T09:00:00+08:00"
    view = leaf_view(watched, row.leaf_index)
    assert view is not None
    assert view.intact
    assert {one.group: one.opened for one in view.commitments}["quorum"] is True
    found = replay(watched, record.decision.decision_id)
    assert found is not None
    assert (found.result, found.differences) == (EQUAL, ())


def test_a_duty_goes_out_and_its_receipt_is_marked(watched: House, machine: Machine) -> None:
    machine.minutes = 30
    watched.store.set_setting("market_now", machine().isoformat())
    append(watched, [*opening(), matured()])
    work(watched, now=at(2))
    assert sent(watched) == ["product_matured"]
    (row,) = watched.store.messages("C1", now=at(600))
    message = decode_message(row.payload)
    assert message.without_quorum == "2026-05-06T09:00:00+08:00"
    found = watched.store.leaf(row.receipt_index)
    assert found is not None
    sealed, _client, key = found
    assert opens(sealed.leaf, "quorum", {"without_since": message.without_quorum}, key)
    assert all(opens(sealed.leaf, name, fields, key) for name, fields in receipt_groups(message).items())


def test_care_after_words_of_distress_is_not_held_back(watched: House, machine: Machine) -> None:
    machine.minutes = 30
    append(
        watched, [*opening(), event(30, "asked", {"text": "亏得我整夜睡不着", "channel": "chat"}, minutes=1)]
    )
    work(watched, now=at(2))
    assert "distress_offer" in sent(watched)


def test_a_card_that_waits_is_withdrawn_when_the_quorum_is_lost_meanwhile(
    watched: House, machine: Machine
) -> None:
    append(watched, [*opening(), searched()])
    cache, report = Cache(states={}), WorkReport()
    assert step_fold(watched, cache, report, at_most=100)
    assert report.cleared == 1
    machine.minutes = 11
    assert step_deliver(watched, at(3), cache, report)
    assert (report.delivered, report.withdrawn) == (0, 1)
    assert [leaf.leaf.kind for leaf in watched.store.leaves()].count("withdrawal") == 1


def test_when_a_quorum_is_back_cards_go_out_again(watched: House, machine: Machine, tmp_path: Path) -> None:
    machine.minutes = 30
    append(watched, [*opening(), searched()])
    work(watched, now=at(2))
    assert sent(watched) == []
    reached(tmp_path, machine())
    append(watched, [*opening("C2"), searched(client="C2", minutes=3)])
    work(watched, now=at(4))
    assert sent(watched, "C2") == ["pension_guide"]


@pytest.mark.parametrize("damage", ["gone", "no json", "future", "never"])
def test_what_cannot_be_read_or_believed_counts_as_no_quorum(
    watched: House, tmp_path: Path, damage: str
) -> None:
    if damage == "gone":
        (tmp_path / STATE_FILE).unlink()
    elif damage == "no json":
        (tmp_path / STATE_FILE).write_text('{"origin":')
    else:
        reached(tmp_path, REACHED + timedelta(hours=1) if damage == "future" else None)
    append(watched, [*opening(), searched(), matured()])
    work(watched, now=at(2))
    assert sent(watched) == ["product_matured"]
    assert refused_by(watched) == {"quorum_lost"}
    assert {decode_decision(row.payload).without_quorum for row in watched.store.decisions()} == {"never"}


def test_an_adviser_still_answers_a_complaint(watched: House, machine: Machine) -> None:
    machine.minutes = 60
    watched.store.set_setting("market_now", NOW.isoformat())
    fill(watched, complaint())
    task = only(watched)
    made = send(watched, LIN, task.task_id, wish("您好，费用的明细在我的页面里。"), now=NOW)
    assert made.cleared
    work(watched, now=NOW + timedelta(minutes=1))
    assert len(watched.store.tasks.sent([made.touch_id])) == 1
    (row,) = [row for row in watched.store.decisions() if row.decision_id == made.decision_id]
    assert decode_decision(row.payload).without_quorum == "2026-05-06T09:00:00+08:00"


def test_without_a_policy_nothing_changes(house: House) -> None:
    hire(house, LIN)
    append(house, [*opening(), searched()])
    work(house, now=at(2))
    assert sent(house) == ["pension_guide"]
    (row,) = house.store.decisions()
    leaf = house.store.leaf(row.leaf_index)
    assert leaf is not None
    assert "quorum" not in {one.group for one in leaf[0].leaf.commitments}
