"""The state of one client as the worker keeps it: series of figures, last words, and where they come from.

It holds no name, phone or document number: personal data stays in the log.
"""

from bisect import insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from tongxing.domain.clock import beijing_day
from tongxing.domain.event import EventRef
from tongxing.profile import tiles
from tongxing.profile.account import Account, Item, joint_cash, joint_positions, joint_prices
from tongxing.profile.codes import PRICE_PLACES
from tongxing.profile.links import Bond
from tongxing.profile.plan import VALUED_SLOT
from tongxing.profile.tiles import UNIT, VALUE, Key, Slot, ValuedDays

RECENT_KEPT = {"trade": 5, "course_done": 5, "day_valued": 6, "subscribed_ipo": 5}
"""How many references of a kind are kept as evidence, the latest ones."""
RECENT_OF_TOPIC = 5
WORDS_KEPT_MAX = 256
"""Of a matter with names of its own (labels, consents, products) so many last words are kept."""
_WORDS_MAX = 16 * WORDS_KEPT_MAX
"""There are fewer than sixteen such matters."""
TOUCHES_MAX = 256
TOUCH_DAYS = 400


def told_of(sign: str) -> str:
    """The name under which the causes of a sign that is on are kept."""
    return f"causes:{sign}"


class Last(NamedTuple):
    """The last word on something, with its key and kind as evidence."""

    ts: int
    known_at: int
    source: str
    source_seq: str
    kind: str
    value: tuple[object, ...]

    @property
    def ref(self) -> EventRef:
        """The event that said so."""
        return EventRef(source=self.source, source_seq=self.source_seq, kind=self.kind, ts=self.ts)


class Recent(NamedTuple):
    """A reference to a recent event."""

    ts: int
    source: str
    source_seq: str
    kind: str
    detail: int

    @property
    def ref(self) -> EventRef:
        """The event."""
        return EventRef(source=self.source, source_seq=self.source_seq, kind=self.kind, ts=self.ts)


class TouchEntry(NamedTuple):
    """A touch that was sent."""

    at: int
    touch_id: str
    playbook: str
    channel: str
    nature: str


@dataclass(frozen=True, slots=True)
class Valuation:
    """The account at a close, as last valued."""

    day: int
    """Days since 1970-01-01."""
    value_fen: int
    unit_ppm: int
    known_at: int = 0
    """When it was made, epoch seconds."""


