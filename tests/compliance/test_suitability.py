from dataclasses import replace
from datetime import date, timedelta

import pytest
from compliance_cases import NOON, draft, product, rules

from tongxing.domain.draft import WarningStep
from tongxing.domain.grades import Initiative, Nature, ProductRisk, Tolerance

R = ProductRisk
RISK = "该产品净值会波动，可能亏损。"
STEPS = ("notice", "c1l_check", "special_warning", "insist")


def chain(steps: tuple[str, ...] = STEPS, *, minutes: int = -10) -> tuple[WarningStep, ...]:
    return tuple(
        WarningStep(step=step, at=NOON + timedelta(minutes=minutes + at)) for at, step in enumerate(steps)
    )


def about(risk: ProductRisk | None, **changes: object) -> set[str]:
    return rules(draft(RISK, product=product(risk), **changes))


@pytest.mark.parametrize(
    ("grade", "risk", "fits"),
    [
        (Tolerance.C1L, R.R1, True),
        (Tolerance.C1, R.R1, True),
        (Tolerance.C1, R.R2, False),
        (Tolerance.C2, R.R2, True),
        (Tolerance.C2, R.R3, False),
        (Tolerance.C3, R.R3, True),
        (Tolerance.C3, R.R4, False),
        (Tolerance.C4, R.R4, True),
        (Tolerance.C4, R.R5, False),
        (Tolerance.C5, R.R5, True),
    ],
)
def test_the_matrix_of_levels(grade: Tolerance, risk: ProductRisk, fits: bool) -> None:  # noqa: FBT001 - a table
    assert ("suitability_level" not in about(risk, grade=grade)) is fits


def test_a_client_without_assessment_is_offered_nothing() -> None:
    assert "suitability_level" in about(R.R1, grade=None, assessment_valid_to=None)


def test_a_product_without_a_known_grade_is_refused() -> None:
    assert "suitability_level" in about(None)


def test_no_warning_allows_the_house_to_push_above_the_level() -> None:
    assert "suitability_level" in about(R.R4, warning_chain=chain())


def test_a_client_who_insists_after_all_four_warnings_may_go_above_the_level() -> None:
    assert about(R.R4, warning_chain=chain(), initiative=Initiative.CLIENT) == set()


@pytest.mark.parametrize(
    "steps",
    [
        (),
        STEPS[:3],
        ("insist", "special_warning", "c1l_check", "notice"),
        ("notice", "special_warning", "c1l_check", "insist"),
    ],
)
def test_an_incomplete_or_disordered_chain_is_no_chain(steps: tuple[str, ...]) -> None:
    words = about(R.R4, warning_chain=chain(steps), initiative=Initiative.CLIENT)
    assert words == {"suitability_level"}


def test_a_chain_dated_after_the_act_or_out_of_time_is_no_chain() -> None:
    later = chain(minutes=10)
    shuffled = (replace(chain()[0], at=NOON - timedelta(minutes=1)), *chain()[1:])
    for steps in (later, shuffled):
        found = about(R.R4, warning_chain=steps, initiative=Initiative.CLIENT)
        assert found == {"suitability_level"}


def test_no_insistence_lifts_the_lowest_category() -> None:
    found = about(
        R.R2,
        grade=Tolerance.C1L,
        professional=True,
        warning_chain=chain(),
        initiative=Initiative.CLIENT,
    )
    assert "suitability_c1l" in found


def test_a_professional_is_not_held_to_the_level() -> None:
    assert "suitability_level" not in about(R.R5, professional=True)


def test_a_product_off_the_goal_is_not_pushed() -> None:
    assert "suitability_goal" in about(R.R3, goal="keep_value")
    assert "suitability_goal" not in about(R.R2, goal="keep_value")
    assert "suitability_goal" not in about(R.R3, goal="keep_value", initiative=Initiative.CLIENT)


def test_a_goal_the_book_does_not_know_is_not_judged_and_so_refused() -> None:
    assert "unjudged" in about(R.R1, goal="moon")


def test_only_accepted_kinds_and_terms_are_introduced() -> None:
    assert "suitability_kind" in about(R.R2, accepted_kinds=("stock",))
    assert "suitability_kind" not in about(R.R2, accepted_kinds=("bond_fund",))
    assert "suitability_term" in about(R.R2, accepted_terms=("1y",))
    assert "suitability_term" not in about(R.R2, accepted_terms=("open",))
    assert "suitability_kind" not in about(
        R.R2, accepted_kinds=("stock",), initiative=Initiative.CLIENT, warning_chain=chain()
    )


def test_an_assessment_holds_through_its_last_day() -> None:
    assert "assessment_expired" not in about(R.R2, assessment_valid_to=date(2026, 5, 6))
    assert "assessment_expired" in about(R.R2, assessment_valid_to=date(2026, 5, 5))
    assert "assessment_expired" in about(R.R2, assessment_valid_to=None)


def test_advice_without_a_product_needs_a_valid_assessment_too() -> None:
    found = rules(draft(RISK, nature=Nature.ADVICE, assessment_valid_to=None))
    assert "assessment_expired" in found


def test_the_notice_to_renew_may_reach_a_client_whose_assessment_has_ended() -> None:
    words = draft(
        "您的风险测评需要更新。", nature=Nature.SERVICE, consent="none", assessment_valid_to=None, grade=None
    )
    assert rules(words) == set()


def test_an_admission_that_is_not_met_cannot_be_talked_around() -> None:
    locked = product(R.R2, admission_met=False)
    assert "admission_bypass" in rules(draft(RISK, product=locked))
    asked = draft(RISK, product=locked, initiative=Initiative.CLIENT, nature=Nature.INFORMATION)
    assert "admission_bypass" not in rules(asked)
    assert "admission_bypass" in rules(replace(asked, warning_chain=chain()))


@pytest.mark.parametrize(
    ("age", "risk", "initiative", "spoken"),
    [
        (69, R.R4, Initiative.FIRM, True),
        (70, R.R4, Initiative.FIRM, False),
        (70, R.R3, Initiative.FIRM, True),
        (70, R.R4, Initiative.CLIENT, True),
        (18, R.R2, Initiative.FIRM, True),
        (17, R.R2, Initiative.FIRM, False),
        (17, R.R2, Initiative.CLIENT, False),
        (None, R.R4, Initiative.FIRM, True),
    ],
)
def test_age_bounds_what_is_offered(
    age: int | None,
    risk: ProductRisk,
    initiative: Initiative,
    spoken: bool,  # noqa: FBT001 - a case
) -> None:
    found = about(risk, grade=Tolerance.C5, age=age, initiative=initiative)
    assert ("suitability_age" not in found) is spoken


def test_the_old_and_the_young_may_learn() -> None:
    assert rules(draft(age=85)) == set()
    assert rules(draft(age=15)) == set()
