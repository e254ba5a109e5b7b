"""The forty statements of the officer's checklist: which ones this house holds, which ones await their desk.

A test named `test_statement_NN_...` shows that statement NN holds, as far as the house acts today: in words
here, in clients' lives in `test_statements_lived.py`, in what is kept and known in `test_statements_kept.py`.
A test named `test_part_of_statement_NN_...` shows what holds of a statement before its desk is there.
"""

import itertools
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from compliance_cases import NOON, draft, licensed, product, rules, without_rule

from tongxing.adapters.book_files import load
from tongxing.domain.book import Book, Rulebook, RuleMissingError
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Author, WarningStep
from tongxing.domain.grades import AuthorKind, Channel, Initiative, Nature, ProductRisk, Tolerance
from tongxing.market.boards import Board
from tongxing.market.fees import fees, redemption_floor_ppm
from tongxing.market.limits import limit_bp, limit_free_sessions, lot, tick_mil
from tongxing.market.sessions import Phase, phase
from tongxing.profile.signs import NAMES

BOOK = load(None, sign_names=NAMES)
RISK = "可能亏损。"
STEPS = ("notice", "c1l_check", "special_warning", "insist")

AWAITING = {
    1: "orders (trading)",
    8: "the whole conduct file of a trade (trading)",
    16: "explained refusals of orders and accounts (people)",
    21: "grades for banks (partners)",
    22: "ways to verify (onboarding)",
    26: "presenters and content (community)",
    28: "orders of older clients (trading)",
    37: "experiments (measurement)",
    38: "model releases and herding (advice)",
}


def said(text: str = "今天的短课讲交收规则。", book: Book = BOOK, **changes: object) -> set[str]:
    """The rules that object to these words."""
    return rules(draft(text, **changes), book)


def chain(steps: tuple[str, ...] = STEPS, *, minutes_ago: int = 5) -> tuple[WarningStep, ...]:
    return tuple(
        WarningStep(step=step, at=NOON - timedelta(minutes=minutes_ago - number / 10))
        for number, step in enumerate(steps)
    )


GRADES = {grade: f"match_{grade.name.lower()}_r" for grade in Tolerance}
CELLS = [(grade, risk) for grade in Tolerance for risk in ProductRisk]


@pytest.mark.parametrize(("grade", "risk"), CELLS, ids=lambda one: one.name)
def test_statement_02_no_channel_recommends_what_the_matrix_does_not_allow(
    grade: Tolerance, risk: ProductRisk
) -> None:
    fits = BOOK.rules.text(f"{GRADES[grade]}{risk.value}", NOON.date()) == "ok"
    for channel in Channel:
        objections = said(RISK, product=product(risk), grade=grade, channel=channel)
        assert ("suitability_level" in objections) is not fits, channel
        assert ("suitability_c1l" in objections) is (grade is Tolerance.C1L and not fits), channel


def test_statement_02_nothing_off_the_clients_goal_is_recommended() -> None:
    assert "suitability_goal" in said(RISK, product=product(ProductRisk.R3), goal="keep_value")
    assert "suitability_goal" not in said(RISK, product=product(ProductRisk.R2), goal="keep_value")


@pytest.mark.parametrize(("grade", "risk"), CELLS, ids=lambda one: one.name)
def test_statement_03_a_mismatch_goes_on_only_after_all_warnings(grade: Tolerance, risk: ProductRisk) -> None:
    answer = BOOK.rules.text(f"{GRADES[grade]}{risk.value}", NOON.date())
    asked = {"product": product(risk), "initiative": Initiative.CLIENT, "grade": grade}
    assert bool(said(RISK, **asked) & {"suitability_level", "suitability_c1l"}) is (answer != "ok")
    warned = said(RISK, warning_chain=chain(), **asked)
    assert bool(warned & {"suitability_level", "suitability_c1l"}) is (answer == "forbid")


def test_statement_03_the_warnings_come_in_order_and_before_the_act() -> None:
    asked = {"product": product(ProductRisk.R4), "initiative": Initiative.CLIENT}
    for steps in itertools.permutations(STEPS):
        assert bool(said(RISK, warning_chain=chain(steps), **asked)) is (steps != STEPS), steps
    for missing in range(4):
        steps = STEPS[:missing] + STEPS[missing + 1 :]
        assert said(RISK, warning_chain=chain(steps), **asked), steps
    assert said(RISK, warning_chain=chain(minutes_ago=-1), **asked), "after the act"
    assert said(RISK, warning_chain=chain(), **(asked | {"initiative": Initiative.FIRM}))


