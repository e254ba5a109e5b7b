"""An invented client: who they are, what they have, how they behave. Fixed for a whole run."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Style(StrEnum):
    """How somebody invests."""

    ACTIVE = "active"
    HOLDER = "holder"
    SAVER = "saver"
    DORMANT = "dormant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """A regular repayment, as the client states it."""

    kind: str
    repayment_month_fen: int
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """A member of the family, as the client states it."""

    relation: str
    birth: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Chances of doing things; a person's own multiple of what the house assumes of the style."""

    style: Style
    activity_bp: int = 10_000
    """Multiple of the chances assumed for the style."""
    topics: tuple[str, ...] = ("market",)
    """What is searched for, each as likely."""
    nerves_bp: int = 10_000
    """Multiple of the chance of showing distress after a loss; 0: never."""
    eager: bool = False
    """Takes courses more often than others."""
    payday: int = 10
    save_month_fen: int = 0
    """Brought in from the bank each month."""
    plan_code: str = ""
    """Bought each month from what was brought in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Something a character does on one day whatever chance says, e.g. a search."""

    day: date
    second: int
    """Second of the day, Beijing."""
    kind: str
    """`searched`, `asked`, `logged_in`, `course_done`, or `buy`: with all cash, `text` being the code."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One invented client."""

    number: int
    client_id: str
    name: str
    sex: str
    birth: date
    opened_on: date
    branch: str
    phone: str
    id_number: str
    id_valid_to: date
    grade: str
    score: int
    answers: dict[str, int] = field(default_factory=dict)
    assessment_valid_to: date
    income_month_fen: int
    debts: tuple[Debt, ...] = ()
    family: tuple[Relative, ...] = ()
    consents: tuple[str, ...] = ()
    personalisation: bool = True
    push_allowed: bool | None = None
    wealth_fen: int
    """Worth at the start, holdings and cash."""
    weights_bp: tuple[tuple[str, int], ...] = ()
    """Share of wealth in each instrument at the start; the rest is cash."""
    tastes: tuple[str, ...] = ()
    """Instruments this person buys."""
    habits: Habits
    last_login_days: int = 1
    """Days between the last log-in and the start."""
    turnover_annual_bp: int | None = None
    """As the house knew it when its log began."""
    consents_until: tuple[tuple[str, date], ...] = ()
    """Last days of consents that have one."""
    term_fen: int = 0
    """Part of the wealth at the start in a product that ends."""
    term_ends: date | None = None
    courses: tuple[tuple[str, int, int], ...] = ()
    """Courses passed before the start: name, score, days before."""
    trades: bool = True
    """False: this account is traded by its story only."""
    stays: bool = False
    """True: never leaves, because the story needs the account."""
    cues: tuple[Cue, ...] = ()


def client_id(number: int) -> str:
    """The id of the client with that number."""
    return f"C{number:06d}"
