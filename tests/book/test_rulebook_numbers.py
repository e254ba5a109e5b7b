"""What the rulebook answers on a day, against numbers written down by hand from the notes on the rules."""

from datetime import date, timedelta

import pytest

from tongxing.adapters.book_files import load
from tongxing.domain.book import RuleMissingError
from tongxing.domain.pages import RuleValue
from tongxing.profile.signs import NAMES

BOOK = load(None, sign_names=NAMES)
RULES = BOOK.rules
DAY = date(2026, 11, 20)
WAN = 1_000_000
"""Fen in ten thousand yuan."""

NUMBERS: list[tuple[str, RuleValue]] = [
    # suitability: age, recording, files, cooling off, validity, classes of investors
    ("elderly_age", 60),
    ("elderly_care_age", 65),
    ("elderly_branch_age", 70),
    ("recording_branch_articles", ("12", "20", "21", "23")),
    ("keep_suitability_years", 20),
    ("follow_up_share_bp_min", 1_000),
    ("cooling_off_private_fund_hours", 24),
    ("cooling_off_public_fund_hours", 0),
    ("cooling_off_insurance_days", ("15", "20")),
    ("assessment_valid_months", 24),
    ("assessment_valid_months_bank", 12),
    ("retest_day_max", 2),
    ("retest_year_max", 8),
    ("retest_upward_min", 2),
    ("retest_window_days", 30),
    ("level_gap_refused_min", 2),
    ("professional_assets_fen_min", 500 * WAN),
    ("professional_income_year_fen_min", 50 * WAN),
    ("professional_income_years", 3),
    ("converted_professional_assets_fen", 300 * WAN),
    ("converted_professional_income_year_fen", 30 * WAN),
    ("converted_professional_experience_years", 1),
    # fund advisory pilot
    ("fund_advice_single_fund_bp_max", 2_000),
    ("fund_advice_fund_share_bp_max", 2_000),
    ("fund_advice_fee_bp_max", 500),
    ("fund_advice_flat_fee_fen_max", 1_000_00),
    ("fund_advice_turnover_alarm_bp", 20_000),
    # retention
    ("keep_business_years", 20),
    ("keep_fund_register_years", 20),
    ("keep_identity_years", 10),
    ("keep_transaction_years", 10),
    ("keep_advice_years", 5),
    ("keep_advisory_material_years", 2),
    ("keep_impact_assessment_years", 3),
    ("keep_sharing_log_years", 3),
    ("keep_network_log_months", 6),
    ("keep_unlabelled_ai_log_months", 6),
    ("keep_behaviour_months", 24),
    # opening an account
    ("accounts_general_max", 1),
    ("accounts_a_share_max", 3),
    ("accounts_closed_fund_max", 3),
    ("client_age_min", 18),
    ("opening_online_age_max", 70),
    ("welcome_call_days_max", 30),
    ("closing_sessions", 2),
    ("id_reminder_days", ("90", "30", "0")),
    ("id_number_checks", "10X98765432"),
    ("bank_transfer_hours", ("09:00-16:00",)),
    # permissions
    ("permission_star_assets_fen", 50 * WAN),
    ("permission_star_sessions", 20),
    ("permission_star_experience_months", 24),
    ("permission_star_grade_min", "C4"),
    ("permission_chinext_assets_fen", 10 * WAN),
    ("permission_chinext_experience_months", 24),
    ("permission_bse_assets_fen", 50 * WAN),
    ("permission_bse_experience_months", 24),
    ("permission_neeq_base_assets_fen", 200 * WAN),
    ("permission_neeq_innovation_assets_fen", 100 * WAN),
    ("permission_neeq_base_sessions", 10),
    ("permission_hk_connect_assets_fen", 50 * WAN),
    ("permission_margin_assets_fen", 50 * WAN),
    ("permission_margin_experience_months", 6),
    ("permission_margin_grade_min", "C4"),
    ("permission_options_assets_fen", 50 * WAN),
    ("permission_options_levels", ("1", "2", "3")),
    ("permission_convertible_bonds_assets_fen", 10 * WAN),
    ("permission_convertible_bonds_experience_months", 24),
    ("permission_index_futures_assets_fen", 50 * WAN),
    ("permission_index_futures_sessions", 5),
    ("permission_index_futures_exam_points_min", 80),
    ("st_buy_day_shares_max", 500_000),
    ("permission_delisting_assets_fen", 50 * WAN),
    ("private_fund_assets_fen", 300 * WAN),
    ("private_fund_income_year_fen", 50 * WAN),
    ("private_fund_purchase_fen_min", 100 * WAN),
    ("asset_plan_family_net_assets_fen", 300 * WAN),
    ("asset_plan_family_assets_fen", 500 * WAN),
    ("asset_plan_income_year_fen", 40 * WAN),
    ("asset_plan_purchase_fixed_income_fen_min", 30 * WAN),
    ("asset_plan_purchase_mixed_fen_min", 40 * WAN),
    ("asset_plan_purchase_equity_fen_min", 100 * WAN),
    ("wealth_connect_quota_fen", 300 * WAN),
    ("wealth_connect_family_net_assets_fen", 100 * WAN),
    ("wealth_connect_family_assets_fen", 200 * WAN),
    ("wealth_connect_income_year_fen", 40 * WAN),
    ("fx_quota_usd_year", 50_000),
    ("fx_quota_for_securities", False),
    # trading
    ("sessions_opening_auction", ("09:15-09:25",)),
    ("sessions_no_cancel", ("09:20-09:25", "14:57-15:00")),
    ("limit_bp_main", 1_000),
    ("limit_bp_star", 2_000),
    ("limit_bp_bse", 3_000),
    ("limit_free_days_main", 5),
    ("limit_free_days_bse", 1),
    ("ipo_halt_bp", ("3000", "6000")),
    ("ipo_halt_minutes", 10),
    ("price_cage_bp", 200),
    ("price_cage_ticks_main", 10),
    ("lot_star", 200),
    ("lot_step_star", 1),
    ("lot_step_bse", 1),
    ("tick_mil_stock", 10),
    ("tick_mil_fund", 1),
    ("order_max_main", 1_000_000),
    ("order_max_chinext_limit", 300_000),
    ("order_max_chinext_market", 150_000),
    ("order_max_star_limit", 100_000),
    ("order_max_star_market", 50_000),
    ("stock_sellable_sessions", 1),
    ("cash_usable_sessions", 0),
    ("cash_withdrawable_sessions", 1),
    # costs
    ("handling_ppb", 34_100),
    ("handling_bse_ppb", 125_000),
    ("regulatory_ppm", 20),
    ("commission_cap_ppm", 3_000),
    ("commission_min_fen", 500),
    ("dividend_tax_month_ppm", 200_000),
    ("dividend_tax_year_ppm", 100_000),
    ("dividend_tax_longer_ppm", 0),
    # off-exchange funds
    ("fund_cutoff", "15:00"),
    ("fund_confirm_sessions", 1),
    ("fund_confirm_sessions_qdii", 2),
    ("fund_redemption_payment_days_max", 7),
    ("fund_cash_sessions", ("1", "4")),
    ("money_fund_nav", "1.00"),
    ("money_fund_fast_redemption_fen", WAN),
    ("fund_redemption_bounds_days", ("7", "30", "180")),
    ("fund_redemption_ppm_under_30_days", 10_000),
    ("fund_old_ladder_until", "2026-12-31"),
    ("fund_service_free_after_years", 1),
    ("fund_front_cap_active_equity_ppm", 8_000),
    ("fund_front_cap_other_equity_ppm", 5_000),
    ("fund_front_cap_bond_ppm", 3_000),
    ("fund_front_direct_ppm", 0),
    ("loss_unexplained_bp_max", 2_000),
    # personal pension
    ("pension_year_fen_max", 12_000_00),
    ("pension_tax_payout_bp", 300),
    ("pension_accounts_max", 1),
    ("pension_pay_in_by", "12-31"),
    # tiers and service figures
    ("tier_assets_sessions", 20),
    ("tier_down_months", 3),
    ("private_bank_family_assets_fen", 600 * WAN),
    ("family_trust_fen_min", 1_000 * WAN),
    ("family_service_trust_fen_min", 100 * WAN),
    ("churn_active_assets_fen", 1_000_00),
    ("churn_active_act_days", 90),
    ("churn_fallen_from_fen", 10_000_00),
    ("churn_fallen_days", 60),
    ("repurchase_days", 180),
    ("nps_ask_days_min", 90),
    ("first_contact_days", 7),
    ("handover_seconds_max", 120),
    ("complaint_line", "12386"),
    ("community_active_days", 30),
    ("community_removal_minutes_max", 10),
    ("suitability_breaches_max", 0),
    ("scorecard_volume_weight_bp", 0),
    ("dormant_login_days", 90),
    ("dormant_trade_days", 180),
    ("dormant_deep_days", 365),
    ("account_asleep_regulatory_fen_max", 100_00),
]

