"""The report's worked client, and what consent, correction and time do to a profile."""

from datetime import date

import pytest
from profile_events import Make, moment
from profile_people import AS_OF, WORKED, courses, facts, names, of, person, year_of_trades

from tongxing.domain.book import Book
from tongxing.domain.grades import Tolerance
from tongxing.domain.profile import Profile
from tongxing.profile import fold
from tongxing.profile.assemble import AsOfPastError, profile
from tongxing.profile.door import from_events, line


def test_the_worked_client_has_his_four_labels_from_facts_of_his_account(happen: Make, book: Book) -> None:
    found = of([*person(happen), *facts(happen), *courses(happen)], book)
    assert names(found) == WORKED
    assert found.age == 30
    assert found.risk.repayment_to_income_bp == 3333


def test_the_worked_client_has_the_same_labels_from_his_trades(happen: Make, book: Book) -> None:
    found = of([*person(happen), *year_of_trades(happen), *courses(happen)], book)
    assert found.features["turnover_annual_bp"] == 20_400 * 365 // found.features["record_days"]  # type: ignore[operator]
    assert names(found) == WORKED
    assert {ref.kind for ref in found.labels[1].evidence} == {"trade"}


def test_without_the_courses_the_last_label_is_absent(happen: Make, book: Book) -> None:
    assert names(of([*person(happen), *facts(happen)], book)) == WORKED[:3]
    assert names(of([*person(happen), *facts(happen), *courses(happen, 2)], book)) == WORKED[:3]


def test_a_failed_course_is_not_passed(happen: Make, book: Book) -> None:
    failed = happen("2026-04-03 20:00", "course_done", course="c", score=59)
    assert "学习能力强" not in names(of([*person(happen), *courses(happen, 2), failed], book))


def test_repayments_above_forty_percent_press(happen: Make, book: Book) -> None:
    more = happen("2025-06-01 10:00", "debt_stated", kind="car", repayment_month_fen=100_001)
    assert "高负债压力" in names(of([*person(happen), more], book))
    even = happen("2025-06-01 10:00", "debt_stated", kind="car", repayment_month_fen=100_000)
    assert "高负债压力" not in names(of([*person(happen), even], book))


def test_a_debt_that_has_ended_is_no_debt(happen: Make, book: Book) -> None:
    ended = happen(
        "2025-06-01 10:00", "debt_stated", kind="mortgage", repayment_month_fen=500_000, until="2026-05-05"
    )
    assert "有稳定负债" not in names(of([*person(happen), ended], book))


def test_etf_preference_appears_when_holdings_say_so(happen: Make, book: Book) -> None:
    holdings = [
        {"code": "510300", "quantity": "10000", "price": "4.000"},
        {"code": "600519", "quantity": "100", "price": "500.00"},
    ]
    held = happen("2026-05-05 18:00", "holding_snapshot", as_of="2026-05-05", cash_fen=0, holdings=holdings)
    assert "ETF偏好" in names(of([*person(happen), held], book))
    assert "单票集中" in names(of([*person(happen), held], book))


def test_searches_count_for_needs_only_with_consent(happen: Make, book: Book) -> None:
    searches = [happen(f"2026-05-0{day} 10:00", "searched", text="个人养老金 怎么开户") for day in (1, 3)]
    consent = happen("2026-05-04 10:00", "consent_given", purpose="personalised_service", source="*")
    without, with_consent = of([*person(happen), *searches], book), of([*searches, consent], book)
    assert without.needs == ()
    assert "养老需求" not in names(without)
    assert without.sign("pension_searched") is not None
    assert [need.name for need in with_consent.needs] == ["pension"]
    assert "养老需求" in names(with_consent)
    assert len(with_consent.needs[0].evidence) == 2


def test_needs_fade(happen: Make, book: Book) -> None:
    consent = happen("2026-01-04 10:00", "consent_given", purpose="personalised_service")
    fresh = of([consent, happen("2026-05-06 10:00", "searched", text="买房 首付")], book)
    old = of([consent, happen("2026-04-06 10:00", "searched", text="买房 首付")], book)
    assert fresh.needs[0].strength_bp == 2_500
    assert old.needs[0].strength_bp == 1_250


def test_withdrawn_consent_takes_needs_and_learning_away(happen: Make, book: Book) -> None:
    events = [
        *person(happen),
        *courses(happen),
        happen("2026-01-04 10:00", "consent_given", purpose="personalised_service"),
        happen("2026-05-01 10:00", "searched", text="养老金"),
        happen("2026-05-02 10:00", "consent_withdrawn", purpose="personalised_service"),
    ]
    found = of(events, book)
    assert found.needs == ()
    assert found.standing.consents == ()
    assert names(found) == ["风险偏好中高"]
    assert found.risk.repayment_to_income_bp is None


def test_personalisation_off_leaves_duties_and_contract_facts(happen: Make, book: Book) -> None:
    off = happen("2026-05-01 10:00", "personalisation_set", on=False)
    found = of([*person(happen), *facts(happen), *courses(happen), off], book)
    assert names(found) == ["风险偏好中高", "短期交易型"]
    assert not found.standing.personalisation


