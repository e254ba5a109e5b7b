from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from tongxing.decision.gates import Gates
from tongxing.domain.book import Book, Rulebook
from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.grades import Channel, Nature, Tolerance
from tongxing.domain.pages import Journey, JourneyStep, Playbook, StatementWords, WordTable
from tongxing.domain.profile import Profile, RiskView, Sign, Standing
from tongxing.domain.touch import Trigger

AT = datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)

PAGE = Playbook(
    name="pension_guide",
    title="养老金指南",
    nature=Nature.EDUCATION,
    all_of=("pension_searched",),
    none_of=("pension_account_open",),
    slot="for_you",
    channels=(Channel.HOME,),
    risk=None,
    consent="personalised_service",
    cooldown_days=30,
    lift_bp=20,
    harm_bp=0,
    prior_source="house assumption",
    text="pension_guide",
    goal="opens the guide",
    source="report",
    owner="squad",
    review_by=date(2027, 1, 31),
)

BOOK = Book(
    playbooks={},
    journeys={
        "newcomer": Journey(
            name="newcomer",
            title="七日",
            starts_with="newcomer",
            steps=(JourneyStep(day=1, playbook="day_1"), JourneyStep(day=2, playbook="day_2")),
        )
    },
    texts={},
    rules=Rulebook(rows={}),
    products={},
    phrases=(),
    words=WordTable(topics={}, distress={}, distress_unless=()),
    statement_words=StatementWords(columns={}, kinds={}, totals=()),
    sources={},
    tiers=(),
    labels={},
    digest="b" * 64,
)


def passes(_page: Playbook, _profile: Profile, _trigger: Trigger, _book: Book) -> tuple[str, ...]:
    return ()


OPEN = Gates(consent=passes, eligibility=passes, suitability=passes, contact=passes)

PageOf = Callable[..., Playbook]
ProfileOf = Callable[..., Profile]
TriggerOf = Callable[..., Trigger]


@pytest.fixture(scope="session")
def page() -> PageOf:
    """A playbook like the pension guide, changed in what matters to the test."""

    def make(name: str = PAGE.name, **changes: object) -> Playbook:
        return replace(PAGE, name=name, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def profile() -> ProfileOf:
    """A client with the given signs on."""

    def make(*signs: str, contact: dict[str, bool] | None = None) -> Profile:
        return Profile(
            client_id="C000001",
            as_of=seconds(AT),
            age=38,
            tier="mass",
            newcomer_day=None,
            labels=(),
            needs=(),
            risk=RiskView(
                grade=Tolerance.C3,
                assessment_valid_to=date(2027, 1, 1),
                confidence_bp=9000,
                drawdown_90d_ppm=None,
                turnover_annual_bp=None,
                max_sector=None,
                max_sector_ppm=None,
                repayment_to_income_bp=None,
            ),
            preferences=(),
            signs=tuple(Sign(name=name, evidence=(), detail={"searches": 2}) for name in signs),
            sector_ppm={},
            features={"searches_30d": 2},
            standing=Standing(
                client_id="C000001",
                grade=Tolerance.C3,
                assessment_valid_to=date(2027, 1, 1),
                contact=contact or {},
            ),
        )

    return make


@pytest.fixture(scope="session")
def trigger() -> TriggerOf:
    def make(name: str = "sign:pension_searched", cause: str = "app/1") -> Trigger:
        return Trigger(name=name, cause=cause, at=AT)

    return make


@pytest.fixture(scope="session")
def book() -> Book:
    return BOOK


@pytest.fixture(scope="session")
def open_gates() -> Gates:
    """Gates at which nobody is stopped."""
    return OPEN
