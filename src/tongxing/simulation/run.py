"""A whole run: people enter, live their sessions under the real service, and everything is counted."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter

import msgspec

from tongxing.service.census import Census, Retention, retention
from tongxing.service.fingerprint import LogDigest, ledger_root
from tongxing.service.house import House
from tongxing.simulation.assumptions import assumptions
from tongxing.simulation.limits import violations
from tongxing.simulation.memory import Memory, begun, recall, remember, run_of
from tongxing.simulation.people import population
from tongxing.simulation.shelf import shelf
from tongxing.simulation.step import MIDNIGHT, Run, live, send_waiting
from tongxing.simulation.tally import Tally, decisions

CLIENTS_MAX, SESSIONS_MAX = 100_000, 4_000
LOG_READ_MAX = 5_000
BEGUN = "simulated_run"
"""Setting: which run a store holds, from before its first event."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run did. Everything but `timing` is the same for the same seed, book and code."""

    seed: int
    clients: int
    joined: int
    left: int
    start: date
    through: date
    sessions: int
    assumptions: dict[str, int]
    book_digest: str
    code_version: str
    events_by_kind: dict[str, int]
    decisions: int
    silent: int
    triggers: dict[str, int]
    sent_by_playbook: dict[str, int]
    refused_by_rule: dict[str, int]
    stopped_by_reason: dict[str, int]
    retention: Retention
    violations: list[str]
    leaves: int
    log_digest: str
    ledger_root: str
    timing: dict[str, float]
    """Wall-clock figures: seconds, and events per second of the whole run."""

    def as_json(self) -> dict[str, object]:
        """Plain data for a JSON line."""
        plain: dict[str, object] = msgspec.to_builtins(self)
        return plain


def simulate(
    house: House, *, clients: int, days: int, seed: int, start: date, progress: Progress | None = None
) -> Result:
    """Let `clients` invented people live `days` sessions from `start` on, on an empty store.

    A run that was killed goes on where it was by the same call on its store, to the same end: the same log,
    decisions and states; only salts and keys differ, unless the store's entropy repeats them.

    Raises `ValueError` for an empty or impossible run (a store in use, no sessions, beyond the history).
    """
    memory = _memory(house, clients, days, seed=seed, start=start)
    began = perf_counter()
    sessions = _sessions(house, start, days)
    goods = shelf(house.book.products, house.market.codes())
    assume = assumptions(house.book.rules, memory.load_day)
    people = population(clients, seed=seed, start=memory.load_day, shelf=goods, assume=assume)
    run = run_of(house, memory, people, goods)
    run.evening = MIDNIGHT
    send_waiting(run)
    _live(run, memory, sessions, progress)
    return _result(run, sessions, began)


def _result(run: Run, sessions: list[date], began: float) -> Result:
    """Count everything once the last day is over."""
    house, lived, tally = run.house, perf_counter(), Tally()
    counts, census, digest = _counted(house)
    for record in decisions(house):
        tally.take(record)
    return Result(
        seed=run.seed,
        clients=len(run.people),
        joined=sum(mind.joined for mind in run.minds.values()),
        left=sum(mind.gone for mind in run.minds.values()),
        start=sessions[0],
        through=sessions[-1],
        sessions=len(sessions),
        assumptions=run.assume.printed(),
        book_digest=house.book.digest,
        code_version=house.code_version,
        events_by_kind=_sorted(counts),
        decisions=tally.decisions,
        silent=tally.silent,
        triggers=_sorted(tally.by_trigger),
        sent_by_playbook=_sorted(Counter(touch.playbook for touch in census.sent)),
        refused_by_rule=_sorted(tally.refused_by_rule),
        stopped_by_reason=_sorted(tally.stopped_by_reason),
        retention=retention(house, census, first=sessions[0], through=sessions[-1]),
        violations=violations(house),
        leaves=house.store.count_leaves(),
        log_digest=digest.hex(),
        ledger_root=ledger_root(house),
        timing=_timing(began, lived, sum(counts.values())),
    )


def _counted(house: House) -> tuple[Counter[str], Census, LogDigest]:
    """One pass over the log."""
    counts, census, digest = Counter[str](), Census(), LogDigest()
    seq = 0
    while page := house.store.events(after=seq, limit=LOG_READ_MAX):
        for stored in page:
            counts[stored.event.kind] += 1
            census.take(stored.event)
            digest.take(stored.event)
        seq = page[-1].seq
    return counts, census, digest


def _live(run: Run, memory: Memory, sessions: list[date], progress: Progress | None) -> None:
    """Every calendar day from the one after the last lived to the last session."""
    while memory.last_day < sessions[-1]:
        day = memory.last_day + timedelta(days=1)
        live(run, day, load_day=memory.load_day)
        remember(run.house, memory, run, day)
        if progress is not None:
            progress(bisect_right(sessions, day), len(sessions))


def _memory(house: House, clients: int, days: int, *, seed: int, start: date) -> Memory:
    """What this run remembers: nothing yet in an empty store, or the days it lived before it was killed."""
    _check(clients, days)
    sessions = _sessions(house, start, days)
    eve, last = house.market.previous_session(sessions[0]), sessions[-1]
    wanted = begun(seed=seed, clients=clients, load_day=eve)
    memory = recall(house)
    if memory is None:
        if house.store.count_events() and house.store.setting(BEGUN) != _name(wanted):
            raise ValueError("the store already holds events: a simulation needs an empty one")
        house.store.set_setting(BEGUN, _name(wanted))
        return wanted
    if house.store.setting(BEGUN) != _name(wanted):
        raise ValueError("the store already holds events of another run: a simulation needs an empty one")
    if memory.last_day > last:
        raise ValueError(f"the store has lived beyond {last.isoformat()}: days cannot be taken back")
    return memory


def _name(memory: Memory) -> str:
    """What makes it this run and no other; a longer one of the same people goes on from a shorter one."""
    return f"{memory.clients} clients, seed {memory.seed}, from the evening of {memory.load_day.isoformat()}"


def _check(clients: int, days: int) -> None:
    if not 1 <= clients <= CLIENTS_MAX:
        raise ValueError(f"clients: {clients} is not between 1 and {CLIENTS_MAX}")
    if not 1 <= days <= SESSIONS_MAX:
        raise ValueError(f"days: {days} is not between 1 and {SESSIONS_MAX}")


def _sessions(house: House, start: date, days: int) -> list[date]:
    """The sessions of a run; raises `ValueError` when the market history does not reach."""
    market = house.market
    day = start if market.is_session(start) else market.next_session(start)
    if market.previous_session(market.previous_session(day)) < market.first_session:
        raise ValueError(f"start: {start.isoformat()} is before the market history")
    sessions = [day]
    while len(sessions) < days:
        sessions.append(market.next_session(sessions[-1]))
        if sessions[-1] > market.last_session:
            break
    if sessions[-1] > market.last_session:
        last = market.last_session.isoformat()
        raise ValueError(f"days: the market history ends on {last}, {days} sessions do not fit")
    return sessions


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _timing(began: float, lived: float, events: int) -> dict[str, float]:
    seconds = lived - began
    return {
        "run_seconds": round(seconds, 3),
        "count_seconds": round(perf_counter() - lived, 3),
        "events_per_second": round(events / seconds, 1) if seconds else 0.0,
    }
