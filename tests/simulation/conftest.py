"""The packaged book and market, a seeded crowd, and days lived without the service."""

from dataclasses import dataclass, field
from datetime import date, datetime

import pytest

from tongxing.adapters.book_files import load as load_book
from tongxing.adapters.market_files import load as load_market
from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.profile.signs import NAMES
from tongxing.service.ports import Market
from tongxing.simulation.assumptions import Assumptions, assumptions
from tongxing.simulation.board import board
from tongxing.simulation.day import act
from tongxing.simulation.mind import Mind
from tongxing.simulation.opening import events_of_opening
from tongxing.simulation.people import population
from tongxing.simulation.person import Person
from tongxing.simulation.shelf import Shelf, shelf

EVE = date(2026, 1, 5)


@pytest.fixture(scope="session")
def book() -> Book:
    return load_book(None, sign_names=NAMES)


@pytest.fixture(scope="session")
def market(book: Book) -> Market:
    return load_market(rules=book.rules)


@pytest.fixture(scope="session")
def goods(book: Book, market: Market) -> Shelf:
    return shelf(book.products, market.codes())


@pytest.fixture(scope="session")
def assume(book: Book) -> Assumptions:
    return assumptions(book.rules, EVE)


@dataclass(slots=True, kw_only=True)
class Lived:
    """A crowd that lived some days without any service."""

    people: tuple[Person, ...]
    minds: dict[str, Mind]
    events: list[Event] = field(default_factory=list)

    def of(self, client_id: str) -> list[Event]:
        return [event for event in self.events if event.client_id == client_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    market: Market
    goods: Shelf
    assume: Assumptions

    def people(self, count: int, *, seed: int = 7) -> tuple[Person, ...]:
        return population(count, seed=seed, start=EVE, shelf=self.goods, assume=self.assume)

    def live(self, people: tuple[Person, ...], *, until: date, seed: int = 7, eve: date = EVE) -> Lived:
        lived = Lived(people=people, minds={one.client_id: Mind(client_id=one.client_id) for one in people})
        at = datetime(eve.year, eve.month, eve.day, 18, tzinfo=BEIJING)
        for one in people:
            mind = lived.minds[one.client_id]
            opening = events_of_opening(one, mind, at=at, market=self.market, shelf=self.goods)
            lived.events.extend(opening)
        for day in self.market.sessions(self.market.next_session(eve), until):
            today = board(self.market, day, self.goods.codes)
            for one in people:
                mind = lived.minds[one.client_id]
                lived.events.extend(act(one, mind, today, seed=seed, assume=self.assume))
        return lived


@pytest.fixture(scope="session")
def world(market: Market, goods: Shelf, assume: Assumptions) -> World:
    return World(market=market, goods=goods, assume=assume)


@pytest.fixture(scope="session")
def half_year(world: World) -> Lived:
    return world.live(world.people(150), until=date(2026, 7, 10))
