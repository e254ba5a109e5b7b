"""Every row of the packaged rulebook: source, status, a unit of the list; no day has two values, or none."""

import itertools
import re
from datetime import date, timedelta

import pytest

from tongxing.adapters.book_files import load
from tongxing.domain.book import Rulebook, RuleMissingError
from tongxing.domain.pages import RuleRow
from tongxing.profile.signs import NAMES

RULES = load(None, sign_names=NAMES).rules
IDS = sorted(RULES.rows)
ROWS = [(rule_id, row) for rule_id in IDS for row in RULES.rows[rule_id]]
CHANGES = [(rule_id, old, new) for rule_id in IDS for old, new in itertools.pairwise(RULES.rows[rule_id])]

MEASURES = frozenset(
    {
        "bp",
        "ppm",
        "ppb",
        "millionths",
        "fen",
        "mil",
        "CNY",
        "USD",
        "points",
        "digits",
        "characters",
        "ticks",
        "levels",
    }
)
TIMES = frozenset(
    {
        "milliseconds",
        "seconds",
        "minutes",
        "hours",
        "days",
        "day",
        "month-day",
        "months",
        "years",
        "sessions",
        "Beijing",
    }
)
COUNTS = frozenset(
    {
        "accounts", "assessments", "breaches", "bytes", "calls", "clients", "courses", "events",
        "failures", "items", "links", "mentions", "messages", "positions", "posts", "purchases", "questions",
        "receivers", "records", "requests", "sectors", "shares", "slots",
        "subscriptions", "touches", "trades", "tries", "turns", "units", "views",
    }
)  # fmt: skip
WORDS = frozenset(
    {
        "answer", "codes", "goals", "grade", "grades", "kinds", "pairs", "prefixes", "scopes", "sentences",
        "statement", "steps", "words",
    }
)  # fmt: skip
TABLES = frozenset(
    {
        "age=years", "code=index", "code=name", "grade=points", "label=meaning", "label=other", "label=signs",
        "option=grade",
        "option=points", "purpose|source|receiver", "task=minutes", "task=text", "tier=label", "tier=months",
    }
)  # fmt: skip
UNITS = MEASURES | TIMES | COUNTS | WORDS | TABLES
"""What a unit begins with; what follows says of what. A new word here is a decision, not a typing error."""

SAID_BY_NAME = {"fen": "fen", "bp": "bp", "ppm": "ppm", "ppb": "ppb", "mil": "mil", "months": "months"}


def base(unit: str) -> str:
    return re.split(r"[\s,:;]", unit, maxsplit=1)[0]


def a_day_of(row: RuleRow) -> date:
    return row.valid_from if row.valid_to is None else row.valid_to - timedelta(days=1)


@pytest.mark.parametrize("rule_id", IDS)
def test_rows_follow_one_another_without_a_gap_or_an_overlap(rule_id: str) -> None:
    rows = RULES.rows[rule_id]
    assert all(row.valid_to is None or row.valid_from < row.valid_to for row in rows)
    assert [row.valid_to for row in rows[:-1]] == [row.valid_from for row in rows[1:]]
    for row in rows:
        assert RULES.row(rule_id, row.valid_from) is row
        assert RULES.row(rule_id, a_day_of(row)) is row


@pytest.mark.parametrize("rule_id", IDS)
def test_an_act_before_any_row_fails_loudly(rule_id: str) -> None:
    eve = RULES.rows[rule_id][0].valid_from - timedelta(days=1)
    with pytest.raises(RuleMissingError, match=rule_id):
        RULES.row(rule_id, eve)
    last = RULES.rows[rule_id][-1]
    if last.valid_to is not None:
        with pytest.raises(RuleMissingError, match=rule_id):
            RULES.row(rule_id, last.valid_to)


@pytest.mark.parametrize(("rule_id", "row"), ROWS, ids=[f"{name}@{row.valid_from}" for name, row in ROWS])
def test_a_row_says_what_it_counts_where_it_stands_and_how_sure_we_are(rule_id: str, row: RuleRow) -> None:
    assert row.rule_id == rule_id
    assert row.status in {"read", "secondary", "unverified", "house"}
    assert row.instrument.strip()
    assert row.article.strip()
    assert base(row.unit) in UNITS, f"{row.area}: {rule_id}: no unit begins with {base(row.unit)!r}"
    assert row.area
    if isinstance(row.value, tuple):
        assert all(word.strip() for word in row.value)
    last_word = rule_id.removesuffix("_max").removesuffix("_min").rsplit("_", 1)[-1]
    if last_word in SAID_BY_NAME:
        assert base(row.unit) == SAID_BY_NAME[last_word]


@pytest.mark.parametrize(
    ("rule_id", "old", "new"), CHANGES, ids=[f"{name}@{new.valid_from}" for name, _, new in CHANGES]
)
def test_a_new_row_says_something_new(rule_id: str, old: RuleRow, new: RuleRow) -> None:
    said = [(row.value, row.instrument, row.article, row.status) for row in (old, new)]
    assert said[0] != said[1], rule_id


def test_the_rulebook_is_whole() -> None:
    """Areas the house cannot do without, and enough rows that a page was not lost."""
    areas = {row.area for _, row in ROWS}
    assert areas >= {
        "advisory", "compliance", "house", "market", "measurement", "onboarding", "pension", "permissions",
        "profile", "questionnaire", "retention", "service", "suitability",
    }  # fmt: skip
    assert len(IDS) >= 490
    assert {row.status for _, row in ROWS} == {"read", "secondary", "unverified", "house"}


def test_only_articles_we_read_claim_to_be_read() -> None:
    """Each of these was read in a public collection of statutes; whoever adds one has read it."""
    assert {(name, row.instrument) for name, row in ROWS if row.status == "read"} == {
        ("elderly_age", "老年人权益保障法"),
        ("keep_advisory_material_years", "证券、期货投资咨询管理暂行办法"),
        ("keep_business_years", "证券法"),
        ("keep_fund_register_years", "证券投资基金法"),
        ("keep_identity_years", "反洗钱法（2024年修订）"),
        ("keep_impact_assessment_years", "个人信息保护法"),
        ("keep_sharing_log_years", "网络数据安全管理条例"),
        ("keep_transaction_years", "反洗钱法（2024年修订）"),
        ("stamp_side", "中华人民共和国印花税法"),
    }


def test_a_rule_the_book_does_not_hold_is_missing_and_not_zero() -> None:
    with pytest.raises(RuleMissingError, match="limit_bp_moon"):
        RULES.number("limit_bp_moon", date(2026, 5, 6))
    with pytest.raises(RuleMissingError):
        Rulebook(rows={}).row("touch_week_max", date(2026, 5, 6))


@pytest.mark.parametrize(
    ("ask", "rule_id"),
    [
        (RULES.number, "stamp_side"),
        (RULES.number, "wealth_connect_brokers"),
        (RULES.words, "stamp_side"),
        (RULES.text, "touch_week_max"),
        (RULES.text, "sessions"),
    ],
)
def test_a_value_of_another_form_is_not_bent_into_shape(ask: object, rule_id: str) -> None:
    assert callable(ask)
    with pytest.raises(RuleMissingError, match=rule_id):
        ask(rule_id, date(2026, 5, 6))
