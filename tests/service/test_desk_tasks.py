"""Taking, giving back, finishing, reassigning; the order of the queue; the load of a team."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from desk_house import (
    CLIENT,
    GU,
    LIN,
    NOW,
    SHEN,
    ZHOU,
    bodies,
    complaint,
    fill,
    minutes,
    only,
)
from hypothesis import given
from hypothesis import strategies as st
from people import event

from tongxing.app import temporary_house
from tongxing.domain.person import Person
from tongxing.domain.task import TaskState
from tongxing.service import desk_tasks
from tongxing.service.append import append
from tongxing.service.client_acts import UnknownClientError
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.desk_making import made, task_id_of, written
from tongxing.service.desk_queue import desk_view
from tongxing.service.desk_reach import UnknownTaskError
from tongxing.service.desk_team import team_view
from tongxing.service.house import House
from tongxing.service.work import work


def test_of_two_who_take_a_task_at_once_the_second_is_told(house: House) -> None:
    fill(house, complaint())
    task = only(house)
    told: list[str] = []
    start = Barrier(2)

    def hands(person: Person) -> None:
        start.wait()
        try:
            desk_tasks.take(house, person, task.task_id)
        except DeskRefusedError as refused:
            told.append(refused.reason)

    threads = [Thread(target=hands, args=(person,)) for person in (LIN, GU)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["taken"]
    assert only(house).state is TaskState.TAKEN


def test_taking_twice_oneself_is_taking_once_and_giving_back_opens_it_again(house: House) -> None:
    fill(house, complaint())
    task_id = only(house).task_id
    desk_tasks.take(house, LIN, task_id)
    assert desk_tasks.take(house, LIN, task_id).assignee == LIN.person_id
    back = desk_tasks.give_back(house, LIN, task_id)
    assert (back.state, back.assignee) == (TaskState.OPEN, None)


def test_a_task_of_another_teams_client_is_as_if_it_were_not_there(house: House) -> None:
    fill(house, complaint())
    task_id = only(house).task_id
    for stranger in (ZHOU, SHEN):
        for wanted in (task_id, "0000", "x" * 500):
            with pytest.raises(UnknownTaskError):
                desk_tasks.take(house, stranger, wanted)
    assert only(house).state is TaskState.OPEN


def test_a_duty_is_done_and_cannot_be_declined(house: House) -> None:
    fill(house, complaint())
    task_id = only(house).task_id
    with pytest.raises(DeskRefusedError, match="duty"):
        desk_tasks.finish(house, LIN, task_id, TaskState.DECLINED, "不想办", now=NOW)
    done = desk_tasks.finish(house, LIN, task_id, TaskState.DONE, "已答复", now=NOW)
    assert done.state is TaskState.DONE
    assert bodies(house, "task_done") == [
        {"task_id": task_id, "outcome": "done", "by": LIN.person_id, "why": "已答复"}
    ]
    with pytest.raises(DeskRefusedError, match="ended"):
        desk_tasks.finish(house, LIN, task_id, TaskState.DONE, "", now=NOW)
    work(house, now=minutes(5))
    assert only(house) == done


def test_declining_says_why(house: House) -> None:
    fill(house)
    task = desk_tasks.open_contact(house, LIN, CLIENT, "问候", token="t", now=NOW)  # noqa: S106
    with pytest.raises(DeskRefusedError, match="empty"):
        desk_tasks.finish(house, LIN, task.task_id, TaskState.DECLINED, " ", now=NOW)
    desk_tasks.finish(house, LIN, task.task_id, TaskState.DECLINED, "客户不需要", now=NOW)
    assert only(house).state is TaskState.DECLINED


def test_a_manager_gives_a_task_to_another_adviser_of_the_team_and_nobody_else_does(house: House) -> None:
    fill(house, complaint())
    task_id = only(house).task_id
    with pytest.raises(DeskRefusedError, match="manager_only"):
        desk_tasks.reassign(house, LIN, task_id, ZHOU.person_id)
    with pytest.raises(DeskRefusedError, match="no_such_adviser"):
        desk_tasks.reassign(house, GU, task_id, SHEN.person_id)
    desk_tasks.reassign(house, GU, task_id, ZHOU.person_id)
    with pytest.raises(DeskRefusedError, match="taken"):
        desk_tasks.take(house, LIN, task_id)
    assert desk_tasks.take(house, ZHOU, task_id).assignee == ZHOU.person_id


def test_a_client_whom_nobody_serves_is_seen_by_managers(house: House) -> None:
    fill(house)
    append(house, [event(1, "complaint_made", {"text": "没人管"}, client="C7", minutes=61)])
    work(house, now=minutes(5))
    (orphan,) = house.store.tasks.of_client("C7")
    assert [line.task_id for line in desk_view(house, GU, now=NOW).lines] == [orphan.task_id]
    assert desk_view(house, LIN, now=NOW).lines == ()


def test_wishes_beyond_the_bound_are_answered_kindly(house: House) -> None:
    fill(house)
    for number in range(desk_tasks.CALLBACKS_LIVE_MAX):
        desk_tasks.ask_for_person(house, CLIENT, f"第{number}件", NOW)
    with pytest.raises(DeskRefusedError, match="enough"):
        desk_tasks.ask_for_person(house, CLIENT, "还有一件", NOW)
    with pytest.raises(UnknownClientError):
        desk_tasks.ask_for_person(house, "C404", "有人吗", NOW)


def test_a_team_is_measured_by_load_and_time_and_not_by_trading(house: House) -> None:
    fill(house, complaint())
    view = team_view(house, GU, now=NOW + timedelta(days=3))
    lin, zhou = view.advisers
    assert (lin.name, lin.load.clients, lin.load.live, lin.load.overdue) == ("林知行", 1, 1, 1)
    assert (zhou.load.clients, zhou.done_bp) == (0, None)
    assert [line.overdue for line in view.lines] == [True]
    desk_tasks.finish(house, LIN, only(house).task_id, TaskState.DONE, "", now=NOW)
    assert team_view(house, GU, now=minutes(1)).advisers[0].done_bp == 10_000


WHATS = ("crisis_hand_over", "fraud", "callback", "complaint", "closing", "held_duty", "newcomer_day_15")


@pytest.fixture(scope="module")
def shared() -> Iterator[House]:
    """One house for all examples: each has a client and an adviser of its own."""
    with temporary_house(seed=8) as found:
        yield found


@given(wanted=st.lists(st.tuples(st.sampled_from(WHATS), st.integers(0, 50), st.integers(0, 5)), max_size=12))
def test_no_offer_stands_before_a_duty_and_no_lesser_duty_before_a_greater(
    shared: House, wanted: list[tuple[str, int, int]]
) -> None:
    client = shared.entropy.token(8).hex()
    with shared.store.batch() as batch:
        batch.tasks.assign(client, client, since=NOW)
        for number, (what, good, hours) in enumerate(wanted):
            at, paper = NOW + timedelta(hours=hours), written(shared.book, what)
            name, good_bp = task_id_of(client, str(number)), good * (what == "newcomer_day_15")
            batch.tasks.add(made(shared.book, client, name, paper, kind="event", at=at, good_bp=good_bp))
    queue = shared.store.tasks.queue([client])
    assert len(queue) == len(wanted)
    keys = [(-task.duty, -task.good_bp, task.due_at) for task in queue]
    assert keys == sorted(keys)  # type: ignore[type-var]
