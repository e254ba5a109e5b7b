"""What one client did on one day, in order, as events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event

CORE = "core"
"""Source of trades, cash and identity: the broker's own system."""
APP = "app"
"""Source of behaviour: the client's app."""


@dataclass(slots=True, kw_only=True)
class Diary:
    """Entries of one client and day; told as events in order of time."""

    client_id: str
    day: date
    entries: list[tuple[int, str, str, Mapping[str, object]]] = field(default_factory=list)
    """(second of the day, source, kind, body)."""

    def note(self, second: int, source: str, kind: str, body: Mapping[str, object]) -> None:
        """Add an entry."""
        self.entries.append((second, source, kind, body))

    def events(self) -> tuple[Event, ...]:
        """The day as events; the house learns of each at once."""
        midnight = datetime.combine(self.day, time(), BEIJING)
        ordered = sorted(self.entries, key=_second)
        return tuple(
            _event(self, number, midnight + timedelta(seconds=entry[0]), entry)
            for number, entry in enumerate(ordered, start=1)
        )


def _second(entry: tuple[int, str, str, Mapping[str, object]]) -> int:
    return entry[0]


def _event(
    diary: Diary, number: int, at: datetime, entry: tuple[int, str, str, Mapping[str, object]]
) -> Event:
    _second_of_day, source, kind, body = entry
    return Event(
        source=source,
        source_seq=f"{diary.day:%Y%m%d}-{diary.client_id}-{number}",
        client_id=diary.client_id,
        ts=at,
        known_at=at,
        kind=kind,
        body=body,
    )
