"""One person stops a playbook at once; two start it again; every act is sealed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from view_house import CONSENTS, NOW, event, fill, searches

from tongxing.app.house import temporary_house
from tongxing.domain.person import Person, Role
from tongxing.service.append import append
from tongxing.service.console_replay import EQUAL, replay
from tongxing.service.console_switches import (
    SwitchRefusedError,
    ask_on,
    confirm_on,
    decline_on,
    switch_of,
    switch_off,
)
from tongxing.service.house import House
from tongxing.service.leaf_view import leaf_view
from tongxing.service.stored import decode_decision
from tongxing.service.work import Cache, WorkReport, step_deliver, step_fold, work

PLAYBOOK = "pension_guide"
OPERATIONS = Person(person_id="operations-1", name="唐沐阳", role=Role.OPERATIONS)
COMPLIANCE = Person(person_id="compliance-1", name="许静之", role=Role.COMPLIANCE)
ADVISER = Person(person_id="adviser-1", name="林知行", role=Role.ADVISER)
WHY = "the text names a tax rate that changed"


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house() as house:
        fill(house)
        yield house


def reasons(house: House, playbook: str = PLAYBOOK) -> list[str]:
    """Why the latest decision did not take a playbook."""
    record = decode_decision(house.store.decisions(client_id=CONSENTS)[0].payload)
    return [
        reason for one in record.decision.considered if one.playbook == playbook for reason in one.reasons
    ]


def cards(house: House) -> list[str]:
    return [row.playbook for row in house.store.messages(CONSENTS, now=NOW)]


def test_a_playbook_that_is_off_is_answered_so_in_the_next_record_and_nothing_is_sent(house: House) -> None:
    switch_off(house, OPERATIONS, PLAYBOOK, WHY, now=NOW)
    searches(house, CONSENTS)
    assert reasons(house) == ["switched_off: the house does not use this playbook now"]
    assert PLAYBOOK not in cards(house)
    answer = replay(house, house.store.decisions(client_id=CONSENTS)[0].decision_id)
    assert answer is not None
    assert (answer.result, answer.sealed) == (EQUAL, True)


def test_the_same_client_gets_it_while_nobody_switched(house: House) -> None:
    searches(house, CONSENTS)
    assert reasons(house) == []
    assert PLAYBOOK in cards(house)


def test_cards_that_were_delivered_leave_the_page_and_do_not_come_back(house: House) -> None:
    searches(house, CONSENTS)
    switch_off(house, OPERATIONS, PLAYBOOK, WHY, now=NOW)
    assert PLAYBOOK not in cards(house)
    ask_on(house, OPERATIONS, PLAYBOOK, "the text was repaired", now=NOW + timedelta(minutes=1))
    confirm_on(house, COMPLIANCE, PLAYBOOK, now=NOW + timedelta(minutes=2))
    assert not switch_of(house, PLAYBOOK).off
    assert PLAYBOOK not in cards(house)


def test_a_card_that_waits_is_withdrawn_when_its_playbook_is_switched_off_meanwhile(house: House) -> None:
    report = WorkReport()
    searches_unsent(house, report)
    assert report.cleared == 1
    switch_off(house, OPERATIONS, PLAYBOOK, WHY, now=NOW)
    step_deliver(house, NOW, Cache(states={}), report, at_most=10)
    assert (report.delivered, report.withdrawn) == (0, 1)
    assert house.store.leaves(after=house.store.count_leaves() - 1)[0].leaf.kind == "withdrawal"


def searches_unsent(house: House, report: WorkReport) -> None:
    """The client searches; the decision is sealed and nothing is sent yet."""
    append(house, (event(CONSENTS, 900, "searched", {"text": "养老金怎么开户"}, NOW),))
    step_fold(house, Cache(states={}), report, at_most=500)


def test_who_asked_cannot_agree_and_another_person_can(house: House) -> None:
    switch_off(house, COMPLIANCE, PLAYBOOK, WHY, now=NOW)
    ask_on(house, OPERATIONS, PLAYBOOK, "repaired", now=NOW)
    with pytest.raises(SwitchRefusedError, match="same_person"):
        confirm_on(house, OPERATIONS, PLAYBOOK, now=NOW)
    assert switch_of(house, PLAYBOOK).off
    confirm_on(house, COMPLIANCE, PLAYBOOK, now=NOW)
    assert not switch_of(house, PLAYBOOK).off


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda house: switch_off(house, ADVISER, PLAYBOOK, WHY, now=NOW), "role"),
        (lambda house: switch_off(house, OPERATIONS, "no_such_playbook", WHY, now=NOW), "unknown"),
        (lambda house: switch_off(house, OPERATIONS, PLAYBOOK, "  \n ", now=NOW), "no_reason"),
        (lambda house: switch_off(house, OPERATIONS, PLAYBOOK, "x" * 301, now=NOW), "too_long"),
        (lambda house: ask_on(house, OPERATIONS, PLAYBOOK, WHY, now=NOW), "already_on"),
        (lambda house: confirm_on(house, OPERATIONS, PLAYBOOK, now=NOW), "already_on"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_no_trace(
    house: House, act: Callable[[House], object], reason: str
) -> None:
    leaves = house.store.count_leaves()
    with pytest.raises(SwitchRefusedError, match=reason):
        act(house)
    assert (house.store.count_leaves(), house.store.switches.acts()) == (leaves, ())


def test_a_wish_is_declined_and_may_be_asked_again(house: House) -> None:
    switch_off(house, OPERATIONS, PLAYBOOK, WHY, now=NOW)
    with pytest.raises(SwitchRefusedError, match="not_asked"):
        confirm_on(house, COMPLIANCE, PLAYBOOK, now=NOW)
    ask_on(house, OPERATIONS, PLAYBOOK, "repaired", now=NOW)
    with pytest.raises(SwitchRefusedError, match="already_asked"):
        ask_on(house, COMPLIANCE, PLAYBOOK, "me too", now=NOW)
    decline_on(house, COMPLIANCE, PLAYBOOK, "not yet reviewed", now=NOW)
    assert switch_of(house, PLAYBOOK).asked is None
    ask_on(house, COMPLIANCE, PLAYBOOK, "reviewed now", now=NOW)
    assert [act.act for act in house.store.switches.acts(PLAYBOOK)] == ["asked", "declined", "asked", "off"]


def test_each_act_is_a_leaf_that_opens_to_who_and_why(house: House) -> None:
    act = switch_off(house, OPERATIONS, PLAYBOOK, WHY, now=NOW)
    leaf = leaf_view(house, act.leaf_index)
    assert leaf is not None
    assert (leaf.kind, leaf.intact) == ("switch", True)
    assert {one.group: one.opened for one in leaf.commitments} == {"switch": True, "time": True}


def test_of_many_who_press_at_once_one_switches_and_the_others_are_told(house: House) -> None:
    def press(number: int) -> str:
        person = Person(person_id=f"operations-{number}", name="", role=Role.OPERATIONS)
        try:
            return switch_off(house, person, PLAYBOOK, f"reason {number}", now=NOW).act
        except SwitchRefusedError as refused:
            return refused.reason

    with ThreadPoolExecutor(8) as pool:
        said = sorted(pool.map(press, range(8)))
    assert said == ["already_off"] * 7 + ["off"]
    assert len(house.store.switches.acts()) == 1


def test_a_switch_beside_a_working_worker_holds_from_its_commit_on(house: House) -> None:
    """Whatever the order: a decision sealed after the switch's leaf never chose the playbook."""
    with ThreadPoolExecutor(2) as pool:
        worked = pool.submit(searches, house, CONSENTS)
        act = pool.submit(switch_off, house, OPERATIONS, PLAYBOOK, WHY, now=NOW).result()
        worked.result()
    work(house, now=NOW)
    for row in house.store.decisions(client_id=CONSENTS):
        touched = {touch.playbook for touch in decode_decision(row.payload).decision.touches}
        assert row.leaf_index < act.leaf_index or PLAYBOOK not in touched
    assert PLAYBOOK not in cards(house)
