"""Events of one invented client, in few words."""

from datetime import datetime, timedelta

from tongxing.app import DEFAULT_START
from tongxing.domain.event import Event

START = DEFAULT_START


def event(number: int, kind: str, body: dict[str, object], *, minutes: int = 0, client: str = "C1") -> Event:
    at = START + timedelta(minutes=minutes)
    return Event(
        source="test",
        source_seq=f"{client}-{number}",
        client_id=client,
        ts=at,
        known_at=at,
        kind=kind,
        body=body,
    )


def opening(
    client: str = "C1", *, consents: tuple[str, ...] = ("personalised_service",), grade: str = "C3"
) -> list[Event]:
    """An adult who opened years ago, is assessed, and consents."""
    registered = {"name": "林晓", "birth": "1990-01-01", "opened_on": "2020-01-01"}
    return [
        event(1, "client_registered", dict(registered), client=client),
        event(2, "assessment_taken", {"grade": grade, "valid_to": "2027-06-01"}, client=client),
        *(
            event(3 + number, "consent_given", {"purpose": purpose, "source": "*"}, client=client)
            for number, purpose in enumerate(consents)
        ),
    ]


def snapshot(values: dict[str, int], *, number: int = 50, cash_fen: int = 0, client: str = "C1") -> Event:
    """Holdings stated by value in fen, one share a yuan."""
    holdings = [
        {"code": code, "quantity": str(fen // 100), "price": "1.00", "value_fen": fen}
        for code, fen in values.items()
    ]
    body = {"as_of": "2026-05-05", "cash_fen": cash_fen, "holdings": holdings}
    return event(number, "holding_snapshot", body, client=client)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)