CHANGES: list[tuple[str, date, RuleValue, RuleValue]] = [
    # rule, first day of the new row, the old value, the new value
    ("limit_bp_st", date(2026, 7, 6), 500, 1_000),
    ("limit_bp_chinext", date(2020, 8, 24), 1_000, 2_000),
    ("stamp_seller_ppm", date(2023, 8, 28), 1_000, 500),
    ("transfer_ppm", date(2022, 4, 29), 20, 10),
    ("keep_identity_years", date(2025, 1, 1), 5, 10),
    ("keep_transaction_years", date(2025, 1, 1), 5, 10),
    ("pension_scope", date(2024, 12, 15), "pilot_cities", "whole_country"),
    (
        "pension_products",
        date(2024, 12, 15),
        ("deposit", "bank_product", "pension_insurance", "pension_fof_y"),
        ("deposit", "bank_product", "pension_insurance", "pension_fof_y", "index_fund_y", "treasury_bond"),
    ),
    (
        "pension_payout_cases",
        date(2025, 9, 1),
        ("pension_age", "full_incapacity", "moved_abroad"),
        (
            "pension_age",
            "full_incapacity",
            "moved_abroad",
            "heavy_medical_cost",
            "unemployment_benefit",
            "low_income_aid",
        ),
    ),
    (
        "same_day_codes",
        date(2015, 1, 19),
        ("511", "518"),
        ("511", "513", "518", "159920"),
    ),
    ("sessions_no_cancel", date(2018, 8, 20), ("09:20-09:25",), ("09:20-09:25", "14:57-15:00")),
]

