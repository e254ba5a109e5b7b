"""What a client does on a page, as events of the log; the worker answers them with cards."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock

from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.service.house import House
from tongxing.service.states import state_of

SOURCE = "web"
TEXT_LENGTH_MAX = 200
WHY_LENGTH_MAX = 200
CARDS_MAX = 500
_turn = Lock()


class UnknownClientError(LookupError):
    """The store has folded no event of such a client, or the client has no such card."""


class ActRefusedError(ValueError):
    """The words cannot be taken; `reason` is `empty` or `too_long`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def search(house: House, client_id: str, text: str, *, now: datetime) -> Event:
    """The client searched for words. Raises `ActRefusedError`, `UnknownClientError`."""
    return _append(house, client_id, "searched", {"text": _words(text)}, now=now)


def ask(house: House, client_id: str, text: str, *, now: datetime) -> Event:
    """The client asked the house something. Raises `ActRefusedError`, `UnknownClientError`."""
    return _append(house, client_id, "asked", {"text": _words(text), "channel": "home"}, now=now)


def dismiss(house: House, client_id: str, touch_id: str, why: str, *, now: datetime) -> Event:
    """The client sent one of the own cards away: it is not shown again. Raises `UnknownClientError`."""
    _own_card(house, client_id, touch_id, now)
    body = {"touch_id": touch_id, "why": _clean(why)[:WHY_LENGTH_MAX]}
    return _append(house, client_id, "dismissed", body, now=now, hide=touch_id)


def opened(house: House, client_id: str, touch_id: str, *, now: datetime) -> Event:
    """The client opened one of the own cards. Raises `UnknownClientError`."""
    _own_card(house, client_id, touch_id, now)
    return _append(house, client_id, "opened", {"touch_id": touch_id}, now=now)


def set_personalisation(house: House, client_id: str, *, on: bool, now: datetime) -> Event:
    """The client switched personalised service on or off. Raises `UnknownClientError`."""
    return _append(house, client_id, "personalisation_set", {"on": on}, now=now)


def _append(
    house: House, client_id: str, kind: str, body: Mapping[str, object], *, now: datetime, hide: str = ""
) -> Event:
    """Append one event; after everything known of the client, though the market clock may stand still."""
    with _turn:
        at = _instant(house, client_id, now)
        event = Event(
            source=SOURCE,
            source_seq=f"{client_id}-{kind}-{seconds(at)}-{house.store.count_events()}",
            client_id=client_id,
            ts=at,
            known_at=at,
            kind=kind,
            body=body,
        )
        with house.store.batch() as batch:
            batch.append((event,))
            if hide:
                batch.dismiss(hide)
        return event


def _instant(house: House, client_id: str, now: datetime) -> datetime:
    blob = house.store.state(client_id)
    if blob is None:
        raise UnknownClientError(client_id)
    after = fold.known_until(state_of(house, client_id, blob)) + timedelta(seconds=1)
    return max(now, after).astimezone(BEIJING)


def _own_card(house: House, client_id: str, touch_id: str, now: datetime) -> None:
    cards = house.store.messages(client_id, now=now, limit=CARDS_MAX)
    if not any(card.touch_id == touch_id for card in cards):
        raise UnknownClientError(f"{client_id} has no card {touch_id}")


def _words(text: str) -> str:
    cleaned = _clean(text)
    if not cleaned:
        raise ActRefusedError("empty")
    if len(cleaned) > TEXT_LENGTH_MAX:
        raise ActRefusedError("too_long")
    return cleaned


def _clean(text: str) -> str:
    """One line of printable words; what is no character (half of one, a control code) becomes a space."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
