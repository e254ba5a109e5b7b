"""A decision is found by the trace id of what caused it, the number that log lines carry."""

from desk_house import CLIENT, NOW, fill, minutes
from people import event

from tongxing.domain.person import Person, Role
from tongxing.service.careful_work import careful_work
from tongxing.service.console_switches import switch_off
from tongxing.service.console_verdicts import search, wish_of
from tongxing.service.decision_view import decision_view
from tongxing.service.house import House
from tongxing.service.watch import Passed, Stage
from tongxing.service.watch_trace import cause_of, trace_of
from tongxing.service.work import Cache, work

SEARCHED = event(95, "searched", {"text": "个人养老金 怎么开户"}, minutes=61, client=CLIENT)
TRACE_ID = trace_of(cause_of(SEARCHED.source, SEARCHED.source_seq))
OPERATIONS = Person(person_id="operations-1", name="唐沐阳", role=Role.OPERATIONS)


def test_the_search_finds_what_an_event_led_to_and_the_record_shows_its_trace_id(house: House) -> None:
    fill(house)
    house.store.append([SEARCHED])
    work(house, now=minutes(2))
    (found,) = search(house, wish_of({"trace": f" {TRACE_ID.upper()} "})).lines
    view = decision_view(house, found.decision_id)
    assert view is not None
    assert view.trace_id == TRACE_ID
    assert search(house, wish_of({"trace": "0" * 32})).lines == ()


def test_what_is_no_trace_id_is_told_and_left_out() -> None:
    wish = wish_of({"trace": "not-a-trace"})
    assert (wish.trace_id, wish.misread) == ("", ("trace",))


def test_a_playbook_that_is_switched_off_counts_as_stopped_and_not_as_nothing(house: House) -> None:
    fill(house)
    switch_off(house, OPERATIONS, "pension_guide", "写错了一句话", now=NOW)
    house.store.append([SEARCHED])
    told: list[Passed] = []
    careful_work(house, now=minutes(2), cache=Cache(states={}, told=told.extend))
    assert [one.outcome for one in told if one.stage is Stage.DECIDED] == ["stopped"]
