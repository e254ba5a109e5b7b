"""What measurement needs to know of each client, gathered from the log in one pass."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.measurement.effects import PlaybookEffect, SentTouch, by_playbook
from tongxing.measurement.lives import Life, terms
from tongxing.measurement.rates import Rate
from tongxing.measurement.retention import MonthChurn, churn_by_month, churn_pooled, retained
from tongxing.service.house import House

ACTS = frozenset({"logged_in", "trade"})
LOG_READ_MAX = 5_000
WEEK, MONTH = 7, 30


@dataclass(slots=True, kw_only=True)
class _Entry:
    opened_on: date
    assets: list[tuple[date, int]] = field(default_factory=list)
    acts: list[date] = field(default_factory=list)
    closing: date | None = None
    last_out: date | None = None


@dataclass(slots=True, kw_only=True)
class Census:
    """Clients and touches as the log tells them so far; the log is read in order."""

    entries: dict[str, _Entry] = field(default_factory=dict)
    sent: list[SentTouch] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)
    dismissed: set[str] = field(default_factory=set)
    valued_through: date | None = None

    def take(self, event: Event) -> None:
        """Take in one event."""
        day = event.ts.astimezone(BEIJING).date()
        body = event.body
        if event.kind == "client_registered":
            self.entries[event.client_id] = _Entry(opened_on=date.fromisoformat(str(body["opened_on"])))
        elif event.kind == "touch_sent":
            self.sent.append(SentTouch(touch_id=str(body["touch_id"]), playbook=str(body["playbook"])))
        elif event.kind == "opened":
            self.opened.add(str(body["touch_id"]))
        elif event.kind == "dismissed":
            self.dismissed.add(str(body["touch_id"]))
        entry = self.entries.get(event.client_id)
        if entry is not None:
            self._act(entry, event, day)

    def lives(self) -> tuple[Life, ...]:
        """Every client's time with the house.

        A closing request stands until it is taken back or the client logs in again. Custody counts as moved
        out on the day of the last withdrawal after which the account had nothing left to value.
        """
        return tuple(
            Life(
                client_id=client_id,
                opened_on=entry.opened_on,
                assets_fen=tuple(entry.assets),
                acts=tuple(sorted(set(entry.acts))),
                closed_on=entry.closing,
                emptied_on=self._emptied(entry),
            )
            for client_id, entry in sorted(self.entries.items())
        )

    def _act(self, entry: _Entry, event: Event, day: date) -> None:
        if event.kind in ACTS:
            entry.acts.append(day)
        if event.kind in ("logged_in", "closing_withdrawn"):
            entry.closing = None
        elif event.kind == "closing_requested":
            entry.closing = entry.closing or day
        elif event.kind == "cash_moved" and event.body["direction"] == "out":
            entry.last_out = day
        elif event.kind == "account_facts" and not entry.assets:
            entry.assets.append(_worth(event.body, "as_of", "mean_assets_20d_fen"))
        elif event.kind == "day_valued":
            valued, fen = _worth(event.body, "date", "value_fen")
            entry.assets.append((valued, fen))
            self.valued_through = max(valued, self.valued_through or valued)

    def _emptied(self, entry: _Entry) -> date | None:
        if entry.last_out is None or self.valued_through is None or not entry.assets:
            return None
        valued_after = entry.assets[-1][0] >= entry.last_out and entry.assets[-1][1] > 0
        return None if valued_after or self.valued_through < entry.last_out else entry.last_out


def _worth(body: Mapping[str, object], day: str, fen: str) -> tuple[date, int]:
    """A day and what the account was worth on it."""
    found = body.get(fen)
    return date.fromisoformat(str(body[day])), found if isinstance(found, int) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Who left, who stayed, and what became of what was sent: counts with formula, cohort, interval."""

    months: tuple[MonthChurn, ...]
    mean_month: Rate
    d7: Rate
    d30: Rate
    effects: tuple[PlaybookEffect, ...]


def retention(house: House, census: Census, *, first: date, through: date) -> Retention:
    """Measure a period by the definitions in force on its last day."""
    by = terms(house.book.rules, through)
    lives = census.lives()
    months = churn_by_month(lives, first=first, through=through, by=by)
    opened = (first, through)
    return Retention(
        months=months,
        mean_month=churn_pooled(months),
        d7=retained(lives, days=WEEK, opened=opened, through=through, by=by),
        d30=retained(lives, days=MONTH, opened=opened, through=through, by=by),
        effects=_effects(census),
    )


def census_of(house: House) -> Census:
    """The census of a whole store."""
    census, seq = Census(), 0
    while page := house.store.events(after=seq, limit=LOG_READ_MAX):
        for stored in page:
            census.take(stored.event)
        seq = page[-1].seq
    return census


def _effects(census: Census) -> tuple[PlaybookEffect, ...]:
    return by_playbook(census.sent, opened=census.opened, dismissed=census.dismissed)
