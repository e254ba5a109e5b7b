from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from compliance_cases import BOOK, NOON, draft, product, rules, standing, without_phrases, without_rule
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxing.compliance.review import RULES, reopen, review
from tongxing.compliance.rule_ids import UNJUDGED, WORDS_CHANGED, ids
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Cleared, Draft, Refused, Verdict
from tongxing.domain.grades import Channel, Initiative, Nature, ProductRisk, Tolerance

CONTRACT_IDS = {
    "promise",
    "forecast",
    "inducing_words",
    "pressure",
    "inside_info",
    "borrow_all_in",
    "past_performance",
    "one_sided",
    "top_up_push",
    "ai_label",
    "ai_as_person",
    "licence",
    "unlicensed_marketing",
    "external_link",
    "consent_marketing",
    "personalisation_off",
    "distress_hold",
    "quiet_hours",
    "frequency_cap",
    "aml_hint",
    "credentials",
    "closing_obstruction",
    "flattery",
    "celebration_push",
    "referral_reward",
    "regulator_endorsement",
    "privacy_leak",
    "admission_bypass",
    "questionnaire_hint",
    "suitability_level",
    "suitability_c1l",
    "suitability_goal",
    "assessment_expired",
    "missing_risk",
    "missing_timestamp",
    "stock_tip",
    "sensitive_data",
    "crisis_script",
}


def test_every_id_of_the_contract_is_a_rule() -> None:
    assert set(ids()) >= CONTRACT_IDS
    assert set(RULES) | {UNJUDGED, WORDS_CHANGED} == set(ids())
    assert len(ids()) == len(set(ids()))


def test_a_clearance_carries_what_it_saw_and_when_it_ends() -> None:
    seen = draft(consent_version=3, grade_version=2, distress_version=1)
    cleared = review(seen, book=BOOK)
    assert isinstance(cleared, Cleared)
    assert cleared.draft is seen
    assert cleared.valid_until == NOON + timedelta(hours=168)
    versions = (cleared.consent_version, cleared.grade_version, cleared.distress_version)
    assert versions == (3, 2, 1)


def test_selling_words_age_faster() -> None:
    cleared = review(draft(nature=Nature.MARKETING, consent="marketing"), book=BOOK)
    assert isinstance(cleared, Cleared)
    assert cleared.valid_until == NOON + timedelta(hours=24)


def test_all_reasons_are_told_not_only_the_first() -> None:
    words = draft("保本，赶紧买入。", consents=(), personalisation=False, labels=())
    assert rules(words) == {"promise", "pressure", "consent_personalised", "personalisation_off", "ai_label"}


def test_a_reason_names_its_rule_and_the_words() -> None:
    verdict = review(draft("这款产品保本。"), book=BOOK)
    assert isinstance(verdict, Refused)
    assert [(reason.rule, reason.detail) for reason in verdict.reasons] == [("promise", "says '保本'")]


ROWS = sorted(
    name
    for name in BOOK.rules.rows
    if name.startswith(
        (
            *("fold_", "quiet_", "touch_", "ai_marks", "own_hosts", "order_pages"),
            *("crisis_must", "crisis_human", "clearance_hours"),
        )
    )
    and name != "clearance_hours_selling"
)


@pytest.mark.parametrize("row", ROWS)
def test_a_missing_row_refuses_the_most_harmless_words(row: str) -> None:
    assert rules(draft(), without_rule(row)) == {"unjudged"}


@pytest.mark.parametrize("row", ["risk_words", "risk_denials", "warning_steps", "goals_up_to_r1"])
def test_a_missing_row_refuses_where_it_is_needed(row: str) -> None:
    words = draft(
        "该产品可能亏损。",
        product=product(ProductRisk.R4),
        goal="high_growth",
        initiative=Initiative.CLIENT if row == "warning_steps" else Initiative.FIRM,
    )
    assert "unjudged" in rules(words, without_rule(row))


@pytest.mark.parametrize("row", ["performance_disclaimers", "own_account_words"])
def test_a_missing_row_refuses_performance(row: str) -> None:
    text = "该基金近一年收益率12.5%（截至2026年4月30日），过往业绩不预示未来，可能亏损。"
    assert rules(draft(text)) == set()
    assert "unjudged" in rules(draft(text), without_rule(row))


def test_a_day_before_all_rows_is_not_judged_and_so_refused() -> None:
    assert "unjudged" in rules(draft(at=datetime(2001, 1, 1, 12, tzinfo=BEIJING)))


def test_the_mark_of_the_day_of_the_act_counts() -> None:
    words = "今天的短课讲交收规则。系统自动生成。"
    before = datetime(2025, 8, 31, 12, tzinfo=BEIJING)
    assert rules(draft(words, labels=(), at=before)) == set()
    assert rules(draft(words, labels=(), at=before + timedelta(days=1))) == {"ai_label"}


GRADES = st.one_of(st.none(), st.sampled_from(Tolerance))
DRAFTS = st.fixed_dictionaries(
    {
        "grade": GRADES,
        "product": st.one_of(st.none(), st.sampled_from(ProductRisk).map(product)),
        "nature": st.sampled_from(Nature),
        "channel": st.sampled_from(Channel),
        "initiative": st.sampled_from(Initiative),
        "consents": st.sampled_from([(), standing().consents, standing().consents[:1]]),
        "consent": st.sampled_from(["personalised_service", "marketing", "none"]),
        "personalisation": st.booleans(),
        "distressed_24h": st.booleans(),
        "crisis_24h": st.booleans(),
        "touches_this_week": st.integers(min_value=0, max_value=6),
        "at": st.datetimes(
            min_value=NOON.replace(year=2020, tzinfo=None),
            max_value=NOON.replace(month=12, tzinfo=None),
            timezones=st.just(UTC),
        ),
    }
)