@pytest.mark.parametrize(("source", "counts"), [("*", False), ("social_seen", True), ("card_bill", False)])
def test_imported_posts_count_only_under_a_consent_for_their_source(
    happen: Make, book: Book, *, source: str, counts: bool
) -> None:
    events = [
        happen("2026-05-01 09:00", "consent_given", purpose="personalised_service", source=source),
        happen("2026-05-01 10:00", "social_seen", topic="house"),
        happen("2026-05-02 10:00", "social_seen", topic="想买房"),
    ]
    assert ("购房需求" in names(of(events, book))) is counts


def test_a_deleted_tag_stays_away_until_new_consent(happen: Make, book: Book) -> None:
    given = happen("2026-01-01 09:00", "consent_given", purpose="personalised_service")
    deleted = happen("2026-05-01 10:00", "tag_deleted", label="短期交易型")
    events = [*person(happen), *facts(happen), given, deleted]
    assert "短期交易型" not in names(of(events, book))
    again = happen("2026-05-02 10:00", "consent_given", purpose="personalised_service")
    assert "短期交易型" in names(of([*events, again], book))


def test_a_corrected_tag_shows_the_clients_word_but_never_a_risk_grade(happen: Make, book: Book) -> None:
    events = [*person(happen), *facts(happen)]
    said = happen("2026-05-01 10:00", "tag_corrected", label="短期交易型", value="长期持有型")
    assert names(of([*events, said], book))[1] == "长期持有型"
    claimed = happen("2026-05-01 10:00", "tag_corrected", label="短期交易型", value="风险偏好高")
    assert "风险偏好高" not in names(of([*events, claimed], book))
    kept = happen("2026-05-01 10:00", "tag_deleted", label="风险偏好中高")
    assert "风险偏好中高" in names(of([*events, kept], book))


def test_duty_labels_follow_dates(happen: Make, book: Book) -> None:
    events = [
        happen(
            "2024-01-10 10:00", "client_registered", name="王示例", birth="1966-05-06", opened_on="2026-04-07"
        ),
        happen("2025-05-10 10:02", "assessment_taken", grade="C1", valid_to="2026-05-05"),
        happen("2025-05-10 10:03", "id_document", type="id_card", valid_to="2026-08-04"),
        happen("2026-05-06 15:00", "asked", text="亏得睡不着"),
    ]
    assert names(of(events, book)) == [
        "风险偏好低",
        "新客户",
        "老年客户",
        "测评过期",
        "证件将到期",
        "需要关怀",
    ]


def test_tiers_follow_mean_assets(happen: Make, book: Book) -> None:
    def with_assets(fen: int) -> Profile:
        return of(
            [happen("2026-04-20 18:00", "account_facts", as_of="2026-04-20", mean_assets_20d_fen=fen)], book
        )

    assert with_assets(9_999_999).tier == "mass"
    assert with_assets(10_000_000).tier == "potential"
    assert "高净值" in names(with_assets(300_000_000))
    assert "私行客户" in names(with_assets(600_000_000))


def test_standing_carries_versions_touches_and_choices(happen: Make, book: Book) -> None:
    sent = {"touch_id": "t1", "playbook": "pension_guide", "channel": "home", "nature": "education"}
    events = [
        *person(happen),
        happen("2026-05-01 10:00", "contact_set", channel="push", allowed=False),
        happen("2026-05-01 11:00", "touch_sent", **sent),
        happen("2026-05-06 10:00", "asked", text="活着没意思"),
        happen("2026-05-06 11:00", "closing_requested", reason="不想做了"),
    ]
    known = of(events, book).standing
    assert known.grade is Tolerance.C4
    assert known.assessment_valid_to == date(2027, 5, 9)
    assert known.contact == {"push": False}
    assert [touch.touch_id for touch in known.touches] == ["t1"]
    assert (known.distressed_24h, known.crisis_24h, known.closing) == (True, True, True)
    assert (known.consent_version, known.grade_version, known.distress_version) == (2, 1, 1)


def test_distress_is_over_after_a_day(happen: Make, book: Book) -> None:
    assert not of([happen("2026-05-05 16:00", "asked", text="心慌")], book).standing.distressed_24h
    assert of([happen("2026-05-05 16:01", "asked", text="心慌")], book).standing.distressed_24h


def test_a_past_instant_needs_a_refold(happen: Make, book: Book) -> None:
    events = [*person(happen), *facts(happen)]
    state = fold.refold("C1", events, as_of=AS_OF, book=book)
    with pytest.raises(AsOfPastError):
        profile(state, as_of=moment("2025-06-01 10:00"), book=book)
    past = fold.refold("C1", events, as_of=moment("2025-06-01 10:00"), book=book)
    assert profile(past, as_of=moment("2025-06-01 10:00"), book=book).features["turnover_annual_bp"] is None


def test_the_door_prints_the_contracts_fields_for_each_client_once(happen: Make, book: Book) -> None:
    events = [*person(happen), *facts(happen)]
    (found,) = from_events([*events, *events], as_of=AS_OF, book=book)
    printed = line(found)
    assert list(printed) == [
        "client_id",
        "as_of",
        "age",
        "tier",
        "newcomer_day",
        "labels",
        "needs",
        "risk",
        "preferences",
        "signs",
        "sector_ppm",
        "repayment_to_income_bp",
    ]
    assert found.standing.grade_version == 1
