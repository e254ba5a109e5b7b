"""What the log tells of one client: the own name and the latest events."""

from collections import deque
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

from tongxing.domain.clock import BEIJING, instant
from tongxing.domain.event import Event, EventRef
from tongxing.domain.grades import Channel
from tongxing.service.client_names import epoch, take_name
from tongxing.service.house import House
from tongxing.service.ports import ErasedError, Store
from tongxing.service.views import EvidenceView

RECENT_MAX = 12
NOT_RECENT = frozenset({"day_valued", "sign_turned_on", "sign_turned_off"})
"""What the house notes every day is no news to a client."""
REMEMBERED_MAX = 500
Story = tuple[str, tuple[EvidenceView, ...]]


@dataclass(slots=True)
class _Stories:
    """Clients looked at lately, with the state they were looked at in."""

    erasures: str
    by_client: dict[str, tuple[bytes, Story]] = field(default_factory=dict)


_remembered: WeakKeyDictionary[Store, _Stories] = WeakKeyDictionary()
_turn = Lock()


def told(house: House, client_id: str, blob: bytes) -> Story:
    """The client's name and latest events, newest first; nothing where a key was destroyed.

    The log is read again when the state (`blob`) is another one than last time.
    """
    with _turn:
        current = epoch(house.store)
        kept = _remembered.get(house.store)
        if kept is None or kept.erasures != current:
            kept = _remembered[house.store] = _Stories(erasures=current)
        entry = kept.by_client.pop(client_id, None)
        if entry is None or entry[0] != blob:
            entry = (blob, _read(house, client_id))
        kept.by_client[client_id] = entry
        if len(kept.by_client) > REMEMBERED_MAX:
            del kept.by_client[next(iter(kept.by_client))]
        return entry[1]


def evidence_view(ref: EventRef) -> EvidenceView:
    """An event as evidence, without its contents."""
    return EvidenceView(kind=ref.kind, at=instant(ref.ts), source=ref.source, source_seq=ref.source_seq)


def _read(house: House, client_id: str) -> Story:
    names: dict[str, str] = {}
    latest: deque[Event] = deque(maxlen=RECENT_MAX)
    try:
        for stored in house.store.events_of(client_id):
            take_name(names, stored.event)
            if _is_news(stored.event):
                latest.append(stored.event)
    except ErasedError:
        return "", ()
    newest = sorted(latest, key=lambda event: event.known_at)[::-1]
    return names.get(client_id, ""), tuple(_evidence_of(event) for event in newest)


def _is_news(event: Event) -> bool:
    """What the house notes for itself, and a task for the adviser's desk, did not reach the client."""
    to_desk = event.kind == "touch_sent" and event.body.get("channel") == Channel.ADVISER.value
    return event.kind not in NOT_RECENT and not to_desk


def _evidence_of(event: Event) -> EvidenceView:
    return EvidenceView(
        kind=event.kind, at=event.ts.astimezone(BEIJING), source=event.source, source_seq=event.source_seq
    )
