"""The people one meets first in the demo, each so that one page of the book can be seen at work."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from tongxing.simulation import identity
from tongxing.simulation.person import Cue, Debt, Habits, Person, Relative, Style, client_id

BOTH = ("personalised_service", "marketing")
HALF_PAST_TEN, LATE_MORNING, NIGHT = 10 * 3_600 + 1_800, 11 * 3_600 + 300, 19 * 3_600 + 1_200
FIRST_DAY, SECOND_DAY, THIRD_DAY = date(2026, 5, 6), date(2026, 5, 7), date(2026, 5, 8)
QUIET = Habits(style=Style.HOLDER, activity_bp=6_000, nerves_bp=0, topics=("market",))
ASLEEP = Habits(style=Style.DORMANT, activity_bp=0, nerves_bp=0)
YUAN = 100


def characters(load_day: date) -> tuple[Person, ...]:
    """The characters as of the day on which the house's log begins; numbers from 1 on."""
    return (
        *_first_met(load_day),
        *_with_a_worry(),
        *_with_a_choice(),
    )


def _first_met(load_day: date) -> tuple[Person, ...]:
    return (
        replace(
            _person(
                1, "林晓", "female", date(1996, 3, 18), grade="C4", score=62, wealth=180_000, income=15_000,
                debts=(Debt(kind="mortgage", repayment_month_fen=500_000, until=date(2045, 6, 1)),),
                weights=(("510300", 3_000), ("512880", 2_500), ("513100", 2_000)),
                habits=Habits(style=Style.ACTIVE, topics=("etf", "house"), nerves_bp=0, eager=True),
            ),
            tastes=("510300", "512880", "513100", "512890"),
            turnover_annual_bp=20_000,
            courses=(("基金入门", 92, 10), ("ETF基础", 88, 20), ("读懂风险等级", 95, 30)),
            trades=True,
        ),
        _person(
            2, "王桂兰", "female", date(1948, 2, 9), grade="C1", score=18, wealth=260_000, income=5_200,
            weights=(("F00001", 8_000),), family=(Relative(relation="child", birth=date(1974, 9, 2)),),
            habits=Habits(style=Style.HOLDER, activity_bp=12_000, topics=("safety",), nerves_bp=0),
        ),
        _person(
            3, "陈立", "male", date(1999, 11, 2), grade="C3", score=48, wealth=20_000, income=9_000,
            opened_on=date(2026, 5, 5), assessed=date(2026, 5, 5), habits=QUIET,
        ),
        _person(
            4, "赵一帆", "male", date(1988, 7, 21), grade="C4", score=66, wealth=420_000, income=24_000,
            weights=(("512480", 2_000), ("510300", 4_500)), habits=QUIET,
            cues=(Cue(day=FIRST_DAY, second=HALF_PAST_TEN, kind="buy", text="512480"),),
        ),
        replace(
            _person(
                5, "吴昊", "male", date(1979, 12, 5), grade="C3", score=50, wealth=95_000, income=11_000,
                weights=(("510500", 6_000),), habits=ASLEEP,
            ),
            turnover_annual_bp=9_000,
            last_login_days=(load_day - (SECOND_DAY - timedelta(days=90))).days,
        ),
    )  # fmt: skip


