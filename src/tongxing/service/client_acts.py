"""What a client does on a page, as events of the log; the worker answers them with cards.

A form carries a token of its own: sent twice with the same words it is one act.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import islice
from threading import Lock

import msgspec

from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.service.house import House
from tongxing.service.states import state_of
from tongxing.service.unfolded import READ_MAX

SOURCE = "web"
TEXT_LENGTH_MAX = 200
WHY_LENGTH_MAX = 200
CARDS_MAX = 500
TOKEN = re.compile(r"[0-9a-f]{16,64}")
TOKEN_BYTES = 12
KEY_BYTES = 16
TURN = Lock()
"""Acts of clients are taken in one after the other by a process."""


class UnknownClientError(LookupError):
    """The store has folded no event of such a client, or the client has no such card."""


class ActRefusedError(ValueError):
    """The act cannot be taken; `reason` says why in one word, such as `empty` or `too_long`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def search(house: House, client_id: str, text: str, *, now: datetime, token: str = "") -> Event:
    """The client searched for words. Raises `ActRefusedError`, `UnknownClientError`."""
    return _append(house, client_id, "searched", {"text": _words(text)}, now=now, token=token)


def ask(house: House, client_id: str, text: str, *, now: datetime, token: str = "") -> Event:
    """The client asked the house something. Raises `ActRefusedError`, `UnknownClientError`."""
    return _append(house, client_id, "asked", {"text": _words(text), "channel": "home"}, now=now, token=token)


def dismiss(house: House, client_id: str, touch_id: str, why: str, *, now: datetime) -> Event | None:
    """The client sent one of the own cards away: it is not shown again; None: it was gone already.

    Raises `UnknownClientError` for a card the client never had.
    """
    if not _is_shown(house, client_id, touch_id, now):
        if touch_id in _ever_said(house, client_id):
            return None
        raise UnknownClientError(f"{client_id} has no card {touch_id}")
    body = {"touch_id": touch_id, "why": clean(why)[:WHY_LENGTH_MAX]}
    return _append(house, client_id, "dismissed", body, now=now, hide=touch_id)


def opened(house: House, client_id: str, touch_id: str, *, now: datetime) -> Event:
    """The client opened one of the own cards. Raises `UnknownClientError`."""
    if not _is_shown(house, client_id, touch_id, now):
        raise UnknownClientError(f"{client_id} has no card {touch_id}")
    return _append(house, client_id, "opened", {"touch_id": touch_id}, now=now)


def set_personalisation(house: House, client_id: str, *, on: bool, now: datetime) -> Event:
    """The client switched personalised service on or off. Raises `UnknownClientError`."""
    return _append(house, client_id, "personalisation_set", {"on": on}, now=now)


def new_token(house: House) -> str:
    """The token of one form as it is drawn."""
    return house.entropy.token(TOKEN_BYTES).hex()


def viewed(house: House, client_id: str, page: str, *, at_most_once: str, now: datetime) -> None:
    """The client looked at one of the own pages; once for each `at_most_once`, e.g. the hour."""
    act(house, client_id, [("viewed", {"page": page})], now=now, token=at_most_once)


def act(
    house: House,
    client_id: str,
    said: Sequence[tuple[str, Mapping[str, object]]],
    *,
    now: datetime,
    token: str = "",
    hide: str = "",
) -> tuple[Event, ...]:
    """Append acts of the client together, in order; those already said by the same form are not repeated.

    `hide` names a card that goes from the page in the same transaction. Raises `UnknownClientError`.
    """
    with TURN:
        events = happened(house, client_id, said, at=instant_of(house, client_id, now), token=token)
        with house.store.batch() as batch:
            batch.append(events)
            if hide:
                batch.dismiss(hide)
        return events


def happened(
    house: House,
    client_id: str,
    said: Sequence[tuple[str, Mapping[str, object]]],
    *,
    at: datetime,
    token: str = "",
) -> tuple[Event, ...]:
    """Acts of the client at an instant as events, not yet appended; made and appended under `TURN`."""
    place = house.store.count_events()
    return tuple(
        Event(
            source=SOURCE,
            source_seq=_key(client_id, kind, body, token)
            or f"{client_id}-{kind}-{seconds(at)}-{place}{f'-{number}' if number else ''}",
            client_id=client_id,
            ts=at,
            known_at=at,
            kind=kind,
            body=body,
        )
        for number, (kind, body) in enumerate(said)
    )


def _key(client_id: str, kind: str, body: Mapping[str, object], token: str) -> str:
    """The key of an act by the form it was sent with; empty without a token."""
    if not TOKEN.fullmatch(token):
        return ""
    told = msgspec.json.encode((client_id, kind, body, token), order="deterministic")
    return f"form-{blake2b(told, digest_size=KEY_BYTES).hexdigest()}"


def _append(
    house: House,
    client_id: str,
    kind: str,
    body: Mapping[str, object],
    *,
    now: datetime,
    token: str = "",
    hide: str = "",
) -> Event:
    """Append one event; after everything known of the client, though the market clock may stand still."""
    return act(house, client_id, [(kind, body)], now=now, token=token, hide=hide)[0]


def instant_of(house: House, client_id: str, now: datetime) -> datetime:
    """Now, or just after everything known of the client, what the worker has not folded yet included.

    Raises `UnknownClientError`.
    """
    folded = house.store.folded_through(client_id)
    blob = house.store.state(client_id)
    if blob is None:
        raise UnknownClientError(client_id)
    last = fold.known_until(state_of(house, client_id, blob))
    for stored in islice(house.store.kept_events_of(client_id, after=folded), READ_MAX):
        last = max(last, stored.event.ts, stored.event.known_at)
    return max(now, last + timedelta(seconds=1)).astimezone(BEIJING)


def _is_shown(house: House, client_id: str, touch_id: str, now: datetime) -> bool:
    cards = house.store.messages(client_id, now=now, limit=CARDS_MAX)
    return any(card.touch_id == touch_id for card in cards)


def _ever_said(house: House, client_id: str) -> frozenset[str]:
    rows = house.store.own.said(client_id, limit=CARDS_MAX)
    return frozenset(row.touch_id for _number, row in rows)


def one_line(text: str) -> str:
    """Words that may be left out, as one line. Raises `ActRefusedError` (`too_long`)."""
    cleaned = clean(text)
    if len(cleaned) > TEXT_LENGTH_MAX:
        raise ActRefusedError("too_long")
    return cleaned


def _words(text: str) -> str:
    cleaned = clean(text)
    if not cleaned:
        raise ActRefusedError("empty")
    if len(cleaned) > TEXT_LENGTH_MAX:
        raise ActRefusedError("too_long")
    return cleaned


def clean(text: str) -> str:
    """One line of printable words; what is no character (half of one, a control code) becomes a space."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
