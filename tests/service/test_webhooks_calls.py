"""What was written reaches every receiver that may know of it, at least once, and no other."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
import pytest
from view_house import CONSENTS, NOW, OPENED, REFUSES, event, registered

from tongxing.domain.person import Person, Role
from tongxing.service.api_reach import OutOfReachError
from tongxing.service.api_shapes_doors import WebhookAsk, WebhookChange
from tongxing.service.house import House
from tongxing.service.ports_webhooks import CallState, Webhook
from tongxing.service.webhooks import (
    WebhookRefusedError,
    add_webhook,
    change_webhook,
    own_webhook,
    redeliver,
)
from tongxing.service.webhooks_calls import CallsReport, send_due, tell

PARTNER = Person(person_id="partner-1", name="晨光银行", role=Role.PARTNER)
URL = "https://hooks.bank.com/in"
WAITS = (5, 30, 120, 600, 3_600, 14_400, 43_200, 86_400)


@dataclass(frozen=True)
class Ended:
    accepted: bool = True
    gone: bool = False
    words: str = "http 200"


@dataclass
class Hands:
    """A sender that keeps what it was given and answers as it is told."""

    answer: Ended = field(default_factory=Ended)
    sent: list[tuple[str, str, bytes]] = field(default_factory=list)

    def send(self, *, url: str, secret: str, call_id: str, payload: bytes) -> Ended:
        assert secret.startswith("whsec_")
        self.sent.append((url, call_id, payload))
        return self.answer


def consent(number: int, client_id: str = CONSENTS) -> object:
    return event(client_id, 100 + number, "consent_given", {"purpose": "marketing"}, OPENED)


def made(house: House, *, kinds: list[str] | None = None) -> Webhook:
    ask = WebhookAsk(url=URL, kinds=kinds or ["consent_given"])
    return add_webhook(house, PARTNER, ask, now=NOW)


def everybody(_person: str, _client: str) -> bool:
    return True


def sending(house: House, hands: Hands, at: datetime = NOW) -> CallsReport:
    return send_due(house, hands, now=lambda: at, stop=lambda: False)


@pytest.fixture
def told(house: House) -> House:
    house.store.append([registered(CONSENTS, "林知夏"), registered(REFUSES, "王一禾")])
    return house


def test_a_receiver_is_told_who_what_and_when_and_never_what_a_body_says(told: House) -> None:
    made(told)
    told.store.append([consent(1)])
    assert tell(told, everybody, now=NOW) == 1
    hands = Hands()
    assert sending(told, hands) == CallsReport(sent=1)
    ((url, _name, payload),) = hands.sent
    assert url == URL
    assert msgspec.json.decode(payload) == {
        "type": "consent_given",
        "timestamp": OPENED.isoformat(),
        "data": {
            "client_id": CONSENTS,
            "source": "core",
            "source_seq": f"{CONSENTS}-101",
            "href": f"/v1/clients/{CONSENTS}",
        },
    }
    assert b"marketing" not in payload


def test_what_was_written_before_a_receiver_was_made_is_not_told(told: House) -> None:
    told.store.append([consent(1)])
    made(told)
    assert tell(told, everybody, now=NOW) == 0


def test_nothing_is_told_twice_and_nothing_of_other_kinds_or_clients(told: House) -> None:
    made(told)
    told.store.append([consent(1), consent(1, REFUSES), event(CONSENTS, 9, "searched", {"text": "x"})])
    assert tell(told, lambda _person, client: client == CONSENTS, now=NOW) == 1
    assert tell(told, everybody, now=NOW) == 0
    told.store.append([consent(2, REFUSES)])
    assert tell(told, everybody, now=NOW) == 1


def test_a_call_is_tried_again_after_each_wait_and_then_given_up_and_listed_as_dead(told: House) -> None:
    hook = made(told)
    told.store.append([consent(1)])
    tell(told, everybody, now=NOW)
    hands, at = Hands(answer=Ended(accepted=False, words="http 503")), NOW
    for wait in WAITS:
        assert sending(told, hands, at) == CallsReport(failed=1)
        assert sending(told, hands, at + timedelta(seconds=wait - 1)) == CallsReport()
        at += timedelta(seconds=wait)
    assert sending(told, hands, at) == CallsReport(dead=1)
    (dead,) = told.store.webhooks.calls(hook.webhook_id, state=CallState.DEAD)
    assert (dead.tries, dead.last, dead.next_at) == (len(WAITS) + 1, "http 503", None)
    assert len({name for _url, name, _payload in hands.sent}) == 1
    assert sending(told, hands, at + timedelta(days=9)) == CallsReport()


def test_a_dead_call_that_is_asked_for_anew_is_sent_with_the_same_name(told: House) -> None:
    hook = made(told)
    told.store.append([consent(1)])
    tell(told, everybody, now=NOW)
    hands = Hands(answer=Ended(accepted=False, gone=True, words="http 410"))
    assert sending(told, hands) == CallsReport(dead=1)
    resting = own_webhook(told, PARTNER, hook.webhook_id)
    assert not resting.active, "who answers 410 is called no more"
    (dead,) = told.store.webhooks.calls(hook.webhook_id)
    change_webhook(told, resting, WebhookChange(active=True), now=NOW)
    redeliver(told, hook, dead.call_id)
    hands.answer = Ended()
    assert sending(told, hands) == CallsReport(sent=1)
    assert [name for _url, name, _payload in hands.sent] == [dead.call_id, dead.call_id]


def test_news_wait_in_the_log_while_a_receiver_has_a_backlog(
    told: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongxing.service.webhooks_calls.NEWS_A_LOOK", 3)
    made(told)
    told.store.append([consent(number) for number in range(5)])
    assert [tell(told, everybody, now=NOW) for _ in range(3)] == [3, 2, 0]
    hands = Hands()
    assert sending(told, hands).sent == 5
    order = [msgspec.json.decode(payload)["data"]["source_seq"] for _url, _name, payload in hands.sent]
    assert order == [f"{CONSENTS}-{100 + number}" for number in range(5)]


def test_an_ended_process_leaves_its_claims_to_the_next_one(told: House) -> None:
    made(told)
    told.store.append([consent(1)])
    tell(told, everybody, now=NOW)
    assert len(told.store.webhooks.claim(NOW, until=NOW + timedelta(minutes=5), limit=9)) == 1
    hands = Hands()
    assert sending(told, hands, NOW + timedelta(minutes=4)) == CallsReport()
    assert sending(told, hands, NOW + timedelta(minutes=5)) == CallsReport(sent=1)


def test_a_receiver_is_made_only_at_a_public_address_for_known_kinds_and_in_bounds(told: House) -> None:
    for ask, field_name in (
        (WebhookAsk(url="https://10.0.0.1/", kinds=["consent_given"]), "url"),
        (WebhookAsk(url=URL, kinds=["consent_given", "complaint_made"]), "kinds/1"),
    ):
        with pytest.raises(WebhookRefusedError) as refused:
            add_webhook(told, PARTNER, ask, now=NOW)
        assert refused.value.field == field_name
    for _ in range(10):
        made(told)
    with pytest.raises(WebhookRefusedError, match="as many receivers"):
        made(told)


def test_somebody_elses_receiver_is_not_there(told: House) -> None:
    hook = made(told)
    other = Person(person_id="partner-2", name="另一家", role=Role.PARTNER)
    with pytest.raises(OutOfReachError):
        own_webhook(told, other, hook.webhook_id)
    with pytest.raises(OutOfReachError):
        redeliver(told, hook, "msg_unknown")


def test_a_new_secret_replaces_the_old_one(told: House) -> None:
    hook = made(told)
    changed = change_webhook(told, hook, WebhookChange(new_secret=True), now=NOW)
    assert changed.secret != hook.secret
    assert own_webhook(told, PARTNER, hook.webhook_id) == changed
