"""Every field of a question does what it says, and every answer carries what generated advice must carry."""

from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.adapters.book_files import load
from tongxing.advice.advise import allocate
from tongxing.advice.facts import Allocation, Purse
from tongxing.advice.limits import model_of
from tongxing.domain.grades import Tolerance
from tongxing.profile.signs import NAMES
from tongxing.service.advise_about import record
from tongxing.service.advise_ask import AdviseError, ask_from
from tongxing.service.advise_lines import Desk, advise_line, desk_for

BOOK = load(sign_names=NAMES)
ON = date(2026, 5, 6)
ASK: dict[str, Any] = {
    "client_id": "C1",
    "as_of": "2026-05-06",
    "grade": "C5",
    "age": 30,
    "income_month_fen": 1_500_000,
    "repayment_month_fen": 500_000,
    "turnover_annual_bp": 5_000,
    "horizon_months": 60,
    "reserve_months": 2,
    "goals": [],
    "holdings": [{"code": "510300", "value_fen": 3_000_000, "lots": []}],
    "cash_fen": 20_000_000,
    "anxiety_bp": 1_000,
    "exclude": [],
    "initiative": "client",
}
DESK = desk_for(BOOK, ON)


def answer(desk: Desk = DESK, **facts: Any) -> dict[str, Any]:
    return dict(advise_line(desk, ask_from(msgspec.json.encode(ASK | facts))))


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("grade", "C2"),
        ("income_month_fen", 600_000),
        ("repayment_month_fen", 1_200_000),
        ("turnover_annual_bp", 60_000),
        ("horizon_months", 6),
        ("reserve_months", 24),
        ("goals", [{"kind": "house", "amount_fen": 9_000_000, "date": "2027-02-01", "priority": 1}]),
        ("holdings", []),
        ("cash_fen", 5_000_000),
        ("anxiety_bp", 4_000),
        ("exclude", ["510300"]),
    ],
)
def test_another_fact_makes_another_answer(fact: str, value: object) -> None:
    before, after = answer(), answer(**{fact: value})
    figures = ("weights_bp", "trades", "pockets", "reserve_fen")
    assert [before[name] for name in figures] != [after[name] for name in figures]


def test_the_first_of_two_goals_is_served_first() -> None:
    goals = [
        {"kind": "house", "amount_fen": 22_000_000, "date": "2028-05-06", "priority": 2},
        {"kind": "wedding", "amount_fen": 4_000_000, "date": "2028-05-06", "priority": 1},
    ]
    turned = [goals[0] | {"priority": 1}, goals[1] | {"priority": 2}]
    assert [one["name"] for one in answer(goals=goals)["pockets"]] == ["wedding-1", "house-2"]
    assert answer(goals=turned)["pockets"][0]["name"] == "house-1"


def test_goals_beyond_the_money_are_cut_and_named() -> None:
    goals = [
        {"kind": "house", "amount_fen": 90_000_000, "date": "2028-05-06", "priority": 1},
        {"kind": "wedding", "amount_fen": 4_000_000, "date": "2028-05-06", "priority": 2},
    ]
    found = answer(goals=goals)
    assert found["relaxed"][:2] == ["goal_short:house-1", "goal_short:wedding-2"]
    assert [one["name"] for one in found["pockets"]] == ["house-1"]


def test_from_the_branch_age_on_the_house_proposes_no_product_of_r4() -> None:
    asked, proposed = answer(age=70), answer(age=70, initiative="firm")
    risky = {block.code for block in DESK.policy.blocks if block.risk.name in ("R4", "R5")}
    assert risky & asked["weights_bp"].keys()
    assert not risky & proposed["weights_bp"].keys()
    assert answer(age=69, initiative="firm")["weights_bp"] == answer(age=69)["weights_bp"]
    assert proposed["initiative"] == "firm"


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"age": 17}, "minor"),
        ({"grade_valid_to": "2026-05-05"}, "assessment_expired"),
        (
            {
                "holdings": [
                    {"code": "F00002", "value_fen": 1, "lots": [{"units": "1", "bought": "2026-05-07"}]}
                ]
            },
            "lot_later",
        ),
    ],
)
def test_who_may_not_be_advised_is_refused_by_name(facts: dict[str, Any], rule: str) -> None:
    assert answer(**facts)["refused"] == [rule]