BEGINNINGS: list[tuple[str, date, RuleValue]] = [
    # rule, the first day it exists, its value then
    ("fund_redemption_ppm_under_7_days", date(2026, 1, 1), 15_000),
    ("fund_redemption_ppm_under_30_days", date(2026, 1, 1), 10_000),
    ("fund_redemption_ppm_under_180_days", date(2026, 1, 1), 5_000),
    ("fund_service_cap_equity_ppm", date(2026, 1, 1), 4_000),
    ("fund_service_cap_bond_ppm", date(2026, 1, 1), 2_000),
    ("fund_service_cap_money_ppm", date(2026, 1, 1), 1_500),
    ("sessions_after_hours_main", date(2026, 7, 6), ("15:05-15:30",)),
    ("sessions_after_hours_fund", date(2026, 7, 6), ("15:05-15:30",)),
    ("sessions_after_hours_star", date(2019, 7, 22), ("15:05-15:30",)),
    ("sessions_after_hours_chinext", date(2020, 8, 24), ("15:05-15:30",)),
    ("sessions_closing_auction_fund_shanghai", date(2026, 7, 6), ("14:57-15:00",)),
    ("match_c1l_r2", date(2017, 7, 1), "forbid"),
    ("permission_chinext_assets_fen", date(2020, 4, 28), 10 * WAN),
    ("permission_convertible_bonds_assets_fen", date(2022, 6, 18), 10 * WAN),
    ("accounts_a_share_max", date(2016, 10, 15), 3),
    ("dividend_tax_month_ppm", date(2015, 9, 8), 200_000),
    ("retest_day_max", date(2026, 2, 1), 2),
    ("keep_unlabelled_ai_log_months", date(2025, 9, 1), 6),
    ("fund_advice_single_fund_bp_max", date(2019, 10, 24), 2_000),
    ("overseas_unlicensed_links_max", date(2026, 9, 30), 0),
]

