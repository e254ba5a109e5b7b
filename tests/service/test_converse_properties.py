"""Whatever is missing, whatever is said: answers hold no number without a fact and invent nothing."""

import re
import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import astuple
from datetime import datetime
from importlib.resources import files
from typing import Any

import pytest
from dialogue_table import FULL
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxing.adapters.book_files import load
from tongxing.domain.clock import BEIJING
from tongxing.domain.dialogue import Dialogue
from tongxing.domain.utterances import EMOTIONS, INTENTS, Understanding
from tongxing.market.calendar import parse
from tongxing.profile.signs import NAMES
from tongxing.service.converse import Room, converse_line, turn
from tongxing.service.converse_facts import ConverseError, dialogue_from

BOOK = load(sign_names=NAMES)
DAYS = parse((files("tongxing.book") / "calendars" / "xshg.csv").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 20, 14, 10, tzinfo=BEIJING)
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
SAYINGS = st.sampled_from(
    (
        "招商银行",
        "医药基金呢",
        "卖一半",
        "为什么",
        "第二个",
        "要多少钱",
        "什么时候到账",
        "刚才那只呢",
        "怎么办",
        "科创板",
        "全卖了",
    )
) | st.text(max_size=20)


def heard(intent: str, emotion: str = "neutral", *, distress: bool = False) -> Understanding:
    return Understanding(
        intent=intent,
        p=0.9,
        abstained=False,
        choices=(),
        slots={},
        emotion=emotion,
        distress=distress,
        distress_p=0.0,
        crisis=False,
        crisis_p=0.0,
    )


def room(understand: Callable[[], Understanding]) -> Room:
    return Room(book=BOOK, calendar=DAYS, hear=lambda _text, _facts: understand(), now=NOW)


def without(facts: dict[str, Any], missing: frozenset[str]) -> dict[str, Any]:
    """The same facts with these keys left out wherever they stand."""
    left: dict[str, Any] = deepcopy(facts)

    def prune(value: object) -> None:
        if isinstance(value, dict):
            for key in missing & value.keys():
                del value[key]
            for one in value.values():
                prune(one)
        elif isinstance(value, list):
            for one in value:
                prune(one)

    prune(left)
    return left


KEYS = sorted(
    {*FULL, *(key for one in (*FULL["holdings"], *FULL["orders"], FULL["client"]) for key in one)} - {"now"}
)


@settings(max_examples=120)
@given(
    missing=st.frozensets(st.sampled_from(KEYS), max_size=8),
    turns=st.lists(
        st.tuples(SAYINGS, st.sampled_from(INTENTS), st.sampled_from(EMOTIONS), st.booleans()),
        min_size=1,
        max_size=4,
    ),
)
def test_no_number_is_said_without_a_fact_whatever_is_missing(
    missing: frozenset[str], turns: list[tuple[str, str, str, bool]]
) -> None:
    told = iter(heard(intent, emotion, distress=distress) for _say, intent, emotion, distress in turns)
    line = dialogue_from(
        {"id": "p", "context": without(FULL, missing), "turns": [say for say, *_rest in turns]}
    )
    for said in converse_line(line, room(lambda: next(told)))["turns"]:
        known = {number for fact in said["facts"] for number in NUMBER.findall(fact["value"])}
        assert [number for number in NUMBER.findall(said["answer"]) if number not in known] == []
        assert said["verdict"]["cleared"] is True
        assert said["answer"].strip()


@pytest.mark.parametrize(
    ("missing", "intent", "hidden"),
    [
        ("price", "why_drop", "35.2"),
        ("shares", "cut_loss", "股，"),
        ("cost", "why_drop", "买入成本少"),
        ("cash_fen", "top_up", "账户里的现金是"),
        ("grade", "suitability", "C3"),
        ("assets_20d_fen", "permission", "还差"),
        ("tax_rate_bp", "pension", "最多省税"),
        ("orders", "order", "您的委托"),
        ("available", "cut_loss", "今天可以卖的是"),
        ("bought", "fund_ops", "10 天"),
    ],
)
def test_a_missing_fact_is_said_to_be_missing_and_nothing_is_made_of_it(
    missing: str, intent: str, hidden: str
) -> None:
    say = "赎回医药" if intent == "fund_ops" else "招商银行 科创板"
    line = dialogue_from({"context": without(FULL, frozenset({missing})), "turns": [say]})
    answer = converse_line(line, room(lambda: heard(intent)))["turns"][0]["answer"]
    assert "还缺这些信息" in answer
    assert hidden not in answer


@settings(max_examples=60)
@given(
    secret=st.from_regex(r"[A-Za-z]{3}[0-9]{5}", fullmatch=True),
    word=st.sampled_from(["密码是", "验证码:", "password is ", "口令 "]),
)
def test_a_pasted_secret_comes_out_nowhere(secret: str, word: str) -> None:
    line = dialogue_from({"context": FULL, "turns": [f"{word}{secret} 帮我看看招商银行"]})
    assert secret not in str(converse_line(line, room(lambda: heard("account"))))


