import re

import pytest
from compliance_cases import BOOK
from hypothesis import given
from hypothesis import strategies as st

from tongxing.compliance.grams import alternatives, grams, needs
from tongxing.compliance.phrase_book import compiled
from tongxing.compliance.phrases import heard

EXAMPLES = [text for phrase in BOOK.phrases for text in phrase.refuses + phrase.passes]
PIECES = sorted({piece for text in EXAMPLES for piece in re.split("[,，。]", text)})
WRITTEN = [pattern for phrase in BOOK.phrases for pattern in phrase.patterns]
PATTERNS = sorted({part for pattern in WRITTEN for part in alternatives(pattern)})


@pytest.mark.parametrize(
    ("pattern", "rarest"),
    [
        ("保本", {"保本"}),
        ("(?:保证|承诺)[^,]{0,6}收益", {"收益"}),
        ("必(?:将|定)?涨", {"必将", "必定", "必涨"}),
        ("[选勾]题", {"选题", "勾题"}),
        ("[^,]{0,3}涨", {"涨"}),
        (r"(?<!不)保证?本", {"保证", "保本"}),
        (r"\bguaranteed\b", {"guar"}),
        (r"\d{2}元", {"元"}),
    ],
)
def test_what_every_match_of_a_pattern_holds(pattern: str, rarest: set[str]) -> None:
    assert set(needs(pattern)[0]) == rarest


@pytest.mark.parametrize("pattern", [".{0,3}", "(?:保本|.)", "(?:保本)?", "[^保]"])
def test_of_some_patterns_nothing_can_be_told(pattern: str) -> None:
    assert needs(pattern) == ()


def test_outermost_alternatives_are_told_apart() -> None:
    assert alternatives(r"a|(?:b|c)|[|]|\|") == ("a", "(?:b|c)", "[|]", r"\|")


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join), st.sampled_from(PATTERNS))
def test_a_text_that_matches_holds_all_that_the_pattern_needs(text: str, pattern: str) -> None:
    held = grams(text.lower())
    for match in re.finditer(pattern, text.lower()):
        assert all(need & held for need in needs(pattern)), match.group()


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("，".join))
def test_no_pattern_that_matches_a_sentence_is_left_out(text: str) -> None:
    said = heard(text, "zh-CN", compiled(BOOK.phrases))
    running = {
        (place.unit.rule_id, place.unit.pattern.pattern)
        for (locale, _), places in said.places.items()
        for place in places
        if locale == "zh-CN"
    }
    index = compiled(BOOK.phrases).indexes["zh-CN"]
    for unit in index.units():
        if unit.pattern.search(text) is not None:
            assert (unit.rule_id, unit.pattern.pattern) in running
