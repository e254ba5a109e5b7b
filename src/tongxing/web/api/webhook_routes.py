"""Webhooks out: receivers of this system, the calls to them, and having one sent anew."""

from typing import Literal

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from tongxing.service.api_repeats import Kept, digest, once
from tongxing.service.api_shapes_doors import (
    CallAnswer,
    CallList,
    WebhookAnswer,
    WebhookAsk,
    WebhookChange,
    WebhookList,
)
from tongxing.service.ports_webhooks import CallState, Webhook, WebhookCall
from tongxing.service.webhooks import add_webhook, change_webhook, own_webhook, redeliver
from tongxing.web.api.answers import done, given, list_name, next_address, read
from tongxing.web.api.asking import (
    Paged,
    Query,
    body_of,
    decoded,
    id_of,
    key_of,
    limit_of,
    query_of,
    raw_body,
    rule,
    tags_of,
)
from tongxing.web.api.caller import caller
from tongxing.web.api.cursors import cursor, text_place
from tongxing.web.api.operations import Area, Operation
from tongxing.web.api.problems import Problem
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

ACT = "api.webhooks.act"
ONE = "/v1/webhooks/{webhook_id:str}"
_STATES: dict[CallState, Literal["waiting", "sent", "dead"]] = {
    CallState.WAITING: "waiting",
    CallState.SENT: "sent",
    CallState.DEAD: "dead",
}


class CallQuery(Paged, frozen=True, kw_only=True):
    """Calls of one receiver, of any fate or of one; `dead` lists the dead letters."""

    state: Literal["waiting", "sent", "dead"] | None = None


@get(
    "/v1/webhooks",
    act=ACT,
    sync_to_thread=False,
    api=Operation(area=Area.WEBHOOKS, summary="List receivers", gives=WebhookList, query=Paged),
)
def webhooks_list(request: PageRequest) -> Response[bytes]:
    """The caller's own receivers."""
    asked, name = query_of(request, Paged), list_name(request)
    house = front_of(request).house
    limit, after = limit_of(house, asked.limit), text_place(name, asked.cursor)
    found = house.store.webhooks.of_person(caller(request).person_id, after=after, limit=limit + 1)
    last = found[limit - 1].webhook_id if len(found) > limit else None
    goes_on = next_address(request, None if last is None else cursor(name, last))
    return read(request, WebhookList(items=[_told(one) for one in found[:limit]], next=goes_on))


@post(
    "/v1/webhooks",
    act=ACT,
    status_code=201,
    api=Operation(
        area=Area.WEBHOOKS,
        summary="Make a receiver",
        detail="It is told of what is written from now on. The secret is in this answer and in no later one. "
        "Addresses are https on public hosts.",
        gives=WebhookAnswer,
        status=201,
        body=WebhookAsk,
        body_example={"url": "https://hooks.bank.com/tongxing", "kinds": ["touch_sent"]},
        key="needed",
    ),
)
async def webhook_add(request: PageRequest) -> Response[bytes]:
    """A new receiver."""
    house, person = front_of(request).house, caller(request)
    key = key_of(request, needed=True)
    data = await raw_body(request, at_most=rule(house, "api_body_bytes_max"))
    ask, now = decoded(data, WebhookAsk), house.clock.now()

    def add() -> Kept:
        made = add_webhook(house, person, ask, now=now)
        return done(_told(made, secret=True), status=201, location=f"/v1/webhooks/{made.webhook_id}")

    asked = digest("POST", "/v1/webhooks", data)
    return given(
        await sync_to_thread(
            once, house, person.person_id, key, asked, now=front_of(request).wall.now(), do=add
        )
    )


@get(
    ONE,
    act=ACT,
    sync_to_thread=False,
    api=Operation(
        area=Area.WEBHOOKS,
        summary="Read a receiver",
        gives=WebhookAnswer,
        query=Query,
        problems=("not-found",),
    ),
)
def webhook_read(request: PageRequest, webhook_id: FromPath[str]) -> Response[bytes]:
    """One receiver, without its secret."""
    query_of(request, Query)
    found = own_webhook(front_of(request).house, caller(request), id_of(webhook_id))
    return read(request, _told(found), tag=_tag(found))


