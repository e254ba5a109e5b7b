"""What a client held before a statement began, brought together with what the log tells of the time before.

A statement lists only its own codes, so an opening is never taken for all that was held: it is joined with
what the events before it leave. Files may come in any order: whenever an older file tells of the time
before an opening, the opening is told anew, as of the same evening.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import blake2b

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.statement import Statement
from tongxing.intake.statement_events import SOURCE, opening_mark
from tongxing.intake.telling import plain
from tongxing.profile import fold
from tongxing.service.house import House
from tongxing.service.valuation import E4

MOVING = frozenset({"trade", "fund_confirmed", "shares_changed", "cash_moved", "holding_snapshot"})
OVER = "over"
"""In the key of an opening told anew: its file continues an older one, which knows better."""
JOINED = "joined"


@dataclass(slots=True)
class Openings:
    """The openings of one client's statements, while a file is imported."""

    client_id: str
    told: dict[str, Event] = field(default_factory=dict)
    """First record's key -> the opening as its file told it."""
    over: set[str] = field(default_factory=set)
    """First records of files that continue another file."""
    days: set[date] = field(default_factory=set)
    """Days of which the log tells, before this import."""
    earliest: date | None = None
    """Of all movements, this import's too."""

    def learn(self, event: Event) -> None:
        """Take in an event of the log."""
        first, again = self._named(event)
        if not first:
            if event.kind in MOVING and not self._stated(event):
                self.days.add(_day(event))
                self.moved(_day(event))
        elif not again:
            self.told[first] = event
        elif again == OVER:
            self.over.add(first)

    def moved(self, day: date) -> None:
        """Something happened on this day."""
        self.earliest = day if self.earliest is None else min(self.earliest, day)

    def wanted(self, statement: Statement, known: set[str]) -> bool:
        """Whether a file's opening says something the log does not know better.

        A file that begins with a line the log has, or within a day it tells of, began before; unless it
        holds the line with which another file of that day begins.
        """
        first = statement.records[0]
        own = {first.key} if statement.opening.status == "from_balance" else set()
        continued = {record.key for record in statement.records if record.key in self.told} - own
        self.over |= continued
        self.moved(first.day)
        if first.key in self.told or first.key in known:
            return first.key in self.told
        same_day = any(_day(self.told[key]) + timedelta(days=1) == first.day for key in continued)
        return same_day or first.day not in self.days

    def anew(self, house: House) -> tuple[Event, ...]:
        """Openings that the events before them now tell otherwise; to be appended."""
        earliest = self.earliest
        later = earliest is not None and any(_day(event) >= earliest for event in self.told.values())
        if not later and not self.over:
            return ()
        return tuple(self._anew(house))

    def _anew(self, house: House) -> Iterator[Event]:
        state = fold.empty(self.client_id)
        events = [stored.event for stored in house.store.events_of(self.client_id)]
        moving = [event for event in events if event.kind in MOVING and not self._stated(event)]
        for event in sorted(moving, key=self._rank):
            first, again = self._named(event)
            if first and not again:
                better = self._better(event, first, state, moving)
                if better is not None:
                    fold.apply(state, better, house.book)
                    yield better
                    continue
            fold.apply(state, event, house.book)

    def _better(self, opening: Event, first: str, state: fold.State, moving: Sequence[Event]) -> Event | None:
        """The opening joined with what was held before, unless that is what it says already."""
        listed = {} if first in self.over else _quantities(opening.body)
        before = {code: Decimal(quantity) / E4 for code, quantity in state.positions().items()}
        if not before and first not in self.over:
            return None
        whole = {**before, **listed}
        cash = opening.body.get("cash_fen") if first not in self.over else state.cash_fen
        versions = [event for event in moving if self._named(event)[0] == first]
        last = max(versions, key=_order)
        held = {code: quantity for code, quantity in whole.items() if quantity}
        same_cash = cash is None or last.body.get("cash_fen") == cash
        if same_cash and {code: q for code, q in _quantities(last.body).items() if q} == held:
            return None
        return self._event(opening, last, first, held, cash, state)

    def _event(
        self,
        opening: Event,
        last: Event,
        first: str,
        held: Mapping[str, Decimal],
        cash: object,
        state: fold.State,
    ) -> Event:
        names = _names(opening.body)
        body: dict[str, object] = {
            "as_of": opening.body["as_of"],
            "holdings": [
                {"code": code, "name": names.get(code) or state.name_of(code), "quantity": plain(quantity)}
                for code, quantity in sorted(held.items())
            ],
        }
        if cash is not None:
            body["cash_fen"] = cash
        digest = blake2b(repr(sorted(held.items())).encode() + repr(cash).encode(), digest_size=8)
        kind = OVER if first in self.over else JOINED
        return replace(
            opening,
            source_seq=f"{opening_mark(self.client_id)}:{first}:{kind}:{digest.hexdigest()}",
            known_at=last.known_at + timedelta(seconds=1),
            body=body,
        )

    def _named(self, event: Event) -> tuple[str, str]:
        """(first record's key, how it was told anew) of an opening; empty words for any other event."""
        mark = f"{opening_mark(self.client_id)}:"
        if event.source != SOURCE or not event.source_seq.startswith(mark):
            return "", ""
        first, _, again = event.source_seq[len(mark) :].partition(":")
        return first, again.partition(":")[0]

    def _rank(self, event: Event) -> tuple[object, ...]:
        """In order of time; what another opening of the same evening knows better comes after it."""
        ts, *rest = _order(event)
        return (ts, self._named(event)[0] in self.over, *rest)

    def _stated(self, event: Event) -> bool:
        """Snapshots stated with given prices are no news (`state_holdings`)."""
        return event.source == SOURCE and event.source_seq.startswith(f"{self.client_id}:stated:")


def _order(event: Event) -> tuple[object, ...]:
    return (event.ts, event.known_at, event.source, event.source_seq)


def _day(event: Event) -> date:
    return event.ts.astimezone(BEIJING).date()


def _listed(body: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    holdings = body["holdings"]
    for one in holdings if isinstance(holdings, list) else ():
        if isinstance(one, Mapping):
            yield one


def _quantities(body: Mapping[str, object]) -> dict[str, Decimal]:
    return {str(one["code"]): Decimal(str(one["quantity"])) for one in _listed(body)}


def _names(body: Mapping[str, object]) -> dict[str, str]:
    return {str(one["code"]): str(one.get("name") or "") for one in _listed(body)}
