from datetime import UTC, date, datetime

import pytest

from tongxing.domain.clock import BEIJING
from tongxing.service.views import PointView
from tongxing.web import figures
from tongxing.web.spark import spark


@pytest.mark.parametrize(
    ("fen", "plain", "signed"),
    [
        (123_456, "1,234.56", "+1,234.56"),
        (-123_405, "−1,234.05", "−1,234.05"),
        (0, "0.00", "0.00"),
        (-1, "−0.01", "−0.01"),
        (None, "—", "—"),
    ],
)
def test_money_has_separators_two_places_and_a_sign(fen: int | None, plain: str, signed: str) -> None:
    assert (figures.yuan(fen), figures.signed_yuan(fen)) == (plain, signed)


@pytest.mark.parametrize(
    ("ppm", "tenths", "hundredths"),
    [
        (612_000, "61.2%", "+61.20%"),
        (12_345, "1.2%", "+1.23%"),
        (-12_350, "−1.2%", "−1.24%"),
        (49, "0.0%", "0.00%"),
        (-49, "0.0%", "0.00%"),
        (50, "0.0%", "+0.01%"),
        (1_000_000, "100.0%", "+100.00%"),
        (None, "—", "—"),
    ],
)
def test_shares_are_rounded_half_away_from_zero(ppm: int | None, tenths: str, hundredths: str) -> None:
    assert (figures.percent_ppm(ppm), figures.signed_percent_ppm(ppm)) == (tenths, hundredths)


def test_basis_points_are_whole_percents() -> None:
    assert [figures.bp(value) for value in (8_500, 8_449, 8_450, 10_000, None)] == [
        "85%",
        "84%",
        "85%",
        "100%",
        "—",
    ]


def test_instants_are_written_in_beijing_time() -> None:
    at = datetime(2026, 5, 5, 17, 5, tzinfo=UTC)
    assert figures.instant(at) == "5月6日 01:05"
    assert figures.instant_en(at) == "6 May 01:05"
    assert figures.day(at) == "2026年5月6日"
    assert figures.day_en(at) == "6 May 2026"
    assert figures.day(date(2026, 5, 6)) == "2026年5月6日"
    assert figures.day_short(date(2026, 5, 6)) == "5月6日"
    assert figures.instant(datetime(2026, 5, 6, 9, 0, tzinfo=BEIJING)) == "5月6日 09:00"
    assert figures.day(None) == "—"


def point(day: int, unit: int, benchmark: int | None = None) -> PointView:
    return PointView(day=date(2026, 5, day), unit_ppm=unit, benchmark_ppm=benchmark)


def test_one_close_makes_no_chart() -> None:
    assert spark(()) is None
    assert spark((point(6, 1_000_000),)) is None


def test_account_and_benchmark_share_one_scale() -> None:
    chart = spark(
        (point(6, 1_000_000, 1_000_000), point(7, 1_010_000, 990_000), point(8, 1_005_000, 1_000_000))
    )
    assert chart is not None
    assert chart["path"] == "M6.0 48.0L160.0 6.0L314.0 27.0"
    assert chart["benchmark"] == "M6.0 48.0L160.0 90.0L314.0 48.0"
    assert (chart["min"], chart["max"], chart["change"]) == ("0.00%", "+1.00%", "+0.50%")
    assert chart["benchmark_change"] == "0.00%"
    assert (chart["first_day"], chart["last_day"]) == ("5/6", "5/8")


def test_a_flat_account_is_drawn_flat_and_a_missing_benchmark_is_left_out() -> None:
    chart = spark((point(6, 1_000_000), point(7, 1_000_000)))
    assert chart is not None
    assert chart["path"] == "M6.0 48.0L314.0 48.0"
    assert (chart["benchmark"], chart["benchmark_change"]) == ("", None)
