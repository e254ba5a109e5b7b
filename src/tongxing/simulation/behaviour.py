"""What invented clients do in the app: log in, look, search, ask, learn, and what they do with cards."""

import numpy as np

from tongxing.simulation.assumptions import Assumptions
from tongxing.simulation.chance import happens, one_of
from tongxing.simulation.diary import APP, Diary
from tongxing.simulation.mind import Mind
from tongxing.simulation.person import Cue, Person
from tongxing.simulation.words import COURSES, CRISIS, DEVICES, DISTRESSED, PAGES, QUESTIONS, SEARCHES

DAY = (9 * 3_600 + 60, 20 * 3_600)
NIGHT = (21 * 3_600, 23 * 3_600)
PAGES_MAX = 3
EAGER = 5
NERVOUS_LOGIN = 1.5
CERTAIN_BP = 10_000


def behave(
    person: Person,
    mind: Mind,
    chance: np.random.Generator,
    diary: Diary,
    *,
    assume: Assumptions,
    late: bool = False,
) -> None:
    """One day in the app; cards come last, so that nothing else depends on what the house sent."""
    habits = person.habits
    hurt = mind.loss_bp() >= assume["distress_loss_bp"]
    login_bp = assume[f"login_{habits.style}_bp"] * habits.activity_bp / CERTAIN_BP
    comes = happens(chance, login_bp * (NERVOUS_LOGIN if hurt else 1))
    second = int(chance.integers(*(NIGHT if late else DAY)))
    distressed = happens(chance, assume["distress_ask_bp"] * habits.nerves_bp / CERTAIN_BP)
    if hurt and distressed:
        comes = True
    if not comes:
        return
    diary.note(second, APP, "logged_in", {"device": one_of(chance, DEVICES)})
    second = _look_around(chance, diary, second)
    second = _type(person, mind, chance, diary, second, assume)
    if hurt and distressed:
        second += 40
        words = CRISIS if happens(chance, assume["crisis_bp"]) else DISTRESSED
        diary.note(second, APP, "asked", {"text": one_of(chance, words), "channel": "chat"})
    _cards(mind, chance, diary, second, assume)


def follow_cues(person: Person, diary: Diary) -> None:
    """What a character does today by its story."""
    for cue in person.cues:
        if cue.day == diary.day and cue.kind != "buy":
            diary.note(cue.second, APP, cue.kind, _cue_body(cue))


def _cue_body(cue: Cue) -> dict[str, object]:
    """What an event of that kind carries."""
    bodies: dict[str, dict[str, object]] = {
        "searched": {"text": cue.text},
        "asked": {"text": cue.text, "channel": "chat"},
        "course_done": {"course": cue.text, "score": 90},
        "logged_in": {"device": cue.text},
    }
    return bodies[cue.kind]


def _look_around(chance: np.random.Generator, diary: Diary, second: int) -> int:
    for _ in range(int(chance.integers(0, PAGES_MAX + 1))):
        second += int(chance.integers(5, 90))
        body = {"page": one_of(chance, PAGES), "seconds": int(chance.integers(3, 120))}
        diary.note(second, APP, "viewed", body)
    return second


def _type(
    person: Person,
    mind: Mind,
    chance: np.random.Generator,
    diary: Diary,
    second: int,
    assume: Assumptions,
) -> int:
    """Perhaps a search, a question, a finished course; what fills the mind is searched for most."""
    busy = mind.topic_until is not None and diary.day <= mind.topic_until
    if happens(chance, assume["search_bp"] * (EAGER if busy else 1)):
        second += int(chance.integers(5, 60))
        topic = mind.topic if busy else one_of(chance, person.habits.topics)
        diary.note(second, APP, "searched", {"text": one_of(chance, SEARCHES[topic])})
    if happens(chance, assume["ask_bp"]):
        second += int(chance.integers(5, 60))
        diary.note(second, APP, "asked", {"text": one_of(chance, QUESTIONS), "channel": "chat"})
    if happens(chance, assume["course_bp"] * (EAGER if person.habits.eager else 1)):
        second += int(chance.integers(300, 1_200))
        body = {"course": one_of(chance, COURSES), "score": int(chance.integers(60, 101))}
        diary.note(second, APP, "course_done", body)
    return second


def _cards(mind: Mind, chance: np.random.Generator, diary: Diary, second: int, assume: Assumptions) -> None:
    """Each waiting card is opened, sent away or passed over; then it waits no longer."""
    for touch_id in mind.cards:
        second += 15
        if happens(chance, assume["open_card_bp"]):
            diary.note(second, APP, "opened", {"touch_id": touch_id})
            mind.served_on = diary.day
        elif happens(chance, assume["dismiss_card_bp"]):
            diary.note(second, APP, "dismissed", {"touch_id": touch_id})
    mind.cards = []
