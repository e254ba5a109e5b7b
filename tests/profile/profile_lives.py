"""A client of whom life events are told, and the signs of such clients on a day."""

from datetime import date

from profile_events import Make, moment

from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.domain.profile import Sign
from tongxing.profile import fold
from tongxing.profile.door import from_events
from tongxing.profile.view import View, view

EPOCH = "2020-01-06 09:00"


def sign(name: str, events: list[Event], book: Book, on: str) -> Sign | None:
    (found,) = from_events(events, as_of=moment(f"{on} 16:00"), book=book)
    return found.sign(name)


def seen(events: list[Event], book: Book, on: date) -> View:
    """The client of some events in the morning of a day."""
    as_of = moment(f"{on} 09:00")
    return view(fold.refold("C1", events, as_of=as_of, book=book), int(as_of.timestamp()), book)


def person(happen: Make, **more: object) -> list[Event]:
    body: dict[str, object] = {"name": "林示例", "birth": "1988-03-12", "opened_on": "2020-01-06", **more}
    return [
        happen(EPOCH, "client_registered", **body),
        happen(EPOCH, "consent_given", purpose="personalised_service"),
    ]