@pytest.mark.parametrize("units", ["-1", "1e9", "NaN", "1.23456", "", "１"])
def test_units_that_are_no_number_are_refused(units: str) -> None:
    lots = [{"code": "F00002", "value_fen": 1, "lots": [{"units": units, "bought": "2026-05-01"}]}]
    with pytest.raises(AdviseError, match="units"):
        answer(holdings=lots)


def _sale(bought: str) -> dict[str, Any]:
    lots = [{"code": "F00002", "value_fen": 4_000_000, "lots": [{"units": "30000", "bought": bought}]}]
    found = answer(holdings=lots, cash_fen=0, exclude=["short_bond"], reserve_months=0)
    return next(one for one in found["trades"] if one["code"] == "F00002")


def test_young_lots_cost_what_the_ladder_says_and_old_ones_nothing() -> None:
    week, month, old = _sale("2026-05-04"), _sale("2026-04-20"), _sale("2025-01-02")
    assert week["redemption_fen"] == 60_000
    assert month["redemption_fen"] == 40_000
    assert week["free_from"] == "2026-10-31"
    assert "redemption_fen" not in old
    assert week["cost_fen"] - week["redemption_fen"] == old["cost_fen"]


def test_one_managed_fund_is_capped_and_an_index_fund_is_not() -> None:
    policy = DESK.policy
    managed = [replace(one, index=False) if one.name == "short_bond" else one for one in policy.blocks]
    purse = Purse(grade=Tolerance.C3, debt_bp=0, turnover_bp=0, months=24)
    free, capped = (
        allocate(model_of(one), purse) for one in (policy, replace(policy, blocks=tuple(managed)))
    )
    assert isinstance(free, Allocation)
    assert isinstance(capped, Allocation)
    assert free.weights_bp["F00002"] > policy.fund_bp
    assert capped.weights_bp["F00002"] == policy.fund_bp
    assert capped.rounded_pct["F00002"] <= policy.fund_bp // 100
    assert "most:short_bond" in [one.limit for one in capped.binding]


def test_the_shipped_policy_is_no_looser_than_the_rule_of_the_pilot() -> None:
    assert DESK.policy.fund_bp <= BOOK.rules.number("fund_advice_single_fund_bp_max", ON)


MUST = {
    "label": "ai_generated",
    "metadata": {"ai", "provider", "content"},
    "advice_id": str,
    "versions": {"model", "prompt", "policy", "book"},
    "data": list,
    "suitability": {"grade", "valid_to", "products"},
    "sentences": list,
    "worst": list,
    "cost_fen": int,
    "alternatives": list,
    "notices": list,
    "digest": str,
    "record": str,
}


@pytest.mark.parametrize("name", sorted(MUST))
def test_an_answer_carries_what_generated_advice_must_carry(name: str) -> None:
    found, must = answer(grade_valid_to="2027-01-31")[name], MUST[name]
    assert found not in (None, "", [], {})
    if isinstance(must, set):
        assert must <= found.keys()
    else:
        assert found == must if isinstance(must, str) else isinstance(found, must)


def test_the_words_say_the_mark_the_choice_to_do_nothing_and_the_way_to_a_person() -> None:
    notices = "".join(answer()["notices"])
    for words in (
        "人工智能生成",
        "不预示未来",
        "由您自己决定",
        "什么都不做",
        "不是投资建议",
        "找人工",
        "关掉个性化",
    ):
        assert words in notices
    english = "".join(answer(desk_for(BOOK, ON, locale="en"))["notices"])
    assert "Generated by AI" in english


def test_every_product_told_fits_the_grade_and_says_so() -> None:
    for grade in ("C1L", "C1", "C2", "C3", "C4", "C5"):
        products = answer(grade=grade)["suitability"]["products"]
        assert products
        assert all(one["fits"] for one in products)


def test_doing_nothing_costs_nothing_and_tells_its_worst_time() -> None:
    (nothing,) = answer(holdings=[{"code": "510300", "value_fen": 20_000_000}], cash_fen=0)["alternatives"]
    assert nothing == {
        "what": "nothing",
        "cost_fen": 0,
        "worst": {"episode": "crash_2015", "loss_bp": 4_211},
    }


@given(st.integers(0, 10**12), st.integers(0, 5_000))
def test_the_record_is_of_this_very_line(cash: int, anxiety: int) -> None:
    found = answer(cash_fen=cash, anxiety_bp=anxiety)
    kept = found.pop("record")
    assert record(found) == kept
    assert record(found | {"cost_fen": found["cost_fen"] + 1}) != kept
    assert found["advice_id"] != answer(cash_fen=cash + 1, anxiety_bp=anxiety)["advice_id"]