MATRIX = {
    "c1l": "ok forbid forbid forbid forbid",
    "c1": "ok warn warn warn warn_plus",
    "c2": "ok ok warn warn warn_plus",
    "c3": "ok ok ok warn warn_plus",
    "c4": "ok ok ok ok warn_plus",
    "c5": "ok ok ok ok ok",
}

QUESTIONNAIRE = {
    "01_age": "5 6 4 2 0",
    "02_income_stability": "6 5 4 2 0",
    "03_household_income": "1 3 5 7 8",
    "04_repayment": "8 6 4 2 0",
    "05_share_invested": "8 6 4 2 0",
    "06_reserve": "8 6 4 2 0",
    "07_experience": "0 2 5 8 10",
    "08_riskiest_held": "0 3 6 8 10",
    "09_knowledge": "0 3 6 10",
    "10_horizon": "0 2 4 6 8",
    "11_goal": "0 3 5 7 8",
    "12_loss_accepted": "0 3 6 8 10",
}


def table(rule_id: str, on: date = DAY) -> dict[str, int]:
    """A row of `option=points`."""
    return {word.split("=")[0]: int(word.split("=")[1]) for word in RULES.words(rule_id, on)}


def test_no_rule_is_asked_twice_here() -> None:
    asked = [name for name, _ in NUMBERS]
    assert len(asked) == len(set(asked)) >= 80


@pytest.mark.parametrize(("rule_id", "value"), NUMBERS)
def test_a_number_of_the_notes_is_what_the_rulebook_answers(rule_id: str, value: RuleValue) -> None:
    found = RULES.row(rule_id, DAY).value
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("rule_id", "new_from", "old", "new"), CHANGES)
def test_where_the_law_changed_each_day_has_its_own_number(
    rule_id: str, new_from: date, old: RuleValue, new: RuleValue
) -> None:
    assert RULES.row(rule_id, new_from - timedelta(days=1)).value == old
    assert RULES.row(rule_id, new_from).value == new


@pytest.mark.parametrize(("rule_id", "first", "value"), BEGINNINGS)
def test_before_a_rule_there_is_no_number(rule_id: str, first: date, value: RuleValue) -> None:
    assert RULES.row(rule_id, first).value == value
    with pytest.raises(RuleMissingError, match=rule_id):
        RULES.row(rule_id, first - timedelta(days=1))


@pytest.mark.parametrize("grade", MATRIX)
def test_the_matrix_is_the_one_of_the_notes(grade: str) -> None:
    found = " ".join(RULES.text(f"match_{grade}_r{risk}", DAY) for risk in range(1, 6))
    assert found == MATRIX[grade]


def test_what_is_forbidden_to_the_lowest_category_is_better_known_than_the_rest() -> None:
    assert RULES.row("match_c1l_r5", DAY).status == "secondary"
    assert RULES.row("match_c3_r4", DAY).status == "unverified"


@pytest.mark.parametrize("item", QUESTIONNAIRE)
def test_the_questionnaire_gives_the_points_of_the_notes(item: str) -> None:
    points = table(f"questionnaire_{item}").values()
    assert " ".join(map(str, points)) == QUESTIONNAIRE[item]


