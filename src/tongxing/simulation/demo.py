"""The demo's population: characters and invented others, brought up to the morning of the first day shown."""

from datetime import date, datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.service.house import House
from tongxing.service.work import work
from tongxing.simulation.assumptions import Assumptions, assumptions
from tongxing.simulation.characters import characters
from tongxing.simulation.memory import SETTING, Memory, begun, lived_until, recall, remember, run_of
from tongxing.simulation.people import population
from tongxing.simulation.person import Person, client_id
from tongxing.simulation.shelf import Shelf, shelf
from tongxing.simulation.step import EVENING, MORNING, Progress, Run, live, send_waiting

FIRST_DAY_SHOWN = date(2026, 5, 6)
SESSIONS_BEFORE = 20
CLIENTS = 120
SEED = 20_260_506


class DemoError(ValueError):
    """The demo cannot go on as asked; the text is for the person at the keyboard."""


def demo_people(
    *, seed: int, count: int, load_day: date, goods: Shelf, assume: Assumptions
) -> tuple[Person, ...]:
    """The characters, then seeded people up to `count`."""
    known = characters(load_day)
    others = population(
        max(0, count - len(known)),
        seed=seed,
        start=load_day,
        shelf=goods,
        assume=assume,
        first=len(known) + 1,
    )
    return (*known, *others)


def demo_start(
    house: House,
    *,
    seed: int = SEED,
    count: int = CLIENTS,
    first_day: date = FIRST_DAY_SHOWN,
    sessions_before: int = SESSIONS_BEFORE,
    progress: Progress | None = None,
) -> datetime:
    """Fill an empty store with the sessions before the first day shown; returns that day's morning.

    The caller sets the market clock to the instant returned. A start that was broken off is taken up
    again; a demo already under way is left as it is, and the evening of its last day is returned.
    Raises `DemoError` when the store holds other events.
    """
    memory = recall(house)
    if memory is None:
        memory = _begin(house, seed=seed, count=count, first_day=first_day, sessions_before=sessions_before)
    if memory.last_day >= first_day:
        return datetime.combine(memory.last_day, EVENING, BEIJING)
    _live_until(house, memory, first_day - timedelta(days=1), progress)
    morning = datetime.combine(first_day, MORNING, BEIJING)
    work(house, now=morning)
    return morning


def demo_day(house: House, *, progress: Progress | None = None) -> datetime:
    """Live up to the evening of the next session; returns that evening, to which the clock moves.

    Raises `DemoError` when the demo was not started or the market history is over.
    """
    memory = recall(house)
    if memory is None:
        raise DemoError("the demo was not started")
    day = house.market.next_session(memory.last_day)
    if day > house.market.last_session:
        raise DemoError("the market history is over: restart the demo to begin again")
    _live_until(house, memory, day, progress)
    return datetime.combine(day, EVENING, BEIJING)


def demo_over(house: House) -> bool:
    """Whether the last session of the market history has been lived."""
    day = lived_until(house)
    return day is not None and day >= house.market.last_session


def _begin(house: House, *, seed: int, count: int, first_day: date, sessions_before: int) -> Memory:
    """The memory of a demo that has not lived a day yet; marks the store as a demo's."""
    mark = f"{SETTING}_begun"
    numbered = {client_id(number) for number in range(1, count + 1)}
    if house.store.setting(mark) is None and numbered & set(house.store.client_ids()):
        raise DemoError("the store already holds clients with the demo's numbers: take another store")
    load_day = first_day
    for _ in range(sessions_before + 1):
        load_day = house.market.previous_session(load_day)
    house.store.set_setting(mark, load_day.isoformat())
    return begun(seed=seed, clients=count, load_day=load_day)


def _live_until(house: House, memory: Memory, until: date, progress: Progress | None) -> None:
    """Live every day after the last one, and remember after each, so that a crash repeats one day at most."""
    run = _run(house, memory)
    send_waiting(run)
    total = max(1, (until - memory.last_day).days)
    for number in range(total if until > memory.last_day else 0):
        day = memory.last_day + timedelta(days=1)
        only = progress if total == 1 else None
        live(run, day, load_day=memory.load_day, progress=only)
        remember(house, memory, run, day)
        if progress is not None and only is None:
            progress(number + 1, total)


def _run(house: House, memory: Memory) -> Run:
    """The run as the memory has it; people are the same for the same seed."""
    assume = assumptions(house.book.rules, memory.load_day)
    goods = shelf(house.book.products, house.market.codes())
    people = demo_people(
        seed=memory.seed, count=memory.clients, load_day=memory.load_day, goods=goods, assume=assume
    )
    return run_of(house, memory, people, goods)
