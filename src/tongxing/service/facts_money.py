"""Facts for words about money: what is above the client's grade, what rules say, until when to pay."""

from collections.abc import Iterator
from datetime import date, time

from tongxing.domain.book import Book, RuleMissingError
from tongxing.domain.clock import BEIJING, instant
from tongxing.domain.draft import Fact
from tongxing.domain.market import CalendarError
from tongxing.domain.profile import Profile, Sign
from tongxing.domain.touch import Touch
from tongxing.profile.signs_grade import SEPARATOR
from tongxing.service.ports import Market

PRODUCTS_MAX = 12
"""A list in words holds no more; the count beside it tells all."""
NUMBERS = (
    "dividend_tax_month_ppm",
    "dividend_tax_year_ppm",
    "gain_days",
    "idle_cash_days",
    "ipo_missed_max",
    "ipo_missed_months",
    "ipo_pause_days",
)
"""Rules whose number of the day is said to a client."""


def facts_of_money(touch: Touch, profile: Profile, book: Book, market: Market) -> dict[str, Fact]:
    """What the signs of money need in words beside their own figures; what is not known is left out."""
    found = {fact.name: fact for fact in _of_rules(touch, profile, book)}
    for sign in touch.signs:
        if "codes" in sign.detail:
            found |= {fact.name: fact for fact in _graded(sign, profile, book)}
        if sign.name == "ipo_payment":
            found |= _deadline(sign, touch, book, market)
    return found


def _of_rules(touch: Touch, profile: Profile, book: Book) -> Iterator[Fact]:
    on, at = touch.trigger.at.astimezone(BEIJING).date(), instant(profile.as_of)
    for name in NUMBERS:
        try:
            value = book.rules.number(name, on)
        except RuleMissingError:
            continue
        yield Fact(name=name, value=value, source=f"rule:{name}", at=at)


def _graded(sign: Sign, profile: Profile, book: Book) -> Iterator[Fact]:
    """Products with their grades, as the book grades them now."""
    at = instant(profile.as_of)
    for detail, name in (("codes", "products"), ("plan_codes", "plan_products")):
        codes = str(sign.detail.get(detail, "")).split(SEPARATOR)
        pages = [book.products[code] for code in codes if code in book.products]
        words = tuple(f"{page.name} {page.risk.name}" for page in pages[:PRODUCTS_MAX])
        if words:
            yield Fact(name=name, value=words, source="book:products", at=at)


def _deadline(sign: Sign, touch: Touch, book: Book, market: Market) -> dict[str, Fact]:
    """The day and hour until which an allotment can be paid; nothing once it has passed."""
    at = touch.trigger.at.astimezone(BEIJING)
    try:
        day = _sessions_after(
            date.fromisoformat(str(sign.detail["date"])),
            book.rules.number("ipo_payment_sessions", at.date()),
            market,
        )
        until = book.rules.text("ipo_payment_until", at.date())
    except (CalendarError, RuleMissingError):
        return {}
    if (at.date(), at.time()) >= (day, time.fromisoformat(until)):
        return {}
    known = instant(int(touch.trigger.at.timestamp()))
    return {
        "pay_on": Fact(name="pay_on", value=day.isoformat(), source="rule:ipo_payment_sessions", at=known),
        "pay_until": Fact(name="pay_until", value=until, source="rule:ipo_payment_until", at=known),
    }


def _sessions_after(day: date, count: int, market: Market) -> date:
    for _ in range(count):
        day = market.next_session(day)
    return day
