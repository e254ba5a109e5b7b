"""A message to a receiver is signed, sent to the judged number alone, and never takes longer than it may."""

import time
from collections.abc import Iterator

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from receiver import Receiver, receiving
from tongxing.adapters.webhooks.numbers import numbers_of
from tongxing.adapters.webhooks.sender import Tried, WebhookSender
from tongxing.service.webhooks_addresses import Place, place_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of nobody
PAYLOAD = '{"type":"touch_sent","note":"同行"}'.encode()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def send(receiver: Receiver, *, url: str = "", seconds: float = 2.0) -> Tried:
    sender = WebhookSender(loopback=True, seconds_max=seconds)
    return sender.send(url=url or receiver.url, secret=SECRET, call_id="msg_1", payload=PAYLOAD)


def test_the_library_verifies_what_was_sent_and_refuses_it_changed(receiver: Receiver) -> None:
    assert send(receiver) == Tried(accepted=True, words="http 204")
    ((headers, body),) = receiver.got
    assert Webhook(SECRET).verify(body, headers)["note"] == "同行"
    assert headers["webhook-id"] == "msg_1"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"touch", b"other"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, {**headers, "webhook-id": "msg_2"})


@pytest.mark.parametrize(
    ("status", "words", "gone"),
    [
        (500, "http 500", False),
        (404, "http 404", False),
        (410, "http 410", True),
        (302, "http 302: redirects are not followed", False),
        (307, "http 307: redirects are not followed", False),
    ],
)
def test_another_answer_than_2xx_is_no_success_and_redirects_lead_nowhere(
    receiver: Receiver, *, status: int, words: str, gone: bool
) -> None:
    receiver.status = status
    assert send(receiver) == Tried(accepted=False, gone=gone, words=words)
    assert len(receiver.got) == 1


@pytest.mark.parametrize("mood", ["hang", "drip"])
def test_a_receiver_that_hangs_or_drips_is_left_when_its_time_is_over(receiver: Receiver, mood: str) -> None:
    receiver.mood = mood
    began = time.perf_counter()
    assert send(receiver, seconds=0.4).words == "no answer within 0.4 s"
    assert time.perf_counter() - began < 1.5


def test_an_endless_answer_is_not_read_to_its_end(receiver: Receiver) -> None:
    receiver.mood, receiver.status = "large", 200
    began = time.perf_counter()
    assert send(receiver).accepted
    assert time.perf_counter() - began < 1.0


def test_nobody_there_is_an_outcome(receiver: Receiver) -> None:
    outcome = send(receiver, url="http://127.0.0.1:9/")
    assert not outcome.accepted
    assert outcome.words == "not reached: ConnectionRefusedError"


def test_outside_a_demo_this_machine_itself_is_not_called(receiver: Receiver) -> None:
    sender = WebhookSender(loopback=False, seconds_max=1)
    outcome = sender.send(url=receiver.url, secret=SECRET, call_id="msg_1", payload=PAYLOAD)
    assert (outcome.accepted, outcome.words) == (False, "address refused: scheme")
    assert receiver.got == []


@pytest.mark.parametrize("number", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00::1"])
def test_a_name_is_not_called_when_one_of_its_numbers_is_not_public(
    monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    def names(*_given: object, **_named: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(2, 1, 6, "", ("1.1.1.1", 443)), (2, 1, 6, "", (number, 443))]

    monkeypatch.setattr("socket.getaddrinfo", names)
    sender = WebhookSender(loopback=False, seconds_max=1)
    outcome = sender.send(url="https://hooks.bank.com/", secret=SECRET, call_id="m", payload=PAYLOAD)
    assert outcome.words == "address refused: not a public address"


def test_names_of_this_machine_stand_for_it_alone() -> None:
    place = place_of("http://localhost:8080/", loopback=True)
    assert isinstance(place, Place)
    numbers = numbers_of(place)
    assert not isinstance(numbers, str)
    assert all(number.is_loopback for number in numbers)
