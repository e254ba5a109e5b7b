"""A touch is decided once; devices a client switched on get copies, each worded, reviewed and receipted."""

from datetime import timedelta

import pytest
from desk_house import CLIENT, LIN, NOW, fill, minutes, wish
from device_house import (
    LATER,
    REFUSED,
    address,
    carried,
    dividend,
    sent_before,
    sent_messages,
    switched_on,
    told_of_a_dividend,
)
from people import START, at, event, opening, snapshot

from tongxing.domain.event import Event
from tongxing.domain.grades import Channel
from tongxing.service.append import append
from tongxing.service.console_replay import EQUAL, replay
from tongxing.service.desk_tasks import ask_for_person
from tongxing.service.desk_words import send
from tongxing.service.house import House
from tongxing.service.leaf_view import leaf_view
from tongxing.service.ports_devices import Stage
from tongxing.service.stored import decode_decision, decode_message
from tongxing.service.work import work

NOON = at(75)


def withdrawals(house: House) -> int:
    return [sealed.leaf.kind for sealed in house.store.leaves()].count("withdrawal")


def receipts(house: House) -> int:
    return [sealed.leaf.kind for sealed in house.store.leaves()].count("receipt")


def test_a_client_without_devices_gets_the_card_and_no_copy(house: House) -> None:
    out = carried(house)
    told_of_a_dividend(out)
    work(out.house, now=NOON)
    assert decode_decision(house.store.decisions()[0].payload).copies == ()
    assert out.sendings() == {}
    assert len(house.store.messages("C1", now=at(80))) == 1


def test_watch_and_car_are_delivered_at_once_with_a_receipt_each_and_count_as_one_touch(house: House) -> None:
    out = carried(house)
    told_of_a_dividend(out, Channel.WATCH, Channel.CAR)
    work(out.house, now=NOON)
    assert out.sendings() == {Channel.WATCH: ["delivered"], Channel.CAR: ["delivered"]}
    assert receipts(house) == 3
    assert {one.channel for one in sent_messages(out)} == {Channel.WATCH, Channel.CAR}
    touches = out.house.store.events(limit=100)
    assert [one.event.body["channel"] for one in touches if one.event.kind == "touch_sent"] == ["home"]


def test_copies_do_not_stand_on_the_home_page(house: House) -> None:
    out = carried(house)
    told_of_a_dividend(out, Channel.WATCH)
    work(out.house, now=NOON)
    assert [row.channel for row in house.store.messages("C1", now=at(80))] == ["home"]
    assert [row.channel for row in house.store.messages("C1", now=at(80), devices=True)] == ["watch"]


def test_a_push_is_handed_over_outside_of_the_worker_and_on_record_when_it_was_taken(house: House) -> None:
    out = carried(house)
    address(out.house, Channel.PUSH, "browser")
    told_of_a_dividend(out, Channel.PUSH)
    work(out.house, now=NOON)
    assert out.sendings() == {Channel.PUSH: ["cleared"]}
    assert sent_messages(out) == []
    assert out.look().sent == 1
    assert out.sendings() == {Channel.PUSH: ["sent"]}
    work(out.house, now=NOON)
    assert out.sendings() == {Channel.PUSH: ["delivered"]}
    (sent,) = sent_messages(out)
    assert out.told[Channel.PUSH].got == [(sent, "browser")]


def test_words_for_a_lock_screen_show_no_amount_and_no_product(house: House) -> None:
    out = carried(house)
    told_of_a_dividend(out, Channel.WATCH, Channel.CAR)
    work(out.house, now=NOON)
    for sent in sent_messages(out):
        words = "".join(part.text for part in sent.parts)
        assert "123" not in words
        assert "300" not in words
        assert "AI" in words


def test_a_device_without_an_address_or_a_carrier_stays_silent_and_that_is_sealed(house: House) -> None:
    out = carried(house)
    told_of_a_dividend(out, Channel.PUSH, Channel.SMS)
    work(out.house, now=NOON)
    assert out.sendings() == {}
    assert withdrawals(house) == 2
    assert len(house.store.messages("C1", now=at(80))) == 1


