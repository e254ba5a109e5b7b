"""The worker's hand calls a receiver on this machine: signed, once, for clients its owner may read alone."""

import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from standardwebhooks.webhooks import Webhook as Checker

from receiver import Receiver, receiving
from tongxing.app import temporary_house
from tongxing.app.calling import Calling, calling_of
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.person import Person, Role
from tongxing.service.api_shapes_doors import WebhookAsk
from tongxing.service.house import House
from tongxing.service.ports_people import Account
from tongxing.service.ports_webhooks import CallState, Webhook
from tongxing.service.webhooks import add_webhook, redeliver
from tongxing.service.work import work

AT = datetime(2026, 5, 6, 9, 0, tzinfo=BEIJING)
AGREED, SILENT = "C000001", "C000002"
PARTNER = Person(person_id="partner-1", name="晨光银行", role=Role.PARTNER)
WAIT_SECONDS_MAX = 10.0


def event(client_id: str, number: int, kind: str, body: dict[str, object]) -> Event:
    return Event(
        source="core",
        source_seq=f"{client_id}-{number}",
        client_id=client_id,
        ts=AT,
        known_at=AT,
        kind=kind,
        body=body,
    )


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house(seed=9) as found:
        found.store.people.put(Account(person=PARTNER))
        known = {"name": "林知夏", "birth": "1990-01-01", "opened_on": "2020-01-06"}
        found.store.append([event(one, 1, "client_registered", known) for one in (AGREED, SILENT)])
        grant: dict[str, object] = {"purpose": "personalised_service", "receiver": PARTNER.person_id}
        found.store.append([event(AGREED, 2, "consent_given", grant)])
        work(found, now=AT)
        yield found


def hook(house: House, receiver: Receiver) -> Webhook:
    ask = WebhookAsk(url=receiver.url, kinds=["contact_set"])
    return add_webhook(house, PARTNER, ask, now=AT)


def until(calling: Calling, house: House, webhook: Webhook, state: CallState) -> None:
    with calling:
        end = time.monotonic() + WAIT_SECONDS_MAX
        while not house.store.webhooks.calls(webhook.webhook_id, state=state):
            assert time.monotonic() < end, "no call came to this state"
            time.sleep(0.02)


def test_a_receiver_learns_of_the_client_who_agreed_and_of_nobody_else(house: House) -> None:
    with receiving() as receiver:
        made = hook(house, receiver)
        chosen: dict[str, object] = {"channel": "push", "allowed": False}
        house.store.append([event(SILENT, 3, "contact_set", chosen), event(AGREED, 3, "contact_set", chosen)])
        until(calling_of(house), house, made, CallState.SENT)
        ((headers, body),) = receiver.got
    found = Checker(made.secret).verify(body, headers)
    assert (found["type"], found["data"]["client_id"]) == ("contact_set", AGREED)
    (call,) = house.store.webhooks.calls(made.webhook_id)
    assert (call.call_id, call.tries) == (headers["webhook-id"], 1)


def test_a_failed_call_waits_and_one_asked_for_anew_goes_out_at_once(house: House) -> None:
    with receiving() as receiver:
        receiver.status = 503
        made = hook(house, receiver)
        house.store.append([event(AGREED, 4, "contact_set", {"channel": "push", "allowed": True})])
        calling_of(house).look()
        (waiting,) = house.store.webhooks.calls(made.webhook_id)
        assert (waiting.state, waiting.tries, waiting.last) == (CallState.WAITING, 1, "http 503")
        assert calling_of(house).look().sent == 0
        receiver.status = 200
        redeliver(house, made, waiting.call_id)
        assert calling_of(house).look().sent == 1
        assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1


def test_a_partner_who_was_shut_out_is_told_nothing_more(house: House) -> None:
    with receiving() as receiver:
        hook(house, receiver)
        house.store.people.set_active(PARTNER.person_id, active=False)
        house.store.append([event(AGREED, 5, "contact_set", {"channel": "push", "allowed": True})])
        report = calling_of(house).look()
        assert (report.queued, receiver.got) == (0, [])
