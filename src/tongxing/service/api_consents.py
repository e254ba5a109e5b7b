"""Consents of a client for other systems: what is in force, and a new word of the client as an event."""

from datetime import datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.person import Person, Role
from tongxing.profile import fold
from tongxing.profile.assemble import profile as assemble
from tongxing.service.api_clients import live_state, present
from tongxing.service.api_repeats import KeyReusedError, digest
from tongxing.service.api_shapes_doors import (
    ConsentAct,
    Consents,
    Grant,
    Written,
)
from tongxing.service.house import House

SOURCE = "api"


class ConsentRefusedError(ValueError):
    """The word cannot be taken; `field` and `words` say why."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field, self.words = field, words


class StaleError(RuntimeError):
    """What the caller saw is not how it is any more."""


def consents_of(house: House, client_id: str, *, now: datetime) -> Consents:
    """The consents in force now. Raises `OutOfReachError`."""
    state = live_state(house, client_id, now=now)
    found = assemble(state, as_of=present(state, now), book=house.book).standing
    return Consents(
        client_id=client_id,
        version=found.consent_version,
        personalisation=found.personalisation,
        items=[
            Grant(purpose=one.purpose, source=one.source, receiver=one.receiver, until=one.until)
            for one in found.consents
        ],
    )


def say_consent(
    house: House,
    person: Person,
    client_id: str,
    act: ConsentAct,
    *,
    key: str,
    expected: int | None,
    now: datetime,
) -> Written:
    """Write that the client gave or withdrew a consent; the same `key` of the same person writes it once.

    `expected` is the version the caller saw. A partner speaks for its own receipt of data alone.

    Raises:
        OutOfReachError: nothing is known of such a client.
        ConsentRefusedError: a receiver that is not the partner, or a last day that is over.
        StaleError: the version moved on.
        KeyReusedError: under this key something was written before.
    """
    with house.store.batch() as batch:
        event = _event(house, person, client_id, act, key=key, expected=expected, now=now)
        if batch.append((event,)).conflicts:
            raise KeyReusedError(key)
    return Written(
        source=event.source,
        source_seq=event.source_seq,
        client_id=client_id,
        kind=event.kind,
        ts=event.ts,
    )


def _event(
    house: House,
    person: Person,
    client_id: str,
    act: ConsentAct,
    *,
    key: str,
    expected: int | None,
    now: datetime,
) -> Event:
    """The client's word as an event, after everything known of the client."""
    state = live_state(house, client_id, now=now)
    at = max(now, fold.known_until(state) + timedelta(seconds=1)).astimezone(BEIJING)
    if person.role is Role.PARTNER and act.receiver != person.person_id:
        raise ConsentRefusedError("receiver", "a partner writes consents with itself as receiver alone")
    if act.act == "give" and act.until is not None and act.until < at.date():
        raise ConsentRefusedError("until", "this day is over")
    if expected is not None and consents_of(house, client_id, now=now).version != expected:
        raise StaleError(client_id)
    body: dict[str, object] = {"purpose": act.purpose, "source": act.source, "receiver": act.receiver}
    if act.until is not None:
        body["until"] = act.until.isoformat()
    told = digest(person.person_id, client_id, key)
    return Event(
        source=f"{SOURCE}.{person.person_id}",
        source_seq=f"consent-{told.hex()}",
        client_id=client_id,
        ts=at,
        known_at=at,
        kind="consent_given" if act.act == "give" else "consent_withdrawn",
        body=body,
    )
