"""Which tasks the worker opens, when they are due, and that each cause opens one."""

from datetime import timedelta

import pytest
from desk_house import CLIENT, LIN, NOW, asked, bodies, complaint, fill, minutes, only, whats
from people import at, event

from tongxing.domain.grades import Channel
from tongxing.domain.task import TaskState
from tongxing.service import desk_paper, desk_tasks
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.work import work

DAYS = timedelta(days=1)


def test_a_complaint_is_a_duty_due_within_its_time(house: House) -> None:
    fill(house, complaint())
    task = only(house)
    paper = desk_paper.decode(task.paper)
    assert (paper.what, paper.words, paper.by) == ("complaint", "费用一直没有人答复", "client")
    assert task.duty > 0
    assert task.due_at == at(5) + timedelta(minutes=1440)


@pytest.mark.parametrize(
    ("kind", "body", "what"),
    [
        ("closing_requested", {"reason": "搬家"}, "closing"),
        ("fraud_reported", {"pattern": "冒充客服"}, "fraud"),
    ],
)
def test_what_a_client_did_asks_for_a_person(
    kind: str, body: dict[str, object], what: str, house: House
) -> None:
    fill(house, event(90, kind, body, minutes=5))
    assert whats(house) == [what]


def test_a_newcomer_is_called_on_day_fifteen_by_a_task_and_not_by_a_message(house: House) -> None:
    fill(house)
    opened = {"name": "赵新", "birth": "1990-01-01", "opened_on": NOW.date().isoformat()}
    append(house, [event(1, "client_registered", opened, client="C2", minutes=61)])
    append(house, [event(2, "consent_given", {"purpose": "personalised_service"}, client="C2", minutes=62)])
    work(house, now=NOW + 15 * DAYS)
    task = only(house, "C2")
    paper = desk_paper.decode(task.paper)
    assert (paper.what, task.kind, task.state) == ("newcomer_day_15", "touch", TaskState.OPEN)
    assert paper.leaf_index is not None
    page = house.book.playbooks["newcomer_day_15"]
    assert task.good_bp == page.lift_bp - page.harm_bp
    assert task.duty == 0


def test_words_of_crisis_reach_the_desk_before_anything_else(house: House) -> None:
    fill(house, complaint(), asked("亏光了，我不想活了"))
    assert whats(house)[0] == "crisis_hand_over"
    first = house.store.tasks.of_client(CLIENT)[0]
    assert first.due_at is not None
    assert first.due_at - first.made_at == timedelta(hours=1)


def test_a_batch_done_twice_opens_a_task_once(house: House) -> None:
    fill(house, complaint())
    before = only(house)
    append(house, [complaint()])
    work(house, now=minutes(5))
    with house.store.batch() as batch:
        assert not batch.tasks.add(before)
    assert only(house) == before


def test_a_duty_held_back_by_a_crisis_is_looked_at_by_a_person(house: House) -> None:
    ended = event(81, "id_document", {"type": "id", "valid_to": "2026-05-01"}, minutes=40)
    fill(house, asked("亏光了，我不想活了", minutes=30), ended)
    assert "id_expired" not in {body["playbook"] for body in bodies(house, "touch_sent")}
    assert sorted(whats(house)) == ["crisis_hand_over", "held_duty"]
    held = next(one for one in house.store.tasks.of_client(CLIENT) if one.kind == "event")
    assert desk_paper.decode(held.paper).words == house.book.playbooks["id_expired"].title


def test_a_duty_that_nothing_holds_back_is_no_task(house: House) -> None:
    fill(house, event(81, "id_document", {"type": "id", "valid_to": "2026-05-01"}, minutes=40))
    assert "id_expired" in {body["playbook"] for body in bodies(house, "touch_sent")}
    assert whats(house) == []


def test_a_task_that_is_no_duty_runs_out_and_the_log_says_so(house: House) -> None:
    fill(house)
    append(house, [event(95, "task_opened", {"task_id": "t95", "what": "contact", "by": "adviser-1"})])
    work(house, now=minutes(1))
    assert only(house).state is TaskState.OPEN
    work(house, now=NOW + 15 * DAYS)
    assert only(house).state is TaskState.EXPIRED
    assert [body["outcome"] for body in bodies(house, "task_done")] == ["expired"]


def test_a_duty_never_runs_out(house: House) -> None:
    fill(house, complaint())
    work(house, now=NOW + 40 * DAYS)
    assert only(house).state is TaskState.OPEN


def test_the_end_of_a_task_that_the_log_tells_is_the_end_of_its_row(house: House) -> None:
    fill(house, complaint())
    done = {"task_id": only(house).task_id, "outcome": "done", "by": "core"}
    append(house, [event(96, "task_done", done, minutes=61)])
    work(house, now=minutes(5))
    assert only(house).state is TaskState.DONE
    foreign = {"task_id": "nobodys", "outcome": "done", "by": "core"}
    append(house, [event(97, "task_done", foreign, minutes=62)])
    work(house, now=minutes(6))
    assert only(house).state is TaskState.DONE


def test_a_task_for_the_desk_is_no_card_of_the_client(house: House) -> None:
    fill(house, complaint(), asked("亏光了，我不想活了"))
    home = [row for row in house.store.messages(CLIENT, now=NOW) if row.channel == Channel.HOME.value]
    assert all(row.playbook != "crisis_hand_over" for row in home)


def test_an_appointment_reminds_the_desk_in_time(house: House) -> None:
    fill(house)
    agreed = at(60 + 24 * 60)
    body = {
        "appointment_id": "a1",
        "by": LIN.person_id,
        "at": agreed.isoformat(),
        "minutes": 30,
        "way": "phone",
    }
    append(house, [event(98, "appointment_set", body, minutes=60)])
    work(house, now=agreed - timedelta(minutes=31))
    assert whats(house) == []
    work(house, now=agreed - timedelta(minutes=29))
    assert whats(house) == ["appointment"]
    assert only(house).due_at == agreed


def test_who_wishes_for_a_person_twice_in_the_same_words_waits_once(house: House) -> None:
    fill(house)
    first = desk_tasks.ask_for_person(house, CLIENT, "想问费用", NOW)
    again = desk_tasks.ask_for_person(house, CLIENT, "想问费用", NOW)
    assert first.task_id == again.task_id
    work(house, now=minutes(5))
    assert whats(house) == ["callback"]
    assert [body["words"] for body in bodies(house, "task_opened")] == ["想问费用"]
