"""The report's worked client and the profile of his events, shared by tests of labels."""

from datetime import date, timedelta

from profile_events import Make, moment

from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.domain.profile import Profile
from tongxing.profile.door import from_events

AS_OF = moment("2026-05-06 16:00")
WORKED = ["风险偏好中高", "短期交易型", "有稳定负债", "学习能力强"]


def person(happen: Make) -> list[Event]:
    """The person of the report: 30 years, 15,000 a month, a mortgage of 5,000, assessment C4."""
    return [
        happen(
            "2024-01-10 10:00", "client_registered", name="林示例", birth="1996-02-01", opened_on="2024-01-10"
        ),
        happen("2025-05-10 10:00", "income_stated", month_fen=1_500_000),
        happen("2025-05-10 10:01", "debt_stated", kind="mortgage", repayment_month_fen=500_000),
        happen("2025-05-10 10:02", "assessment_taken", grade="C4", score=62, valid_to="2027-05-09"),
    ]


def courses(happen: Make, count: int = 3) -> list[Event]:
    return [happen(f"2026-04-0{day} 20:00", "course_done", course=f"c{day}") for day in range(1, count + 1)]


def facts(happen: Make) -> list[Event]:
    stated = {"mean_assets_20d_fen": 10_000_000, "turnover_annual_bp": 20_000}
    return [happen("2026-04-20 18:00", "account_facts", as_of="2026-04-20", **stated)]


def year_of_trades(happen: Make) -> list[Event]:
    """100,000 in the account; 8,500 bought and sold again each month: 204,000 in a year."""
    made = [happen("2025-05-12 09:00", "cash_moved", direction="in", amount_fen=10_000_000, reason="bank")]
    for month in range(12):
        on = date(2025, 5, 13) + timedelta(days=30 * month)
        for side, day in (("buy", on), ("sell", on + timedelta(days=8))):
            made.append(
                happen(
                    f"{day} 10:00",
                    "trade",
                    code="600519",
                    side=side,
                    quantity="100",
                    price="85.00",
                    gross_fen=850_000,
                )
            )
    for days in range(0, 358, 7):
        on = date(2025, 5, 13) + timedelta(days=days)
        made.append(valued(happen, on, 10_000_000))
    return made


def valued(happen: Make, on: date, value_fen: int, unit_ppm: int = 1_000_000, **sectors: int) -> Event:
    return happen(
        f"{on} 15:30",
        "day_valued",
        date=on.isoformat(),
        value_fen=value_fen,
        cash_fen=value_fen // 10,
        flow_fen=0,
        unit_ppm=unit_ppm,
        sector_ppm=sectors or {"电子": 300_000, "银行": 300_000, "汽车": 400_000},
        price_date=on.isoformat(),
    )


def of(events: list[Event], book: Book) -> Profile:
    (found,) = from_events(events, as_of=AS_OF, book=book)
    return found


def names(found: Profile) -> list[str]:
    return [label.name for label in found.labels]
