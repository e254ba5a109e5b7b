"""Text messages go to a gateway signed, once; a gateway that stalls, refuses or lies is met."""

import json
from collections.abc import Iterator

import pytest
from device_words import message
from standardwebhooks.webhooks import Webhook

from receiver import Receiver, receiving
from tongxing.adapters.clock import machine_time
from tongxing.adapters.devices.sms import HttpSms
from tongxing.adapters.posting import Poster
from tongxing.delivery.forms import sms_parts, sms_text
from tongxing.domain.grades import Channel
from tongxing.service.ports_devices import Stage

SECRET = "whsec_" + "A" * 43 + "="
NUMBER = "13800000000"
ID = "0123456789abcdef"


@pytest.fixture
def gateway() -> Iterator[Receiver]:
    with receiving() as found:
        found.status = 200
        yield found


def carrier(url: str) -> HttpSms:
    return HttpSms(
        url=url,
        secret=SECRET,
        poster=Poster(loopback=True, seconds_max=0.6),
        machine=machine_time,
    )


def answer(gateway: Receiver, **said: str) -> None:
    gateway.answer = json.dumps(said).encode()


def test_a_gateway_is_told_whom_what_and_how_many_parts_and_can_check_who_asks(gateway: Receiver) -> None:
    answer(gateway, state="accepted", id=ID)
    ended = carrier(gateway.url).send(message(Channel.SMS), NUMBER)
    assert (ended.stage, ended.words) == (Stage.SENT, "accepted")
    ((headers, body),) = gateway.got
    asked = Webhook(SECRET).verify(body, headers)
    assert asked == {
        "id": ID,
        "to": NUMBER,
        "text": "【同行证券】通知 您有一条通知，方便时再看。 AI生成",
        "parts": 1,
        "nature": "service",
        "sent_at": "2026-05-06T10:00:00+08:00",
    }
    assert headers["webhook-id"] == ID


@pytest.mark.parametrize(
    ("length", "parts"), [(0, 1), (69, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)]
)
def test_a_text_message_is_counted_in_parts_of_seventy_characters_and_of_sixty_seven(
    length: int, parts: int
) -> None:
    assert sms_parts("字" * length) == parts


def test_a_character_of_two_units_counts_twice() -> None:
    assert sms_parts("😀" * 35) == 1
    assert sms_parts("😀" * 36) == 2


def test_a_text_message_begins_with_who_sends_it_and_has_no_line_break() -> None:
    text = sms_text(message(Channel.SMS, body="一\n二"))
    assert text.startswith("【同行证券】")
    assert "\n" not in text


@pytest.mark.parametrize(
    ("said", "stage"),
    [
        ({"state": "refused", "id": ID, "reason": "black list"}, Stage.REFUSED),
        ({"state": "later", "id": ID}, Stage.LATER),
        ({"state": "accepted", "id": "another"}, Stage.REFUSED),
        ({"state": "delivered", "id": ID}, Stage.REFUSED),
        ({}, Stage.REFUSED),
    ],
)
def test_only_an_answer_about_this_very_message_counts(
    gateway: Receiver, said: dict[str, str], stage: Stage
) -> None:
    answer(gateway, **said)
    assert carrier(gateway.url).send(message(Channel.SMS), NUMBER).stage is stage


def test_a_gateway_that_repeats_the_number_in_its_reason_leaves_no_trace_of_it(gateway: Receiver) -> None:
    answer(gateway, state="refused", id=ID, reason=f"{NUMBER} is barred")
    assert NUMBER not in carrier(gateway.url).send(message(Channel.SMS), NUMBER).words


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        (429, Stage.LATER),
        (503, Stage.LATER),
        (500, Stage.REFUSED),
        (400, Stage.REFUSED),
        (302, Stage.REFUSED),
    ],
)
def test_only_a_gateway_that_says_it_sent_nothing_is_asked_again(
    gateway: Receiver, status: int, stage: Stage
) -> None:
    gateway.status = status
    assert carrier(gateway.url).send(message(Channel.SMS), NUMBER).stage is stage
    assert len(gateway.got) == 1


@pytest.mark.parametrize("mood", ["hang", "drip"])
def test_a_gateway_that_stalls_after_it_was_asked_may_have_sent_it(gateway: Receiver, mood: str) -> None:
    gateway.mood = mood
    ended = carrier(gateway.url).send(message(Channel.SMS), NUMBER)
    assert ended.stage is Stage.REFUSED
    assert "nobody knows" in ended.words


def test_a_gateway_that_was_never_reached_is_asked_again() -> None:
    with receiving() as gone:
        url = gone.url
    assert carrier(url).send(message(Channel.SMS), NUMBER).stage is Stage.LATER
