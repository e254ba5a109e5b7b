"""What an answer may use: the facts of the dialogue, the rules of its day, and what is filled into words."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from tongxing.domain.book import Book, RuleMissingError
from tongxing.domain.clock import BEIJING
from tongxing.domain.dialogue import Dialogue, Meant, Named
from tongxing.domain.draft import Fact
from tongxing.domain.market import CalendarError
from tongxing.service.converse_facts import Context, RungFact, ThingFact
from tongxing.service.converse_live import Live

FILE = "facts of the dialogue"
CALENDAR = "calendar of the exchange"
COMPUTED = "computed"
LABELS = "talk_"
ELDER_TAGS = frozenset({"elder", "elderly", "plain"})
FUND_WORDS = ("fund", "\N{CJK UNIFIED IDEOGRAPH-57FA}\N{CJK UNIFIED IDEOGRAPH-91D1}")
ON_EXCHANGE = ("etf", "lof", "reit")
STOCK_WORDS = ("stock", "share", "\N{CJK UNIFIED IDEOGRAPH-80A1}\N{CJK UNIFIED IDEOGRAPH-7968}")


class Sessions(Protocol):
    """The days on which the exchange opens; raises `CalendarError` for a year it does not know."""

    def is_session(self, day: date) -> bool:
        """Whether the exchange opens."""
        ...

    def next_session(self, day: date) -> date:
        """The first session after a day."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One turn with everything it may rest on."""

    context: Context
    ladder: tuple[RungFact, ...] | None
    read: str
    """The message, normalised and without secrets."""
    meant: Meant
    before: Dialogue
    book: Book
    calendar: Sessions
    now: datetime
    """Beijing."""
    locale: str
    live: Live | None = None
    """None: the facts come from a file."""

    @property
    def on(self) -> date:
        """The Beijing day."""
        return self.now.date()

    @property
    def thing(self) -> ThingFact | None:
        """The product the turn is about, as the facts know it."""
        return thing_of(self.context, self.meant.product)

    @property
    def plain_words(self) -> bool:
        """Whether the client is of an age, or wished, to be spoken to plainly."""
        client = self.context.client
        old = client.age is not None and client.age >= self.book.rules.number("converse_elder_age", self.on)
        return old or any(tag in ELDER_TAGS for tag in client.tags)

    def label(self, name: str) -> str:
        """A fixed phrase of the book in the language of the answer."""
        labels = self.book.labels
        name = f"{LABELS}{name}"
        wanted = name if self.locale == "zh-CN" else f"{name}.{self.locale}"
        return labels.get(wanted) or labels.get(name) or name.removeprefix(LABELS)

    def session_after(self, day: date, count: int) -> date | None:
        """The session so many after a day; None where the calendar does not know it."""
        try:
            for _ in range(count):
                day = self.calendar.next_session(day)
        except CalendarError:
            return None
        return day

    def is_session(self) -> bool | None:
        """Whether the exchange opens today; None where the calendar does not know."""
        try:
            return self.calendar.is_session(self.on)
        except CalendarError:
            return None


@dataclass(slots=True)
class Sheet:
    """Facts found for one answer, by name, and names of those that are missing."""

    at: datetime
    facts: dict[str, Fact] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)

    def put(
        self, name: str, value: int | str | tuple[str, ...], source: str = FILE, at: datetime | None = None
    ) -> None:
        """Add a fact; it is true as of the dialogue's instant unless said otherwise."""
        self.facts[name] = Fact(name=name, value=value, source=source, at=at or self.at)

    def rule(self, scene: Scene, name: str, rule_id: str) -> int | str | tuple[str, ...] | None:
        """Add the value of a rule of the day; None, and rules noted as missing, where it has none."""
        try:
            row = scene.book.rules.row(rule_id, scene.on)
        except RuleMissingError:
            self.lack("rules")
            return None
        value = row.value if not isinstance(row.value, bool) else int(row.value)
        self.put(name, value, source_of(scene.book, rule_id, scene.on))
        return value

    def lack(self, *names: str) -> None:
        """Note facts that would be needed and are not there."""
        self.missing.update(dict.fromkeys(names))


def source_of(book: Book, rule_id: str, on: date) -> str:
    """Where a number of the rulebook comes from."""
    row = book.rules.row(rule_id, on)
    return f"{rule_id}: {row.instrument}"


def thing_of(context: Context, code: str) -> ThingFact | None:
    """A holding, else a product, by its code or (without code) its name."""
    things = (*(context.holdings or ()), *context.products)
    return next((thing for thing in things if code and key_of(thing) == code), None)


def key_of(thing: ThingFact) -> str:
    """The code, or the name where there is none."""
    return thing.code or thing.name or ""


def things_of(context: Context) -> tuple[Named, ...]:
    """What the words of a client may name: holdings first, then products, each once."""
    found: dict[str, Named] = {}
    for thing in (*(context.holdings or ()), *context.products):
        key = key_of(thing)
        if key:
            found.setdefault(key, Named(code=key, name=thing.name or key, is_fund=off_exchange(thing)))
    return tuple(found.values())


def off_exchange(thing: ThingFact) -> bool | None:
    """Whether it is bought from its issuer at one price a day; None where no fact tells."""
    kind = (thing.kind or "").lower()
    if any(word in kind for word in (*ON_EXCHANGE, *STOCK_WORDS)):
        return _stock_fund(kind)
    if any(word in kind for word in FUND_WORDS):
        return True
    if not kind and thing.nav is not None and thing.price is None:
        return True
    return False if thing.price is not None else None


def _stock_fund(kind: str) -> bool:
    """A stock fund is a fund."""
    return any(word in kind for word in FUND_WORDS) and not any(word in kind for word in ON_EXCHANGE)


def fen(yuan: Decimal) -> int:
    """Yuan as fen, half up."""
    return int((yuan * 100).quantize(Decimal(1), ROUND_HALF_UP))


def plain(number: Decimal) -> str:
    """A number without idle zeros, thousands marked."""
    whole = number.normalize() if number else Decimal(0)
    return f"{whole:,f}"


def bp(part: int, whole: int) -> int:
    """A share in basis points, half up and away from zero."""
    sign = -1 if part * whole < 0 else 1
    return sign * ((2 * abs(part) * 10_000 + abs(whole)) // (2 * abs(whole)))


def clock_of(words: str) -> time:
    """A Beijing hour of the rulebook."""
    return time.fromisoformat(words)


def beijing(at: datetime) -> datetime:
    """An instant in Beijing time; one without a zone is Beijing time already."""
    return at.replace(tzinfo=BEIJING) if at.tzinfo is None else at.astimezone(BEIJING)


def at_day(day: date) -> datetime:
    """The start of a Beijing day."""
    return datetime.combine(day, time(), BEIJING)
