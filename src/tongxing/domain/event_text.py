"""An event as text: one JSON line that is the same for the same event, on every machine.

Keys of the envelope stand in the order of `contracts.md`, keys of the body are sorted, instants are
written in Beijing time. A body is kept as it was sent: what was left out stays left out.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event


class EventText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The envelope as it is written."""

    source: str
    source_seq: str
    client_id: str
    ts: datetime
    known_at: datetime
    kind: str
    body: dict[str, object]


_ENCODER = msgspec.json.Encoder(order="deterministic")
_ENVELOPE = msgspec.json.Decoder(EventText)
_BODY = msgspec.json.Decoder(dict[str, object])


def canonical(event: Event) -> bytes:
    """The event as one JSON line without line end; equal events give equal bytes."""
    return _ENCODER.encode(
        EventText(
            source=event.source,
            source_seq=event.source_seq,
            client_id=event.client_id,
            ts=event.ts.astimezone(BEIJING),
            known_at=event.known_at.astimezone(BEIJING),
            kind=event.kind,
            body=dict(event.body),
        )
    )


def from_canonical(line: bytes) -> Event:
    """The event of such a line; `msgspec.DecodeError` where it is none; bodies are not judged again."""
    text = _ENVELOPE.decode(line)
    return Event(
        source=text.source,
        source_seq=text.source_seq,
        client_id=text.client_id,
        ts=text.ts.astimezone(BEIJING),
        known_at=text.known_at.astimezone(BEIJING),
        kind=text.kind,
        body=text.body,
    )


def body_bytes(event: Event) -> bytes:
    """The body alone, as the store seals it; equal bodies give equal bytes."""
    return _ENCODER.encode(_plain(event.body))


def body_from(data: bytes) -> dict[str, object]:
    """The body of such bytes: plain JSON values, dates as ISO text."""
    return _BODY.decode(data)


def _plain(body: Mapping[str, object]) -> dict[str, object]:
    return body if isinstance(body, dict) else dict(body)
