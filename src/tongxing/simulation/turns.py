"""Turns of an invented life: a topic that fills the mind, an event that is told, a large sum of money."""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np

from tongxing.simulation.assumptions import Assumptions
from tongxing.simulation.chance import happens, one_of
from tongxing.simulation.diary import APP, CORE, Diary
from tongxing.simulation.mind import Mind
from tongxing.simulation.person import Person

TOLD_FROM, TOLD_TO = 9 * 3_600 + 2_400, 14 * 3_600
BANK_FROM, BANK_TO = 9 * 3_600 + 300, 9 * 3_600 + 1_500
TOPIC_DAYS = 30
WINDFALL_MIN_FEN = 6_000_000
EVENTS: Mapping[str, tuple[int, int]] = {
    "house": (40, 300),
    "retirement": (100, 1_500),
    "birth": (-20, 0),
    "marriage": (-20, 0),
    "job": (-20, 0),
    "bereavement": (-20, 0),
}
"""What is told, and how many days ahead (or back) it lies."""
YOUNG, OLD = 45, 50
FOR_THE_YOUNG, FOR_THE_OLD = frozenset({"birth", "marriage"}), frozenset({"retirement"})


def turn(person: Person, mind: Mind, chance: np.random.Generator, diary: Diary, assume: Assumptions) -> None:
    """What life brings on one day; most days bring nothing."""
    topic, told, windfall = (
        happens(chance, assume[name]) for name in ("topic_bp", "life_event_bp", "windfall_bp")
    )
    if topic:
        mind.topic = one_of(chance, person.habits.topics)
        mind.topic_until = diary.day + timedelta(days=TOPIC_DAYS)
    if told:
        _tell(person, chance, diary)
    if windfall:
        _bring(person, mind, chance, diary)


def _tell(person: Person, chance: np.random.Generator, diary: Diary) -> None:
    age = (diary.day - person.birth).days // 366
    names = [name for name in EVENTS if (name not in FOR_THE_YOUNG or age < YOUNG)]
    names = [name for name in names if name not in FOR_THE_OLD or age >= OLD]
    name = one_of(chance, tuple(names))
    day = diary.day + timedelta(days=int(chance.integers(*EVENTS[name])))
    body = {"name": name, "date": day.isoformat(), "stated_by": "client"}
    diary.note(int(chance.integers(TOLD_FROM, TOLD_TO)), APP, "life_event", body)


def _bring(person: Person, mind: Mind, chance: np.random.Generator, diary: Diary) -> None:
    """A sum of the order of what is here already, in whole hundreds of yuan."""
    fen = max(WINDFALL_MIN_FEN, int(person.wealth_fen * float(chance.uniform(0.5, 3)))) // 10_000 * 10_000
    mind.cash_fen += fen
    body = {"direction": "in", "amount_fen": fen, "reason": "bank"}
    diary.note(int(chance.integers(BANK_FROM, BANK_TO)), CORE, "cash_moved", body)
