"""Who stays, and what becomes of what is said: counted by a job over the whole log, kept with its hour.

Pages read what the job kept and never the log. Shares carry their interval; they show no causes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import msgspec

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.measurement.lives import Life, Terms, active_on, lost_on, terms
from tongxing.measurement.rates import Rate, rate
from tongxing.measurement.retention import churn_by_month, retained
from tongxing.service.census import ACTS, Census
from tongxing.service.console_terms import by_rule, rule_names
from tongxing.service.console_verdicts import index_missing
from tongxing.service.house import House
from tongxing.service.me_rating import HIGHEST
from tongxing.service.ports import JobRow

KEPT_AS = "console_funnels"
JOB = "console_funnels"
MONTH, QUARTER = 30, 90
NEWCOMER_DAYS = 30
ACT_DAYS = 7
LOG_READ_MAX = 5_000
COHORTS_MAX = 18
REFUSALS_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Clients who opened in one month."""

    month: str
    clients: int
    d30: Rate
    d90: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How many clients are at one stage of their life with the house."""

    name: str
    """newcomer, active, quiet, lost."""
    clients: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What became of one playbook's touches."""

    playbook: str
    sent: int
    opened: Rate
    dismissed: Rate
    acted: Rate
    """The client logged in or traded within seven days: beside the touch, not because of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """How content clients were with what one person told them, with the number of answers."""

    by: str
    """Person id; empty: everybody together."""
    satisfied: Rate
    points: tuple[int, int, int, int, int]
    """How many gave one point, two, … five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnels:
    """All figures of one count."""

    as_of: datetime
    through: date
    events: int
    clients: int
    stages: tuple[Stage, ...]
    cohorts: tuple[Cohort, ...]
    churn: tuple[tuple[str, bool, Rate], ...]
    """(month, whole month, share lost)."""
    steps: tuple[Steps, ...]
    refusals: tuple[tuple[str, int], ...]
    """(rule, how often) within thirty days."""
    rated: tuple[Rated, ...] = ()
    """Everybody together first, then each person who was rated, by their ids: no ranking."""


@dataclass(slots=True)
class _Touches:
    """Touches with their day and client, and the days on which clients did something."""

    sent: dict[str, tuple[str, str, date]]
    """Touch -> (playbook, client, day)."""
    acts: dict[str, list[date]]
    scores: dict[str, list[int]] = field(default_factory=dict)
    """Person -> points that clients gave."""

    def take(self, event: Event) -> None:
        day = event.ts.astimezone(BEIJING).date()
        if event.kind == "touch_sent":
            body = event.body
            self.sent[str(body["touch_id"])] = (str(body["playbook"]), event.client_id, day)
        elif event.kind == "service_rated":
            author = str(event.body.get("by", ""))
            self.scores.setdefault(author, []).append(int(str(event.body["score"])))
        elif event.kind in ACTS:
            self.acts.setdefault(event.client_id, []).append(day)

    def acted(self, touch_id: str) -> bool:
        _playbook, client_id, day = self.sent[touch_id]
        return any(day <= one <= day + timedelta(days=ACT_DAYS) for one in self.acts.get(client_id, ()))


def funnels_job(house: House, job: JobRow) -> None:
    """Count anew; what pages ask the worker for, and what a night does."""
    found = refresh(house)
    house.store.report(job.job_id, done=1, total=1, note=found.through.isoformat(), state="done")


def refresh(house: House) -> Funnels:
    """Read the log once, keep what was counted, and say it."""
    index_missing(house)
    found = count(house)
    house.store.set_setting(KEPT_AS, msgspec.json.encode(found).decode())
    return found


def kept(house: House) -> Funnels | None:
    """What was counted last; None before the first count, or when another version counted."""
    words = house.store.setting(KEPT_AS)
    if words is None:
        return None
    try:
        return msgspec.json.decode(words, type=Funnels)
    except msgspec.DecodeError:
        return None


def count(house: House) -> Funnels:
    """Count everything as of now."""
    now = house.clock.now().astimezone(BEIJING)
    census, touches, after, began = Census(), _Touches({}, {}), 0, now.date()
    while page := house.store.events(after=after, limit=LOG_READ_MAX):
        if not after:
            began = page[0].event.known_at.astimezone(BEIJING).date()
        for stored in page:
            census.take(stored.event)
            touches.take(stored.event)
        after = page[-1].seq
    through = now.date()
    by = terms(house.book.rules, through)
    lives = census.lives()
    return Funnels(
        as_of=now,
        through=through,
        events=after,
        clients=len(lives),
        stages=_stages(lives, through, by),
        cohorts=_cohorts(lives, began, through, by),
        churn=tuple(
            (month.month, month.complete, month.monthly)
            for month in churn_by_month(lives, first=_first_month(began, through), through=through, by=by)
        ),
        steps=_steps(census, touches),
        refusals=_refusals(house, now),
        rated=_rated(touches.scores, satisfied_from=house.book.rules.number("csat_satisfied_from", through)),
    )


