"""A task of a playbook that is switched off: nothing is offered; what is written is refused and sealed."""

from datetime import timedelta

from desk_house import LIN, NOW, assign, fill, only, wish
from people import event

from tongxing.domain.person import Person, Role
from tongxing.domain.task import Task
from tongxing.service.append import append
from tongxing.service.console_replay import EQUAL, replay
from tongxing.service.console_switches import ask_on, confirm_on, switch_off
from tongxing.service.desk_words import profile_now, proposal, send
from tongxing.service.house import House
from tongxing.service.work import work

CLIENT, PLAYBOOK = "C2", "newcomer_day_15"
LATER = NOW + timedelta(days=15)
WORDS = "您好，我是您的顾问，想了解您这两周用得是否顺手。"
OPERATIONS = Person(person_id="operations-1", name="唐沐阳", role=Role.OPERATIONS)
COMPLIANCE = Person(person_id="compliance-1", name="许静之", role=Role.COMPLIANCE)


def called(house: House) -> Task:
    """The task to call a newcomer, of Lin's."""
    fill(house)
    opened = {"name": "赵新", "birth": "1990-01-01", "opened_on": NOW.date().isoformat()}
    append(house, [event(1, "client_registered", opened, client=CLIENT, minutes=61)])
    append(house, [event(2, "consent_given", {"purpose": "personalised_service"}, client=CLIENT, minutes=62)])
    work(house, now=LATER)
    assign(house, CLIENT, LIN)
    return only(house, CLIENT)


def test_words_for_a_switched_off_playbook_are_refused_with_its_reason_and_sealed(house: House) -> None:
    task = called(house)
    profile, at = profile_now(house, CLIENT, LATER)
    before = proposal(house, LIN, task, profile, at)
    switch_off(house, OPERATIONS, PLAYBOOK, "写错了一句话", now=LATER)
    leaves = house.store.count_leaves()
    made = send(house, LIN, task.task_id, wish(WORDS), now=LATER)
    assert not made.cleared
    assert [rule for rule, _detail in made.reasons] == ["switched_off"]
    assert house.store.count_leaves() == leaves + 1
    assert before != ""
    assert proposal(house, LIN, task, profile, at) == ""
    work(house, now=LATER + timedelta(minutes=5))
    assert house.store.tasks.sent([made.touch_id]) == {}


def test_refused_words_keep_every_other_reason_as_well(house: House) -> None:
    task = called(house)
    switch_off(house, OPERATIONS, PLAYBOOK, "写错了一句话", now=LATER)
    made = send(house, LIN, task.task_id, wish("这只股票稳赚不赔，赶紧买入"), now=LATER)
    rules = [rule for rule, _detail in made.reasons]
    assert rules[0] == "switched_off"
    assert "promise" in rules


def test_once_switched_on_again_the_same_words_go_out(house: House) -> None:
    task = called(house)
    switch_off(house, OPERATIONS, PLAYBOOK, "写错了一句话", now=LATER)
    assert not send(house, LIN, task.task_id, wish(WORDS), now=LATER).cleared
    ask_on(house, OPERATIONS, PLAYBOOK, "已改", now=LATER)
    confirm_on(house, COMPLIANCE, PLAYBOOK, now=LATER)
    assert send(house, LIN, task.task_id, wish(WORDS, form="2"), now=LATER).cleared


def test_words_of_a_person_are_judged_again_and_come_out_as_they_were(house: House) -> None:
    task = called(house)
    cleared = send(house, LIN, task.task_id, wish(WORDS), now=LATER)
    refused = send(house, LIN, task.task_id, wish("这只股票稳赚不赔，赶紧买入", form="2"), now=LATER)
    switch_off(house, OPERATIONS, PLAYBOOK, "写错了一句话", now=LATER)
    held = send(house, LIN, task.task_id, wish(WORDS, form="3"), now=LATER)
    assert [made.cleared for made in (cleared, refused, held)] == [True, False, False]
    for made in (cleared, refused, held):
        found = replay(house, made.decision_id)
        assert found is not None
        assert (found.result, found.differences) == (EQUAL, ())
        assert found.compared > 20
