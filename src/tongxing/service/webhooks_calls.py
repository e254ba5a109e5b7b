"""Receivers are told what was written: news of the log become calls, and calls are sent until they arrive.

A call says who, what and when, never what a sealed body says: whoever wants more asks the interface and is
judged by the policies. Delivery is at least once; `webhook-id` is the same at every try.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

import msgspec

from tongxing.domain.clock import BEIJING
from tongxing.service.house import House
from tongxing.service.ports_webhooks import CallState, Sender, Told, Webhook, WebhookCall

NEWS_A_LOOK = 200
CALLS_A_LOOK = 20
FORGOTTEN_A_LOOK = 500
GAP_MAX = 10_000
"""Places of the log without news after which the place is moved on, so that a look stays short."""
WORDS_MAX = 200
CALL_BYTES = 12
May = Callable[[str, str], bool]
"""(person id, client id): whether the receiver's owner may be told of this client."""
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True, kw_only=True)
class CallsReport:
    """What one look did."""

    queued: int = 0
    sent: int = 0
    failed: int = 0
    dead: int = 0


def tell(house: House, may: May, *, now: datetime) -> int:
    """Turn news of the log into calls, a bounded number a look; says how many were made."""
    rows, on = house.store.webhooks, now.astimezone(BEIJING).date()
    active = rows.active()
    if not active:
        return 0
    end, allowed = rows.log_end(), frozenset(house.book.rules.words("webhook_kinds", on))
    most = house.book.rules.number("webhook_backlog_max", on)
    return sum(_tell_one(house, webhook, may, end, allowed, most, now) for webhook in active)


def send_due(
    house: House, sender: Sender, *, now: Callable[[], datetime], stop: Callable[[], bool]
) -> CallsReport:
    """Send what is due, a bounded number a look; each outcome is written at once."""
    report = CallsReport()
    rows, rules = house.store.webhooks, house.book.rules
    began = now()
    on = began.astimezone(BEIJING).date()
    waits = [int(word) for word in rules.words("webhook_retry_seconds", on)]
    apart = timedelta(seconds=2 * rules.number("webhook_seconds_max", on) * CALLS_A_LOOK)
    rows.forget_sent(began - timedelta(days=rules.number("webhook_kept_days", on)), limit=FORGOTTEN_A_LOOK)
    receivers: dict[str, Webhook | None] = {}
    for call in rows.claim(began, until=began + apart, limit=CALLS_A_LOOK):
        if stop():
            rows.settle(replace(call, tries=call.tries - 1, next_at=began))
            continue
        name = call.webhook_id
        receiver = receivers[name] if name in receivers else rows.webhook(name)
        receivers[name] = receiver
        if receiver is None or not receiver.active:
            rows.settle(replace(call, tries=call.tries - 1, next_at=began))
            continue
        receivers[name] = _send(house, sender, receiver, call, waits, report, now)
    return report


def _tell_one(
    house: House, webhook: Webhook, may: May, end: int, allowed: frozenset[str], most: int, now: datetime
) -> int:
    rows = house.store.webhooks
    kinds = allowed.intersection(webhook.kinds)
    waiting = len(rows.calls(webhook.webhook_id, state=CallState.WAITING, limit=most))
    room = min(NEWS_A_LOOK, most - waiting)
    if end <= webhook.after or room <= 0:
        return 0
    news = rows.news(kinds, after=webhook.after, limit=room) if kinds else ()
    after = news[-1].seq if len(news) == room else end
    if not news and after - webhook.after < GAP_MAX:
        return 0
    calls = [_call(webhook, one, now) for one in news if may(webhook.person_id, one.client_id)]
    return len(calls) if rows.queue(webhook, calls, after=after) else 0


def _call(webhook: Webhook, told: Told, now: datetime) -> WebhookCall:
    """The call about one event; the same event gives the same id to the same receiver."""
    name = blake2b(f"{webhook.webhook_id}\x1f{told.seq}".encode(), digest_size=CALL_BYTES).hexdigest()
    return WebhookCall(
        call_id=f"msg_{name}",
        webhook_id=webhook.webhook_id,
        kind=told.kind,
        payload=_encode(payload_of(told)),
        made_at=now,
        state=CallState.WAITING,
        tries=0,
        next_at=now,
        last="",
    )


def payload_of(told: Told) -> Mapping[str, object]:
    """What a receiver is told of one event."""
    return {
        "type": told.kind,
        "timestamp": told.known_at.isoformat(),
        "data": {
            "client_id": told.client_id,
            "source": told.source,
            "source_seq": told.source_seq,
            "href": f"/v1/clients/{told.client_id}",
        },
    }


def _send(
    house: House,
    sender: Sender,
    receiver: Webhook,
    call: WebhookCall,
    waits: Sequence[int],
    report: CallsReport,
    now: Callable[[], datetime],
) -> Webhook:
    """One try; the receiver as it is afterwards (one that answers 410 is called no more)."""
    outcome = sender.send(
        url=receiver.url, secret=receiver.secret, call_id=call.call_id, payload=call.payload
    )
    done = replace(call, last=outcome.words[:WORDS_MAX], next_at=None)
    if outcome.accepted:
        report.sent += 1
        house.store.webhooks.settle(replace(done, state=CallState.SENT))
    elif outcome.gone or call.tries > len(waits):
        report.dead += 1
        house.store.webhooks.settle(replace(done, state=CallState.DEAD))
    else:
        report.failed += 1
        later = now() + timedelta(seconds=waits[call.tries - 1])
        house.store.webhooks.settle(replace(done, next_at=later))
    if outcome.gone:
        receiver = replace(receiver, active=False)
        house.store.webhooks.change(receiver)
    return receiver
