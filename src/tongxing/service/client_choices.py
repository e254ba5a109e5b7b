"""What a client decides about being served: channels, consents, life events, and what is to be erased."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tongxing.domain.book import Rulebook
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, Retention
from tongxing.service import client_acts
from tongxing.service.client_acts import ActRefusedError
from tongxing.service.house import House

PURPOSE, LIFE = "personalised_service", "life_event"
LIFE_EVENTS = ("marriage", "birth", "house", "job", "retirement", "bereavement")
ERASABLE = tuple(Retention)


def set_contact(
    house: House, client_id: str, channel: str, *, allowed: bool, now: datetime, token: str = ""
) -> Event:
    """Allow or close a way to reach the client.

    Raises:
        ActRefusedError: `unknown_choice` for a channel that is not offered.
        UnknownClientError: the store has folded nothing of such a client.
    """
    if channel not in house.book.rules.words("contact_channels", _day(now)):
        raise ActRefusedError("unknown_choice")
    body = {"channel": channel, "allowed": allowed}
    return client_acts.act(house, client_id, [("contact_set", body)], now=now, token=token)[0]


def give_consent(
    house: House, client_id: str, consent: str, *, until: str, now: datetime, token: str = ""
) -> Event:
    """Give one of the consents the book offers (`purpose|source|receiver`), with its last day or without.

    Raises:
        ActRefusedError: `unknown_choice`, `no_date`, `past_date`, `far_date`.
        UnknownClientError: as above.
    """
    rules, on = house.book.rules, _day(now)
    if consent not in rules.words("consent_offers", on):
        raise ActRefusedError("unknown_choice")
    body: dict[str, object] = dict(_named(consent))
    if until.strip():
        last = _date(until)
        if last < on:
            raise ActRefusedError("past_date")
        if last > on + timedelta(days=rules.number("consent_days_max", on)):
            raise ActRefusedError("far_date")
        body["until"] = last.isoformat()
    return client_acts.act(house, client_id, [("consent_given", body)], now=now, token=token)[0]


def withdraw_consent(house: House, client_id: str, consent: str, *, now: datetime, token: str = "") -> Event:
    """Take back a consent, whoever it was given to; what was never given can be refused all the same.

    Raises:
        ActRefusedError: `unknown_choice` for words that name no consent.
        UnknownClientError: as above.
    """
    named = _named(consent)
    if any(
        not word or len(word) > client_acts.WHY_LENGTH_MAX or not word.isprintable()
        for word in named.values()
    ):
        raise ActRefusedError("unknown_choice")
    return client_acts.act(house, client_id, [("consent_withdrawn", named)], now=now, token=token)[0]


def tell_life_event(
    house: House, client_id: str, name: str, day: str, *, agreed: bool, now: datetime, token: str = ""
) -> tuple[Event, ...]:
    """Tell of an event in life, with the consent to use it for service; without the consent it is not kept.

    Raises:
        ActRefusedError: `unknown_choice`, `no_date`, `past_date`, `far_date`, `no_consent`.
        UnknownClientError: as above.
    """
    if name not in LIFE_EVENTS:
        raise ActRefusedError("unknown_choice")
    on, today = _date(day), _day(now)
    _within(house.book.rules, on, today)
    if not agreed:
        raise ActRefusedError("no_consent")
    consent = {"purpose": PURPOSE, "source": LIFE, "receiver": "house"}
    told = {"name": name, "date": on.isoformat(), "stated_by": "client"}
    said: list[tuple[str, Mapping[str, object]]] = [("consent_given", consent), (LIFE, told)]
    return client_acts.act(house, client_id, said, now=now, token=token)


def ask_erasure(
    house: House, client_id: str, classes: tuple[str, ...], *, now: datetime, token: str = ""
) -> Event:
    """Ask to have classes of records erased; what the law keeps is kept and used no more.

    Raises:
        ActRefusedError: `unknown_choice` for a class that is none, `empty` when none is named.
        UnknownClientError: as above.
    """
    known = {one.value for one in ERASABLE}
    named = tuple(dict.fromkeys(classes))
    if not named:
        raise ActRefusedError("empty")
    if not known.issuperset(named):
        raise ActRefusedError("unknown_choice")
    body = {"classes": list(named)}
    return client_acts.act(house, client_id, [("erasure_requested", body)], now=now, token=token)[0]


def _named(consent: str) -> dict[str, str]:
    parts = consent.split("|")
    return dict(zip(("purpose", "source", "receiver"), [*parts, "", "", ""][:3], strict=True))


def _within(rules: Rulebook, on: date, today: date) -> None:
    """A day that is a slip of the pen is asked for again."""
    if on.year < today.year - rules.number("life_event_years_back", today):
        raise ActRefusedError("past_date")
    if on.year > today.year + rules.number("life_event_years_ahead", today):
        raise ActRefusedError("far_date")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as unreadable:
        raise ActRefusedError("no_date") from unreadable


def _day(now: datetime) -> date:
    return now.astimezone(BEIJING).date()
