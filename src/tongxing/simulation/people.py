"""A seeded population: each person depends on the seed and their own number, and on nobody else."""

from datetime import date, timedelta
from math import exp, log
from typing import TypedDict

import numpy as np

from tongxing.domain.grades import ProductRisk, Tolerance
from tongxing.simulation import identity, questionnaire
from tongxing.simulation.assumptions import Assumptions
from tongxing.simulation.chance import Purpose, happens, one_of, stream
from tongxing.simulation.person import Debt, Habits, Person, Relative, Style, client_id
from tongxing.simulation.shelf import Shelf

ADULT, OLDEST, PENSION_AGE = 20, 80, 60
YEAR = 365.25
HISTORY_DAYS_MAX = 3_000
NEWCOMER_BEFORE_DAYS, NEWCOMER_AFTER_DAYS = 25, 60
ASSESSMENT_DAYS = 730
TASTES_MAX = 4
WEALTH_MIN_FEN, WEALTH_MAX_FEN = 50_000, 3_000_000_000
WORDS_BY_AGE: tuple[tuple[int, tuple[str, ...]], ...] = (
    (28, ("fund_basics", "etf", "market", "house", "chasing")),
    (40, ("house", "child_education", "etf", "market", "hedge")),
    (55, ("pension", "child_education", "market", "hedge", "fund_basics")),
    (OLDEST + 1, ("pension", "safety", "market", "fund_basics")),
)
LAST_LOGIN_DAYS = {Style.DORMANT: (70, 300)}
PURPOSES = ("personalised_service", "marketing")
TERM_SHARE_BP = 400
"""Of the wealth; at most 95 % of it is invested otherwise."""
COURSES = ("基金入门", "ETF基础", "读懂风险等级", "资产配置第一课", "识别非法荐股")


class _Ends(TypedDict):
    consents_until: tuple[tuple[str, date], ...]
    term_fen: int
    term_ends: date | None


def population(
    count: int, *, seed: int, start: date, shelf: Shelf, assume: Assumptions, first: int = 1
) -> tuple[Person, ...]:
    """`count` people numbered from `first`; a larger population begins with the same people."""
    return tuple(
        person(number, seed=seed, start=start, shelf=shelf, assume=assume)
        for number in range(first, first + count)
    )


def person(number: int, *, seed: int, start: date, shelf: Shelf, assume: Assumptions) -> Person:
    """One person as of the start of a run."""
    chance = stream(seed, Purpose.PERSON, number)
    age = ADULT + float(chance.beta(1.6, 2.2)) * (OLDEST - ADULT)
    birth = start - timedelta(days=int(age * YEAR) + 1)
    sex = "female" if happens(chance, 5_000) else "male"
    income = _income(chance, age)
    debts = _debts(chance, age, income, start)
    repayment_bp = sum(debt.repayment_month_fen for debt in debts) * 10_000 // max(income, 1)
    boldness = min(max(0.66 - age / 160 + 0.15 * float(chance.standard_normal()), 0.0), 1.0)
    points = questionnaire.answers(
        chance, age=int(age), income_month_fen=income, repayment_bp=repayment_bp, boldness=boldness
    )
    grade, score = questionnaire.grade(points, age=int(age), scores_from=assume.grade_scores_from)
    newcomer = happens(chance, assume["newcomer_bp"])
    opened_on = _opened_on(chance, start, newcomer=newcomer)
    style = _style(chance, assume, newcomer=newcomer)
    wealth = _wealth(chance, assume)
    tastes = _tastes(chance, shelf, grade)
    assessed = max(opened_on, start - timedelta(days=int(chance.integers(0, ASSESSMENT_DAYS + 20))))
    return Person(
        number=number,
        client_id=client_id(number),
        name=identity.name(chance, sex),
        sex=sex,
        birth=birth,
        opened_on=opened_on,
        branch=one_of(chance, identity.BRANCHES),
        phone=identity.phone(number),
        id_number=identity.id_number(birth, sex, number),
        id_valid_to=start + timedelta(days=int(chance.integers(40, 7_000))),
        grade=grade,
        score=score,
        answers=points,
        assessment_valid_to=assessed + timedelta(days=ASSESSMENT_DAYS),
        income_month_fen=income,
        debts=debts,
        family=_family(chance, birth, start),
        consents=_consents(chance, assume),
        personalisation=not happens(chance, assume["personalisation_off_bp"]),
        push_allowed=happens(chance, 6_000),
        wealth_fen=wealth,
        weights_bp=() if newcomer else _weights(chance, tastes),
        tastes=tastes,
        habits=_habits(chance, style, tastes, age=int(age), income=income),
        last_login_days=int(chance.integers(*LAST_LOGIN_DAYS.get(style, (1, 20)))),
        turnover_annual_bp=None if newcomer else _turnover(chance, style),
        courses=_courses(chance, newcomer=newcomer),
        **_ends(chance, assume, start, 0 if newcomer else wealth),
    )


