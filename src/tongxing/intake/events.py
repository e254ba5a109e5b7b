"""An event as a line of JSON (`contracts.md`, section 1): taken strictly, or rejected by name."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from tongxing.domain.bodies import BODIES, Body
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, Rejected
from tongxing.domain.event_text import body_bytes, canonical

LINE_BYTES_MAX = 1_048_576
"""The largest event: a snapshot of two thousand holdings."""
AHEAD_MAX = timedelta(minutes=5)
"""Clocks differ a little; what is further ahead did not happen yet."""
DETAIL_LENGTH_MAX = 160
DEPTH_MAX = 20

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands around every body."""

    source: Id
    source_seq: Key
    client_id: Id
    ts: datetime
    known_at: datetime | None = None
    kind: str
    body: msgspec.Raw


_ENVELOPE = msgspec.json.Decoder(Envelope)
_KINDS: Mapping[str, msgspec.json.Decoder[Body]] = {
    kind: msgspec.json.Decoder(body) for kind, (body, _retention) in BODIES.items()
}
_PLAIN = msgspec.json.Decoder(dict[str, object])
_UNKNOWN = "Object contains unknown field"
_MISSING = "Object missing required field"
_KEYS = ("$.source", "$.source_seq", "$.client_id")
_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Blanks, control characters, and marks that make two ids look alike."""


def parse(raw: Mapping[str, object] | bytes, *, line: int, now: datetime) -> Event | Rejected:
    """The event of one JSON line, or why it is none; `known_at` is `now` where the line does not say it.

    `now` is the clock in force: what lies more than five minutes ahead is `future`.
    """
    if not isinstance(raw, bytes):
        try:
            raw = msgspec.json.encode(raw)
        except (TypeError, ValueError, RecursionError):
            return Rejected(line=line, reason="bad_json", detail="values that JSON does not know")
    if len(raw) > LINE_BYTES_MAX:
        return Rejected(line=line, reason="bad_json", detail=f"{len(raw)} bytes in one line")
    try:
        envelope = _ENVELOPE.decode(raw)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        return _refused(problem, line)
    decoder = _KINDS.get(envelope.kind)
    if decoder is None:
        return Rejected(line=line, reason="unknown_kind", detail=envelope.kind[:DETAIL_LENGTH_MAX])
    try:
        decoder.decode(envelope.body)
        body = _PLAIN.decode(envelope.body)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        return _refused(problem, line, inside="body")
    return _event(envelope, body, line, now)


def encode(event: Event) -> bytes:
    """The event as one JSON line, without line end; `parse` gives it back."""
    return canonical(event)


def same_content(one: Event, other: Event) -> bool:
    """Whether two events of one key tell the same; when the house learned of it does not count."""
    return (
        one.client_id == other.client_id
        and one.kind == other.kind
        and one.ts == other.ts
        and body_bytes(one) == body_bytes(other)
    )


def _event(envelope: Envelope, body: dict[str, object], line: int, now: datetime) -> Event | Rejected:
    """Judge what types cannot say: zones, order of times, clean ids."""
    ts, known_at = envelope.ts, envelope.known_at
    if ts.tzinfo is None or (known_at is not None and known_at.tzinfo is None):
        return Rejected(line=line, reason="no_zone", detail="write +08:00 at the end of ts and known_at")
    if ts > now + AHEAD_MAX:
        return Rejected(line=line, reason="future", detail=f"ts {ts.isoformat()}")
    if known_at is None:
        known_at = max(now, ts)
    elif known_at > now + AHEAD_MAX:
        return Rejected(line=line, reason="future", detail=f"known_at {known_at.isoformat()}")
    elif known_at < ts:
        return Rejected(line=line, reason="bad_field", detail="known_at: before ts")
    for name in ("source", "source_seq", "client_id"):
        if _CONTROL.search(getattr(envelope, name)):
            return Rejected(line=line, reason="bad_key", detail=f"{name}: a blank or control character")
    return Event(
        source=envelope.source,
        source_seq=envelope.source_seq,
        client_id=envelope.client_id,
        ts=ts.astimezone(BEIJING),
        known_at=known_at.astimezone(BEIJING),
        kind=envelope.kind,
        body=body,
    )


def _refused(problem: Exception, line: int, *, inside: str = "") -> Rejected:
    """The reason of the closed list for what the decoder found; its words name the field, never the value."""
    words = str(problem)
    if isinstance(problem, RecursionError):
        return Rejected(line=line, reason="bad_json", detail="nested too deeply")
    if not isinstance(problem, msgspec.ValidationError):
        return Rejected(line=line, reason="bad_json", detail=words[:DETAIL_LENGTH_MAX])
    detail = f"{inside}: {words}" if inside else words
    if words.startswith(_UNKNOWN):
        reason = "unknown_field"
    elif words.startswith(_MISSING):
        reason = "missing_field"
    elif not inside and any(words.endswith(f"`{key}`") for key in _KEYS):
        reason = "bad_key"
    elif words.startswith("Expected `object`") and "at `$" not in words and not inside:
        reason = "bad_json"
    else:
        reason = "bad_field"
    return Rejected(line=line, reason=reason, detail=detail[:DETAIL_LENGTH_MAX])