def _stages(lives: Sequence[Life], through: date, by: Terms) -> tuple[Stage, ...]:
    found = {"newcomer": 0, "active": 0, "quiet": 0, "lost": 0}
    for life in lives:
        if lost_on(life, by=by, through=through) is not None:
            found["lost"] += 1
        elif life.opened_on > through - timedelta(days=NEWCOMER_DAYS):
            found["newcomer"] += 1
        else:
            found["active" if active_on(life, through + timedelta(days=1), by=by) else "quiet"] += 1
    return tuple(Stage(name=name, clients=clients) for name, clients in found.items())


def _cohorts(lives: Sequence[Life], began: date, through: date, by: Terms) -> tuple[Cohort, ...]:
    """Months in which anybody opened, the latest first; a day before the log began tells nothing."""
    first = _months_back(through, COHORTS_MAX)
    by_month: dict[date, list[Life]] = {}
    for life in lives:
        if first <= life.opened_on <= through:
            by_month.setdefault(life.opened_on.replace(day=1), []).append(life)

    def stayed(opened: Sequence[Life], days: int) -> Rate:
        seen = [life for life in opened if life.opened_on + timedelta(days=days) > began]
        return retained(seen, days=days, opened=(first, through), through=through, by=by)

    return tuple(
        Cohort(
            month=f"{month:%Y-%m}",
            clients=len(opened),
            d30=stayed(opened, MONTH),
            d90=stayed(opened, QUARTER),
        )
        for month, opened in sorted(by_month.items(), reverse=True)
    )


def _steps(census: Census, touches: _Touches) -> tuple[Steps, ...]:
    by_playbook: dict[str, list[str]] = {}
    for touch_id, (playbook, _client, _day) in touches.sent.items():
        by_playbook.setdefault(playbook, []).append(touch_id)
    found = [
        Steps(
            playbook=playbook,
            sent=len(ids),
            opened=_share("opened", census.opened.intersection(ids), ids),
            dismissed=_share("dismissed", census.dismissed.intersection(ids), ids),
            acted=_share("acted", [one for one in ids if touches.acted(one)], ids),
        )
        for playbook, ids in by_playbook.items()
    ]
    return tuple(sorted(found, key=lambda steps: (-steps.sent, steps.playbook)))


def _share(name: str, part: Sequence[str] | set[str], whole: Sequence[str]) -> Rate:
    return rate(name, part=len(part), whole=len(whole), formula=f"{name} / sent", cohort="touches sent")


def _rated(scores: Mapping[str, Sequence[int]], *, satisfied_from: int) -> tuple[Rated, ...]:
    every = [points for given in scores.values() for points in given]
    named = [(author, given) for author, given in sorted(scores.items()) if author]
    return tuple(
        Rated(
            by=author,
            satisfied=rate(
                "satisfied",
                part=sum(1 for points in given if points >= satisfied_from),
                whole=len(given),
                formula=f"answers of {satisfied_from} to {HIGHEST} points / answers",
                cohort="messages of a person that were rated",
            ),
            points=(given.count(1), given.count(2), given.count(3), given.count(4), given.count(5)),
        )
        for author, given in [("", every), *named]
        if given
    )


def _refusals(house: House, now: datetime) -> tuple[tuple[str, int], ...]:
    counts: Mapping[str, int] = house.store.census.count(
        [f"rule:{name}" for name in rule_names()], since=now - timedelta(days=REFUSALS_DAYS)
    )
    return by_rule(counts)


def _first_month(began: date, through: date) -> date:
    """The first whole month of the log, at most a year ago; the month that runs where there is none."""
    whole = began if began.day == 1 else (began.replace(day=1) + timedelta(days=31)).replace(day=1)
    return min(max(whole, _months_back(through, 11)), through.replace(day=1))


def _months_back(day: date, months: int) -> date:
    """The first day of the month so many months ago."""
    whole = day.year * 12 + day.month - 1 - months
    return date(whole // 12, whole % 12 + 1, 1)
