"""Integer codes of what rows and features are written over. They stay in states and lakes: none is reused."""

from datetime import date
from enum import IntEnum

from tongxing.domain.clock import EPOCH_DAY

CODE_LENGTH_MAX = 12
QUANTITY_PLACES = 4
PRICE_PLACES = 6


class Act(IntEnum):
    """What a client did in the app."""

    LOGIN = 1
    VIEW = 2
    SEARCH = 3
    ASK = 4
    POST = 5
    OPEN = 6
    DISMISS = 7
    COURSE = 8
    MENTION = 9
    """Own words of a search or a question that name a topic; the detail is the topic."""
    DISTRESS = 10
    """Own words, or a report, that speak of distress; the detail is the degree."""
    IPO = 11


class Dealing(IntEnum):
    """What kind of trade a row is."""

    EXCHANGE = 1
    FUND = 2
    CASH_FUND = 3
    """A fund whose unit always costs 1: keeping cash, not trading."""


class Side(IntEnum):
    """Direction of a trade."""

    BUY = 1
    SELL = 2
    NEITHER = 3


class Stated(IntEnum):
    """A single figure of which the last one counts."""

    INCOME = 1
    MEAN_ASSETS = 2
    TURNOVER = 3
    MARGIN_DEBT = 4
    OPENED = 5


class Money(IntEnum):
    """Why cash moved."""

    BANK = 1
    DIVIDEND = 2
    INTEREST = 3
    FEE = 4
    TAX = 5
    OTHER = 6


TOPICS: dict[str, int] = {
    "pension": 1,
    "house": 2,
    "child_education": 3,
    "fund_basics": 4,
    "etf": 5,
    "hedge": 6,
    "safety": 7,
    "chasing": 8,
}
"""Topics of `book/words/topics.yaml` that features can count; others are read over."""
TOPIC_NAMES = {code: name for name, code in TOPICS.items()}
DEGREES: dict[str, int] = {"mild": 1, "strong": 2, "crisis": 3}
DEGREE_NAMES = {code: name for name, code in DEGREES.items()}
COURSE_FAILED, COURSE_PASSED = 1, 2


def code_number(code: str) -> int:
    """A product code as one integer, different for different codes, within 64 bits."""
    if len(code) >= CODE_LENGTH_MAX:
        return -int(code, 36) - 1
    return int("1" + code, 36)


def scaled(text: object, places: int) -> int:
    """A decimal string as an integer of its last place; digits beyond are cut."""
    whole, _, fraction = str(text).partition(".")
    negative = whole.startswith("-")
    shift: int = 10**places
    size = abs(int(whole or "0")) * shift + int((fraction + "0" * places)[:places] or "0")
    return -size if negative else size


def day_in(value: object) -> int:
    """A day of a body (ISO text or a date) as days since 1970-01-01."""
    day = value if isinstance(value, date) else date.fromisoformat(str(value))
    return day.toordinal() - EPOCH_DAY


def integer(value: object) -> int:
    """A whole number of a body; anything else is a mistake of intake."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"whole number expected, not {type(value).__name__}")
    return value
