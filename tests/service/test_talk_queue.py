"""From the chat to a person: asked for once, in turn, with what was said; one may leave or be called."""

from datetime import datetime, timedelta

import pytest
from desk_house import GU, LIN, ZHOU, assign, hire
from view_house import CONSENTS, REFUSES, fill

from tongxing.domain.clock import BEIJING
from tongxing.domain.grades import Nature
from tongxing.domain.task import Task, TaskState
from tongxing.service import desk_paper
from tongxing.service.assistant_turns import turns
from tongxing.service.client_acts import ActRefusedError
from tongxing.service.desk_corrections import correct_in_chat
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.desk_reach import UnknownTaskError
from tongxing.service.desk_task_view import task_view
from tongxing.service.desk_tasks import finish, take
from tongxing.service.desk_words import Wish as Words
from tongxing.service.desk_words import send
from tongxing.service.house import House
from tongxing.service.me_who import mine
from tongxing.service.talk_pilot import proposed
from tongxing.service.talk_queue import in_hours, leave, slots, waiting, waiting_task
from tongxing.service.talk_say import Reply, Wish, say
from tongxing.service.talk_view import talk_page
from tongxing.service.work import work

MORNING = datetime(2026, 5, 7, 10, 0, tzinfo=BEIJING)
ONE, TWO = "1", "2"
NIGHT = datetime(2026, 5, 7, 22, 0, tzinfo=BEIJING)


@pytest.fixture
def desk(house: House) -> House:
    """Two clients of one adviser, on a morning with people at their desks."""
    fill(house)
    hire(house, LIN, ZHOU, GU)
    assign(house, CONSENTS, LIN)
    assign(house, REFUSES, LIN)
    house.store.set_setting("market_now", MORNING.isoformat())
    return house


def ask(house: House, text: str, client: str = CONSENTS) -> Reply:
    found = say(house, client, Wish(text=text), now=house.clock.now())
    assert found is not None
    return found


def live(house: House, client: str = CONSENTS) -> list[Task]:
    return [
        one for one in house.store.tasks.of_client(client) if one.state in (TaskState.OPEN, TaskState.TAKEN)
    ]


def only(house: House, client: str = CONSENTS) -> Task:
    found = waiting_task(house, client)
    assert found is not None
    return found


def said(house: House) -> list[str]:
    page = talk_page(mine(house, CONSENTS, now=house.clock.now()), locale="zh-CN")
    return ["\n".join(one.card.body) for one in page.bubbles if one.card is not None]


def test_who_asks_for_a_person_is_asked_for_once_with_what_was_said_before(desk: House) -> None:
    ask(desk, "我的沪深300ETF为什么跌了")
    ask(desk, "转人工")
    ask(desk, "快转人工")
    (task,) = live(desk)
    paper = desk_paper.decode(task.paper)
    assert paper.what == "chat"
    assert paper.words == "转人工"
    assert paper.summary[:3] == ("问的是：转人工", "之前在问：为什么跌了", "产品：沪深300ETF")
    work(desk, now=desk.clock.now() + timedelta(minutes=1))
    assert [one.task_id for one in live(desk)] == [task.task_id]


def test_clients_wait_in_the_order_in_which_they_asked(desk: House) -> None:
    ask(desk, "转人工")
    ask(desk, "转人工", client=REFUSES)
    first, second = waiting(desk, CONSENTS), waiting(desk, REFUSES)
    assert first is not None
    assert second is not None
    assert (first.ahead, second.ahead) == (0, 1)
    assert second.minutes == 2 * first.minutes


def test_how_long_it_takes_is_told_from_what_the_last_ones_took(desk: House) -> None:
    for number in range(3):
        ask(desk, f"转人工，第{number}次")
        task = only(desk)
        take(desk, LIN, task.task_id)
        done_at = task.made_at + timedelta(minutes=9)
        finish(desk, LIN, task.task_id, TaskState.DONE, "", now=done_at)
        work(desk, now=done_at)
        desk.store.set_setting("market_now", done_at.isoformat())
    ask(desk, "转人工")
    place = waiting(desk, CONSENTS)
    assert place is not None
    assert place.minutes in (9, 10)


