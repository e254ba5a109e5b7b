"""The envelope of an event is taken strictly, and a rejection names what was wrong."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, Rejected
from tongxing.domain.event_text import body_bytes, body_from, canonical, from_canonical
from tongxing.intake.events import LINE_BYTES_MAX, encode, parse, same_content

NOW = datetime(2026, 5, 6, 12, tzinfo=BEIJING)
TRADE: dict[str, object] = {
    "source": "core",
    "source_seq": "20260506-000123",
    "client_id": "C000017",
    "ts": "2026-05-06T10:31:02+08:00",
    "known_at": "2026-05-06T10:31:03+08:00",
    "kind": "trade",
    "body": {
        "code": "510300",
        "side": "buy",
        "quantity": "1000",
        "price": "4.012",
        "gross_fen": 401_200,
        "fees_fen": 500,
        "deal_no": "A1",
    },
}


def reason(raw: dict[str, object] | bytes) -> str:
    answer = parse(raw, line=7, now=NOW)
    assert isinstance(answer, Rejected), answer
    assert answer.line == 7
    return answer.reason


def event(raw: dict[str, object] | bytes) -> Event:
    answer = parse(raw, line=1, now=NOW)
    assert isinstance(answer, Event), answer
    return answer


def with_body(**changes: object) -> dict[str, object]:
    body = TRADE["body"]
    assert isinstance(body, dict)
    return {**TRADE, "body": {**body, **changes}}


def without(name: str) -> dict[str, object]:
    return {key: value for key, value in TRADE.items() if key != name}


def test_a_good_line_is_an_event() -> None:
    found = event(json.dumps(TRADE).encode())
    assert found.key == ("core", "20260506-000123")
    assert found.ts == datetime(2026, 5, 6, 10, 31, 2, tzinfo=BEIJING)
    assert found.body == TRADE["body"]
    assert found == event(TRADE)


def test_an_event_is_known_now_unless_it_says_when() -> None:
    assert event(without("known_at")).known_at == NOW


def test_another_zone_is_the_same_instant() -> None:
    found = event({**TRADE, "ts": "2026-05-06T02:31:02Z"})
    assert found.ts == datetime(2026, 5, 6, 2, 31, 2, tzinfo=UTC)
    assert canonical(found) == canonical(event(TRADE))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"{", "bad_json"),
        (b"", "bad_json"),
        (b"[]", "bad_json"),
        (b'"x"', "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b"\xff\xfe", "bad_json"),
        (json.dumps(TRADE).encode().replace(b"401200", b"NaN"), "bad_json"),
        (b" " * (LINE_BYTES_MAX + 1), "bad_json"),
        ({**TRADE, "extra": 1}, "unknown_field"),
        (with_body(extra=1), "unknown_field"),
        (without("ts"), "missing_field"),
        (without("client_id"), "missing_field"),
        ({**TRADE, "body": {}}, "missing_field"),
        ({**TRADE, "body": []}, "bad_field"),
        ({**TRADE, "kind": "traded"}, "unknown_kind"),
        ({**TRADE, "ts": "2026-05-06T10:31:02"}, "no_zone"),
        ({**TRADE, "known_at": "2026-05-06T10:31:03"}, "no_zone"),
        ({**TRADE, "ts": "2026-05-06"}, "bad_field"),
        ({**TRADE, "ts": "2026-05-06T12:05:01+08:00"}, "future"),
        ({**TRADE, "known_at": "2026-05-06T12:05:01+08:00"}, "future"),
        ({**TRADE, "known_at": "2026-05-06T10:31:01+08:00"}, "bad_field"),
        ({**TRADE, "client_id": ""}, "bad_key"),
        ({**TRADE, "client_id": "C" * 65}, "bad_key"),
        ({**TRADE, "source_seq": "1" * 129}, "bad_key"),
        ({**TRADE, "client_id": "C 1"}, "bad_key"),
        ({**TRADE, "client_id": "C1\n"}, "bad_key"),
        ({**TRADE, "source": "core\u200b"}, "bad_key"),
        ({**TRADE, "source": 5}, "bad_key"),
        (with_body(gross_fen=True), "bad_field"),
        (with_body(gross_fen=401_200.0), "bad_field"),
        (with_body(gross_fen="401200"), "bad_field"),
        (with_body(gross_fen=10**15 + 1), "bad_field"),
        (with_body(gross_fen=10**40), "bad_field"),
        (with_body(gross_fen=-1), "bad_field"),
        (with_body(quantity="-1000"), "bad_field"),
        (with_body(quantity="1000\n"), "bad_field"),
        (with_body(quantity=1000), "bad_field"),
        (with_body(price="1e3"), "bad_field"),
        (with_body(side="hold"), "bad_field"),
        ({**TRADE, "kind": "day_valued", "body": {"date": "2026-02-30"}}, "bad_field"),
    ],
)
def test_each_mistake_has_its_name(raw: dict[str, object] | bytes, expected: str) -> None:
    assert reason(raw) == expected


def test_five_minutes_ahead_are_allowed() -> None:
    ahead = {**without("known_at"), "ts": "2026-05-06T12:04:59+08:00"}
    found = event(ahead)
    assert found.known_at == found.ts == NOW + timedelta(minutes=4, seconds=59)


def test_a_rejection_never_repeats_the_value() -> None:
    answer = parse(
        {**TRADE, "kind": "client_registered", "body": {"name": "林晓", "birth": "secret", "opened_on": "x"}},
        line=1,
        now=NOW,
    )
    assert isinstance(answer, Rejected)
    assert "林晓" not in answer.detail
    assert "secret" not in answer.detail


def test_an_encoded_event_reads_back() -> None:
    found = event(TRADE)
    assert parse(encode(found), line=1, now=NOW) == found
    assert from_canonical(canonical(found)) == found
    assert body_from(body_bytes(found)) == found.body


def test_the_order_of_keys_is_no_content() -> None:
    body = TRADE["body"]
    assert isinstance(body, dict)
    turned = {**TRADE, "body": dict(reversed(body.items())), "known_at": "2026-05-06T11:00:00+08:00"}
    one, other = event(TRADE), event(turned)
    assert body_bytes(one) == body_bytes(other)
    assert same_content(one, other)
    assert not same_content(one, event(with_body(fees_fen=501)))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_door(data: bytes) -> None:
    assert isinstance(parse(data, line=1, now=NOW), Rejected)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(name=st.sampled_from([*TRADE, "code", "quantity", "gross_fen", "side"]), value=plain)
def test_no_value_breaks_the_door(name: str, value: object) -> None:
    raw = {**TRADE, name: value} if name in TRADE else with_body(**{name: value})
    answer = parse(raw, line=1, now=NOW)
    if isinstance(answer, Event):
        assert parse(encode(answer), line=1, now=NOW) == answer