def _income(chance: np.random.Generator, age: float) -> int:
    """Monthly income, log-normal, less for pensioners, in whole hundreds of yuan."""
    median = 4_500 if age >= PENSION_AGE else 9_000
    yuan = median * exp(0.55 * float(chance.standard_normal()))
    return int(yuan // 100) * 100 * 100


def _debts(chance: np.random.Generator, age: float, income: int, start: date) -> tuple[Debt, ...]:
    debts = []
    mortgage, car = happens(chance, 4_000), happens(chance, 1_500)
    share, years = float(chance.uniform(0.15, 0.45)), int(chance.integers(2, 25))
    if mortgage and age < PENSION_AGE:
        until = start + timedelta(days=int(years * YEAR))
        debts.append(Debt(kind="mortgage", repayment_month_fen=_round(income * share), until=until))
    if car and age < PENSION_AGE:
        until = start + timedelta(days=int(min(years, 4) * YEAR))
        debts.append(Debt(kind="car", repayment_month_fen=_round(income * 0.12), until=until))
    return tuple(debts)


def _round(fen: float) -> int:
    """Whole hundreds of yuan."""
    return int(fen // 10_000) * 10_000


def _family(chance: np.random.Generator, birth: date, start: date) -> tuple[Relative, ...]:
    """A spouse and children that fit the person's age."""
    age = (start - birth).days / YEAR
    married, parent = happens(chance, 6_500), happens(chance, 5_500)
    apart, between = int(chance.integers(-1_500, 1_500)), float(chance.uniform(23, 38))
    members = []
    if married and age > ADULT + 4:
        spouse = min(birth + timedelta(days=apart), start - timedelta(days=int((ADULT + 1) * YEAR)))
        members.append(Relative(relation="spouse", birth=spouse))
    if parent and age > between + 1:
        members.append(Relative(relation="child", birth=birth + timedelta(days=int(between * YEAR))))
    return tuple(members)


def _opened_on(chance: np.random.Generator, start: date, *, newcomer: bool) -> date:
    past = int(chance.integers(NEWCOMER_BEFORE_DAYS + 10, HISTORY_DAYS_MAX))
    around = int(chance.integers(-NEWCOMER_BEFORE_DAYS, NEWCOMER_AFTER_DAYS))
    return start + timedelta(days=around) if newcomer else start - timedelta(days=past)


def _style(chance: np.random.Generator, assume: Assumptions, *, newcomer: bool) -> Style:
    draw = float(chance.random()) * 10_000
    for style in (Style.ACTIVE, Style.SAVER, Style.DORMANT):
        draw -= assume[f"style_{style}_bp"]
        if draw < 0:
            return Style.HOLDER if newcomer and style is Style.DORMANT else style
    return Style.HOLDER


def _wealth(chance: np.random.Generator, assume: Assumptions) -> int:
    sigma = assume["wealth_sigma_bp"] / 10_000
    fen = exp(log(assume["wealth_median_fen"]) + sigma * float(chance.standard_normal()))
    return min(max(int(fen), WEALTH_MIN_FEN), WEALTH_MAX_FEN)


def _tastes(chance: np.random.Generator, shelf: Shelf, grade: str) -> tuple[str, ...]:
    """Instruments within the person's grade: what the order desk lets through without a warning."""
    level = max(int(Tolerance[grade]), 1)
    open_to = shelf.up_to(ProductRisk(level))
    order = chance.permutation(len(shelf.codes))
    wanted = int(chance.integers(1, TASTES_MAX + 1))
    liked = [shelf.codes[position] for position in order]
    return tuple(code for code in liked if code in open_to)[:wanted]


def _weights(chance: np.random.Generator, tastes: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """How wealth is spread over the tastes at the start; 5 to 40 % stays cash."""
    invested = int(chance.integers(6_000, 9_500))
    parts = [float(part) for part in chance.exponential(size=len(tastes))]
    whole = sum(parts) or 1.0
    return tuple((code, int(invested * part / whole)) for code, part in zip(tastes, parts, strict=True))


def _consents(chance: np.random.Generator, assume: Assumptions) -> tuple[str, ...]:
    service = happens(chance, assume["consent_service_bp"])
    marketing = happens(chance, assume["consent_marketing_bp"])
    return tuple(purpose for purpose, yes in zip(PURPOSES, (service, marketing), strict=True) if yes)


def _ends(chance: np.random.Generator, assume: Assumptions, start: date, wealth: int) -> _Ends:
    """What was agreed until a day: consents, and a part of the cash that lies in a product with an end."""
    until = []
    for purpose in PURPOSES:
        dated, days = happens(chance, assume["consent_dated_bp"]), int(chance.integers(20, 500))
        if dated:
            until.append((purpose, start + timedelta(days=days)))
    has, days = happens(chance, assume["term_bp"]), int(chance.integers(10, 350))
    fen = wealth * TERM_SHARE_BP // 10_000 if has else 0
    return {
        "consents_until": tuple(until),
        "term_fen": fen,
        "term_ends": start + timedelta(days=days) if fen else None,
    }


def _habits(
    chance: np.random.Generator, style: Style, tastes: tuple[str, ...], *, age: int, income: int
) -> Habits:
    topics = next(words for below, words in WORDS_BY_AGE if age < below or below > OLDEST)
    share = float(chance.uniform(0.02, 0.15)) if style is Style.SAVER else float(chance.uniform(0, 0.04))
    return Habits(
        style=style,
        activity_bp=int(chance.integers(4_000, 16_000)),
        topics=topics,
        nerves_bp=int(chance.integers(0, 20_000)),
        eager=happens(chance, 1_500),
        payday=int(chance.integers(1, 29)),
        save_month_fen=_round(income * share),
        plan_code=tastes[0] if style is Style.SAVER and tastes else "",
    )


def _turnover(chance: np.random.Generator, style: Style) -> int:
    low, high = {Style.ACTIVE: (8_000, 60_000), Style.SAVER: (500, 6_000)}.get(style, (0, 3_000))
    return int(chance.integers(low, high))


def _courses(chance: np.random.Generator, *, newcomer: bool) -> tuple[tuple[str, int, int], ...]:
    count = int(chance.integers(0, 5)) if happens(chance, 1_200) else 0
    start = int(chance.integers(5, 60))
    score = int(chance.integers(60, 101))
    if newcomer:
        return ()
    return tuple((course, score, start + 3 * place) for place, course in enumerate(COURSES[:count]))
