"""A small real house with one client who consents, one who does not, and one of whom little is known."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.service.append import append
from tongxing.service.close_day import close_day
from tongxing.service.house import House
from tongxing.service.work import work

NOW = datetime(2026, 5, 6, 16, 0, tzinfo=BEIJING)
SECOND_DAY = datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)
OPENED = datetime(2026, 4, 1, 9, 0, tzinfo=BEIJING)
CONSENTS, REFUSES, UNKNOWN = "C000001", "C000002", "C000003"
PHONE, ID_NUMBER = "13900000001", "999999199001010013"


def event(client_id: str, number: int, kind: str, body: Mapping[str, object], at: datetime = OPENED) -> Event:
    return Event(
        source="core",
        source_seq=f"{client_id}-{number}",
        client_id=client_id,
        ts=at,
        known_at=at,
        kind=kind,
        body=body,
    )


def registered(client_id: str, name: str) -> Event:
    body = {
        "name": name,
        "birth": "1990-01-01",
        "opened_on": "2020-01-06",
        "phone": PHONE,
        "id_number": ID_NUMBER,
    }
    return event(client_id, 1, "client_registered", body)


def known(client_id: str, name: str) -> tuple[Event, ...]:
    """An account of 10,000 shares of a broad fund, one share the house has no price of, and some cash."""
    holdings = [
        {"code": "510300", "quantity": "10000", "price": "4.5"},
        {"code": "999999", "name": "自造基金", "quantity": "1234.5", "price": "2"},
    ]
    return (
        registered(client_id, name),
        event(client_id, 2, "assessment_taken", {"grade": "C3", "score": 50, "valid_to": "2027-03-01"}),
        event(
            client_id,
            3,
            "holding_snapshot",
            {"as_of": "2026-04-01", "cash_fen": 123_456, "holdings": holdings},
        ),
    )


def fill(house: House) -> None:
    """Three clients, two valued days, and a search that turns into a card for whoever consented."""
    consent = {"purpose": "personalised_service"}
    append(house, (*known(CONSENTS, "林晓晓"), event(CONSENTS, 5, "consent_given", consent)))
    append(house, (*known(REFUSES, "王五"), registered(UNKNOWN, "赵六")))
    work(house, now=OPENED)
    close_day(house, date(2026, 4, 30))
    work(house, now=SECOND_DAY)
    brought_in = {"direction": "in", "amount_fen": 50_000, "reason": "bank"}
    append(house, (event(CONSENTS, 6, "cash_moved", brought_in, SECOND_DAY),))
    work(house, now=SECOND_DAY)
    close_day(house, SECOND_DAY.date())
    work(house, now=SECOND_DAY)
    house.store.set_setting("market_now", NOW.isoformat())


def searches(house: House, client_id: str, *, at: datetime = NOW) -> None:
    """The client searches for a pension."""
    number = house.store.count_events()
    append(house, (event(client_id, number, "searched", {"text": "养老金怎么开户"}, at),))
    work(house, now=at + timedelta(seconds=1))
