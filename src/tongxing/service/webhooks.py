"""Receivers of webhooks: made, changed and looked after by the system they belong to."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import msgspec

from tongxing.domain.clock import BEIJING
from tongxing.domain.person import Person
from tongxing.service.api_reach import OutOfReachError
from tongxing.service.api_shapes_doors import WebhookAsk, WebhookChange
from tongxing.service.house import House
from tongxing.service.ports_webhooks import CallState, Webhook, WebhookCall
from tongxing.service.webhooks_addresses import place_of

SECRET_BYTES = 24
"""As Standard Webhooks asks: between 24 and 64."""
ID_BYTES = 8
PREFIX = "whsec_"
CLOCK, MARKET_CLOCK = "clock", "market"
"""A store on the market clock is a demo store."""


class WebhookRefusedError(ValueError):
    """A receiver that cannot be kept so; `field` and `words` say why."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field, self.words = field, words


def kinds_of(house: House, on: date) -> tuple[str, ...]:
    """Kinds of events that receivers may be told of."""
    return tuple(sorted(house.book.rules.words("webhook_kinds", on)))


def add_webhook(house: House, person: Person, ask: WebhookAsk, *, now: datetime) -> Webhook:
    """A new receiver, told of what is written from now on. Raises `WebhookRefusedError`."""
    on = now.astimezone(BEIJING).date()
    if house.store.webhooks.count(person.person_id) >= house.book.rules.number("webhooks_max", on):
        raise WebhookRefusedError("", "this system has as many receivers as it may have")
    webhook = Webhook(
        webhook_id=f"wh_{house.entropy.token(ID_BYTES).hex()}",
        person_id=person.person_id,
        url=_address(house, ask.url),
        kinds=_kinds(house, ask.kinds, on),
        secret=_secret(house),
        active=True,
        made_at=now,
        after=house.store.webhooks.log_end(),
    )
    house.store.webhooks.add(webhook)
    return webhook


def own_webhook(house: House, person: Person, webhook_id: str) -> Webhook:
    """A receiver of this person; raises `OutOfReachError` for every other one."""
    found = house.store.webhooks.webhook(webhook_id)
    if found is None or found.person_id != person.person_id:
        raise OutOfReachError(webhook_id)
    return found


def change_webhook(house: House, webhook: Webhook, change: WebhookChange, *, now: datetime) -> Webhook:
    """The receiver with what was asked changed. Raises `WebhookRefusedError`, `OutOfReachError`."""
    on = now.astimezone(BEIJING).date()
    new = webhook
    if change.url is not msgspec.UNSET:
        new = replace(new, url=_address(house, change.url))
    if change.kinds is not msgspec.UNSET:
        new = replace(new, kinds=_kinds(house, change.kinds, on))
    if change.active is not msgspec.UNSET:
        new = replace(new, active=change.active)
    if change.new_secret:
        new = replace(new, secret=_secret(house))
    if not house.store.webhooks.change(new):
        raise OutOfReachError(webhook.webhook_id)
    return new


def redeliver(house: House, webhook: Webhook, call_id: str) -> WebhookCall:
    """Have a call sent anew at once, from its first try on. Raises `OutOfReachError`."""
    call = own_call(house, webhook, call_id)
    anew = replace(call, state=CallState.WAITING, tries=0, next_at=call.made_at, last="asked for anew")
    house.store.webhooks.settle(anew)
    return anew


def own_call(house: House, webhook: Webhook, call_id: str) -> WebhookCall:
    """A call to this receiver; raises `OutOfReachError` for every other one."""
    call = house.store.webhooks.call(call_id)
    if call is None or call.webhook_id != webhook.webhook_id:
        raise OutOfReachError(call_id)
    return call


def _address(house: House, url: str) -> str:
    """The address if it may be called: this machine itself in a demo store alone."""
    place = place_of(url, loopback=house.store.setting(CLOCK) == MARKET_CLOCK)
    if isinstance(place, str):
        raise WebhookRefusedError("url", f"this address is not called: {place}")
    return url


def _kinds(house: House, asked: Sequence[str], on: date) -> tuple[str, ...]:
    known = kinds_of(house, on)
    for index, kind in enumerate(asked):
        if kind not in known:
            raise WebhookRefusedError(f"kinds/{index}", f"one of {', '.join(known)}")
    return tuple(sorted(set(asked)))


def _secret(house: House) -> str:
    return f"{PREFIX}{base64.b64encode(house.entropy.token(SECRET_BYTES)).decode('ascii')}"
