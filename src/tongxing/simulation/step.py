"""One calendar day of a simulated house: morning, trading, the close, evening, in order of the clock."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.service.append import append
from tongxing.service.close_day import CLOSING_TIME, close_day, open_day
from tongxing.service.house import House
from tongxing.service.ports import StoredEvent
from tongxing.service.work import Cache, WorkReport, step_deliver, work
from tongxing.simulation.assumptions import Assumptions
from tongxing.simulation.board import board
from tongxing.simulation.day import act
from tongxing.simulation.mind import Mind, take_cards
from tongxing.simulation.opening import events_of_opening
from tongxing.simulation.person import Person
from tongxing.simulation.plans import draft_wanted
from tongxing.simulation.shelf import Shelf

MORNING, EVENING, MIDNIGHT = time(9, 0), time(20, 30), time(23, 55)
QUIET_FROM = time(21, 0)
NEWCOMERS_FROM_HOUR = 17
LOADED_AT = time(18, 0)
LOG_READ_MAX = 5_000

STAGE = "simulation_stage"
"""Setting: the day under way and how many of its stages are over."""
STAGES = 5

Progress = Callable[[int, int], None]


@dataclass(slots=True, kw_only=True)
class Run:
    """A simulated house under way."""

    house: House
    people: Sequence[Person]
    minds: dict[str, Mind]
    seed: int
    shelf: Shelf
    assume: Assumptions
    seq: int = 0
    """Place in the log up to which everybody knows what happened."""
    evening: time = EVENING
    """When a day ends; clients act until then."""
    events: int = 0
    cache: Cache = field(default_factory=lambda: Cache(states={}))


def live(run: Run, day: date, *, load_day: date, progress: Progress | None = None) -> None:
    """One day of the calendar: the one on which everybody enters, one with a session, or a quiet one."""
    if day <= load_day:
        load(run, day)
    elif run.house.market.is_session(day):
        session(run, day, progress=progress)
    else:
        quiet_day(run, day)


def send_waiting(run: Run) -> None:
    """Send what a killed run had cleared and not sent, dated as if it had not been killed."""
    while step_deliver(run.house, None, run.cache, WorkReport()):
        pass


def load(run: Run, on: date) -> None:
    """Enter everybody who had opened by a day's evening; newcomers follow on their own day."""
    known = [person for person in run.people if person.opened_on < on]
    _append(run, [event for person in known for event in _opening(run, person, _at(on, LOADED_AT))])
    _join(run, on)
    finish(run, on)


def quiet_day(run: Run, day: date) -> None:
    """A day without a session: due steps in the morning, newcomers in the evening."""
    _work(run, _at(day, MORNING))
    _join(run, day)
    finish(run, day)


def session(run: Run, day: date, *, progress: Progress | None = None) -> None:
    """A day with a session, from corporate actions to the last card of the evening.

    After a kill it is taken up at the stage in which it was: the same events come again, and the log knows
    those it has.
    """
    house, over, tell = run.house, _stages_over(run, day), progress or _silent
    close = _at(day, CLOSING_TIME)
    if over < 1:
        open_day(house, day, at_hand=run.cache.states)
        _work(run, _at(day, MORNING))
        wanted_on = house.market.previous_session(day)
        draft_wanted(house, run.minds, wanted_on, now=_at(day, MORNING))
        _stage_over(run, day, 1)
    tell(1, STAGES)
    acts = _acts(run, day)
    tell(2, STAGES)
    if over < 2:  # noqa: PLR2004 - the second stage
        _append(run, [event for event in acts if event.ts < close])
        _work(run, close)
        _stage_over(run, day, 2)
    tell(3, STAGES)
    if over < 3:  # noqa: PLR2004 - the third stage
        run.events += close_day(house, day, at_hand=run.cache.states)
        _work(run, close)
        _stage_over(run, day, 3)
    tell(4, STAGES)
    _append(run, [event for event in acts if event.ts >= close])
    _join(run, day)
    finish(run, day)
    tell(STAGES, STAGES)


def _acts(run: Run, day: date) -> list[Event]:
    """What everybody does in a session, in order of time."""
    codes = frozenset(run.shelf.codes).union(*(mind.shares for mind in run.minds.values()))
    known = sorted(code for code in codes if code in run.shelf.products)
    risks = {code: int(run.shelf.products[code].risk) for code in known}
    today = board(run.house.market, day, known, risks=risks)
    night = run.evening > QUIET_FROM
    acts = [
        event
        for person in run.people
        for event in act(
            person, run.minds[person.client_id], today, seed=run.seed, assume=run.assume, night=night
        )
    ]
    acts.sort(key=_moment)
    return acts


def _work(run: Run, now: datetime) -> None:
    work(run.house, now=now, cache=run.cache)


def _stages_over(run: Run, day: date) -> int:
    """How many stages of a day were over when the run was last seen."""
    told, _, number = (run.house.store.setting(STAGE) or "").partition("|")
    return int(number) if told == day.isoformat() else 0


def _stage_over(run: Run, day: date, number: int) -> None:
    run.house.store.set_setting(STAGE, f"{day.isoformat()}|{number}")


def days_until(run: Run, start: date, end: date, *, progress: Progress | None = None) -> int:
    """Live every day from start to end, both included; returns how many had a session."""
    total = (end - start).days + 1
    sessions = 0
    for number in range(total):
        day = start + timedelta(days=number)
        if run.house.market.is_session(day):
            session(run, day)
            sessions += 1
        else:
            quiet_day(run, day)
        if progress is not None:
            progress(number + 1, total)
    return sessions


def finish(run: Run, day: date) -> None:
    """End of a day: the house has answered everything, and cards wait for their readers."""
    _work(run, _at(day, run.evening))
    for entry in _news(run):
        run.seq = entry.seq
        mind = run.minds.get(entry.event.client_id)
        if entry.event.kind == "touch_sent" and mind is not None:
            take_cards(mind, (str(entry.event.body["touch_id"]),))


def _news(run: Run) -> Iterator[StoredEvent]:
    """Events of the log that were not read yet, in bounded pages."""
    while page := run.house.store.events(after=run.seq, limit=LOG_READ_MAX):
        yield from page


def _join(run: Run, day: date) -> None:
    """Open the accounts of the day's newcomers, in the evening."""
    newcomers = [
        person for person in run.people if person.opened_on == day and not run.minds[person.client_id].joined
    ]
    events: list[Event] = []
    for person in newcomers:
        at = _at(day, time(NEWCOMERS_FROM_HOUR, person.number * 7 % 60))
        events.extend(_opening(run, person, at))
    events.sort(key=_moment)
    _append(run, events)


def _opening(run: Run, person: Person, at: datetime) -> tuple[Event, ...]:
    mind = run.minds[person.client_id]
    return events_of_opening(person, mind, at=at, market=run.house.market, shelf=run.shelf)


def _append(run: Run, events: Sequence[Event]) -> None:
    """Append; a conflict means that two runs are mixed in one store, which is a mistake of ours."""
    answer = append(run.house, events)
    if answer.conflicts:
        first = events[answer.conflicts[0]]
        raise ValueError(f"event {first.source}/{first.source_seq} is in the log with other content")
    run.events += len(answer.accepted)


def _moment(event: Event) -> datetime:
    return event.known_at


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, BEIJING)


def _silent(_done: int, _total: int) -> None:
    """Nobody watches."""
