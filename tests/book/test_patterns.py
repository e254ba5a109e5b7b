import pytest

from tongxing.book.patterns import PATTERN_LENGTH_MAX, complaint


@pytest.mark.parametrize(
    "pattern",
    [
        "保本",
        r"稳赚(不赔)?",
        r"(?:必|肯定|一定).{0,4}涨",
        r"\d+(?:\.\d+)?%",
        r"[+*]{1,3}",
        r"(ab)+c",
        r".*涨停",
        r"(a[+]b)*c",
        r"(a\+b)*c",
    ],
)
def test_ordinary_patterns_are_taken(pattern: str) -> None:
    assert complaint(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(保本", "does not compile"),
        ("[保", "does not compile"),
        ("*保", "does not compile"),
        (r"(a+)+b", "repeats a repetition"),
        (r"(a*)*b", "repeats a repetition"),
        (r"((ab)+c?)*d", "repeats a repetition"),
        (r"(?:x{2,}y)+z", "repeats a repetition"),
        (r"([^a]+|b)*c", "repeats a repetition"),
        (r".*保.*本", "more than once"),
        (r"a?", "matches nothing at all"),
        (r"|保本", "matches nothing at all"),
        ("保" * (PATTERN_LENGTH_MAX + 1), "at most"),
    ],
)
def test_patterns_that_break_or_run_away_are_refused(pattern: str, why: str) -> None:
    found = complaint(pattern)
    assert found is not None
    assert why in found