@settings(max_examples=400, deadline=None)
@given(DRAFTS)
def test_whatever_grade_consent_and_clock_no_unsuitable_words_are_cleared(fields: dict[str, Any]) -> None:
    words = draft("市场有风险，可能亏损。", **fields)
    if not isinstance(review(words, book=BOOK), Cleared):
        return
    firm = words.initiative is Initiative.FIRM
    grade = words.standing.grade
    if words.product is not None:
        assert words.product.risk is not None
        assert grade is not None
        assert words.product.risk <= max(grade, Tolerance.C1)
    if firm and words.nature is Nature.MARKETING:
        assert standing().consents[1] in words.standing.consents
        assert 8 <= words.at.astimezone(BEIJING).hour < 21
    if firm and words.nature is not Nature.SERVICE and words.channel not in {Channel.COMMUNITY, Channel.LIVE}:
        assert words.touches_this_week < 3
    if words.standing.distressed_24h:
        assert words.nature not in {Nature.ADVICE, Nature.MARKETING}
    assert not words.standing.crisis_24h


@settings(max_examples=200, deadline=None)
@given(DRAFTS, st.sampled_from(ProductRisk))
def test_the_lowest_category_never_hears_of_more_than_r1(fields: dict[str, Any], risk: ProductRisk) -> None:
    words = draft("可能亏损。", **(fields | {"grade": Tolerance.C1L, "product": product(risk)}))
    if isinstance(review(words, book=BOOK), Cleared):
        assert risk is ProductRisk.R1


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted({phrase.rule_id for phrase in BOOK.phrases})))
def test_a_book_without_one_of_its_lists_never_clears_what_it_would_refuse(rule: str) -> None:
    texts = ("这款产品保本，明天必涨。", "这款产品不保本。", "截至2026年5月6日，市值 100 元。")
    lacking = without_phrases(rule)
    for text in texts:
        if isinstance(review(draft(text), book=BOOK), Refused):
            assert isinstance(review(draft(text), book=lacking), Refused)


def opened(
    words: Draft, *, later: timedelta = timedelta(hours=1), intact: bool = True, **client: Any
) -> Verdict:
    cleared = review(words, book=BOOK)
    assert isinstance(cleared, Cleared)
    return reopen(
        cleared.draft,
        valid_until=cleared.valid_until,
        versions=(cleared.consent_version, cleared.grade_version, cleared.distress_version),
        current=replace(words.standing, **client),
        now=words.at + later,
        words_intact=intact,
        book=BOOK,
    )


def test_an_unchanged_clearance_is_opened_as_it_was() -> None:
    verdict = opened(draft())
    assert isinstance(verdict, Cleared)
    assert verdict.draft.at == NOON
    assert verdict.valid_until == NOON + timedelta(hours=168)


def test_words_that_do_not_match_their_leaf_are_never_said() -> None:
    verdict = opened(draft(), intact=False)
    assert isinstance(verdict, Refused)
    assert [reason.rule for reason in verdict.reasons] == [WORDS_CHANGED]


@pytest.mark.parametrize(
    ("client", "rule"),
    [
        ({"consents": (), "consent_version": 1}, "consent_personalised"),
        ({"personalisation": False}, "personalisation_off"),
        ({"closing": True}, "closing_obstruction"),
        ({"crisis_24h": True, "distress_version": 1}, "crisis_script"),
        ({"contact": {"home": False}}, "channel_refused"),
    ],
)
def test_a_client_who_changed_meanwhile_is_judged_afresh(client: dict[str, Any], rule: str) -> None:
    verdict = opened(draft(), **client)
    assert isinstance(verdict, Refused)
    assert rule in {reason.rule for reason in verdict.reasons}


def test_a_lowered_grade_withdraws_a_waiting_card() -> None:
    words = draft("可能亏损。", product=product(ProductRisk.R3))
    verdict = opened(words, grade=Tolerance.C2, grade_version=1)
    assert isinstance(verdict, Refused)
    assert [reason.rule for reason in verdict.reasons] == ["suitability_level"]


def test_a_card_that_waited_past_midnight_or_past_its_time_is_judged_afresh() -> None:
    for later in (timedelta(days=1), timedelta(days=8)):
        verdict = opened(draft(), later=later)
        assert isinstance(verdict, Cleared)
        assert verdict.draft.at == NOON + later


def test_an_assessment_that_ended_meanwhile_withdraws() -> None:
    words = draft("可能亏损。", product=product(), assessment_valid_to=NOON.date())
    assert isinstance(opened(words), Cleared)
    verdict = opened(words, later=timedelta(days=1))
    assert isinstance(verdict, Refused)
    assert [reason.rule for reason in verdict.reasons] == ["assessment_expired"]


def test_a_push_that_waited_into_the_night_is_not_sent() -> None:
    verdict = opened(draft(channel=Channel.PUSH), later=timedelta(hours=10))
    assert isinstance(verdict, Refused)
    assert [reason.rule for reason in verdict.reasons] == ["quiet_hours"]