def test_the_words_of_a_copy_open_in_the_leaf_of_the_decision_and_its_receipt_can_be_checked(
    house: House,
) -> None:
    out = carried(house)
    told_of_a_dividend(out, Channel.WATCH)
    work(out.house, now=NOON)
    for sealed in house.store.leaves():
        seen = leaf_view(out.house, sealed.index)
        assert seen is not None
        assert seen.intact, sealed.leaf.kind


def test_a_decision_with_copies_replays_to_the_same_words(house: House) -> None:
    out = carried(house)
    told_of_a_dividend(out, Channel.WATCH, Channel.PUSH)
    work(out.house, now=NOON)
    row = house.store.decisions()[0]
    assert len(decode_decision(row.payload).copies) == 2
    again = replay(out.house, row.decision_id)
    assert again is not None
    assert (again.result, again.differences) == (EQUAL, ())


def test_a_device_that_was_switched_off_before_the_send_gets_nothing(house: House) -> None:
    out = carried(house)
    address(out.house, Channel.PUSH)
    told_of_a_dividend(out, Channel.PUSH)
    work(out.house, now=NOON)
    off = event(90, "contact_set", {"channel": "device:push", "allowed": False}, minutes=76)
    append(out.house, [off])
    work(out.house, now=at(77))
    out.machine.later(seconds=61)
    work(out.house, now=at(78))
    assert out.sendings() == {Channel.PUSH: ["withdrawn"]}
    assert out.look().busy is False
    assert out.told[Channel.PUSH].got == []


def test_a_channel_that_was_closed_as_a_whole_gets_nothing(house: House) -> None:
    out = carried(house)
    address(out.house, Channel.PUSH)
    closed = event(30, "contact_set", {"channel": "push", "allowed": False})
    append(out.house, [*opening(), *switched_on(Channel.PUSH), closed, dividend()])
    work(out.house, now=NOON)
    assert decode_decision(house.store.decisions()[0].payload).copies == ()


def test_a_clearance_that_nobody_used_is_asked_for_again(house: House) -> None:
    out = carried(house)
    address(out.house, Channel.PUSH)
    told_of_a_dividend(out, Channel.PUSH)
    work(out.house, now=NOON)
    out.machine.later(seconds=61)
    assert out.look().busy is False
    work(out.house, now=NOON)
    assert out.look().sent == 1


def test_a_busy_carrier_is_asked_again_later_and_given_up_in_the_end(house: House) -> None:
    out = carried(house)
    address(out.house, Channel.PUSH)
    told_of_a_dividend(out, Channel.PUSH)
    out.told[Channel.PUSH].answers = [LATER] * 99
    work(out.house, now=NOON)
    for _ in range(40):
        work(out.house, now=NOON)
        out.look()
        out.machine.later(minutes=20)
    assert out.sendings() == {Channel.PUSH: ["undelivered"]}
    tries = len(out.told[Channel.PUSH].got)
    assert 5 <= tries <= 12
    (count,) = house.store.devices.counts(START)
    assert count.last == "carrier_gave_up: http 503"
    assert withdrawals(house) == 1


def test_a_try_after_a_busy_answer_is_made_no_sooner_than_the_rule_says(house: House) -> None:
    out = carried(house)
    address(out.house, Channel.PUSH)
    told_of_a_dividend(out, Channel.PUSH)
    out.told[Channel.PUSH].answers = [LATER]
    work(out.house, now=NOON)
    out.look()
    work(out.house, now=NOON)
    out.machine.later(seconds=29)
    work(out.house, now=NOON)
    assert out.look().busy is False
    out.machine.later(seconds=1)
    work(out.house, now=NOON)
    assert out.look().sent == 1


@pytest.mark.parametrize(("channel", "tries"), [(Channel.PUSH, 2), (Channel.SMS, 1), (Channel.EMAIL, 1)])
def test_after_a_kill_a_push_is_tried_again_and_a_mail_is_not(
    house: House, channel: Channel, tries: int
) -> None:
    out = carried(house, (channel,))
    address(out.house, channel)
    told_of_a_dividend(out, channel)
    work(out.house, now=NOON)
    assert out.house.carriers is not None
    claimed = out.house.store.devices.claim(
        out.machine.now, until=out.machine.now + timedelta(minutes=5), channels=[channel], limit=5
    )  # a carrier took it, and its process was killed
    assert [one.stage for one in claimed] == [Stage.UNDER_WAY]
    for _ in range(3):
        out.machine.later(minutes=6)
        work(out.house, now=NOON)
        out.look()
        work(out.house, now=NOON)
    assert len(out.told[channel].got) == tries - 1
    assert out.sendings() == {channel: ["delivered" if tries > 1 else "undelivered"]}


