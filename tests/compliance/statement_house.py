"""A real house for the statements that words alone cannot show: what happens to a client, in few words."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.intake.events import parse
from tongxing.service.append import append
from tongxing.service.client_view import client_view
from tongxing.service.house import House
from tongxing.service.stored import decode_decision
from tongxing.service.views import ClientView
from tongxing.service.work import work

OPENED = datetime(2026, 4, 1, 9, 0, tzinfo=BEIJING)
NOW = datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)
NAME, PHONE, ID_NUMBER = "林晓晓", "13900000001", "999999199001010013"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PENSION = "养老金怎么开户"
DECISIONS_MAX = 1_000


def event(kind: str, body: Mapping[str, object], at: datetime = NOW, *, client: str = "C000001") -> Event:
    """One event, through the door of intake."""
    raw = {
        "source": "core",
        "source_seq": f"{client}|{kind}|{at.isoformat()}|{body.get('purpose', '')}",
        "client_id": client,
        "ts": at.isoformat(),
        "known_at": at.isoformat(),
        "kind": kind,
        "body": dict(body),
    }
    found = parse(raw, line=1, now=at)
    assert isinstance(found, Event), found
    return found


def opening(
    *, client: str = "C000001", grade: str = "C3", consents: Iterable[str] = ("personalised_service",)
) -> list[Event]:
    """An adult with an account of years, an assessment, and these consents."""
    about = {
        "name": NAME, "birth": "1990-01-01", "opened_on": "2020-01-06", "phone": PHONE,
        "id_number": ID_NUMBER,
    }  # fmt: skip
    return [
        event("client_registered", about, OPENED, client=client),
        event("assessment_taken", {"grade": grade, "valid_to": "2027-03-01"}, OPENED, client=client),
        *(event("consent_given", {"purpose": purpose}, OPENED, client=client) for purpose in consents),
    ]


def trade(code: str, price: str, at: datetime = OPENED, *, client: str = "C000001") -> Event:
    """A purchase of 1,000."""
    gross = int(Decimal(price) * 1_000 * 100)
    body = {
        "code": code, "side": "buy", "quantity": "1000", "price": price, "gross_fen": gross, "fees_fen": 500,
        "deal_no": f"D1-{at:%H%M}",
    }  # fmt: skip
    return event("trade", body, at, client=client)


def happens(house: House, *events: Event) -> None:
    """Events come in and the worker works until nothing is left to do."""
    for one in events:
        assert append(house, (one,)).accepted, one
        work(house, now=one.known_at + timedelta(seconds=1))


def home(house: House, *, client: str = "C000001", now: datetime = NOW) -> ClientView:
    """The client's home page as values."""
    found = client_view(house, client, now=now)
    assert found is not None
    return found


def cards(house: House, *, client: str = "C000001", now: datetime = NOW) -> set[str]:
    """Playbooks whose cards stand on the client's home."""
    return {card.playbook for card in home(house, client=client, now=now).cards}


def kept_back(house: House, playbook: str, *, client: str = "C000001") -> list[str]:
    """Why a playbook was stopped, by gate or by review, over all decisions of a client."""
    found: list[str] = []
    for row in house.store.decisions(client_id=client, limit=DECISIONS_MAX):
        record = decode_decision(row.payload)
        found += [
            reason for one in record.decision.considered if one.playbook == playbook for reason in one.reasons
        ]
        found += [
            f"{reason.rule}: {reason.detail}"
            for verdict in record.verdicts
            if verdict.playbook == playbook
            for reason in verdict.reasons
        ]
    return found
