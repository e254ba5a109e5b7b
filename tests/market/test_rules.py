"""The dated numbers of the exchanges: each has its source, and what we have not read says so."""

from datetime import date

import pytest

from tongxing.domain.book import Rulebook


@pytest.mark.parametrize(
    ("rule_id", "day", "value"),
    [
        ("stamp_seller_ppm", date(2023, 8, 27), 1000),
        ("stamp_seller_ppm", date(2023, 8, 28), 500),
        ("transfer_ppm", date(2022, 4, 29), 10),
        ("limit_bp_st", date(2026, 7, 5), 500),
        ("limit_bp_st", date(2026, 7, 6), 1000),
        ("commission_cap_ppm", date(2026, 5, 6), 3000),
        ("handling_bse_ppb", date(2026, 5, 6), 125_000),
        ("dividend_tax_month_ppm", date(2026, 5, 6), 200_000),
        ("fund_redemption_ppm_under_7_days", date(2026, 1, 1), 15_000),
        ("money_fund_fast_redemption_fen", date(2026, 5, 6), 1_000_000),
    ],
)
def test_a_number_holds_from_its_day(rules: Rulebook, rule_id: str, day: date, value: int) -> None:
    assert rules.number(rule_id, day) == value


def test_the_standard_commission_stays_below_its_legal_cap(rules: Rulebook) -> None:
    day = date(2026, 5, 6)
    assert rules.number("commission_ppm", day) <= rules.number("commission_cap_ppm", day)
    inside = rules.number("handling_ppb", day) + 1_000 * rules.number("regulatory_ppm", day)
    assert inside < 1_000 * rules.number("commission_ppm", day)


def test_only_what_was_read_or_is_ours_claims_certainty(rules: Rulebook) -> None:
    certain = {row.rule_id for rows in rules.rows.values() for row in rows if row.status == "read"}
    assert certain == {"stamp_side"}
    assert {row.status for rows in rules.rows.values() for row in rows} <= {
        "read",
        "secondary",
        "unverified",
        "house",
    }
