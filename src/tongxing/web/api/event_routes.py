"""Events in: a batch, each event judged alone."""

from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.concurrency import sync_to_thread

from tongxing.service.api_events import take_events
from tongxing.service.api_repeats import Kept, digest, once
from tongxing.service.api_shapes import EventsTaken
from tongxing.web.api.answers import done, given
from tongxing.web.api.asking import decoded, key_of, raw_body, rule
from tongxing.web.api.caller import caller, reach_of
from tongxing.web.api.operations import Area, Operation
from tongxing.web.api.problems import invalid
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

ACT = "api.events.write"


class EventAsk(msgspec.Struct, frozen=True, kw_only=True):
    """One event, as `contracts` fixes it: the envelope, and a body of its kind."""

    source: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    """Who tells it; a partner's own id, with a part of its choice after a dot."""
    source_seq: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    """Its number there: with `source`, what makes a second copy a duplicate."""
    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    ts: Annotated[str, msgspec.Meta(description="When it happened, with its zone (RFC 3339).")]
    kind: str
    body: dict[str, Any]
    known_at: str | None = None
    """When the house learned of it; left out: now."""


class EventsAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A batch as it is described."""

    events: Annotated[list[EventAsk], msgspec.Meta(min_length=1, max_length=1000)]


class _Batch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A batch as it is read: what an event is, is judged one by one."""

    events: list[msgspec.Raw]


@post(
    "/v1/events",
    act=ACT,
    status_code=200,
    api=Operation(
        area=Area.EVENTS,
        summary="Write events",
        detail="Up to 1,000 events, each judged alone: `accepted`, `duplicate`, `conflict` or `rejected` "
        "with a JSON pointer. The good ones are durable before the answer comes. Idempotent by "
        "(source, source_seq); with Idempotency-Key the whole answer is kept for a repeat.",
        gives=EventsTaken,
        body=EventsAsk,
        key="optional",
        body_example={
            "events": [
                {
                    "source": "partner-1",
                    "source_seq": "20260506-000123",
                    "client_id": "C000017",
                    "ts": "2026-05-06T08:31:02+08:00",
                    "kind": "searched",
                    "body": {"text": "养老金"},
                }
            ]
        },
        example={
            "accepted": 1,
            "duplicates": 0,
            "conflicts": 0,
            "rejected": 0,
            "results": [{"index": 0, "outcome": "accepted"}],
        },
    ),
)
async def write_events(request: PageRequest) -> Response[bytes]:
    """Take a batch into the log."""
    house, person = front_of(request).house, caller(request)
    key = key_of(request, needed=False)
    data = await raw_body(request, at_most=rule(house, "api_events_bytes_max"))
    batch = decoded(data, _Batch).events
    most = rule(house, "api_events_max")
    if not 1 <= len(batch) <= most:
        raise invalid(f"1 to {most} events", pointer="/events")
    reach, now = reach_of(request, ACT), house.clock.now()
    lines = [bytes(line) for line in batch]

    def take() -> Kept:
        return done(take_events(house, reach, lines, now=now))

    if not key:
        return given(await sync_to_thread(take))
    asked = digest("POST", "/v1/events", data)
    return given(
        await sync_to_thread(
            once, house, person.person_id, key, asked, now=front_of(request).wall.now(), do=take
        )
    )
