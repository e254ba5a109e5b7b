"""Leaving: filed with one act, a person calls, suggestions end; taken back, and all is as before."""

from datetime import timedelta

import pytest
from desk_house import GU, LIN, ZHOU, assign, hire
from view_house import CONSENTS, NOW, fill

from tongxing.domain.task import Task, TaskState
from tongxing.service import desk_paper
from tongxing.service.client_acts import ActRefusedError
from tongxing.service.house import House
from tongxing.service.me_closing import ClosingPage, closing_page, file_wish, take_back
from tongxing.service.me_who import mine
from tongxing.service.talk_say import Reply, Wish, say
from tongxing.service.work import work

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def desk(house: House) -> House:
    fill(house)
    hire(house, LIN, ZHOU, GU)
    assign(house, CONSENTS, LIN)
    return house


def page(house: House) -> ClosingPage:
    return closing_page(mine(house, CONSENTS, now=LATER))


def tasks(house: House) -> list[Task]:
    work(house, now=LATER)
    return [
        one for one in house.store.tasks.of_client(CONSENTS) if desk_paper.decode(one.paper).what == "closing"
    ]


def ask(house: House) -> Reply:
    reply = say(house, CONSENTS, Wish(text="我想销户"), now=LATER)
    assert reply is not None
    assert reply.sent is not None
    return reply


def test_the_page_names_what_is_left_and_asks_for_no_reason(desk: House) -> None:
    found = page(desk)
    assert found.holdings == ("沪深300ETF", "自造基金")
    assert found.cash_fen == 123_456 + 50_000
    assert found.requested_at is None
    assert found.sessions == 2


def test_one_act_files_it_a_person_gets_a_task_and_suggestions_end(desk: House) -> None:
    file_wish(desk, CONSENTS, now=NOW)
    filed = page(desk)
    assert filed.requested_at is not None
    assert filed.answer_by == filed.requested_at + timedelta(days=1)
    (task,) = tasks(desk)
    assert task.state is TaskState.OPEN
    assert task.duty
    assert task.due_at == filed.answer_by
    assert mine(desk, CONSENTS, now=LATER).profile().standing.closing


def test_pressed_twice_it_is_filed_once(desk: House) -> None:
    file_wish(desk, CONSENTS, now=NOW)
    file_wish(desk, CONSENTS, now=LATER)
    assert len(tasks(desk)) == 1


def test_taken_back_its_task_ends_and_the_house_may_speak_again(desk: House) -> None:
    file_wish(desk, CONSENTS, now=NOW)
    assert len(tasks(desk)) == 1
    take_back(desk, CONSENTS, now=LATER)
    assert page(desk).requested_at is None
    (task,) = tasks(desk)
    assert task.state is TaskState.DONE
    assert not mine(desk, CONSENTS, now=LATER).profile().standing.closing
    with pytest.raises(ActRefusedError, match="not_filed"):
        take_back(desk, CONSENTS, now=LATER)


def test_after_a_change_of_mind_it_can_be_filed_anew(desk: House) -> None:
    file_wish(desk, CONSENTS, now=NOW)
    take_back(desk, CONSENTS, now=NOW + timedelta(minutes=1))
    file_wish(desk, CONSENTS, now=LATER)
    assert [one.state for one in sorted(tasks(desk), key=lambda one: one.made_at)] == [
        TaskState.DONE,
        TaskState.OPEN,
    ]


def test_the_chat_leads_to_it_at_once_and_says_when_it_is_filed(desk: House) -> None:
    first = ask(desk)
    assert first.sent is not None
    assert [part.page for part in first.sent.parts if part.role == "action"] == ["/me/closing"]
    assert "close_filed" not in [one.page for one in first.said.spoken]
    file_wish(desk, CONSENTS, now=NOW)
    (told,) = (one for one in ask(desk).said.spoken if one.page == "close_filed")
    filed = page(desk)
    assert filed.answer_by is not None
    assert told.shown["call_by"] == f"{filed.answer_by:%Y-%m-%d %H:%M}"
