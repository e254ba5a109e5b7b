import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.book.slots import SLOT_TYPES
from tongxing.wording.values import WRITERS, UnwritableError, written


def zh(value: int | str | tuple[str, ...], slot_type: str) -> str:
    return written(value, slot_type, locale="zh-CN")


@pytest.mark.parametrize(
    ("value", "slot_type", "words"),
    [
        (612_000, "percent_ppm", "61.2%"),
        (612_500, "percent_ppm", "61.3%"),
        (-83_400, "percent_ppm", "-8.3%"),
        (-83_500, "percent_ppm", "-8.4%"),
        (400, "percent_ppm", "0.0%"),
        (-400, "percent_ppm", "0.0%"),
        (0, "percent_ppm", "0.0%"),
        (1_000_000, "percent_ppm", "100.0%"),
        (20_000, "percent_bp", "200%"),
        (25, "percent_bp", "0.25%"),
        (-6_120, "percent_bp", "-61.2%"),
        (105, "percent_bp", "1.05%"),
        (123_450, "money_fen", "1,234.50元"),
        (-5, "money_fen", "-0.05元"),
        (0, "money_fen", "0.00元"),
        ("2026-05-06", "date", "2026年5月6日"),
        (12_345, "count", "12,345"),
        (("只有一个。",), "list", "只有一个"),
        (("一；", "二"), "list", "1. 一；2. 二"),
        ("沪深300", "text", "沪深300"),
    ],
)
def test_a_fact_is_written_as_a_client_reads_it(
    value: int | str | tuple[str, ...], slot_type: str, words: str
) -> None:
    assert zh(value, slot_type) == words


def test_english_writes_currency_dates_and_lists_its_own_way() -> None:
    assert written(123_450, "money_fen", locale="en") == "CNY 1,234.50"
    assert written("2026-05-06", "date", locale="en-GB") == "2026-05-06"
    assert written(("one", "two"), "list", locale="en") == "1. one; 2. two"


@pytest.mark.parametrize(
    ("value", "slot_type"), [(-1, "count"), ("3", "count"), ("2026-13-01", "date"), (1, "unheard_of")]
)
def test_what_does_not_fit_is_refused(value: int | str, slot_type: str) -> None:
    with pytest.raises(UnwritableError):
        zh(value, slot_type)


def test_every_type_a_page_may_declare_can_be_written() -> None:
    assert set(WRITERS) == set(SLOT_TYPES)


@given(st.integers(-(10**15), 10**15))
def test_money_reads_back_to_the_fen(fen: int) -> None:
    words = zh(fen, "money_fen").removesuffix("元").replace(",", "").replace(".", "")
    assert int(words) == fen


@given(st.integers(-(10**9), 10**9))
def test_basis_points_read_back_exactly(bp: int) -> None:
    whole, _, rest = zh(bp, "percent_bp").removesuffix("%").replace(",", "").partition(".")
    assert int(whole + rest.ljust(2, "0")) == bp


@given(st.integers(-(10**10), 10**10))
def test_a_share_is_never_further_off_than_half_of_its_last_digit(ppm: int) -> None:
    words = zh(ppm, "percent_ppm").removesuffix("%").replace(",", "").replace(".", "")
    assert abs(int(words) * 1_000 - ppm) <= 500
