import pytest
from profile_events import Make, moment

from tongxing.adapters.book_files import load
from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.profile.signs import NAMES


@pytest.fixture(scope="session")
def book() -> Book:
    return load(sign_names=NAMES)


@pytest.fixture
def happen() -> Make:
    """Makes the next event of client C1: `happen("2026-05-06 10:00", "searched", text="养老金")`."""
    count = 0

    def make(
        at: str, kind: str, /, known: str | None = None, seq: str | None = None, **body: object
    ) -> Event:
        nonlocal count
        count += 1
        return Event(
            source="app",
            source_seq=seq or f"{count:06d}",
            client_id="C1",
            ts=moment(at),
            known_at=moment(known or at),
            kind=kind,
            body=body,
        )

    return make