def test_a_person_reads_the_chat_and_the_assistant_is_silent_until_it_is_given_back(desk: House) -> None:
    ask(desk, "我的沪深300ETF为什么跌了")
    ask(desk, "转人工")
    before = len(said(desk))
    take(desk, LIN, only(desk).task_id)
    reply = ask(desk, "你好，在吗，我想问问费用")
    assert reply.sent is None
    assert len(said(desk)) == before
    view = task_view(desk, LIN, only(desk).task_id, now=desk.clock.now())
    assert [one.words for one in view.chat if one.card is None][-1] == "你好，在吗，我想问问费用"
    words = Words(text="您好，我来核对费用，稍等。", nature=Nature.SERVICE, product="", token=ONE)
    assert send(desk, LIN, only(desk).task_id, words, now=desk.clock.now()).cleared
    work(desk, now=desk.clock.now() + timedelta(minutes=1))
    assert "我来核对费用" in said(desk)[-1]
    finish(desk, LIN, only(desk).task_id, TaskState.DONE, "", now=desk.clock.now() + timedelta(minutes=2))
    assert ask(desk, "怎么开通科创板").sent is not None


def test_in_a_crisis_the_script_comes_though_a_person_reads(desk: House) -> None:
    ask(desk, "转人工")
    take(desk, LIN, only(desk).task_id)
    reply = ask(desk, "我不想活了")
    assert reply.sent is not None
    assert "12356" in "".join(part.text for part in reply.sent.parts)


def test_the_chat_is_open_to_who_took_the_task_and_to_nobody_else(desk: House) -> None:
    ask(desk, "转人工")
    task_id = only(desk).task_id
    assert task_view(desk, LIN, task_id, now=desk.clock.now()).chat == ()
    take(desk, LIN, task_id)
    assert task_view(desk, LIN, task_id, now=desk.clock.now()).chat != ()
    assert task_view(desk, GU, task_id, now=desk.clock.now()).chat == ()


def test_who_waits_may_leave(desk: House) -> None:
    ask(desk, "转人工")
    leave(desk, CONSENTS, now=desk.clock.now())
    assert waiting(desk, CONSENTS) is None
    assert live(desk) == []
    leave(desk, CONSENTS, now=desk.clock.now())
    assert ask(desk, "怎么开通科创板").sent is not None


def test_who_would_rather_be_called_names_a_time_that_is_offered(desk: House) -> None:
    ask(desk, "转人工")
    wanted = slots(desk, MORNING)[0]
    leave(desk, CONSENTS, slot=wanted.isoformat(), now=desk.clock.now())
    (call,) = live(desk)
    paper = desk_paper.decode(call.paper)
    assert paper.what == "callback"
    assert f"{wanted:%Y-%m-%d %H:%M}" in paper.words
    assert call.due_at == wanted + timedelta(hours=1)
    work(desk, now=desk.clock.now() + timedelta(minutes=1))
    assert [one.task_id for one in live(desk)] == [call.task_id]


@pytest.mark.parametrize("slot", ["2026-05-09T10:00:00+08:00", "soon", "2026-05-07T03:00:00+08:00"])
def test_a_time_that_is_not_offered_is_refused_and_the_wait_goes_on(desk: House, slot: str) -> None:
    ask(desk, "转人工")
    with pytest.raises(ActRefusedError, match="no_slot"):
        leave(desk, CONSENTS, slot=slot, now=desk.clock.now())
    assert waiting(desk, CONSENTS) is not None


def test_calls_are_offered_in_working_hours_of_trading_days_alone(desk: House) -> None:
    offered = slots(desk, NIGHT)
    assert offered[0] == datetime(2026, 5, 8, 8, 45, tzinfo=BEIJING)
    assert all(desk.market.is_session(one.date()) for one in offered)
    assert in_hours(desk, MORNING)
    assert not in_hours(desk, NIGHT)
    saturday = datetime(2026, 5, 9, 10, 0, tzinfo=BEIJING)
    assert not in_hours(desk, saturday)
    assert slots(desk, saturday)[0].date() == datetime(2026, 5, 11, tzinfo=BEIJING).date()


def test_a_complaint_has_the_number_of_its_task_and_a_deadline(desk: House) -> None:
    reply = ask(desk, "气死了，我要投诉你们，系统卡得没法下单")
    assert reply.sent is not None
    words = "".join(part.text for part in reply.sent.parts)
    work(desk, now=desk.clock.now() + timedelta(minutes=1))
    (task,) = live(desk)
    assert desk_paper.decode(task.paper).what == "complaint"
    assert task.task_id in words
    assert task.due_at is not None
    assert f"{task.due_at.astimezone(BEIJING):%Y-%m-%d %H:%M}" in words


