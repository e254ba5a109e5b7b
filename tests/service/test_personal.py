"""What tells who somebody is, is found; numbers that only look like it are not."""

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from tongxing.adapters.logging_masks import mask
from tongxing.service.personal import Names, is_card, is_id_number, redact, scan

WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"


def checked(first: str) -> str:
    return first + CHECKS[sum(w * int(d) for w, d in zip(WEIGHTS, first, strict=True)) % 11]


def carded(first: str) -> str:
    return next(first + str(last) for last in range(10) if is_card(first + str(last)))


BIRTHDAYS = st.dates(min_value=date(1930, 1, 1), max_value=date(2019, 12, 31))
IDS = st.builds(lambda day, n: checked(f"999999{day:%Y%m%d}{n:03d}"), BIRTHDAYS, st.integers(0, 999))
PHONES = st.builds(lambda a, n: f"1{a}{n:09d}", st.sampled_from("3456789"), st.integers(0, 999_999_999))
CARDS = st.builds(lambda n: carded(f"6222{n:014d}"), st.integers(0, 10**14 - 1))
AROUND = st.text(alphabet="，。 :=\n\"'()[]{}客户电话号码是abc", max_size=12).filter(
    lambda text: not text[-1:].isalnum() or not text[-1:].isascii()
)
AFTER = AROUND.filter(lambda text: not (text[:1].isascii() and text[:1].isalnum()))


@given(before=AROUND, number=IDS, after=AFTER)
def test_an_identity_number_is_found_wherever_it_stands(before: str, number: str, after: str) -> None:
    found = scan(f"{before}{number}{after}")
    assert [(one.kind, one.start, one.end) for one in found] == [("id_number", len(before), len(before) + 18)]


@given(before=AROUND, number=PHONES, after=AFTER)
def test_a_phone_is_found_wherever_it_stands(before: str, number: str, after: str) -> None:
    assert [one.kind for one in scan(f"{before}{number}{after}")] == ["phone"]


@given(before=AROUND, number=CARDS, after=AFTER)
def test_a_bank_card_is_found_wherever_it_stands(before: str, number: str, after: str) -> None:
    assert "bank_card" in [one.kind for one in scan(f"{before}{number}{after}")]


@given(number=IDS)
def test_a_wrong_check_character_is_no_identity_number(number: str) -> None:
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    assert is_id_number(number)
    assert not is_id_number(wrong)
    assert "id_number" not in [one.kind for one in scan(wrong)]


def test_numbers_of_the_trade_are_nothing_personal() -> None:
    for text in (
        "order 20260506000123 of 510300 at 4.012, 401200 fen",
        "ts 1778032801000000, seq 13800138000123",
        "2026-05-06T10:31:02+08:00",
        "deal A13800138000B",
        "sha256 9a13800138000f",
    ):
        assert scan(text) == (), text


def test_grouped_phones_and_cards_are_found() -> None:
    assert [one.kind for one in scan("+86 138-0013-8000")] == ["phone"]
    card = carded("622202123456789")
    grouped = " ".join(card[start : start + 4] for start in range(0, 16, 4))
    assert [one.kind for one in scan(grouped)] == ["bank_card"]


def test_names_the_house_knows_are_found_and_others_are_not() -> None:
    names = Names(["张三丰", "张三", "Anna Smith", "李"])
    text = "客户张三丰与Anna Smith来电，李说"
    found = [(one.kind, text[one.start : one.end]) for one in scan(text, names)]
    assert found == [("name", "张三丰"), ("name", "Anna Smith")]
    assert scan("王五来电", names) == ()


@given(number=IDS | PHONES | CARDS, before=AROUND)
def test_what_is_redacted_holds_no_finding(number: str, before: str) -> None:
    once = redact(f"{before}{number} 张三丰", Names(["张三丰"]))
    assert scan(once, Names(["张三丰"])) == ()
    assert number not in once


@given(
    number=IDS | PHONES | CARDS,
    field=st.sampled_from(["event", "why", "store", "route", "kind", "x", "digest"]),
)
@example(number="13800138000", field="trace_id")
def test_a_log_line_holds_nothing_the_scanner_finds(number: str, field: str) -> None:
    for value in (number, f"client {number} of 张三丰 failed", f"/desk/{number}"):
        line = mask(None, "info", {"event": "read", field: value})
        assert scan(str(line), Names(["张三丰"])) == ()
