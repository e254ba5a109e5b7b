"""One business told by two statements (交割单 and 资金流水 of one period): recognised, and counted once.

The key is the day, what the money was for, the net amount, and the cash balance after it where both print
one; of two files that print securities it is the day, code, side, quantity and amount. Only files of
different layouts are compared: within one layout the line's own key decides. Each line of the log answers
for one line of the file, so that two equal payments of one day stay two.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Literal

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.statement import StatementRecord
from tongxing.intake.lines import HOME_CURRENCY
from tongxing.intake.telling import Part, cash_body, flow, told

KEY_HEX = 24
"""A record's key: a digest, the first letter of the layout, and a digest of the balance if one is printed."""
_DETAILED = {"trade": ("quantity", "trade"), "fund_confirmed": ("units", "fund")}
"""Kinds that tell of securities: where they say how many, and what their money was for."""
Signature = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A business of the log that a statement of another layout told."""

    key: str
    """Of the record that told it."""
    by: Literal["cash", "securities"]
    """What agreed."""
    kinds: frozenset[str]
    net_fen: int

    @property
    def balance(self) -> str:
        """Stands for the cash balance after it; empty where none was printed."""
        return self.key[KEY_HEX + 1 :]


@dataclass(slots=True)
class Told:
    """What the log has of a client's statements, as a file of one layout needs to know it."""

    layout: str
    keys: set[str] = field(default_factory=set)
    """Of all records."""
    by_cash: dict[Signature, list[Recognised]] = field(default_factory=dict)
    by_securities: dict[Signature, list[Recognised]] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    """Keys of the log that answered for a line of this file."""

    def learn(self, events: Iterable[Event]) -> None:
        """Take in statement events in the order of the log: the events of one record stand together."""
        for key, group in groupby(events, key=record_key):
            if len(key) <= KEY_HEX:
                continue  # an opening, a registration, a consent
            self.keys.add(key)
            if key[KEY_HEX] != self.layout[:1]:
                self._learn(key, list(group))

    def _learn(self, key: str, events: Sequence[Event]) -> None:
        first = events[0]
        day = first.ts.astimezone(BEIJING).date()
        net = sum(_cash_of(event) for event in events)
        kinds = frozenset(event.kind for event in events)
        if net:
            why = _DETAILED[first.kind][1] if first.kind in _DETAILED else str(first.body.get("reason", ""))
            found = Recognised(key=key, by="cash", kinds=kinds, net_fen=net)
            self.by_cash.setdefault((day, why, net), []).append(found)
        if first.kind in _DETAILED:
            found = Recognised(key=key, by="securities", kinds=kinds, net_fen=net)
            self.by_securities.setdefault(_securities(day, first.kind, first.body), []).append(found)

    def take(self, record: StatementRecord) -> Recognised | None:
        """The business of the log that this record tells again; it answers for no other record."""
        if (
            record.key in self.keys
            or record.currency != HOME_CURRENCY
            or not (self.by_cash or self.by_securities)
        ):
            return None
        kind, body, _cash = next(told(record), ("", {}, 0))
        found = None
        cash = self.by_cash.get((record.day, flow(record), record.net_fen), [])
        if kind in _DETAILED:
            found = self._free(self.by_securities.get(_securities(record.day, kind, body), []), "")
            cash = [one for one in cash if one.kinds.isdisjoint(_DETAILED)]
        found = found or self._free(cash, record.key[KEY_HEX + 1 :])
        if found is not None:
            self.spent.add(found.key)
        return found

    def _free(self, told_before: Sequence[Recognised], balance: str) -> Recognised | None:
        """One that answered for no line yet: of the same balance, or where either file prints none."""
        free = [one for one in told_before if one.key not in self.spent]
        same = (one for one in free if balance and one.balance == balance)
        unsaid = (one for one in free if not balance or not one.balance)
        return next(same, None) or next(unsaid, None)


def rest(record: StatementRecord, known: Recognised) -> Iterator[Part]:
    """What a record adds to what another statement told: the securities, and never the cash again."""
    moved = 0
    for kind, body, cash in told(record):
        if kind != "cash_moved" and kind not in known.kinds:
            moved += cash
            yield kind, body, cash
    difference = record.net_fen - known.net_fen - moved
    if difference:
        why = "fee" if known.by == "securities" else flow(record)
        yield "cash_moved", cash_body(difference, why), difference


def record_key(event: Event) -> str:
    """The record a statement's event comes from: `client:key` or `client:key:1`."""
    return event.source_seq[len(event.client_id) + 1 :].partition(":")[0]


def _securities(day: date, kind: str, body: Mapping[str, object]) -> Signature:
    return (day, kind, body["code"], body["side"], body[_DETAILED[kind][0]], body["gross_fen"])


def _cash_of(event: Event) -> int:
    """What an event does to cash, in fen."""
    body = event.body
    if event.kind == "cash_moved":
        return _fen(body, "amount_fen") * (1 if body["direction"] == "in" else -1)
    if event.kind not in _DETAILED:
        return 0
    gross, fees = _fen(body, "gross_fen"), _fen(body, "fees_fen")
    if body["side"] in {"buy", "subscribe"}:
        return -gross - fees
    return gross - fees if body["side"] in {"sell", "redeem"} else 0


def _fen(body: Mapping[str, object], name: str) -> int:
    value = body.get(name, 0)
    return value if isinstance(value, int) else 0
