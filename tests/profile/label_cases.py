"""For every label of the catalogue: a client who has it, one who just misses it, and what becomes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from profile_events import Make
from profile_people import courses, valued

from tongxing.domain.event import Event

Events = list[Event]
Tell = Callable[[Make], Events]
GONE, LOWER, STAYS = "gone", "lower", "stays"
"""What is left of a label after some time without anything new."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """How one label comes and goes."""

    label: str
    on: Tell
    below: Tell
    rests_on: frozenset[str]
    """Kinds of the events it names as evidence."""
    consented: bool = False
    """Whether it rests on what may be used with consent only."""
    after_days: int = 200
    then: str = GONE


def case(label: str, on: Tell, below: Tell, *kinds: str, **rest: object) -> Case:
    return Case(label=label, on=on, below=below, rests_on=frozenset(kinds), **rest)  # type: ignore[arg-type]


def consent(happen: Make) -> Event:
    return happen("2024-01-04 10:00", "consent_given", purpose="personalised_service", source="*")


def registered(happen: Make, opened: str = "2020-01-10", birth: str = "1990-01-01") -> Event:
    return happen(f"{opened} 10:00", "client_registered", name="林示例", birth=birth, opened_on=opened)


def assessed(happen: Make, grade: str, valid_to: str = "2027-05-09", on: str = "2025-05-10") -> Event:
    return happen(f"{on} 10:00", "assessment_taken", grade=grade, valid_to=valid_to)


def graded(grade: str, valid_to: str = "2027-05-09") -> Tell:
    return lambda happen: [assessed(happen, grade, valid_to)]


def stated(**figures: int) -> Tell:
    return lambda happen: [happen("2026-04-20 18:00", "account_facts", as_of="2026-04-20", **figures)]


def debts(repayment_fen: int) -> Tell:
    def told(happen: Make) -> Events:
        return [
            happen("2025-06-10 10:00", "income_stated", month_fen=1_000_000),
            happen("2025-06-10 10:01", "debt_stated", kind="mortgage", repayment_month_fen=repayment_fen),
        ]

    return told


def held(*holdings: tuple[str, int, str], cash_fen: int = 0) -> Tell:
    """Holdings as (code, value in fen, kind) of a snapshot of the day before."""

    def told(happen: Make) -> Events:
        listed = [
            {"code": code, "quantity": "100", "value_fen": fen, "kind": kind} for code, fen, kind in holdings
        ]
        body = {"as_of": "2026-05-05", "cash_fen": cash_fen, "holdings": listed}
        return [happen("2026-05-05 18:00", "holding_snapshot", **body)]

    return told


def searched(text: str, times: int) -> Tell:
    def told(happen: Make) -> Events:
        days = (f"2026-05-0{day} 10:00" for day in range(1, times + 1))
        return [consent(happen), *(happen(at, "searched", text=text) for at in days)]

    return told


def quiet(days: int) -> Tell:
    """Last seen so many days ago, with assets."""

    def told(happen: Make) -> Events:
        seen = date(2026, 5, 6) - timedelta(days=days)
        return [
            happen(f"{seen} 09:40", "logged_in", device="ios"),
            valued(happen, date(2026, 5, 6), 8_000_000),
        ]

    return told


def round_trips(days: int, count: int = 6) -> Tell:
    """So many purchases in the last month, each sold after some days."""

    def told(happen: Make) -> Events:
        made = []
        for number in range(count):
            bought = date(2026, 4, 8) + timedelta(days=number)
            made.append(traded(happen, "buy", bought, number))
            sold = bought + timedelta(days=days)
            if sold <= date(2026, 5, 5):
                made.append(traded(happen, "sell", sold, number))
        return made

    return told


def traded(happen: Make, side: str, on: date, number: int = 0) -> Event:
    order = {"code": "600519", "quantity": "100", "price": "10.00", "gross_fen": 100_000}
    return happen(f"{on} 10:{number:02d}", "trade", side=side, **order)


def kept(happen: Make) -> Events:
    """Half a year of record with one small trade, and a look into the account last week."""
    return [
        traded(happen, "buy", date(2025, 9, 1)),
        *(valued(happen, date(2025, 9, 1) + timedelta(days=days), 8_000_000) for days in range(0, 245, 7)),
        happen("2026-04-30 09:00", "logged_in"),
    ]


def busier(happen: Make) -> Events:
    """The same with a turnover of more than a fifth."""
    order = {"code": "600519", "quantity": "1000", "price": "15.00", "gross_fen": 1_500_000, "side": "buy"}
    return [*kept(happen), happen("2025-10-01 10:00", "trade", **order)]


def retested(*grades: str, bought: str = "512480") -> Tell:
    """Assessments ten days apart and then a purchase of a product graded R4."""

    def told(happen: Make) -> Events:
        first = date(2026, 4, 1)
        made = [
            assessed(happen, grade, on=str(first + timedelta(days=10 * number)))
            for number, grade in enumerate(grades)
        ]
        order = {"code": bought, "quantity": "100", "price": "1.00", "gross_fen": 10_000, "side": "buy"}
        return [*made, happen("2026-04-24 10:00", "trade", **order)]

    return told


def banked_out(fen: int) -> Tell:
    """100,000 valued in January; prices halve; some of the money is taken out."""

    def told(happen: Make) -> Events:
        out = {"direction": "out", "amount_fen": fen, "reason": "bank"}
        return [
            valued(happen, date(2026, 1, 30), 10_000_000),
            valued(happen, date(2026, 4, 1), 5_000_000, unit_ppm=500_000),
            happen("2026-04-02 10:00", "cash_moved", **out),
            valued(happen, date(2026, 4, 30), 5_000_000 - fen, unit_ppm=500_000),
        ]

    return told


def subscribed(times: int) -> Tell:
    def told(happen: Make) -> Events:
        body = {"code": "787001", "amount_fen": 100_000}
        days = [date(2026, 1, 10) + timedelta(days=7 * number) for number in range(times)]
        return [happen(f"{on} 10:00", "subscribed_ipo", date=str(on), **body) for on in days]

    return told


def asked(text: str, at: str = "2026-05-06 12:00") -> Tell:
    return lambda happen: [happen(at, "asked", text=text)]


def plan(happen: Make) -> Events:
    return [happen("2026-01-05 10:00", "plan_started", code="510300", amount_fen=100_000, every="month")]


def stopped_plan(happen: Make) -> Events:
    return [*plan(happen), happen("2026-04-05 10:00", "plan_stopped", code="510300")]


def document(valid_to: str) -> Tell:
    return lambda happen: [happen("2016-08-05 10:00", "id_document", type="id_card", valid_to=valid_to)]


def wealthy(fen: int, opened: str = "2020-01-10") -> Tell:
    return lambda happen: [registered(happen, opened), *stated(mean_assets_20d_fen=fen)(happen)]


def opened(on: str) -> Tell:
    return lambda happen: [registered(happen, on)]


def born(on: str) -> Tell:
    return lambda happen: [registered(happen, birth=on)]


CASES: tuple[Case, ...] = (
    case("风险偏好低", graded("C1L"), graded("C2"), "assessment_taken", then=STAYS),
    case("风险偏好中高", graded("C4"), graded("C3"), "assessment_taken", after_days=500, then=LOWER),
    case("风险偏好高", graded("C5"), graded("C4"), "assessment_taken", then=STAYS),
    case(
        "短期交易型",
        stated(turnover_annual_bp=20_000),
        stated(turnover_annual_bp=19_999),
        "account_facts",
        then=LOWER,
    ),
    case("长期持有型", kept, busier, "trade", consented=True),
    case("有稳定负债", debts(1), debts(0), "debt_stated", consented=True, then=LOWER),
    case(
        "高负债压力",
        debts(400_001),
        debts(400_000),
        "debt_stated",
        "income_stated",
        consented=True,
        then=LOWER,
    ),
    case(
        "学习能力强",
        courses,
        lambda happen: courses(happen, 2),
        "course_done",
        consented=True,
        after_days=88,
    ),
    case(
        "行业集中",
        held(("512480", 500_001, "etf"), ("512800", 499_999, "etf")),
        held(("512480", 500_000, "etf"), ("512800", 500_000, "etf")),
        "holding_snapshot",
        then=LOWER,
    ),
    case(
        "单票集中",
        held(("600519", 500_001, "stock"), ("600036", 499_999, "stock")),
        held(("600519", 500_000, "stock"), ("600036", 500_000, "stock")),
        "holding_snapshot",
        after_days=1500,
    ),
    case(
        "ETF偏好",
        held(("510300", 400_000, "etf"), ("600519", 600_000, "stock")),
        held(("510300", 399_999, "etf"), ("600519", 600_001, "stock")),
        "holding_snapshot",
        then=LOWER,
    ),
    case("养老需求", searched("养老金 怎么开户", 2), searched("养老金", 1), "searched", consented=True),
    case("购房需求", searched("买房 首付", 2), searched("买房", 1), "searched", consented=True),
    case("子女教育需求", searched("孩子教育金", 2), searched("教育金", 1), "searched", consented=True),
    case("沉睡客户", quiet(90), quiet(89), "logged_in", "day_valued", consented=True, then=LOWER),
    case("深度沉睡", quiet(365), quiet(364), "logged_in", "day_valued", consented=True, then=LOWER),
    case("定投型", plan, stopped_plan, "plan_started", then=STAYS),
    case("新客户", opened("2026-04-06"), opened("2026-04-05"), "client_registered", after_days=1),
    case("老年客户", born("1966-05-06"), born("1966-05-07"), "client_registered", then=STAYS),
    case("高净值", wealthy(300_000_000), wealthy(299_999_999), "account_facts", then=LOWER),
    case("私行客户", wealthy(600_000_000), wealthy(599_999_999), "account_facts", then=LOWER),
    case("测评过期", graded("C3", "2026-05-05"), graded("C3", "2026-05-06"), "assessment_taken", then=STAYS),
    case(
        "测评异常",
        retested("C2", "C3", "C4"),
        retested("C2", "C3", "C3"),
        "assessment_taken",
        "trade",
        after_days=79,
    ),
    case("证件将到期", document("2026-08-04"), document("2026-08-05"), "id_document", then=STAYS),
    case("需要关怀", asked("亏得睡不着"), asked("亏得睡不着", "2026-05-05 16:00"), "asked", after_days=1),
    case("流失预警", banked_out(2_500_000), banked_out(2_499_999), "cash_moved"),
    case("两融客户", stated(margin_debt_fen=1), stated(margin_debt_fen=0), "account_facts", then=STAYS),
    case("打新偏好", subscribed(5), subscribed(4), "subscribed_ipo", after_days=300),
    case(
        "跨境投资偏好",
        held(("00700", 500_000, "hk_stock"), ("600519", 500_000, "stock")),
        held(("00700", 499_999, "hk_stock"), ("600519", 500_001, "stock")),
        "holding_snapshot",
        then=LOWER,
    ),
    case("疑似诈骗接触", asked("群里老师带我买原始股是真的吗"), asked("原始股是什么意思"), "asked"),
    case(
        "专业投资者候选",
        wealthy(500_000_000, "2024-05-06"),
        wealthy(499_999_999, "2024-05-06"),
        "account_facts",
        "client_registered",
        then=LOWER,
    ),
)