@dataclass(slots=True)
class State:
    """Everything folded from the events of one client; mutable, changed by `fold.apply` alone."""

    client_id: str
    slots: list[Slot] = field(default_factory=tiles.empty)
    last: dict[str, Last] = field(default_factory=dict)
    recent: dict[str, list[Recent]] = field(default_factory=dict)
    account: Account = field(default_factory=Account)
    touches: list[TouchEntry] = field(default_factory=list)
    signs_on: dict[str, int] = field(default_factory=dict)
    """Sign -> when it turned on."""
    sectors: dict[str, int] = field(default_factory=dict)
    """Shares of the last valuation."""
    sectors_key: Key | None = None
    price_day: int | None = None
    consent_version: int = 0
    grade_version: int = 0
    distress_version: int = 0
    until: int = 0
    """No event of the state is later, nor became known later, than this instant."""
    bond: Bond | None = None
    """What merges and splits made of the record; None for nearly everyone."""
    members: dict[str, Account] = field(default_factory=dict)
    """What the records merged into this one hold, each by its own snapshots and movements."""
    read: int = 0
    """Place in the log up to which the events of those records are folded in."""
    seen: object = field(default=None, compare=False, repr=False)
    """The last look at this client: what it found out is good for the day, until an event comes."""
    erased: dict[str, int] = field(default_factory=dict)
    """Retention class -> epoch seconds: what was known of it until then was erased and counts no more."""

    @property
    def merged_into(self) -> str:
        """The record this one is part of now; empty where it speaks for itself."""
        return "" if self.bond is None else self.bond.into

    def causes(self, sign: str) -> tuple[str, ...]:
        """What a sign was on for when it last turned on, in order; empty while it is off."""
        told = self.last.get(told_of(sign))
        return () if told is None else tuple(str(cause) for cause in told.value)

    @property
    def active_signs(self) -> frozenset[str]:
        """The signs that are on, as written in the log."""
        return frozenset(self.signs_on)

    def positions(self) -> Mapping[str, int]:
        """What is held: code -> quantity in 0.0001 share, never negative."""
        return self.account.positions() if not self.members else joint_positions(self.accounts())

    @property
    def cash_fen(self) -> int | None:
        """Cash in fen; None where it is not known."""
        return self.account.cash() if not self.members else joint_cash(self.accounts())

    def accounts(self) -> tuple[Account, ...]:
        """The own account, and those of records merged into this one."""
        if not self.members:
            return (self.account,)
        return (self.account, *(account for _name, account in sorted(self.members.items())))

    def prices(self) -> Mapping[str, tuple[int, int]]:
        """Code -> (instant, price in 0.000001 CNY) as last traded, confirmed or stated."""
        return self.account.prices if not self.members else joint_prices(self.accounts())

    def last_price(self, code: str) -> tuple[Decimal, int] | None:
        """The last price this client traded or was shown, and its Beijing day number."""
        found = self.prices().get(code)
        if found is None:
            return None
        ts, price_e6 = found
        return Decimal(price_e6).scaleb(-PRICE_PLACES), beijing_day(ts - 1)

    def item(self, code: str) -> Item | None:
        """What the last snapshot said of a product."""
        if not self.members:
            return self.account.items.get(code)
        found = (account.items.get(code) for account in self.accounts())
        return next((item for item in found if item is not None), None)

    def name_of(self, code: str) -> str:
        """What this client's statements or snapshot call a product; empty where they do not say."""
        told, item = self.last.get(f"name:{code}"), self.item(code)
        return str(told.value[0]) if told is not None else "" if item is None else item.name

    def valued(self) -> ValuedDays:
        """The valued days of the kept time, and the newest before it."""
        days: ValuedDays = self.slots[VALUED_SLOT]
        floor = beijing_day(self.until) - tiles.VALUED_DAYS_KEPT
        if not days or min(days) > floor:
            return days
        first = max(day for day in days if day <= floor)
        return {day: entry for day, entry in days.items() if day >= first}

    def valuation(self, before: int | None = None) -> Valuation | None:
        """The last valuation, or the last one before a Beijing day number."""
        days = self.valued()
        day = max((one for one in days if before is None or one < before), default=None)
        if day is None:
            return None
        entry = days[day]
        return Valuation(day, entry[VALUE], entry[UNIT], entry[1])

    def regrouped_since(self, last: Valuation) -> bool:
        """Whether a merge or split became known after a valuation: it then was one of something else."""
        return self.bond is not None and self.bond.changed >= last.known_at

    def flow_fen(self, *, after: int, through: int) -> int:
        """Money brought in less money taken out by bank on the days after one and through another.

        Days are Beijing day numbers; flows of the last 90 days are kept.
        """
        flows = tiles.tiles_of(self.slots, "net_flow_90d")
        return sum(fen for day, fen in flows.items() if after < day <= through)

    def remember(self, name: str, key: Key, kind: str, value: tuple[object, ...]) -> None:
        """Keep the last word on something: the one with the greatest key."""
        found = self.last.get(name)
        if found is None or key > found[: tiles.KEY_PARTS]:
            self.last[name] = Last(*key, kind, value)
            if len(self.last) > _WORDS_MAX:
                self.bound()

    def bound(self) -> None:
        """Forget the oldest words of a matter of which there are too many."""
        if len(self.last) <= WORDS_KEPT_MAX:
            return
        matters: dict[str, list[str]] = {}
        for name in self.last:
            matters.setdefault(name.replace("\x01", ":").partition(":")[0], []).append(name)
        for names in matters.values():
            if len(names) > WORDS_KEPT_MAX:
                names.sort(key=lambda name: self.last[name][: tiles.KEY_PARTS], reverse=True)
                for name in names[WORDS_KEPT_MAX:]:
                    del self.last[name]

    def note(self, name: str, entry: Recent, keep: int) -> None:
        """Keep a reference among the latest ones."""
        found = self.recent.setdefault(name, [])
        if found and entry < found[-1]:
            insort(found, entry)
        else:
            found.append(entry)
        if len(found) > keep:
            del found[0]

    def refs(self, name: str, *, since: int = 0) -> tuple[EventRef, ...]:
        """References kept under a name, oldest first, from an instant on."""
        return tuple(entry.ref for entry in self.recent.get(name, ()) if entry.ts >= since)

    def last_refs(self, *names: str) -> tuple[EventRef, ...]:
        """The events behind last words, those that are known."""
        return tuple(self.last[name].ref for name in names if name in self.last)