def _with_a_worry() -> tuple[Person, ...]:
    return (
        _person(
            6, "孙悦", "female", date(1984, 4, 30), grade="C2", score=37, wealth=76_000, income=13_000,
            weights=(("511260", 5_500),), family=(Relative(relation="spouse", birth=date(1983, 1, 15)),),
            habits=Habits(style=Style.HOLDER, topics=("child_education",), nerves_bp=0),
            cues=(
                Cue(day=FIRST_DAY, second=HALF_PAST_TEN - 40, kind="logged_in", text="ios"),
                Cue(day=FIRST_DAY, second=HALF_PAST_TEN, kind="searched", text="个人养老金 怎么开户"),
            ),
        ),
        _person(
            7, "周明远", "male", date(1971, 8, 14), grade="C4", score=70, wealth=8_600_000, income=90_000,
            weights=(
                ("510300", 2_500), ("512890", 2_000), ("513500", 1_500), ("518880", 1_500), ("511260", 1_500),
            ),
            family=(
                Relative(relation="spouse", birth=date(1973, 3, 3)),
                Relative(relation="child", birth=date(2003, 10, 11)),
            ),
            habits=Habits(style=Style.HOLDER, activity_bp=15_000, topics=("hedge", "etf"), nerves_bp=0),
        ),
        _person(
            8, "刘敏", "female", date(1976, 1, 27), grade="C3", score=52, wealth=140_000, income=12_000,
            weights=(("510300", 4_000), ("511260", 2_000)), assessed=date(2024, 5, 20), habits=QUIET,
        ),
        _person(
            9, "高远", "male", date(1990, 6, 6), grade="C4", score=68, wealth=210_000, income=18_000,
            weights=(("515220", 8_500),), debts=(Debt(kind="mortgage", repayment_month_fen=680_000),),
            habits=QUIET,
            cues=(
                Cue(day=THIRD_DAY, second=NIGHT - 30, kind="logged_in", text="ios"),
                Cue(day=THIRD_DAY, second=NIGHT, kind="asked", text="这几天亏得睡不着，心里很慌，怎么办"),
            ),
        ),
        _person(
            10, "郑浩", "male", date(1982, 9, 19), grade="C4", score=64, wealth=330_000, income=16_000,
            weights=(("515220", 8_000), ("512010", 1_200)), habits=QUIET,
        ),
    )  # fmt: skip


def _with_a_choice() -> tuple[Person, ...]:
    pension = Cue(day=FIRST_DAY, second=LATE_MORNING, kind="searched", text="养老金账户 一年能存多少")
    return (
        replace(
            _person(
                11, "罗成", "male", date(1987, 5, 12), grade="C3", score=55, wealth=68_000, income=10_000,
                weights=(("510300", 5_000),), habits=QUIET, cues=(pension,),
            ),
            consents=(),
        ),
        replace(
            _person(
                12, "沈悠", "female", date(1993, 2, 28), grade="C3", score=46, wealth=52_000, income=9_500,
                weights=(("512890", 5_000),), habits=QUIET, cues=(pension,),
            ),
            personalisation=False,
        ),
        _person(
            13, "何静", "female", date(1968, 10, 8), grade="C2", score=33, wealth=310_000, income=8_000,
            weights=(("511260", 7_000),), assessed=date(2024, 6, 6), habits=QUIET,
        ),
        _person(
            14, "许念", "female", date(2001, 8, 23), grade="C2", score=40, wealth=8_000, income=6_500,
            opened_on=date(2026, 5, 3), assessed=date(2026, 5, 3),
            habits=Habits(style=Style.HOLDER, topics=("fund_basics",), nerves_bp=0),
        ),
    )  # fmt: skip


def _person(  # noqa: PLR0913 - a character is described in one place
    number: int,
    name: str,
    sex: str,
    birth: date,
    *,
    grade: str,
    score: int,
    wealth: int,
    income: int,
    habits: Habits,
    opened_on: date = date(2021, 3, 1),
    assessed: date = date(2025, 2, 10),
    weights: Sequence[tuple[str, int]] = (),
    debts: tuple[Debt, ...] = (),
    family: tuple[Relative, ...] = (),
    cues: tuple[Cue, ...] = (),
) -> Person:
    """A character; money in yuan. Assessments last two years."""
    return Person(
        number=number,
        client_id=client_id(number),
        name=name,
        sex=sex,
        birth=birth,
        opened_on=opened_on,
        branch=identity.BRANCHES[number % len(identity.BRANCHES)],
        phone=identity.phone(number),
        id_number=identity.id_number(birth, sex, number),
        id_valid_to=date(2034, 1, 1),
        grade=grade,
        score=score,
        assessment_valid_to=assessed.replace(year=assessed.year + 2),
        income_month_fen=income * YUAN,
        debts=debts,
        family=family,
        consents=BOTH,
        wealth_fen=wealth * YUAN,
        weights_bp=tuple(weights),
        habits=habits,
        last_login_days=2,
        trades=False,
        stays=True,
        cues=cues,
    )