def test_what_a_carrier_refuses_is_not_tried_again_and_its_reason_is_kept(house: House) -> None:
    out = carried(house)
    address(out.house, Channel.PUSH)
    told_of_a_dividend(out, Channel.PUSH)
    out.told[Channel.PUSH].answers = [REFUSED]
    work(out.house, now=NOON)
    out.look()
    work(out.house, now=NOON)
    out.machine.later(hours=1)
    work(out.house, now=NOON)
    assert out.look().busy is False
    (count,) = house.store.devices.counts(START)
    assert (count.stage, count.last) == (Stage.UNDELIVERED, "carrier_refused: http 400")


def test_working_again_delivers_nothing_twice(house: House) -> None:
    out = carried(house)
    address(out.house, Channel.PUSH)
    told_of_a_dividend(out, Channel.PUSH, Channel.WATCH)
    for _ in range(4):
        work(out.house, now=NOON)
        out.look()
    assert len(out.told[Channel.PUSH].got) == 1
    assert receipts(house) == 3


def test_a_distressed_client_hears_the_offer_on_the_wrist_and_nothing_that_sells(house: House) -> None:
    out = carried(house)
    append(out.house, [*opening(), *switched_on(Channel.WATCH), snapshot({"510300": 100_000}), distressed()])
    work(out.house, now=NOON)
    assert [one.playbook for one in sent_messages(out)] == ["distress_offer"]


def test_an_advisers_words_stay_on_the_page_and_the_wrist_says_only_that_they_are_there(house: House) -> None:
    out = carried(house)
    fill(out.house, *switched_on(Channel.WATCH))
    task = ask_for_person(out.house, CLIENT, "想聊聊", NOW)
    made = send(out.house, LIN, task.task_id, wish("今天三点给您打电话。"), now=minutes(2))
    assert made.cleared
    work(out.house, now=minutes(3))
    rows = out.house.store.messages(CLIENT, now=minutes(4), devices=True)
    (said,) = [decode_message(row.payload) for row in rows]
    words = "".join(part.text for part in said.parts)
    assert "顾问给您留了话" in words
    assert "三点" not in words
    again = replay(out.house, made.decision_id)
    assert again is not None
    assert (again.result, again.differences) == (EQUAL, ())


def distressed() -> Event:
    return event(40, "asked", {"text": "亏了这么多，我整夜睡不着，心里很慌", "channel": "chat"}, minutes=71)


@pytest.mark.parametrize(("before", "arrives"), [(3, 1), (4, 0)])
def test_a_channel_carries_its_share_of_a_day_and_no_more(house: House, before: int, arrives: int) -> None:
    out = carried(house)
    sent_before(out, Channel.WATCH, before)
    append(out.house, [*opening(), *switched_on(Channel.WATCH), snapshot({"510300": 100_000}), distressed()])
    work(out.house, now=NOON)
    assert len(out.sendings()[Channel.WATCH]) == before + arrives
    assert withdrawals(house) == 1 - arrives
    assert "distress_offer" in {row.playbook for row in house.store.messages("C1", now=at(80))}


def test_what_is_owed_comes_on_top_of_the_share(house: House) -> None:
    out = carried(house)
    sent_before(out, Channel.CAR, 9)
    told_of_a_dividend(out, Channel.CAR)
    work(out.house, now=NOON)
    assert out.sendings() == {Channel.CAR: ["delivered"] * 10}


def test_nobody_is_woken_by_a_device_for_what_is_not_owed(house: House) -> None:
    out = carried(house)
    late = event(
        40, "asked", {"text": "亏了这么多，我整夜睡不着，心里很慌", "channel": "chat"}, minutes=14 * 60
    )
    append(out.house, [*opening(), *switched_on(Channel.WATCH), snapshot({"510300": 100_000}), late])
    work(out.house, now=at(14 * 60 + 5))
    (record,) = [decode_decision(row.payload) for row in house.store.decisions() if "distress" in row.trigger]
    (copy,) = record.copies
    assert "quiet_hours" in {reason.rule for reason in copy.verdict.reasons}
    assert out.sendings() == {}