@pytest.mark.parametrize("professional", [False, True])
def test_statement_04_no_warning_replaces_an_admission(*, professional: bool) -> None:
    for met in (True, False):
        found = said(
            RISK,
            product=product(ProductRisk.R2, admission_met=met),
            initiative=Initiative.CLIENT,
            nature=Nature.ADVICE,
            author=licensed(),
            warning_chain=chain(),
            professional=professional,
        )
        assert ("admission_bypass" in found) is not met


@pytest.mark.parametrize(
    ("valid_to", "expired"),
    [(None, True), (NOON.date() - timedelta(days=1), True), (NOON.date(), False)],
)
def test_statement_05_without_a_valid_assessment_no_advice_and_no_product(
    valid_to: date | None, *, expired: bool
) -> None:
    for words in (
        {"nature": Nature.ADVICE, "author": licensed()},
        {"nature": Nature.MARKETING, "consent": "marketing"},
        {"product": product(ProductRisk.R1)},
    ):
        assert ("assessment_expired" in said(RISK, assessment_valid_to=valid_to, **words)) is expired


def test_statement_06_nobody_hints_at_answers() -> None:
    assert "questionnaire_hint" in said("测评第八题请选C选项。")
    assert not said("测评请您自己如实填写，我们不提示答案。")


@pytest.mark.parametrize(
    ("promise", "denial"),
    [
        ("这款产品保本。", "这款产品不保本。"),
        ("这只基金稳赚不赔。", "没有稳赚不赔的投资。"),
        ("我们保证收益。", "我们不保证收益。"),
        ("买这个无风险。", "任何投资都不是无风险的。"),
        ("下周一定涨。", "没有人能保证下周一定涨。"),
    ],
)
def test_statement_09_promises_are_refused_and_their_denials_pass(promise: str, denial: str) -> None:
    assert said(promise) & {"promise", "forecast", "inducing_words"}
    assert not said(denial)


def test_statement_10_machine_words_carry_their_mark_on_every_channel() -> None:
    for channel in Channel:
        assert "ai_label" in said(labels=(), channel=channel)
        assert "ai_label" not in said("今天的短课讲交收规则。（由人工智能生成）", labels=(), channel=channel)


def test_statement_10_what_counts_as_a_mark_goes_by_the_day() -> None:
    words = "今天的短课讲交收规则。系统自动生成。"
    assert not said(words, labels=(), at=datetime(2025, 8, 29, 12, 0, tzinfo=BEIJING))
    assert said(words, labels=(), at=datetime(2025, 9, 1, 12, 0, tzinfo=BEIJING)) == {"ai_label"}


def test_statement_13_only_a_licence_valid_that_day_advises() -> None:
    for days, refused in ((-1, True), (0, False)):
        author = licensed(valid_to=NOON.date() + timedelta(days=days))
        found = said(RISK, author=author, nature=Nature.ADVICE, labels=())
        assert ("licence" in found) is refused
    without = Author(kind=AuthorKind.ADVISER)
    assert "licence" in said(RISK, author=without, nature=Nature.ADVICE, labels=())
    assert "ai_as_person" in said("我是您的投资顾问，执业编号可查。")


def test_statement_14_switched_off_means_off_with_the_next_words() -> None:
    assert said(personalisation=False) == {"personalisation_off"}


def test_statement_17_no_words_rest_on_sensitive_sources() -> None:
    assert "sensitive_data" in said("看到您朋友圈说要装修。")


def test_statement_24_links_stay_on_our_platform_and_partners_answer_no_product_questions() -> None:
    assert "external_link" in said("请访问 https://example.org/ 。")
    assert not said("请访问 https://tongxing.example/learn 。")
    partner = said(RISK, author=Author(kind=AuthorKind.PARTNER), product=product(), labels=())
    assert "unlicensed_marketing" in partner


def test_statement_25_no_reward_for_a_referred_person() -> None:
    for words in ("邀请好友开户，奖励现金红包。", "推荐朋友来交易，返佣金给您。", "拉新入金满一万送礼品。"):
        assert "referral_reward" in said(words), words


def test_statement_27_no_countdown_and_no_last_chance() -> None:
    for words in ("最后机会，倒计时三天。", "仅剩今天，错过就没了。"):
        assert "pressure" in said(words), words


def test_statement_29_in_distress_nothing_is_sold_and_in_a_crisis_only_help_is_offered() -> None:
    selling = {"nature": Nature.MARKETING, "consent": "marketing"}
    assert "distress_hold" in said(distressed_24h=True, **selling)
    assert "distress_hold" not in said(**selling)
    assert "crisis_script" in said(crisis_24h=True)


