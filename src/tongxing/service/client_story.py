"""What the log tells of one client: the own name and the latest events."""

from collections import deque
from dataclasses import dataclass, field

from tongxing.domain.clock import BEIJING, instant
from tongxing.domain.event import Event, EventRef
from tongxing.domain.grades import Channel
from tongxing.service.client_names import take_name
from tongxing.service.house import House
from tongxing.service.remembered import Remembered
from tongxing.service.views import EvidenceView

RECENT_MAX = 12
NOT_RECENT = frozenset({"day_valued", "sign_turned_on", "sign_turned_off"})
"""What the house notes every day is no news to a client."""
REMEMBERED_MAX = 500


@dataclass(slots=True)
class _Story:
    names: dict[str, str] = field(default_factory=dict)
    latest: deque[Event] = field(default_factory=lambda: deque(maxlen=RECENT_MAX))


def told(house: House, client_id: str) -> tuple[str, tuple[EvidenceView, ...]]:
    """The client's name and latest events, newest first; without those whose key was destroyed."""
    found = _stories.of(house, client_id)
    newest = sorted(found.latest, key=lambda event: event.known_at)[::-1]
    return found.names.get(client_id, ""), tuple(_evidence_of(event) for event in newest)


def evidence_view(ref: EventRef) -> EvidenceView:
    """An event as evidence, without its contents."""
    return EvidenceView(kind=ref.kind, at=instant(ref.ts), source=ref.source, source_seq=ref.source_seq)


def _tell(found: _Story, event: Event) -> None:
    take_name(found.names, event)
    if _is_news(event):
        found.latest.append(event)


def _is_news(event: Event) -> bool:
    """What the house notes for itself, and a task for the adviser's desk, did not reach the client."""
    to_desk = event.kind == "touch_sent" and event.body.get("channel") == Channel.ADVISER.value
    return event.kind not in NOT_RECENT and not to_desk


def _evidence_of(event: Event) -> EvidenceView:
    return EvidenceView(
        kind=event.kind, at=event.ts.astimezone(BEIJING), source=event.source, source_seq=event.source_seq
    )


_stories = Remembered(_Story, _tell, most=REMEMBERED_MAX)
