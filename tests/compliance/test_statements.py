"""The forty statements of the officer's checklist: which ones this house already holds, which ones wait."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from compliance_cases import BOOK, NOON, draft, licensed, product, rules, without_rule

from tongxing.domain.draft import Author, WarningStep
from tongxing.domain.grades import AuthorKind, Channel, Initiative, Nature, ProductRisk, Tolerance

RISK = "可能亏损。"
CHAIN = tuple(
    WarningStep(step=step, at=NOON - timedelta(minutes=5))
    for step in ("notice", "c1l_check", "special_warning", "insist")
)


def statement_2() -> bool:
    """Nothing above the level or off the goal, on any channel."""
    above = [draft(RISK, product=product(ProductRisk.R4), channel=channel) for channel in Channel]
    off = draft(RISK, product=product(ProductRisk.R3), goal="keep_value")
    return all("suitability_level" in rules(words) for words in above) and "suitability_goal" in rules(off)


def statement_3() -> bool:
    """A mismatch needs all four steps in order."""
    asked = {"product": product(ProductRisk.R4), "initiative": Initiative.CLIENT}
    whole = rules(draft(RISK, warning_chain=CHAIN, **asked))
    missing = [CHAIN[:at] + CHAIN[at + 1 :] for at in range(4)]
    return not whole and all(rules(draft(RISK, warning_chain=steps, **asked)) for steps in missing)


def statement_4() -> bool:
    """A warning is no key to an admission."""
    locked = product(ProductRisk.R2, admission_met=False)
    words = draft(RISK, product=locked, initiative=Initiative.CLIENT, warning_chain=CHAIN)
    return "admission_bypass" in rules(words)


def statement_5() -> bool:
    """An expired assessment allows no advice."""
    return "assessment_expired" in rules(draft(RISK, nature=Nature.ADVICE, assessment_valid_to=None))


def statement_6() -> bool:
    """Nobody hints at answers."""
    return "questionnaire_hint" in rules(draft("测评第八题请选C选项。"))


def statement_9() -> bool:
    """Promises are refused, their denial passes."""
    return rules(draft("这款产品保本。")) == {"promise"} and not rules(draft("这款产品不保本。"))


def statement_10() -> bool:
    """AI words carry their mark."""
    return rules(draft(labels=())) == {"ai_label"}


def statement_13() -> bool:
    """Only a licence valid that day advises, and AI is nobody's licensed person."""
    expired = licensed(valid_to=NOON.date() - timedelta(days=1))
    posing = draft("我是您的投资顾问，执业编号可查。")
    return (
        "licence" in rules(draft(RISK, author=expired, nature=Nature.ADVICE))
        and "licence" in rules(draft(RISK, author=Author(kind=AuthorKind.ADVISER), nature=Nature.ADVICE))
        and "ai_as_person" in rules(posing)
    )


def statement_14() -> bool:
    """Switched off means off with the next words."""
    return rules(draft(personalisation=False)) == {"personalisation_off"}


def statement_17() -> bool:
    """No words rest on sensitive sources."""
    return "sensitive_data" in rules(draft("看到您朋友圈说要装修。"))


def statement_24() -> bool:
    """Links stay on our platform, and partners answer no product questions."""
    partner = draft(RISK, author=Author(kind=AuthorKind.PARTNER), product=product(), labels=())
    outside = draft("请访问 https://example.org/ 。")
    return "external_link" in rules(outside) and "unlicensed_marketing" in rules(partner)


def statement_25() -> bool:
    """No reward for a referred person's opening."""
    return "referral_reward" in rules(draft("邀请好友开户，奖励现金红包。"))


def statement_27() -> bool:
    """No count-downs, no last chances."""
    return "pressure" in rules(draft("最后机会，倒计时三天。"))


def statement_29() -> bool:
    """Distress stops sales; a crisis gets the script and nothing else."""
    held = rules(draft(nature=Nature.MARKETING, consent="marketing", distressed_24h=True))
    return "distress_hold" in held and "crisis_script" in rules(draft(crisis_24h=True))


def statement_30() -> bool:
    """No feelings, nobody is kept, no closing delayed."""
    feeling, keeping = draft("我一直想念您。"), draft("请您不要销户，再考虑一下。")
    return "ai_as_person" in rules(feeling) and "closing_obstruction" in rules(keeping)


def statement_32() -> bool:
    """Numbers are dated rows: without the row nothing is cleared."""
    return rules(draft(), without_rule("touch_week_max")) == {"unjudged"}


def statement_35() -> bool:
    """No hint at money-laundering review, not even as a denial."""
    return all(
        "aml_hint" in rules(draft(text))
        for text in ("因反洗钱审核，您的转账被限制。", "这不是因为反洗钱核查才限制的。")
    )


def statement_36() -> bool:
    """No marketing at night, above the cap, or after opt-out."""
    selling = {"nature": Nature.MARKETING, "consent": "marketing"}
    night = draft(at=NOON.replace(hour=22), **selling)
    often = draft(touches_this_week=3, **selling)
    closed = draft(channel=Channel.SMS, contact={"sms": False}, **selling)
    return all(
        rule in rules(words)
        for rule, words in (("quiet_hours", night), ("frequency_cap", often), ("channel_refused", closed))
    )


HELD: dict[int, Callable[[], bool]] = {
    2: statement_2,
    3: statement_3,
    4: statement_4,
    5: statement_5,
    6: statement_6,
    9: statement_9,
    10: statement_10,
    13: statement_13,
    14: statement_14,
    17: statement_17,
    24: statement_24,
    25: statement_25,
    27: statement_27,
    29: statement_29,
    30: statement_30,
    32: statement_32,
    35: statement_35,
    36: statement_36,
}
"""As far as words go; orders, files and pages of these statements follow with their desks."""

AWAITING = {
    1: "orders (trading)",
    7: "re-match on a change of level (trading)",
    8: "the whole conduct file of a trade (trading)",
    11: "advice records (advice)",
    12: "advice records (advice)",
    15: "the client's own tags (profile pages)",
    16: "explained refusals of orders and accounts (people)",
    18: "asking again (privacy)",
    19: "erasure by class (store)",
    20: "a scan of logs and ledger (store)",
    21: "grades for banks (partners)",
    22: "ways to verify (onboarding)",
    23: "roles and unmasking (people)",
    26: "presenters and content (community)",
    28: "orders of older clients (trading)",
    31: "loss attribution (advice)",
    33: "prices as of (simulation)",
    34: "a broken calendar (market)",
    37: "experiments (measurement)",
    38: "model releases and herding (advice)",
    39: "KPI pages (measurement)",
    40: "witnesses (ledger)",
}


@pytest.mark.parametrize("number", sorted(HELD))
def test_a_statement_this_house_holds(number: int) -> None:
    assert HELD[number]()


def test_all_forty_are_house_rows_and_each_is_held_or_awaited() -> None:
    assert sorted([*HELD, *AWAITING]) == list(range(1, 41))
    for number in range(1, 41):
        row = BOOK.rules.row(f"statement_{number:02d}", NOON.date())
        assert (row.unit, row.status) == ("statement", "house")


def test_twenty_two_statements_still_await_their_desk() -> None:
    assert len(AWAITING) == 22


def test_the_lowest_category_is_named_apart() -> None:
    words = draft(RISK, product=product(ProductRisk.R2), grade=Tolerance.C1L)
    assert {"suitability_c1l", "suitability_level"} <= rules(words)
