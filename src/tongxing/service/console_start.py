"""What needs a person now, and how the corridor runs: figures by indexes, small enough for every page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.service.break_glass import to_review
from tongxing.service.console_switches import SwitchState, switch_states
from tongxing.service.console_terms import OUTCOMES, by_rule, rule_names
from tongxing.service.house import House
from tongxing.service.ports import SetAside

PPM = 1_000_000
MEDIAN, TAIL = 50, 95


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """How long it took, in milliseconds; None where nothing was measured."""

    median: int | None
    tail: int | None
    """Nineteen of twenty took no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The corridor today (the Beijing day of the house's clock)."""

    now: datetime
    events: int
    decisions: int
    outcomes: tuple[tuple[str, int], ...]
    rules: tuple[tuple[str, int], ...]
    """(rule, refusals), the most frequent first."""
    sent: int
    lag: int
    lag_high: bool
    to_seal: Took
    to_sent: Took
    measured: bool
    """The house runs on the wall clock, so that `to_seal` means something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanting:
    """What waits for a person."""

    aside: tuple[SetAside, ...]
    late_timers: int
    late_duties: int
    late_tasks: int
    off: tuple[SwitchState, ...]
    asked: tuple[SwitchState, ...]
    """Playbooks that somebody wants on again."""
    outbox: int
    broken: int
    """Emergency accesses that compliance has not looked at."""


def running(house: House) -> Running:
    """How the corridor runs today."""
    now = house.clock.now().astimezone(BEIJING)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    until = today + timedelta(days=1)
    census, lag = house.store.census, house.store.lag()
    words = [*(f"outcome:{name}" for name in OUTCOMES), *(f"rule:{name}" for name in rule_names())]
    counts = census.count(words, since=today, until=until)
    paces = census.paces()
    return Running(
        now=now,
        events=census.events_since(today),
        decisions=census.decisions_between(today, until),
        outcomes=tuple((name, counts[f"outcome:{name}"]) for name in OUTCOMES),
        rules=by_rule({name: count for name, count in counts.items() if name.startswith("rule:")}),
        sent=census.sent_between(today, until),
        lag=lag,
        lag_high=lag > house.book.rules.number("console_lag_events_max", today.date()),
        to_seal=_took([pace.sealed for pace in paces if pace.sealed is not None]),
        to_sent=_took([pace.sent for pace in paces]),
        measured=house.store.setting("clock") == "wall",
    )


def wanting(house: House) -> Wanting:
    """What waits for a person."""
    now, census = house.clock.now(), house.store.census
    states = tuple(state for state in switch_states(house).values() if state.off)
    duties, tasks = census.overdue(now)
    return Wanting(
        aside=tuple(house.store.aside()),
        late_timers=census.due(now, limit=1).late,
        late_duties=duties,
        late_tasks=tasks,
        off=states,
        asked=tuple(state for state in states if state.asked is not None),
        outbox=census.outbox().waiting,
        broken=len(to_review(house)),
    )


def _took(micros: list[int]) -> Took:
    if not micros:
        return Took(median=None, tail=None)
    ordered = sorted(micros)
    return Took(median=_at(ordered, MEDIAN), tail=_at(ordered, TAIL))


def _at(ordered: list[int], percent: int) -> int:
    """The nearest rank, in milliseconds."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] // 1_000