def calls_of(work: Callable[[], object]) -> int:
    """How many functions of Python were entered."""
    count = 0

    def watch(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def test_the_work_and_the_state_of_turn_500_are_those_of_the_first_turns() -> None:
    line = dialogue_from({"context": FULL, "turns": []})
    says = ("招商银行怎么跌了", "医药呢", "刚才那只呢", "要多少钱", "为什么")
    state, work, sizes = Dialogue(), [], []
    here = room(lambda: heard("why_drop"))
    for number in range(500):
        before = state
        if number < 10 or number >= 490:
            work.append(
                calls_of(lambda before=before, number=number: turn(says[number % 5], before, line, here))
            )
        state, _said = turn(says[number % 5], before, line, here)
        sizes.append(len(str(astuple(state))))
    assert max(work[10:]) <= 1.2 * max(work[:10])
    assert sizes[-5:] == sizes[5:10]


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        ({"turns": "a"}, "turns"),
        ({"turns": [1]}, "turns[0]"),
        ({}, "turns"),
        ({"turns": [], "context": {"now": "yesterday"}}, "now"),
        ({"turns": [], "context": {"client": {"grade": "C9"}}}, "grade"),
        ({"turns": [], "context": {"holdings": [{"shares": "many"}]}}, "shares"),
        ({"turns": [], "context": {"holdings": [{"price": -1}]}}, "price"),
        ({"turns": [], "context": {"holdings": [{"bought": "soon"}]}}, "bought"),
        ({"turns": [], "context": {"cash_fen": 1.5}}, "cash_fen"),
        ("line 3 is not an object", "line 3"),
    ],
)
def test_a_line_that_is_no_dialogue_is_refused_with_the_field(raw: Any, what: str) -> None:
    with pytest.raises(ConverseError, match=re.escape(what)):
        dialogue_from(raw)


@pytest.mark.parametrize(
    "ladder",
    [
        [{"days_below": 7, "ppm": 15000}, {"days_below": 30, "ppm": 7500}],
        [{"max_days": 30, "rate_bp": 75}, {"max_days": 7, "rate_bp": 150}],
        [{"days": 7, "rate_pct": 1.5}, {"days": 30, "rate_pct": 0.75}],
    ],
)
def test_a_ladder_is_read_where_its_names_tell_the_unit(ladder: list[dict[str, Any]]) -> None:
    line = dialogue_from({"turns": [], "context": {"fee_ladder": ladder}})
    assert [(rung.days_below, rung.ppm) for rung in line.ladder or ()] == [(7, 15000), (30, 7500)]


@pytest.mark.parametrize(
    "ladder", ["7d 1.5%", [[7, 1.5]], [{"days": 7, "rate": 1.5}], [{"days": "x", "bp": "y"}]]
)
def test_a_ladder_whose_unit_is_not_told_is_passed_over_and_named(ladder: object) -> None:
    line = dialogue_from({"turns": [], "context": {"fee_ladder": ladder}})
    assert line.ladder is None
    assert "context.fee_ladder" in line.unknown


def test_an_instant_without_zone_is_beijing_time() -> None:
    facts = {**FULL, "now": "2026-11-20T15:30:00"}
    line = dialogue_from({"context": facts, "turns": ["三点后买算哪天净值"]})
    answer = converse_line(line, room(lambda: heard("fund_ops")))["turns"][0]["answer"]
    assert "2026-11-20 15:30" in answer
    assert "2026年11月23日" in answer


def answered(now: str, intent: str, say: str) -> str:
    line = dialogue_from({"context": {**FULL, "now": now}, "turns": [say]})
    return str(converse_line(line, room(lambda: heard(intent)))["turns"][0]["answer"])


def test_before_a_rule_began_its_number_is_not_said() -> None:
    said = answered("2019-03-01T10:00:00+08:00", "pension", "个人养老金划算吗")
    assert "12,000" not in said
    assert "那一天适用的规则" in said


def test_beyond_the_calendar_no_day_is_promised() -> None:
    said = answered("2027-03-01T10:00:00+08:00", "fund_ops", "现在赎回算哪天净值")
    assert "交易日历" in said
    assert "2027年3月" not in said
    assert "不在时间内" not in answered("2027-03-01T10:00:00+08:00", "transfer", "转账失败")


def test_a_day_before_all_rules_is_an_error_of_that_dialogue() -> None:
    with pytest.raises(ConverseError, match=r"context\.now"):
        answered("1999-03-01T10:00:00+08:00", "order", "挂了单")


def test_words_of_a_counter_nobody_knows_are_shown_as_they_stand() -> None:
    facts = {**FULL, "orders": [{**FULL["orders"][0], "side": "融券卖出", "status": "已受理"}]}
    line = dialogue_from({"context": facts, "turns": ["挂了单咋不成交"]})
    answer = converse_line(line, room(lambda: heard("order")))["turns"][0]["answer"]
    assert "融券卖出招商银行" in answer
    assert "状态：已受理" in answer


def test_unknown_facts_are_passed_over_and_named() -> None:
    line = dialogue_from(
        {
            "turns": ["a"],
            "mood": 1,
            "context": {"x": 1, "holdings": [{"y": 2, "code": None}], "fee_ladder": "7"},
        }
    )
    assert line.unknown == ("mood", "context.x", "context.holdings.y", "context.fee_ladder")


def test_a_holding_whose_name_promises_is_not_repeated() -> None:
    facts = {**FULL, "holdings": [{**FULL["holdings"][0], "name": "稳赚不赔保证收益"}]}
    line = dialogue_from({"context": facts, "turns": ["怎么跌了"]})
    said = converse_line(line, room(lambda: heard("why_drop")))["turns"][0]
    assert "稳赚" not in said["answer"]
    assert said["handover"]
    assert said["verdict"]["withheld"]["reasons"]