def test_the_best_answers_come_to_one_hundred() -> None:
    best = sum(max(table(f"questionnaire_{item}").values()) for item in QUESTIONNAIRE)
    assert best == RULES.number("questionnaire_points_max", DAY) == 100


def test_the_client_of_the_report_is_a_c4() -> None:
    """30 years old, a salary of 180,000 a year, a third of it for the mortgage, an active trader."""
    answers = {
        "01_age": "18-30", "02_income_stability": "salary", "03_household_income": "5-20",
        "04_repayment": "20-40", "05_share_invested": "10-30", "06_reserve": "3-6", "07_experience": "1-3",
        "08_riskiest_held": "stock", "09_knowledge": "2", "10_horizon": "1-3_years", "11_goal": "balanced",
        "12_loss_accepted": "up_to_15",
    }  # fmt: skip
    score = sum(table(f"questionnaire_{item}")[answer] for item, answer in answers.items())
    grades = [grade for grade, least in table("questionnaire_bands").items() if score >= least]
    assert (score, grades[-1]) == (62, "C4")


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        (0, "C1"),
        (24, "C1"),
        (25, "C2"),
        (41, "C2"),
        (42, "C3"),
        (59, "C3"),
        (60, "C4"),
        (77, "C4"),
        (78, "C5"),
    ],
)
def test_a_score_falls_into_its_band(score: int, grade: str) -> None:
    assert [name for name, least in table("questionnaire_bands").items() if score >= least][-1] == grade


def test_caps_name_an_option_and_a_grade_that_exist() -> None:
    items = {item.split("_", 1)[1]: table(f"questionnaire_{item}") for item in QUESTIONNAIRE}
    short = {"loss_accepted", "horizon", "repayment", "reserve", "knowledge", "age"}
    caps = dict(cap.split("=") for cap in RULES.words("questionnaire_caps", DAY))
    assert caps == {
        "no_civil_capacity": "C1L",
        "loss_accepted:none": "C1L",
        "horizon:under_6_months": "C2",
        "repayment:over_60": "C3",
        "reserve:under_1": "C3",
        "knowledge:0": "C3",
        "age:70+": "C3",
    }
    options = [cap.split(":") for cap in caps if ":" in cap]
    assert {item for item, _ in options} == short
    assert all(items[item][option] == 0 for item, option in options)


@pytest.mark.parametrize(
    ("rate_bp", "saved_yuan"),
    [(300, 0), (1_000, 840), (2_000, 2_040), (2_500, 2_640), (3_000, 3_240), (3_500, 3_840), (4_500, 5_040)],
)
def test_what_a_pension_saves_follows_from_three_rows(rate_bp: int, saved_yuan: int) -> None:
    assert str(rate_bp) in RULES.words("income_tax_rates_bp", DAY)
    cap, payout = RULES.number("pension_year_fen_max", DAY), RULES.number("pension_tax_payout_bp", DAY)
    assert cap * (rate_bp - payout) // 10_000 == saved_yuan * 100


def test_the_check_character_of_the_notes_follows_from_the_rows() -> None:
    weights = [int(weight) for weight in RULES.text("id_number_weights", DAY).split()]
    checks, number = RULES.text("id_number_checks", DAY), "11010519491231002"
    total = sum(weight * int(digit) for weight, digit in zip(weights, number, strict=True))
    assert checks[total % 11] == "X"
    assert sum(map(int, RULES.words("id_number_parts", DAY))) == len(number) + 1


def test_tiers_begin_where_the_notes_say() -> None:
    begins = {tier.name: tier.assets_from_fen for tier in BOOK.tiers}
    assert begins == {
        "mass": 0,
        "potential": 10 * WAN,
        "wealth": 50 * WAN,
        "high_net_worth": 300 * WAN,
        "private": 600 * WAN,
    }
