"""An adviser's words: what is cleared has a leaf and reaches the client, what is refused goes nowhere."""

from dataclasses import replace
from datetime import timedelta

import pytest
from desk_house import (
    CLIENT,
    GU,
    LIN,
    NOW,
    SHEN,
    ZHOU,
    asked,
    bodies,
    complaint,
    fill,
    minutes,
    only,
    wish,
)
from people import event

from tongxing.domain.event import Retention
from tongxing.domain.grades import Nature
from tongxing.domain.task import TaskState
from tongxing.ledger.leaves import opens
from tongxing.service import desk_paper
from tongxing.service.append import append
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.desk_reach import UnknownTaskError
from tongxing.service.desk_task_view import task_view
from tongxing.service.desk_tasks import open_contact, take
from tongxing.service.desk_words import profile_now, proposal, send
from tongxing.service.house import House
from tongxing.service.sealing import words_fields
from tongxing.service.stored import decode_decision, decode_message
from tongxing.service.work import Cache, WorkReport, step_fold, work

KIND = "我会先核对清楚，下午三点前给您打电话说明。"


def said(house: House) -> list[str]:
    """What stands on the client's page, written by people."""
    rows = house.store.messages(CLIENT, now=minutes(10))
    return ["\n".join(p.text for p in decode_message(row.payload).parts) for row in rows if not row.playbook]


def test_cleared_words_are_sealed_sent_and_on_the_clients_page(house: House) -> None:
    fill(house, complaint())
    made = send(house, LIN, only(house).task_id, wish(KIND), now=NOW)
    assert made.cleared
    assert said(house) == []
    work(house, now=minutes(5))
    (words,) = said(house)
    assert KIND in words
    assert LIN.name in words
    assert "S1230626050001" in words
    row = house.store.decision(made.decision_id)
    assert row is not None
    record = decode_decision(row.payload)
    found = house.store.leaf(row.leaf_index)
    assert found is not None
    sealed, client_id, key = found
    assert client_id == CLIENT
    assert opens(sealed.leaf, "words:0", words_fields(record.drafts[0]), key)
    assert not opens(sealed.leaf, "words:0", {**words_fields(record.drafts[0]), "text": "别的话"}, key)
    assert [body["playbook"] for body in bodies(house, "touch_sent")] == ["adviser_words"]


def test_refused_words_send_nothing_are_sealed_and_kept_for_mending(house: House) -> None:
    fill(house, complaint())
    task = only(house)
    before = house.store.count_leaves()
    made = send(house, LIN, task.task_id, wish("这只股票稳赚不赔，赶紧买入"), now=NOW)
    assert not made.cleared
    assert {"promise", "pressure"} <= {rule for rule, _detail in made.reasons}
    work(house, now=minutes(5))
    assert said(house) == []
    assert bodies(house, "touch_sent") == []
    assert house.store.count_leaves() == before + 1
    kept = desk_paper.decode(only(house).paper).tries
    assert [one.text for one in kept] == ["这只股票稳赚不赔，赶紧买入"]
    row = house.store.decision(made.decision_id)
    assert row is not None
    assert (row.chosen, row.refused) == (0, 1)


def test_one_form_sent_twice_is_one_message_and_one_leaf(house: House) -> None:
    fill(house, complaint())
    first = send(house, LIN, only(house).task_id, wish(KIND), now=NOW)
    leaves = house.store.count_leaves()
    assert send(house, LIN, only(house).task_id, wish(KIND), now=NOW) == first
    assert house.store.count_leaves() == leaves
    work(house, now=minutes(5))
    assert len(said(house)) == 1


def test_without_a_licence_nothing_is_said(house: House) -> None:
    fill(house, complaint())
    made = send(house, replace(LIN, licence=None), only(house).task_id, wish(KIND), now=NOW)
    assert [rule for rule, _detail in made.reasons] == ["licence"]


def test_a_licence_counts_to_its_last_day(house: House) -> None:
    fill(house, complaint())
    assert LIN.licence is not None
    last = replace(LIN, licence=replace(LIN.licence, valid_to=NOW.date()))
    over = replace(LIN, licence=replace(LIN.licence, valid_to=NOW.date() - timedelta(days=1)))
    task_id = only(house).task_id
    assert send(house, last, task_id, wish(KIND, form="1"), now=NOW).cleared
    refused = send(house, over, task_id, wish(KIND, form="2"), now=NOW)
    assert [rule for rule, _detail in refused.reasons] == ["licence"]


def test_a_client_in_distress_is_not_sold_anything_and_may_be_comforted(house: House) -> None:
    fill(
        house,
        complaint(),
        event(92, "distress_seen", {"degree": "strong"}, minutes=50),
        consents=("personalised_service", "marketing"),
    )
    task_id = only(house).task_id
    advert = wish("基金投教活动报名中，投资有风险，自愿参加。", Nature.MARKETING, form="1")
    assert "distress_hold" in {rule for rule, _ in send(house, LIN, task_id, advert, now=NOW).reasons}
    assert send(house, LIN, task_id, wish(KIND, form="2"), now=NOW).cleared


