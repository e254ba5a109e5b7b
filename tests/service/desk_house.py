"""A small house with a desk: two advisers of one team, a third of another, and their manager."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import msgspec
from people import at, event, opening
from sqlalchemy import insert

from tongxing.adapters.store import SqlStore
from tongxing.adapters.store.tables_people import person as table
from tongxing.domain.draft import Licence
from tongxing.domain.event import Event
from tongxing.domain.grades import Nature
from tongxing.domain.person import Person, Role
from tongxing.domain.task import Task
from tongxing.service import desk_paper
from tongxing.service.append import append
from tongxing.service.desk_words import Wish
from tongxing.service.house import House
from tongxing.service.work import work

LICENCE = Licence(number="S1230626050001", scopes=("advice",), valid_to=date(2027, 12, 31))
LIN = Person(person_id="adviser-1", name="林知行", role=Role.ADVISER, team="浦东", licence=LICENCE)
ZHOU = replace(LIN, person_id="adviser-2", name="周予安")
SHEN = replace(LIN, person_id="adviser-3", name="沈嘉禾", team="西湖")
GU = Person(person_id="manager-1", name="顾明远", role=Role.MANAGER, team="浦东")
NOW = at(60)
CLIENT = "C1"


def fill(house: House, *more: Event, consents: tuple[str, ...] = ("personalised_service",)) -> None:
    """One client of Lin's, with what else happened."""
    append(house, [*opening(CLIENT, consents=consents), *more])
    house.store.set_setting("market_now", NOW.isoformat())
    work(house, now=NOW)
    hire(house, LIN, ZHOU, SHEN, GU)
    assign(house, CLIENT, LIN)


def hire(house: House, *people: Person) -> None:
    """People of the house, with their licences."""
    assert isinstance(house.store, SqlStore)
    with house.store._writing() as connection:
        for person in people:
            licence = None if person.licence is None else msgspec.json.encode(person.licence).decode()
            row = {"person_id": person.person_id, "name": person.name, "role": person.role.value}
            connection.execute(insert(table).values(**row, team=person.team, licence=licence))


def assign(house: House, client_id: str, adviser: Person) -> None:
    with house.store.batch() as batch:
        batch.tasks.assign(client_id, adviser.person_id, since=NOW)


def complaint(text: str = "费用一直没有人答复", *, number: int = 90) -> Event:
    return event(number, "complaint_made", {"text": text}, minutes=5, client=CLIENT)


def asked(text: str, *, number: int = 91, minutes: int = 30) -> Event:
    return event(number, "asked", {"text": text, "channel": "chat"}, minutes=minutes, client=CLIENT)


def only(house: House, client_id: str = CLIENT) -> Task:
    """The one task of a client."""
    (task,) = house.store.tasks.of_client(client_id)
    return task


def whats(house: House, client_id: str = CLIENT) -> list[str]:
    return [desk_paper.decode(task.paper).what for task in house.store.tasks.of_client(client_id)]


def wish(text: str, nature: Nature = Nature.SERVICE, *, form: str = "1", product: str = "") -> Wish:
    return Wish(text=text, nature=nature, product=product, token=form)


def kinds(house: House, client_id: str = CLIENT) -> list[str]:
    return [stored.event.kind for stored in house.store.events_of(client_id)]


def bodies(house: House, kind: str, client_id: str = CLIENT) -> list[Mapping[str, object]]:
    return [stored.event.body for stored in house.store.events_of(client_id) if stored.event.kind == kind]


def minutes(number: int) -> datetime:
    """So many minutes after the house was filled."""
    return at(60 + number)
