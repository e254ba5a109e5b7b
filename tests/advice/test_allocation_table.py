"""The twelve rows of the table come out of the model, and nothing that makes a client weaker adds equity."""

from dataclasses import replace

import pytest
from allocation_kit import WHO, house, table
from hypothesis import given
from hypothesis import strategies as st

from tongxing.advice.advise import allocate
from tongxing.advice.facts import Allocation, NoAllocation, Purse
from tongxing.advice.limits import Model
from tongxing.domain.grades import Tolerance

ROWS = [
    ({"grade": Tolerance.C1}, (85, 5, 10)),
    ({"grade": Tolerance.C2}, (80, 10, 10)),
    ({"grade": Tolerance.C3}, (70, 20, 10)),
    ({"grade": Tolerance.C4}, (60, 30, 10)),
    ({"grade": Tolerance.C5}, (40, 50, 10)),
    ({"debt_bp": 0}, (45, 45, 10)),
    ({"debt_bp": 2_000}, (55, 35, 10)),
    ({"debt_bp": 5_000}, (65, 25, 10)),
    ({"turnover_bp": 10_000}, (45, 45, 10)),
    ({"anxiety_bp": 0}, (60, 30, 10)),
    ({"anxiety_bp": 2_500}, (65, 25, 10)),
    ({"anxiety_bp": 5_000}, (75, 15, 10)),
]


def answer(model: Model, purse: Purse) -> Allocation:
    found = allocate(model, purse)
    assert isinstance(found, Allocation), found
    return found


@pytest.mark.parametrize(("fact", "spoken"), ROWS, ids=[str(row[0]) for row in ROWS])
def test_a_row_of_the_table(fact: dict[str, object], spoken: tuple[int, int, int]) -> None:
    found = answer(table(), replace(WHO, **fact))  # type: ignore[arg-type]
    assert (found.classes_pct["bond_money"], found.classes_pct["equity"], found.classes_pct["gold"]) == spoken


def test_the_stress_of_2015_and_the_gold_cap_decide_for_the_reports_client() -> None:
    found = answer(table(), WHO)
    limits = [one.limit for one in found.binding]
    assert limits[:3] == ["stress:crash_2015", "slow", "most:gold"]
    assert found.loss_limit_bp == 1_200


def equity(model: Model, purse: Purse) -> int:
    kinds = dict(zip(model.codes, model.kinds, strict=True))
    return sum(bp for code, bp in answer(model, purse).weights_bp.items() if kinds[code] == "equity")


purses = st.builds(
    Purse,
    grade=st.sampled_from(list(Tolerance)),
    debt_bp=st.integers(0, 12_000),
    turnover_bp=st.integers(0, 60_000),
    months=st.integers(0, 400),
    anxiety_bp=st.integers(0, 6_000),
)


@given(purse=purses, more=st.integers(1, 6_000), model=st.sampled_from([house(), table()]))
def test_more_debt_or_fear_or_less_time_or_a_lower_grade_never_gives_more_equity(
    purse: Purse, more: int, model: Model
) -> None:
    now = equity(model, purse) + 2  # for the rounding of each weight to a bp
    assert equity(model, replace(purse, debt_bp=purse.debt_bp + more)) <= now
    assert equity(model, replace(purse, anxiety_bp=purse.anxiety_bp + more)) <= now
    assert equity(model, replace(purse, turnover_bp=purse.turnover_bp + more)) <= now
    assert equity(model, replace(purse, months=max(0, purse.months - more // 20))) <= now
    if purse.grade > Tolerance.C1L:
        assert equity(model, replace(purse, grade=Tolerance(purse.grade - 1))) <= now


@pytest.mark.parametrize(
    ("fact", "rule"),
    [
        ({"months": -1}, "horizon_past"),
        ({"value_fen": -1}, "holding_negative"),
        ({"held_bp": {"510300": -1}}, "holding_negative"),
        ({"held_bp": {"510300": 6_000, "518880": 4_001}}, "holding_above_whole"),
    ],
)
def test_a_pocket_that_cannot_be_is_refused_by_name(fact: dict[str, object], rule: str) -> None:
    assert allocate(house(), replace(WHO, **fact)) == NoAllocation(rules=(rule,))  # type: ignore[arg-type]
