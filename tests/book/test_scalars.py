import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.book.scalars import plain


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("0", 0),
        ("-15", -15),
        ("50000000", 50_000_000),
        ("1_000_000", 1_000_000),
        ("true", True),
        ("false", False),
        ("2026-05-06", date(2026, 5, 6)),
        ("none", "none"),
        ("R3", "R3"),
        ("2.1.2", "2.1.2"),
        ("5-7 天", "5-7 天"),
        ("养老金", "养老金"),
    ],
)
def test_what_nobody_can_misread_is_taken(raw: str, value: object) -> None:
    found = plain(raw)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        ("000300", 'quote the code "000300"'),
        ("007", "begins with 0"),
        ("no", "could be a truth value"),
        ("Yes", "could be a truth value"),
        ("on", "could be a truth value"),
        ("True", "could be a truth value"),
        ("21:00", "counted in sixties"),
        ("190:20:30", "counted in sixties"),
        ("1.5", "use a smaller unit"),
        ("1e5", "use a smaller unit"),
        (".inf", "no whole number"),
        ("0x1F", "another base"),
        ("0o17", "another base"),
        ("2026-5-6", "write YYYY-MM-DD"),
        ("2026-05-06T10:00:00", "looks like a date"),
        ("2026-02-30", "no day of the calendar"),
        ("1_00", "no whole number"),
        ("null", "nothing stands here"),
        ("", "nothing stands here"),
        ("~", "nothing stands here"),
        ("<<", "meaning of its own"),
    ],
)
def test_what_could_be_misread_must_be_quoted(raw: str, advice: str) -> None:
    with pytest.raises(ValueError, match=re.escape(advice)):
        plain(raw)


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_every_whole_number_reads_as_itself(number: int) -> None:
    assert plain(str(number)) == number


@given(st.text(alphabet="0123456789.:-_eExXoT+ ", min_size=1, max_size=12))
def test_nothing_written_in_digits_becomes_a_fraction_or_crashes(raw: str) -> None:
    try:
        value = plain(raw)
    except ValueError:
        return
    assert isinstance(value, (int, str, date))
    assert not isinstance(value, int) or str(value) == raw.replace("_", "") or raw == "-0"
