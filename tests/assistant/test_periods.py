"""The time a question is about, as clients write it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.assistant.periods import Span, span_in

ON = date(2026, 5, 6)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("今天怎么又跌了", Span(sessions=1, until=ON)),
        ("昨天为什么跌", Span(sessions=1, until=date(2026, 5, 5))),
        ("昨儿跌了", Span(sessions=1, until=date(2026, 5, 5))),
        ("前天跌那么多", Span(sessions=1, until=date(2026, 5, 4))),
        ("大前天呢", Span(sessions=1, until=date(2026, 5, 3))),
        ("why did it fall yesterday", Span(sessions=1, until=date(2026, 5, 5))),
        ("这周亏了多少", Span(after=date(2026, 5, 3))),
        ("this week", Span(after=date(2026, 5, 3))),
        ("上周怎么回事", Span(after=date(2026, 4, 26), until=date(2026, 5, 3))),
        ("这个月怎么跌了", Span(after=date(2026, 4, 30))),
        ("本月", Span(after=date(2026, 4, 30))),
        ("上个月跌了这么多", Span(after=date(2026, 3, 31), until=date(2026, 4, 30))),
        ("last month", Span(after=date(2026, 3, 31), until=date(2026, 4, 30))),
        ("今年一直跌", Span(after=date(2025, 12, 31))),
        ("去年跌惨了", Span(after=date(2024, 12, 31), until=date(2025, 12, 31))),
        ("连跌三天", Span(sessions=3)),
        ("最近5天怎么跌成这样", Span(sessions=5)),
        ("这两周", Span(after=date(2026, 4, 22))),
        ("近三个月为什么亏", Span(after=date(2026, 2, 6))),
        ("半年了还在跌", Span(after=date(2025, 11, 6))),
        ("半个月跌了一成", Span(after=date(2026, 4, 22))),
        ("跌了一年", Span(after=date(2025, 5, 6))),
        ("over the past 3 months", Span(after=date(2026, 2, 6))),
        ("in the last two weeks", Span(after=date(2026, 4, 22))),
        ("怎么跌了", None),
        ("3天后到账吗", None),
        ("512880", None),
        ("", None),
    ],
)
def test_words_name_their_time(text: str, span: Span | None) -> None:
    assert span_in(text, ON) == span


def test_a_month_that_lacks_the_day_ends_on_its_last() -> None:
    assert span_in("近三个月", date(2026, 5, 31)) == Span(after=date(2026, 2, 28))


@given(st.text(alphabet="今昨前上这本去天周月年个半近三十几0129 last week", max_size=24), st.dates())
def test_any_words_name_a_time_that_began_or_none(text: str, on: date) -> None:
    """The first years of the calendar are left to historians."""
    if on.year < 1100:
        return
    span = span_in(text, on)
    if span is not None and span.after is not None:
        assert span.after < on
        assert span.until is None or span.after < span.until < on
