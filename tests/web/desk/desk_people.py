"""People of the desk's page tests, and what happened to their clients."""

from dataclasses import replace
from datetime import date, timedelta

from tongxing.app import DEFAULT_START
from tongxing.domain.draft import Licence
from tongxing.domain.event import Event
from tongxing.domain.person import Person, Role

NOW = DEFAULT_START + timedelta(hours=1)
LICENCE = Licence(number="S1230626050001", scopes=("advice",), valid_to=date(2027, 12, 31))
LIN = Person(person_id="adviser-1", name="林知行", role=Role.ADVISER, team="浦东", licence=LICENCE)
ZHOU = replace(LIN, person_id="adviser-2", name="周予安")
SHEN = replace(LIN, person_id="adviser-3", name="沈嘉禾", team="西湖")
LATE = replace(LIN, person_id="adviser-4", name="迟未续", licence=replace(LICENCE, valid_to=date(2020, 1, 1)))
GU = Person(person_id="manager-1", name="顾明远", role=Role.MANAGER, team="浦东")
OWNER = Person(person_id="C1", name="林晓", role=Role.CLIENT, client_id="C1")
PEOPLE = {one.person_id: one for one in (LIN, ZHOU, SHEN, LATE, GU, OWNER)}
WHO = "x-who"


def happened(number: int, kind: str, body: dict[str, object], client: str = "C1") -> Event:
    at = DEFAULT_START + timedelta(minutes=number)
    return Event(
        source="t",
        source_seq=f"{client}-{number}",
        client_id=client,
        ts=at,
        known_at=at,
        kind=kind,
        body=body,
    )
