from typing import Any

import pytest
from compliance_cases import BOOK
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxing.compliance.review import review
from tongxing.compliance.review_door import DoorError, answer, draft_from
from tongxing.domain.grades import Channel, Nature, ProductRisk, Tolerance


def line(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "text": "短债基金也可能亏损，请看清费用。",
        "locale": "zh-CN",
        "channel": "home",
        "nature": "education",
        "author": {"kind": "ai", "licence": None},
        "client": {
            "grade": "C3",
            "assessment_valid": True,
            "age": 38,
            "professional": False,
            "accepted_terms": [],
            "accepted_kinds": [],
            "consents": [
                {"purpose": "personalised_service", "source": "*", "receiver": "house", "until": None}
            ],
            "contact": {"push": True},
            "personalisation": True,
            "distressed_24h": False,
            "crisis_24h": False,
            "goal": None,
            "touches_this_week": 1,
        },
        "product": {"id": "F00002", "kind": "bond_fund", "risk": "R2", "term": "open", "admission_met": True},
        "initiative": "firm",
        "warning_chain": [],
        "labels": ["ai"],
        "at": "2026-05-06T10:30:00+08:00",
    }
    return whole | changes


def answered(**changes: Any) -> dict[str, Any]:
    return answer(review(draft_from(line(**changes)), book=BOOK))


def test_the_contracts_line_is_cleared() -> None:
    assert answered() == {"cleared": True, "reasons": []}


def test_a_refusal_names_rule_and_detail() -> None:
    assert answered(text="保本，也可能亏损。") == {
        "cleared": False,
        "reasons": [{"rule": "promise", "detail": "says '保本'"}],
    }


def test_the_line_becomes_the_draft_it_describes() -> None:
    words = draft_from(line())
    assert (words.channel, words.nature) == (Channel.HOME, Nature.EDUCATION)
    assert words.standing.grade is Tolerance.C3
    assert words.product is not None
    assert words.product.risk is ProductRisk.R2
    assert words.touches_this_week == 1
    assert words.at.isoformat() == "2026-05-06T10:30:00+08:00"


def test_what_is_not_said_takes_the_defaults_of_the_contract() -> None:
    short = {
        "text": "今天的短课讲交收规则。",
        "channel": "home",
        "nature": "marketing",
        "author": {"kind": "ai"},
        "client": {"grade": "C3"},
        "initiative": "firm",
        "labels": ["ai"],
        "at": "2026-05-06T10:30:00+08:00",
    }
    assert answer(review(draft_from(short), book=BOOK))["cleared"] is True


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"colour": "red"}, "colour"),
        ({"client": {"grade": "C3", "mood": "sad"}}, "mood"),
        ({"author": {"kind": "robot"}}, "author.kind"),
        ({"channel": "pigeon"}, "channel"),
        ({"client": {"grade": "C9"}}, "grade"),
        ({"at": "2026-05-06T10:30:00"}, "at"),
        ({"at": "yesterday"}, "at"),
        ({"text": 5}, "text"),
        ({"text": "长" * 20_001}, "text"),
        ({"product": {"id": "x", "risk": "R9"}}, "risk"),
        ({"client": {"touches_this_week": -1}}, "touches_this_week"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(DoorError, match=named):
        draft_from(line(**changes))


@pytest.mark.parametrize("field", ["text", "channel", "nature", "author", "client", "initiative", "at"])
def test_a_missing_field_is_named(field: str) -> None:
    raw = line()
    del raw[field]
    with pytest.raises(DoorError, match=field):
        draft_from(raw)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"nature": "marketing"}, "consent_marketing"),
        ({"client": line()["client"] | {"consents": []}}, "consent_personalised"),
        ({"client": line()["client"] | {"assessment_valid": False}}, "assessment_expired"),
        ({"client": line()["client"] | {"grade": "C1"}}, "suitability_level"),
        ({"client": line()["client"] | {"touches_this_week": 3}}, "frequency_cap"),
        ({"labels": []}, "ai_label"),
        ({"text": "这是一只短债基金。"}, "missing_risk"),
        ({"channel": "push", "at": "2026-05-06T23:30:00+08:00"}, "quiet_hours"),
        ({"author": {"kind": "adviser", "licence": None}}, "licence"),
    ],
)
def test_the_door_reaches_every_part_of_the_context(changes: dict[str, Any], rule: str) -> None:
    reasons = answered(**changes)["reasons"]
    assert rule in {reason["rule"] for reason in reasons}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(line())), JSON)
def test_no_value_breaks_the_door(field: str, value: Any) -> None:
    try:
        words = draft_from(line(**{field: value}))
    except DoorError:
        return
    review(words, book=BOOK)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_review(text: str) -> None:
    reasons = answered(text=text)["reasons"]
    assert "unjudged" not in {reason["rule"] for reason in reasons}