def test_statement_30_no_feelings_nobody_is_kept_no_closing_delayed() -> None:
    assert "ai_as_person" in said("我一直想念您。")
    assert "closing_obstruction" in said("请您不要销户，再考虑一下。")


def test_statement_32_without_its_row_no_number_is_known() -> None:
    assert said(book=without_rule("touch_week_max", BOOK)) == {"unjudged"}
    assert said(at=datetime(2011, 12, 30, 12, 0, tzinfo=BEIJING), assessment_valid_to=None) == {"unjudged"}
    day, empty = date(2026, 5, 6), Rulebook(rows={})
    for ask in (
        lambda: limit_bp("600000", day, empty),
        lambda: limit_free_sessions(Board.MAIN, day, empty),
        lambda: lot(Board.STAR, day, empty),
        lambda: tick_mil(Board.MAIN, day, empty),
        lambda: fees(Board.MAIN, "sell", 1_000, day, empty),
        lambda: redemption_floor_ppm(3, day, empty),
        lambda: phase("600000", NOON, empty, session=True),
    ):
        with pytest.raises(RuleMissingError):
            ask()


def test_statement_32_an_act_of_2025_is_judged_by_the_rules_of_2025() -> None:
    def after_close(year: int) -> Phase:
        at = datetime(year, 7, 7, 15, 10, tzinfo=BEIJING)
        return phase("600000", at, BOOK.rules, session=True)

    assert (after_close(2025), after_close(2026)) == (Phase.CLOSED, Phase.AFTER_HOURS)
    with pytest.raises(RuleMissingError):
        redemption_floor_ppm(3, date(2025, 7, 7), BOOK.rules)
    assert redemption_floor_ppm(3, date(2026, 7, 7), BOOK.rules) == 15_000


def test_statement_35_no_hint_at_money_laundering_review_not_even_as_a_denial() -> None:
    for text in ("因反洗钱审核，您的转账被限制。", "这不是因为反洗钱核查才限制的。"):
        assert "aml_hint" in said(text)


def test_statement_36_no_marketing_at_night_above_the_cap_or_after_opt_out() -> None:
    selling = {"nature": Nature.MARKETING, "consent": "marketing", "channel": Channel.SMS}
    assert not said(RISK, **selling) & {"quiet_hours", "frequency_cap", "channel_refused"}
    for hour in (21, 23, 0, 7):
        assert "quiet_hours" in said(RISK, at=NOON.replace(hour=hour), **selling)
    assert "quiet_hours" not in said(RISK, at=NOON.replace(hour=8), **selling)
    cap = BOOK.rules.number("touch_week_max", NOON.date())
    assert "frequency_cap" in said(RISK, touches_this_week=cap, **selling)
    assert "frequency_cap" not in said(RISK, touches_this_week=cap - 1, **selling)
    assert "channel_refused" in said(RISK, contact={"sms": False}, **selling)
    assert "consent_marketing" in said(RISK, consents=(), **selling)


def test_part_of_statement_01_no_words_offer_the_lowest_category_more_than_r1() -> None:
    for risk, channel in itertools.product(ProductRisk, Channel):
        asked = {"initiative": Initiative.CLIENT, "warning_chain": chain(), "channel": channel}
        found = said(RISK, product=product(risk), grade=Tolerance.C1L, **asked)
        assert ("suitability_c1l" in found) is (risk is not ProductRisk.R1)


def test_every_statement_is_shown_or_named_as_awaiting_its_desk() -> None:
    names = [
        match
        for page in sorted(Path(__file__).parent.glob("test_statements*.py"))
        for match in re.findall(
            r"^def (test_(?:part_of_)?statement_(\d\d)_\w+)", page.read_text("utf-8"), re.MULTILINE
        )
    ]
    held = {int(number) for name, number in names if not name.startswith("test_part_of_")}
    parts = {int(number) for name, number in names if name.startswith("test_part_of_")}
    assert held | set(AWAITING) == set(range(1, 41))
    assert held & set(AWAITING) == set()
    assert parts <= set(AWAITING)
    assert (len(held), len(AWAITING)) == (31, 9)


def test_all_forty_are_house_rows_from_the_first_day() -> None:
    for number in range(1, 41):
        row = BOOK.rules.row(f"statement_{number:02d}", date(2012, 1, 1))
        assert (row.unit, row.status, row.valid_to) == ("statement", "house", None)
