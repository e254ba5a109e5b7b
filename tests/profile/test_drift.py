"""Confidence falls with age and contradiction, by the formula of docs/labels.md, in whole basis points."""

from datetime import timedelta

import pytest
from label_cases import assessed, held, stated
from profile_events import Make
from profile_people import AS_OF, facts, names, of, person

from tongxing.domain.book import Book
from tongxing.domain.event import EventRef
from tongxing.domain.grades import Tolerance
from tongxing.profile import fold
from tongxing.profile.door import from_events, line
from tongxing.profile.found import EXPIRED, FACT, HINT, RECORD, STATED, Found, confidence_bp, faded
from tongxing.profile.view import view

DAY = 86_400


@pytest.mark.parametrize(
    ("kind", "days", "against", "sure"),
    [
        (FACT, 3_000, 0, 10_000),
        (FACT, 0, 1, 6_000),
        (FACT, 0, 2, 3_600),
        (RECORD, 0, 0, 9_000),
        (RECORD, 365, 0, 4_500),
        (RECORD, 182, 0, 9_000 - 4_500 * 182 // 365),
        (STATED, 1_095, 0, 4_000),
        (STATED, 2_190, 1, 1_200),
        (HINT, 60, 0, 3_000),
        (HINT, 90, 0, 2_250),
        (EXPIRED, 365, 0, 3_000),
    ],
)
def test_confidence_is_base_faded_by_age_and_cut_by_contradiction(
    book: Book, *, kind: str, days: int, against: int, sure: int
) -> None:
    at = int(AS_OF.timestamp())
    ref = EventRef(source="core", source_seq="1", kind="trade", ts=at - days * DAY)
    older = EventRef(source="core", source_seq="0", kind="trade", ts=0)
    client = view(fold.empty("C1"), at, book)
    assert confidence_bp(client, Found("x", kind, (older, ref), against)) == sure


def test_what_fades_never_grows_nor_falls_below_nothing() -> None:
    left = [faded(9_000, days, 30) for days in range(700)]
    assert left[0] == 9_000
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0
    assert faded(9_000, -5, 30) == 9_000


@pytest.mark.parametrize(("turnover", "drifts"), [(40_001, ["stated_vs_observed"]), (40_000, [])])
def test_a_cautious_client_who_turns_over_four_times_a_year_drifts(
    happen: Make, book: Book, *, turnover: int, drifts: list[str]
) -> None:
    found = of([assessed(happen, "C1"), *stated(turnover_annual_bp=turnover)(happen)], book)
    assert [drift.name for drift in found.risk.drift] == drifts
    assert found.risk.confidence_bp == (6_000 if drifts else 10_000)
    label = next(one for one in found.labels if one.name == "风险偏好低")
    assert label.confidence_bp == found.risk.confidence_bp
    assert found.risk.grade is Tolerance.C1
    if drifts:
        (drift,) = found.risk.drift
        assert drift.detail == {"grade": "C1", "turnover_annual_bp": turnover}
        assert [ref.kind for ref in drift.evidence] == ["assessment_taken", "account_facts"]


@pytest.mark.parametrize(("grade", "drifts"), [("C1L", 1), ("C2", 1), ("C3", 0), ("C5", 0)])
def test_only_a_cautious_assessment_is_contradicted_by_borrowing(
    happen: Make, book: Book, *, grade: str, drifts: int
) -> None:
    found = of([assessed(happen, grade), *stated(margin_debt_fen=1)(happen)], book)
    assert len(found.risk.drift) == drifts
    assert all(drift.detail["margin_debt_fen"] == 1 for drift in found.risk.drift)


def test_a_bold_assessment_is_contradicted_by_repayments_that_press(happen: Make, book: Book) -> None:
    more = happen("2025-06-01 10:00", "debt_stated", kind="car", repayment_month_fen=100_001)
    found = of([*person(happen), more], book)
    assert [drift.name for drift in found.risk.drift] == ["stated_vs_capacity"]
    assert found.risk.drift[0].detail == {"grade": "C4", "repayment_to_income_bp": 4_000}
    even = happen("2025-06-01 10:00", "debt_stated", kind="car", repayment_month_fen=100_000)
    assert of([*person(happen), even], book).risk.drift == ()
    off = happen("2026-05-01 10:00", "personalisation_set", on=False)
    assert of([*person(happen), more, off], book).risk.drift == ()


def test_the_worked_client_does_not_drift_and_his_stated_facts_age(happen: Make, book: Book) -> None:
    found = of([*person(happen), *facts(happen)], book)
    assert found.risk.drift == ()
    assert found.risk.confidence_bp == 10_000
    by_name = {one.name: one.confidence_bp for one in found.labels}
    assert by_name == {
        "风险偏好中高": 10_000,
        "短期交易型": 8_000 - 4_000 * 15 // 1_095,
        "有稳定负债": 8_000 - 4_000 * 361 // 1_095,
    }


def test_an_expired_assessment_is_believed_less_each_year_and_never_hidden(happen: Make, book: Book) -> None:
    events = [assessed(happen, "C4", valid_to="2026-05-05", on="2024-05-06")]
    found = of(events, book)
    assert names(found) == ["风险偏好中高", "测评过期"]
    assert found.risk.confidence_bp == found.labels[0].confidence_bp == 1_500
    (later,) = from_events(events, as_of=AS_OF + timedelta(days=4_000), book=book)
    assert names(later) == ["风险偏好中高", "测评过期"]


def test_a_label_nobody_would_believe_is_shown_no_more(happen: Make, book: Book) -> None:
    events = held(("600519", 900_000, "stock"))(happen)
    half_lives = [(365 * years, *of_years(events, book, years)) for years in (0, 1, 3, 4)]
    assert [(days, sure) for days, sure in half_lives] == [
        (0, 9_000),
        (365, 4_500),
        (1_095, 1_125),
        (1_460, None),
    ]


def of_years(events: list, book: Book, years: int) -> tuple[int | None]:  # type: ignore[type-arg]
    at = AS_OF.replace(hour=18) - timedelta(days=1) + timedelta(days=365 * years, seconds=1)
    (found,) = from_events(events, as_of=at, book=book)
    return (next((one.confidence_bp for one in found.labels if one.name == "单票集中"), None),)


def test_the_door_prints_drift_and_the_source_of_a_label(happen: Make, book: Book) -> None:
    events = [assessed(happen, "C1"), *stated(turnover_annual_bp=50_000)(happen)]
    said = happen("2026-05-01 10:00", "tag_corrected", label="短期交易型", value="是")
    printed = line(of([*events, said], book))
    risk, labels = printed["risk"], printed["labels"]
    assert isinstance(risk, dict)
    assert isinstance(labels, list)
    assert [drift["name"] for drift in risk["drift"]] == ["stated_vs_observed"]
    assert [(label["name"], label["source"]) for label in labels] == [
        ("风险偏好低", "house"),
        ("短期交易型", "client"),
    ]
