"""When a plan is due for another look: what changed since, how it fades, and what answers it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tongxing.app import temporary_house
from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.profile.signs_plan import plan_review_due
from tongxing.profile.view import view

MADE = datetime(2026, 4, 17, 10, 0, tzinfo=BEIJING)
PLAN = {"plan_id": "p1", "policy": "house", "leaf_index": 0, "plan": "{}"}
WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def book() -> Iterator[Book]:
    with temporary_house(seed=1) as house:
        yield house.book


def told(kind: str, body: dict[str, object], at: datetime) -> Event:
    return Event(
        source="core",
        source_seq=f"{kind}-{at.isoformat()}",
        client_id="C1",
        ts=at,
        known_at=at,
        kind=kind,
        body=body,
    )


def causes(book: Book, events: list[Event], at: datetime) -> tuple[str, ...] | None:
    state = fold.empty("C1")
    consent = told("consent_given", {"purpose": "personalised_service"}, MADE - WEEK)
    for event in (consent, *events):
        fold.apply(state, event, book)
    sign = plan_review_due(view(state, seconds(at), book))
    return None if sign is None else sign.causes


INCOME = told("income_stated", {"month_fen": 2_000_000}, MADE + timedelta(days=4))
GOAL = told(
    "goal_set",
    {"goal_id": "house", "what": "house", "amount_fen": 10_000_000, "due": "2029-01-01", "priority": 1},
    MADE + timedelta(days=5),
)
DEBT = told("debt_stated", {"kind": "car", "repayment_month_fen": 300_000}, MADE + timedelta(days=5))
DISTRESS = told("distress_seen", {"degree": "mild"}, MADE + timedelta(days=5))


@pytest.mark.parametrize(
    ("event", "cause"), [(INCOME, "income"), (GOAL, "need"), (DEBT, "debt"), (DISTRESS, "mood")]
)
def test_each_change_since_the_plan_is_a_reason(book: Book, event: Event, cause: str) -> None:
    made = told("plan_made", PLAN, MADE)
    assert causes(book, [made, event], MADE + WEEK) == (cause,)
    assert causes(book, [event], MADE + WEEK) is None, "without a plan there is nothing to look at"


def test_what_was_known_before_the_plan_is_no_reason(book: Book) -> None:
    made = told("plan_made", PLAN, MADE + WEEK)
    assert causes(book, [INCOME, GOAL, made], MADE + 2 * WEEK) is None


def test_a_reason_fades_after_thirty_days(book: Book) -> None:
    made = told("plan_made", PLAN, MADE)
    assert causes(book, [made, INCOME], INCOME.ts + timedelta(days=29)) == ("income",)
    assert causes(book, [made, INCOME], INCOME.ts + timedelta(days=31)) is None


def test_a_choice_answers_every_reason_before_it(book: Book) -> None:
    made = told("plan_made", PLAN, MADE)
    kept = told("plan_chosen", {"plan_id": "p1", "choice": "keep"}, MADE + timedelta(days=6))
    assert causes(book, [made, INCOME, kept], MADE + WEEK) is None


@pytest.mark.parametrize(("unit_ppm", "found"), [(905_000, None), (899_000, ("market",))])
def test_an_account_that_moved_a_tenth_is_a_reason(book: Book, unit_ppm: int, found: object) -> None:
    def valued(at: datetime, unit: int) -> Event:
        body = {
            "date": at.date().isoformat(),
            "value_fen": 10_000_000,
            "cash_fen": 0,
            "flow_fen": 0,
            "unit_ppm": unit,
            "sector_ppm": {},
            "price_date": at.date().isoformat(),
        }
        return told("day_valued", body, at)

    events = [
        valued(MADE - timedelta(days=1), 1_000_000),
        told("plan_made", PLAN, MADE),
        valued(MADE + timedelta(days=4), unit_ppm),
    ]
    assert causes(book, events, MADE + WEEK) == found


def goal(due: str, at: datetime = MADE - WEEK) -> Event:
    body = {"goal_id": "house", "what": "house", "amount_fen": 10_000_000, "due": due, "priority": 1}
    return told("goal_set", body, at)


def test_a_goal_that_comes_within_a_year_is_a_reason_once_and_fades(book: Book) -> None:
    made = told("plan_made", PLAN, MADE)
    near = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)  # 365 days before the goal
    events = [goal("2027-06-01"), made]
    assert causes(book, events, near - timedelta(days=1)) is None
    assert causes(book, events, near) == ("date",)
    assert causes(book, events, near + timedelta(days=29)) == ("date",)
    assert causes(book, events, near + timedelta(days=31)) is None


def test_a_goal_that_was_near_when_the_plan_was_made_or_was_removed_is_no_reason(book: Book) -> None:
    made = told("plan_made", PLAN, MADE)
    near = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)
    assert causes(book, [goal("2027-04-17"), made], MADE + WEEK) is None
    removed = told("goal_removed", {"goal_id": "house"}, MADE - timedelta(days=1))
    assert causes(book, [goal("2027-06-01"), removed, made], near) is None


def test_a_choice_after_the_goal_came_near_answers_it(book: Book) -> None:
    near = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)
    kept = told("plan_chosen", {"plan_id": "p1", "choice": "keep"}, near + timedelta(hours=2))
    events = [goal("2027-06-01"), told("plan_made", PLAN, MADE), kept]
    assert causes(book, events, near + WEEK) is None


def test_a_need_spoken_of_often_enough_since_the_plan_is_a_reason(book: Book) -> None:
    made = told("plan_made", PLAN, MADE)
    spoken = [told("searched", {"text": "买房首付要多少"}, MADE + timedelta(days=day)) for day in (1, 2, 3)]
    assert causes(book, [made, spoken[0]], MADE + WEEK) is None
    assert causes(book, [made, *spoken], MADE + WEEK) == ("need",)
