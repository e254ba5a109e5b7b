"""The words of a form whose session had ended: kept for some minutes, for the person who typed them alone."""

from datetime import datetime, timedelta

import msgspec

from tongxing.domain.person import Person
from tongxing.service.house import House
from tongxing.service.ports_door import HeldRow
from tongxing.service.sign_in import TOKEN_LENGTH_MAX, fresh_token, hashed, number

FORM = "form"


class KeptForm(msgspec.Struct, frozen=True, kw_only=True):
    """A form as it was sent."""

    path: str
    """Where it was going."""
    page: str
    """The own page it stood on; empty where that is not known."""
    fields: dict[str, str]


def keep(house: House, session_token: str, form: KeptForm, *, now: datetime) -> str:
    """Keep a form for whose session this was; gives the token that finds it.

    Empty where there was no such session, or it was ended by somebody: then nobody is known to come back.
    """
    if not 0 < len(session_token) <= TOKEN_LENGTH_MAX:
        return ""
    found = house.store.people.session(hashed(session_token))
    if found is None:
        return ""
    token = fresh_token(house)
    row = HeldRow(
        token_hash=hashed(token),
        kind=FORM,
        person_id=found[1].person_id,
        until=now + timedelta(minutes=number(house, "identity_form_kept_minutes", now)),
        body=msgspec.json.encode(form),
    )
    house.store.door.hold(row, now=now)
    return token


def has_run_out(house: House, session_token: str) -> bool:
    """Whether there was such a session that nobody ended."""
    fits = 0 < len(session_token) <= TOKEN_LENGTH_MAX
    return fits and house.store.people.session(hashed(session_token)) is not None


def kept(house: House, person: Person, token: str, *, now: datetime) -> KeptForm | None:
    """The form under a token, where this person typed it; it stays."""
    if not 0 < len(token) <= TOKEN_LENGTH_MAX:
        return None
    row = house.store.door.held(hashed(token), FORM, now=now)
    if row is None or row.person_id != person.person_id:
        return None
    return msgspec.json.decode(row.body, type=KeptForm)


def take(house: House, person: Person, token: str, *, now: datetime) -> KeptForm | None:
    """The same, once."""
    if kept(house, person, token, now=now) is None:
        return None
    row = house.store.door.take(hashed(token), FORM, now=now)
    return None if row is None else msgspec.json.decode(row.body, type=KeptForm)
