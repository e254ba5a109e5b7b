"""Delivery sends cleared words, whole, in time, to the client they were judged for."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tongxing.delivery.deliver import UndeliverableError, message
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Author, Cleared, Draft, Part
from tongxing.domain.grades import AuthorKind, Channel, Nature, Tolerance
from tongxing.domain.profile import Standing

AT = datetime(2026, 5, 6, 10, 30, tzinfo=BEIJING)
DRAFT = Draft(
    touch_id="a1b2c3d4e5f60718",
    playbook="pension_guide",
    parts=(
        Part(role="title", text="个人养老金账户怎么开"),
        Part(role="action", text="看指南", page="/guides/pension"),
    ),
    locale="zh-CN",
    channel=Channel.HOME,
    nature=Nature.EDUCATION,
    author=Author(kind=AuthorKind.AI),
    standing=Standing(client_id="C000017", grade=Tolerance.C3, assessment_valid_to=date(2027, 1, 1)),
    at=AT,
    labels=("ai",),
)
CLEARED = Cleared(
    draft=DRAFT, valid_until=AT + timedelta(hours=72), consent_version=3, grade_version=1, distress_version=0
)


def test_a_message_says_exactly_the_cleared_words() -> None:
    sent = message(CLEARED, slot="for_you", client_id="C000017", leaf_index=7, sent_at=AT)
    assert sent.parts == DRAFT.parts
    assert (sent.labels, sent.locale, sent.style) == (("ai",), "zh-CN", "plain")
    assert (sent.channel, sent.slot, sent.leaf_index) == (Channel.HOME, "for_you", 7)
    assert sent.valid_until == CLEARED.valid_until


def test_the_same_clearance_makes_the_same_message_id() -> None:
    first = message(CLEARED, slot="for_you", client_id="C000017", leaf_index=7, sent_at=AT)
    later = message(
        CLEARED, slot="for_you", client_id="C000017", leaf_index=7, sent_at=AT + timedelta(hours=1)
    )
    other = replace(CLEARED, draft=replace(DRAFT, touch_id="ffff000011112222"))
    assert first.message_id == later.message_id
    assert (
        first.message_id
        != message(other, slot="for_you", client_id="C000017", leaf_index=7, sent_at=AT).message_id
    )


@pytest.mark.parametrize("late", [timedelta(hours=72), timedelta(days=30)])
def test_a_clearance_that_ran_out_is_not_sent(late: timedelta) -> None:
    with pytest.raises(UndeliverableError, match="ended"):
        message(CLEARED, slot="for_you", client_id="C000017", leaf_index=7, sent_at=AT + late)


def test_the_last_second_before_it_runs_out_is_in_time() -> None:
    in_time = CLEARED.valid_until - timedelta(seconds=1)
    assert (
        message(CLEARED, slot="for_you", client_id="C000017", leaf_index=7, sent_at=in_time).sent_at
        == in_time
    )


def test_words_judged_for_one_client_do_not_reach_another() -> None:
    with pytest.raises(UndeliverableError, match="another client"):
        message(CLEARED, slot="for_you", client_id="C000018", leaf_index=7, sent_at=AT)


def test_words_are_not_sent_before_they_were_judged() -> None:
    with pytest.raises(UndeliverableError, match="after sending"):
        message(CLEARED, slot="for_you", client_id="C000017", leaf_index=7, sent_at=AT - timedelta(seconds=1))
