"""Everything signs and labels may look at, gathered once for one client and one instant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tongxing.domain.book import Book
from tongxing.domain.clock import DAY_SECONDS, beijing_day, day_of
from tongxing.domain.event import EventRef
from tongxing.domain.lazy import lazy
from tongxing.profile import tiles
from tongxing.profile.consents import Permission
from tongxing.profile.day_rules import DayRules, day_rules
from tongxing.profile.holdings import Holdings, holdings, is_etf, is_stock
from tongxing.profile.record import Last, State
from tongxing.profile.tags import PREFIX, Said, pairs, removed, said

EVIDENCE_MAX = 6
TURNOVER_UNKNOWN_DAYS = 180
"""So long after a merge the mean assets are those of one account, the trades those of two."""


@dataclass(frozen=True, kw_only=True)
class View:
    """Features, permissions and holdings of a client, with the rules of the day."""

    state: State
    as_of: int
    today: int
    on: date
    book: Book
    rules: DayRules

    @lazy
    def features(self) -> Mapping[str, int | None]:
        """Every feature; computed when somebody looks."""
        found = tiles.features(self.state.slots, self.as_of)
        bond = self.state.bond
        if bond is not None and bond.members and _days_since(bond.since, self) < TURNOVER_UNKNOWN_DAYS:
            found["turnover_annual_bp"] = None
        return found

    @lazy
    def permission(self) -> Permission:
        """What may be used; judged when somebody asks."""
        return Permission(self.state, self.today)

    @lazy
    def held(self) -> Holdings:
        """What is held and in which sectors; found out when somebody looks."""
        return holdings(self.state, self.book)

    @lazy
    def tags(self) -> tuple[Said, ...]:
        """What the client said about the own labels, as far as it is in force."""
        last = self.state.last
        if not self.named(PREFIX.removesuffix(":")):
            return ()
        return said(last, also=self.words("label_also"), length_max=self.rule("tag_value_length_max"))

    @lazy
    def hushed(self) -> frozenset[str]:
        """Signs that rest on a removed label alone: they are off, and so are their playbooks."""
        if not self.tags:
            return frozenset()
        signs = pairs(self.words("label_signs"))
        return frozenset(
            sign for label in removed(self.tags) for sign in signs.get(label, "").split("|") if sign
        )

    def rule(self, name: str) -> int:
        """A number of the book in force on the day."""
        return self.rules.numbers[name]

    def words(self, name: str) -> tuple[str, ...]:
        """A word list of the book in force on the day."""
        return self.rules.words(name)

    def figure(self, name: str) -> int:
        """A feature, 0 where it is not known: for comparisons that ask for at least something."""
        if "features" in self.__dict__ or self.state.bond is not None:
            return self.features[name] or 0
        found = self._asked.get(name)
        if found is None:
            found = self._asked[name] = tiles.feature(self.state.slots, name, self.as_of) or 0
        return found

    @lazy
    def _asked(self) -> dict[str, int]:
        """Features asked for one by one, before anybody wanted them all."""
        return {}

    def last(self, name: str) -> Last | None:
        """The last word on something."""
        return self.state.last.get(name)

    def named(self, matter: str) -> Sequence[tuple[str, Last]]:
        """The last words on each thing of one matter (`plan`, `debt`, `contact`), in order of their names."""
        return self._matters.get(matter, ())

    @lazy
    def _matters(self) -> dict[str, list[tuple[str, Last]]]:
        found: dict[str, list[tuple[str, Last]]] = {}
        for name, entry in sorted(self.state.last.items()):
            matter, colon, thing = name.partition(":")
            if colon:
                found.setdefault(matter, []).append((thing, entry))
        return found

    def once(self, name: str, make: Callable[["View", str], tuple[EventRef, ...]]) -> tuple[EventRef, ...]:
        """What a function finds under a name, found once for all who ask on this day."""
        asked = (make, name)
        found = self._recent.get(asked)
        if found is None:
            found = self._recent[asked] = make(self, name)
        return found

    def recent(self, *names: str, days: int | None = None) -> tuple[EventRef, ...]:
        """References kept under these names, oldest first, of the last days."""
        since = 0 if days is None else self.as_of - days * DAY_SECONDS
        asked = (since, *names)
        found = self._recent.get(asked)
        if found is None:
            kept = {
                one[:3]: one for name in names for one in self.state.recent.get(name, ()) if one.ts >= since
            }
            latest = sorted(kept)[-EVIDENCE_MAX:]
            found = self._recent[asked] = tuple([kept[key].ref for key in latest])
        return found

    @lazy
    def _recent(self) -> dict[tuple[object, ...], tuple[EventRef, ...]]:
        return {}

    def lasts(self, *names: str) -> tuple[EventRef, ...]:
        """The events behind last words."""
        return self.state.last_refs(*names)

    @lazy
    def record_refs(self) -> tuple[EventRef, ...]:
        """What values of the account rest on: the last valuation or snapshot, else trades, else facts."""
        seen = (*self.recent("day_valued")[-1:], *self.lasts("holding_snapshot"))
        latest = max(seen, key=lambda ref: ref.ts, default=None)
        if latest is not None:
            return (latest,)
        return self.recent("trade", "fund_confirmed", "shares_changed") or self.lasts("account_facts")

    @lazy
    def newcomer_day(self) -> int | None:
        """Days since opening, the opening day being 1; None outside the newcomer time."""
        opened = tiles.last_entry(self.state.slots, "opened_day")
        if opened is None:
            return None
        day = self.today - opened[4] + 1
        return day if 1 <= day <= self.rule("newcomer_days_max") else None

    @lazy
    def age(self) -> int | None:
        """Whole years on the day."""
        birth = self.last("birth")
        return None if birth is None else age_on(day_of(_int(birth.value[0])), self.on)

    def plans(self) -> tuple[str, ...]:
        """Codes with an active saving plan."""
        return tuple([code for code, entry in self.named("plan") if entry.value[0]])

    def distress(self) -> tuple[int, tuple[EventRef, ...]]:
        """The gravest degree of the last 24 hours (0: none) and where it was said."""
        kept = {*self.state.recent.get("distress", ()), *self.state.recent.get("crisis", ())}
        entries = sorted(one for one in kept if one.ts > self.as_of - DAY_SECONDS)
        return max((one.detail for one in entries), default=0), tuple(one.ref for one in entries)

    def crisis(self) -> tuple[EventRef, ...]:
        """Where in the last 24 hours words of crisis stood, oldest first."""
        return self.state.refs("crisis", since=self.as_of - DAY_SECONDS + 1)

    def closing(self) -> Last | None:
        """The wish to close the account, while it is respected."""
        found = self.last("closing")
        if found is None or found.kind == "closing_withdrawn":
            return None
        if found.ts <= self.as_of - self.rule("closing_days") * DAY_SECONDS:
            return None
        return found

    def etf(self, code: str) -> bool:
        """Whether a product is an ETF."""
        return is_etf(code, self.state, self.rules)

    def stock(self, code: str) -> bool:
        """Whether a product is a single stock."""
        return is_stock(code, self.state, self.rules)


def view(state: State, as_of: int, book: Book) -> View:
    """Look at a client at an instant after all events of the state.

    What was found out at an earlier look of the same day is still so while no event came.
    """
    today = beijing_day(as_of)
    on = day_of(today)
    made = View(state=state, as_of=as_of, today=today, on=on, book=book, rules=day_rules(book, on))
    seen = state.seen
    if isinstance(seen, View) and seen.today == today and seen.book is book:
        made.__dict__.update({name: value for name, value in seen.__dict__.items() if name in _OF_THE_DAY})
    state.seen = made
    return made


_OF_THE_DAY = frozenset(name for name, value in vars(View).items() if isinstance(value, lazy))


def age_on(birth: date, on: date) -> int:
    """Whole years of a person on a day; one born on 29 February is older on 1 March."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _days_since(instant: int, client: View) -> int:
    return client.today - beijing_day(instant)


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