@patch(
    ONE,
    act=ACT,
    api=Operation(
        area=Area.WEBHOOKS,
        summary="Change a receiver",
        detail="Address, kinds, whether it is called, or a new secret, which is in this answer alone.",
        gives=WebhookAnswer,
        body=WebhookChange,
        body_example={"active": True, "new_secret": True},
        if_match="needed",
        problems=("not-found", "precondition-required"),
    ),
)
async def webhook_change(request: PageRequest, webhook_id: FromPath[str]) -> Response[bytes]:
    """Another address, other kinds, a new secret."""
    house = front_of(request).house
    tags = tags_of(request, "if-match")
    if not tags:
        raise Problem(kind="precondition-required")
    change = await body_of(request, WebhookChange, at_most=rule(house, "api_body_bytes_max"))
    found = own_webhook(house, caller(request), id_of(webhook_id))
    if tags != ("*",) and tags != (_tag(found),):
        raise Problem(kind="precondition-failed")
    now = house.clock.now()
    new = await sync_to_thread(change_webhook, house, found, change, now=now)
    return given(done(_told(new, secret=change.new_secret), tag=_tag(new)))


@delete(
    ONE,
    act=ACT,
    status_code=204,
    api=Operation(
        area=Area.WEBHOOKS, summary="Forget a receiver", gives=None, status=204, problems=("not-found",)
    ),
)
async def webhook_forget(request: PageRequest, webhook_id: FromPath[str]) -> None:
    """Forget a receiver with its calls."""
    house = front_of(request).house
    found = own_webhook(house, caller(request), id_of(webhook_id))
    await sync_to_thread(house.store.webhooks.remove, found.webhook_id)


@get(
    f"{ONE}/calls",
    act=ACT,
    sync_to_thread=False,
    api=Operation(
        area=Area.WEBHOOKS,
        summary="List the calls to a receiver",
        detail="Newest first; `state=dead` lists what was given up.",
        gives=CallList,
        query=CallQuery,
        problems=("not-found",),
    ),
)
def calls_list(request: PageRequest, webhook_id: FromPath[str]) -> Response[bytes]:
    """A page of calls."""
    asked, name = query_of(request, CallQuery), list_name(request)
    house = front_of(request).house
    found = own_webhook(house, caller(request), id_of(webhook_id))
    limit = limit_of(house, asked.limit)
    rows = house.store.webhooks.calls(
        found.webhook_id,
        state=None if asked.state is None else CallState(asked.state),
        before=text_place(name, asked.cursor),
        limit=limit + 1,
    )
    last = rows[limit - 1].call_id if len(rows) > limit else None
    goes_on = next_address(request, None if last is None else cursor(name, last))
    return read(request, CallList(items=[_call(one) for one in rows[:limit]], next=goes_on))


@post(
    f"{ONE}/calls/{{call_id:str}}/redeliver",
    act=ACT,
    status_code=202,
    api=Operation(
        area=Area.WEBHOOKS,
        summary="Have a call sent anew",
        detail="From its first try on, with the same webhook-id; the body of this request stays empty.",
        gives=CallAnswer,
        status=202,
        problems=("not-found",),
    ),
)
async def call_again(
    request: PageRequest, webhook_id: FromPath[str], call_id: FromPath[str]
) -> Response[bytes]:
    """Send one call anew."""
    house = front_of(request).house
    found = own_webhook(house, caller(request), id_of(webhook_id))
    anew = await sync_to_thread(redeliver, house, found, id_of(call_id))
    return given(done(_call(anew), status=202))


def _told(webhook: Webhook, *, secret: bool = False) -> WebhookAnswer:
    return WebhookAnswer(
        webhook_id=webhook.webhook_id,
        url=webhook.url,
        kinds=list(webhook.kinds),
        active=webhook.active,
        made_at=webhook.made_at,
        secret=webhook.secret if secret else None,
    )


def _tag(webhook: Webhook) -> str:
    parts = (webhook.url, *webhook.kinds, str(webhook.active), webhook.secret)
    return digest(*parts).hex()


def _call(call: WebhookCall) -> CallAnswer:
    return CallAnswer(
        call_id=call.call_id,
        kind=call.kind,
        state=_STATES[call.state],
        tries=call.tries,
        made_at=call.made_at,
        next_at=call.next_at,
        last=call.last,
        payload=msgspec.Raw(call.payload),
    )
