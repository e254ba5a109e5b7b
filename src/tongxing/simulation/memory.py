"""What the store keeps of a simulated house, so that it goes on after a kill at any instant.

After each day: where the log stood and every mind. Within a day: how many of its stages are over. A stage
lived again gives the same events, which the log already knows; one that is over is not lived again, because
what the house would do then depends on what came later that day.
"""

from datetime import date, timedelta

import msgspec

from tongxing.service.house import House
from tongxing.service.work import Cache
from tongxing.simulation.assumptions import assumptions
from tongxing.simulation.mind import Mind
from tongxing.simulation.person import Person
from tongxing.simulation.shelf import Shelf
from tongxing.simulation.step import Run

SETTING = "simulation"


class Memory(msgspec.Struct, kw_only=True):
    """A simulated house between two days."""

    seed: int
    clients: int
    load_day: date
    last_day: date
    seq: int
    minds: list[Mind]


class _Reached(msgspec.Struct):
    """What a page asks of a memory."""

    last_day: date


def begun(*, seed: int, clients: int, load_day: date) -> Memory:
    """The memory of a house that has not lived a day yet."""
    last_day = load_day - timedelta(days=1)
    return Memory(seed=seed, clients=clients, load_day=load_day, last_day=last_day, seq=0, minds=[])


def recall(house: House) -> Memory | None:
    """The memory in a store; None where nobody lives in it."""
    text = house.store.setting(SETTING)
    return None if text is None else msgspec.json.decode(text, type=Memory)


def lived_until(house: House) -> date | None:
    """The last day that was lived; None where nobody lives. Every page asks, so the minds are not read."""
    text = house.store.setting(SETTING)
    return None if text is None else msgspec.json.decode(text, type=_Reached).last_day


def remember(house: House, memory: Memory, run: Run, day: date) -> None:
    """A day is over."""
    memory.last_day, memory.seq = day, run.seq
    memory.minds = list(run.minds.values())
    house.store.set_setting(SETTING, msgspec.json.encode(memory).decode())


def run_of(house: House, memory: Memory, people: tuple[Person, ...], goods: Shelf) -> Run:
    """The run as the memory has it; people are the same for the same seed."""
    minds = {person.client_id: Mind(client_id=person.client_id) for person in people}
    minds.update({mind.client_id: mind for mind in memory.minds})
    return Run(
        house=house,
        people=people,
        minds=minds,
        seed=memory.seed,
        shelf=goods,
        assume=assumptions(house.book.rules, memory.load_day),
        seq=memory.seq,
        cache=Cache(states={}),
    )
