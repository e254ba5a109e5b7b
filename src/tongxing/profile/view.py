"""Everything signs and labels may look at, gathered once for one client and one instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tongxing.domain.book import Book
from tongxing.domain.clock import DAY_SECONDS, beijing_day, day_of
from tongxing.domain.event import EventRef
from tongxing.profile import tiles
from tongxing.profile.consents import Permission
from tongxing.profile.holdings import Holdings, holdings, is_etf, is_stock
from tongxing.profile.record import Last, State

EVIDENCE_MAX = 6
DAYS_REMEMBERED_MAX = 64
_numbers: dict[tuple[int, int], tuple[Book, dict[str, int]]] = {}


@dataclass(frozen=True, kw_only=True)
class View:
    """Features, permissions and holdings of a client, with the rules of the day."""

    state: State
    as_of: int
    today: int
    on: date
    book: Book
    features: Mapping[str, int | None]
    permission: Permission

    @cached_property
    def held(self) -> Holdings:
        """What is held and in which sectors; found out when somebody looks."""
        return holdings(self.state, self.book)

    numbers: dict[str, int]
    """Rules of the day that were looked up already, for this client or another."""

    def rule(self, name: str) -> int:
        """A number of the book in force on the day."""
        found = self.numbers.get(name)
        if found is None:
            found = self.numbers[name] = self.book.rules.number(name, self.on)
        return found

    def words(self, name: str) -> tuple[str, ...]:
        """A word list of the book in force on the day."""
        return self.book.rules.words(name, self.on)

    def figure(self, name: str) -> int:
        """A feature, 0 where it is not known: for comparisons that ask for at least something."""
        return self.features[name] or 0

    def last(self, name: str) -> Last | None:
        """The last word on something."""
        return self.state.last.get(name)

    def recent(self, *names: str, days: int | None = None) -> tuple[EventRef, ...]:
        """References kept under these names, oldest first, of the last days."""
        since = 0 if days is None else self.as_of - days * DAY_SECONDS
        found = {ref for name in names for ref in self.state.refs(name, since=since)}
        return tuple(sorted(found, key=lambda ref: (ref.ts, ref.source, ref.source_seq)))[-EVIDENCE_MAX:]

    def lasts(self, *names: str) -> tuple[EventRef, ...]:
        """The events behind last words."""
        return self.state.last_refs(*names)

    @property
    def record_refs(self) -> tuple[EventRef, ...]:
        """What values of the account rest on: the last valuation or snapshot, else trades, else facts."""
        seen = (*self.recent("day_valued")[-1:], *self.lasts("holding_snapshot"))
        latest = max(seen, key=lambda ref: ref.ts, default=None)
        if latest is not None:
            return (latest,)
        return self.recent("trade", "fund_confirmed", "shares_changed") or self.lasts("account_facts")

    @property
    def newcomer_day(self) -> int | None:
        """Days since opening, the opening day being 1; None outside the newcomer time."""
        opened = tiles.last_entry(self.state.slots, "opened_day")
        if opened is None:
            return None
        day = self.today - opened[4] + 1
        return day if 1 <= day <= self.rule("newcomer_days_max") else None

    @property
    def age(self) -> int | None:
        """Whole years on the day."""
        birth = self.last("birth")
        return None if birth is None else age_on(day_of(_int(birth.value[0])), self.on)

    def plans(self) -> tuple[str, ...]:
        """Codes with an active saving plan."""
        return tuple(
            name.partition(":")[2]
            for name, entry in sorted(self.state.last.items())
            if name.startswith("plan:") and entry.value[0]
        )

    def distress(self) -> tuple[int, tuple[EventRef, ...]]:
        """The gravest degree of the last 24 hours (0: none) and where it was said."""
        entries = [one for one in self.state.recent.get("distress", ()) if one.ts > self.as_of - DAY_SECONDS]
        return max((one.detail for one in entries), default=0), tuple(one.ref for one in entries)

    def closing(self) -> Last | None:
        """The wish to close the account, while it is respected."""
        found = self.last("closing")
        if found is None or found.ts <= self.as_of - self.rule("closing_days") * DAY_SECONDS:
            return None
        return found

    def etf(self, code: str) -> bool:
        """Whether a product is an ETF."""
        return is_etf(code, self.state, self.book, self.on)

    def stock(self, code: str) -> bool:
        """Whether a product is a single stock."""
        return is_stock(code, self.state, self.book, self.on)


def view(state: State, as_of: int, book: Book) -> View:
    """Look at a client at an instant after all events of the state."""
    today = beijing_day(as_of)
    return View(
        state=state,
        as_of=as_of,
        today=today,
        on=day_of(today),
        book=book,
        features=tiles.features(state.slots, as_of),
        permission=Permission(state, today),
        numbers=numbers_of(book, today),
    )


def numbers_of(book: Book, day: int) -> dict[str, int]:
    """The rules of one book and day that were looked up; of a few books and days at a time."""
    found = _numbers.get((id(book), day))
    if found is not None and found[0] is book:
        return found[1]
    if len(_numbers) >= DAYS_REMEMBERED_MAX:
        _numbers.clear()
    _numbers[id(book), day] = (book, {})
    return _numbers[id(book), day][1]


def age_on(birth: date, on: date) -> int:
    """Whole years of a person on a day; one born on 29 February is older on 1 March."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