def test_a_crisis_leaves_only_the_words_for_a_crisis(house: House) -> None:
    fill(house, asked("亏光了，我不想活了"))
    task = only(house)
    plain = send(house, LIN, task.task_id, wish(KIND, form="1"), now=NOW)
    assert "crisis_script" in {rule for rule, _ in plain.reasons}
    profile, at = profile_now(house, CLIENT, NOW)
    offered = proposal(house, LIN, task, profile, at)
    assert "12356" in offered
    assert send(house, LIN, task.task_id, wish(offered, form="2"), now=NOW).cleared


def test_marketing_waits_for_consent(house: House) -> None:
    fill(house, complaint())
    advert = wish("基金投教活动报名中，投资有风险，自愿参加。", Nature.MARKETING)
    made = send(house, LIN, only(house).task_id, advert, now=NOW)
    assert "consent_marketing" in {rule for rule, _ in made.reasons}


def test_a_product_above_the_clients_grade_is_refused_and_an_unknown_one_not_judged(house: House) -> None:
    fill(house)
    task = open_contact(house, LIN, CLIENT, "客户问起", token="t", now=NOW)  # noqa: S106
    risky = max(house.book.products.values(), key=lambda one: one.risk)
    words = f"您问到的{risky.name}，投资有风险，请先看清风险揭示。"
    made = send(house, LIN, task.task_id, wish(words, Nature.ADVICE, product=risky.code), now=NOW)
    assert "suitability_level" in {rule for rule, _ in made.reasons}
    with pytest.raises(DeskRefusedError, match="product"):
        send(house, LIN, task.task_id, wish(words, product="ABCDE"), now=NOW)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty"), (" \n\t ", "empty"), ("字" * 1001, "too_long"), ("字" * 10_000_000, "too_long")],
)
def test_words_that_are_none_or_too_many_are_not_even_judged(text: str, reason: str, house: House) -> None:
    fill(house, complaint())
    with pytest.raises(DeskRefusedError, match=reason):
        send(house, LIN, only(house).task_id, wish(text), now=NOW)
    assert desk_paper.decode(only(house).paper).tries == ()


def test_a_switch_turned_a_moment_ago_counts(house: House) -> None:
    fill(house)
    task = open_contact(house, LIN, CLIENT, "问候", token="t", now=NOW)  # noqa: S106
    assert send(house, LIN, task.task_id, wish(KIND, form="1"), now=NOW).cleared
    append(house, [event(93, "personalisation_set", {"on": False}, minutes=60)])
    made = send(house, LIN, task.task_id, wish(KIND, form="2"), now=minutes(1))
    assert "personalisation_off" in {rule for rule, _ in made.reasons}


def test_words_cleared_before_a_switch_are_not_sent_after_it(house: House) -> None:
    fill(house)
    task = open_contact(house, LIN, CLIENT, "问候", token="t", now=NOW)  # noqa: S106
    made = send(house, LIN, task.task_id, wish(KIND), now=NOW)
    append(house, [event(93, "personalisation_set", {"on": False}, minutes=61)])
    step_fold(house, Cache(states={}), WorkReport(), at_most=100)
    work(house, now=minutes(5))
    assert said(house) == []
    assert house.store.tasks.sent([made.touch_id]) == {made.touch_id: "withdrawn"}


def test_a_colleague_cannot_speak_on_a_task_that_is_taken(house: House) -> None:
    fill(house, complaint())
    task_id = only(house).task_id
    take(house, LIN, task_id)
    with pytest.raises(DeskRefusedError, match="taken"):
        send(house, GU, task_id, wish(KIND), now=NOW)
    for stranger in (ZHOU, SHEN):
        with pytest.raises(UnknownTaskError):
            send(house, stranger, task_id, wish(KIND), now=NOW)


def test_nothing_is_said_under_a_record_that_was_merged_away(house: House) -> None:
    fill(house, complaint())
    task_id = only(house).task_id
    append(house, [event(94, "merged_away", {"other_client_id": "C9"}, minutes=61)])
    work(house, now=minutes(5))
    with pytest.raises(DeskRefusedError, match="merged"):
        send(house, LIN, task_id, wish(KIND), now=minutes(6))
    view = task_view(house, LIN, task_id, now=minutes(6))
    assert (view.barred, view.may_send) == ("merged", False)


def test_a_task_whose_records_were_erased_says_so_and_sends_nothing(house: House) -> None:
    fill(house, complaint())
    task_id = only(house).task_id
    with house.store.batch() as batch:
        batch.erase(CLIENT, Retention.CONDUCT)
    view = task_view(house, LIN, task_id, now=NOW)
    assert view.task.erased
    assert not view.may_send
    with pytest.raises((DeskRefusedError, LookupError)):
        send(house, LIN, task_id, wish(KIND), now=NOW)


def test_words_of_the_house_keep_their_mark_and_own_words_need_none(house: House) -> None:
    fill(house, complaint())
    task = only(house)
    profile, at = profile_now(house, CLIENT, NOW)
    offered = proposal(house, LIN, task, profile, at)
    send(house, LIN, task.task_id, wish(offered, form="1"), now=NOW)
    send(house, LIN, task.task_id, wish(KIND, form="2"), now=NOW)
    work(house, now=minutes(5))
    marks = ["人工智能" in words for words in said(house)]
    assert sorted(marks) == [False, True]


def test_the_first_words_take_the_task(house: House) -> None:
    fill(house, complaint())
    send(house, LIN, only(house).task_id, wish(KIND), now=NOW)
    assert (only(house).state, only(house).assignee) == (TaskState.TAKEN, LIN.person_id)