def test_the_co_pilot_proposes_and_neither_sends_nor_keeps(desk: House) -> None:
    ask(desk, "我的沪深300ETF为什么跌了")
    ask(desk, "转人工")
    take(desk, LIN, only(desk).task_id)
    before = (desk.store.count_events(), desk.store.count_leaves(), len(said(desk)))
    found = proposed(desk, LIN, only(desk).task_id, "我的沪深300ETF为什么跌了", now=desk.clock.now())
    assert "沪深300ETF" in found
    assert (desk.store.count_events(), desk.store.count_leaves(), len(said(desk))) == before
    assert proposed(desk, LIN, only(desk).task_id, "", now=desk.clock.now()) == ""


def test_words_that_began_with_the_assistant_carry_its_mark(desk: House) -> None:
    ask(desk, "转人工")
    take(desk, LIN, only(desk).task_id)
    words = Words(text="科创板要满两年经验。", nature=Nature.SERVICE, product="", token=TWO, assisted=True)
    assert send(desk, LIN, only(desk).task_id, words, now=desk.clock.now()).cleared
    work(desk, now=desk.clock.now() + timedelta(minutes=1))
    page = talk_page(mine(desk, CONSENTS, now=desk.clock.now()), locale="zh-CN")
    (card,) = [one.card for one in page.bubbles if one.by_person]
    assert card is not None
    assert card.ai_mark == desk.book.labels["ai_mark"]


def _taken(desk: House) -> tuple[str, str]:
    """A chat that Lin took: its task, and the first answer of the assistant in it."""
    ask(desk, "怎么开通科创板")
    ask(desk, "转人工")
    work(desk, now=MORNING)
    task = only(desk)
    take(desk, LIN, task.task_id)
    view = task_view(desk, LIN, task.task_id, now=MORNING)
    first = next(one for one in view.chat if one.card is not None)
    assert first.card is not None
    return task.task_id, first.card.touch_id


def test_who_took_a_chat_says_what_was_really_asked_and_the_console_waits_for_a_second_person(
    desk: House,
) -> None:
    task_id, touch_id = _taken(desk)
    view = task_view(desk, LIN, task_id, now=MORNING)
    assert (view.read_as[touch_id].intent, view.read_as[touch_id].corrected) == ("permission", "")
    correct_in_chat(desk, LIN, task_id, touch_id, "suitability", now=MORNING)
    turn = task_view(desk, LIN, task_id, now=MORNING).read_as[touch_id]
    assert (turn.corrected, turn.corrected_by) == ("suitability", LIN.person_id)
    assert [one.corrected for one in turns(desk) if one.touch_id == touch_id] == ["suitability"]
    correct_in_chat(desk, LIN, task_id, touch_id, "none", now=MORNING)
    assert task_view(desk, LIN, task_id, now=MORNING).read_as[touch_id].corrected == "none"


def test_a_chat_is_corrected_by_who_took_it_alone_and_with_words_of_the_list(desk: House) -> None:
    task_id, touch_id = _taken(desk)
    with pytest.raises(DeskRefusedError, match="choice"):
        correct_in_chat(desk, LIN, task_id, touch_id, "something", now=MORNING)
    with pytest.raises(DeskRefusedError, match="gone_turn"):
        correct_in_chat(desk, LIN, task_id, "no-such-answer", "tips", now=MORNING)
    with pytest.raises(UnknownTaskError):
        correct_in_chat(desk, ZHOU, task_id, touch_id, "tips", now=MORNING)
    finish(desk, LIN, task_id, TaskState.DONE, "", now=MORNING)
    work(desk, now=MORNING)
    with pytest.raises(DeskRefusedError, match="not_yours"):
        correct_in_chat(desk, LIN, task_id, touch_id, "tips", now=MORNING)


def test_the_answer_to_another_client_is_not_corrected_from_here(desk: House) -> None:
    task_id, _touch = _taken(desk)
    other = ask(desk, "怎么开通科创板", REFUSES)
    assert other.sent is not None
    with pytest.raises(DeskRefusedError, match="gone_turn"):
        correct_in_chat(desk, LIN, task_id, other.sent.touch_id, "tips", now=MORNING)
