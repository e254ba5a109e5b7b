import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxing.market.coding import (
    BAR_HEADER,
    Bars,
    HistoryFormatError,
    decode_bars,
    decode_levels,
    encode_bars,
    encode_levels,
)

PRICE = st.integers(min_value=1, max_value=10_000_000)


@st.composite
def some_bars(draw: st.DrawFn) -> Bars:
    length = draw(st.integers(min_value=1, max_value=12))
    steps = draw(st.lists(st.integers(1, 400), min_size=length, max_size=length))
    rows = [sorted(draw(st.tuples(PRICE, PRICE, PRICE, PRICE))) for _ in range(length)]
    lots = draw(st.lists(st.integers(0, 10**9), min_size=length, max_size=length))
    yuan = draw(st.lists(st.integers(0, 10**12), min_size=length, max_size=length))
    low, opening, close, high = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    return Bars(
        days=np.cumsum(steps).astype(np.int64),
        opens=opening,
        highs=high,
        lows=low,
        closes=close,
        lots=np.array(lots, dtype=np.int64),
        yuan=np.array(yuan, dtype=np.int64),
    )


@settings(max_examples=60, deadline=None)
@given(some_bars())
def test_every_bar_reads_back_as_written(bars: Bars) -> None:
    again = decode_bars(encode_bars(bars), name="x.csv")
    for column in Bars.__slots__:
        assert getattr(again, column).tolist() == getattr(bars, column).tolist()


def test_levels_read_back_as_written() -> None:
    days, closes = np.array([100, 101, 104]), np.array([2_524_409, 2_535_985, 2_500_000])
    text = encode_levels("index", days, closes)
    assert text == "day_step,close_milli_step\n100,2524409\n1,11576\n3,-35985\n"
    assert [column.tolist() for column in decode_levels("index", text, name="x")] == [
        [100, 101, 104],
        [2_524_409, 2_535_985, 2_500_000],
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("date,close\n1,2,3,4,5,6,7\n", "bars.csv line 1: expected the header"),
        (BAR_HEADER + "\n", "bars.csv: 0 rows"),
        (BAR_HEADER + "\n1,2,2,0,0,1,0\n1,2\n", "bars.csv line 3: expected 7 cells"),
        (BAR_HEADER + "\n1,2,2,0,0,1,0\n1,2,2.5,0,0,1,0\n", "bars.csv: line 3: '2.5' is not a whole number"),
        (BAR_HEADER + "\n1,2,2,0,0,1,0\n0,2,2,0,0,1,0\n", "bars.csv line 3: days must rise"),
        (BAR_HEADER + "\n1,2,2,0,5,1,0\n", "bars.csv line 2: days must rise and prices must be above zero"),
        (BAR_HEADER + "\n1,2,2,-1,0,1,0\n", "bars.csv line 2: days must rise"),
        (BAR_HEADER + f"\n1,{10**30},2,0,0,1,0\n", "bars.csv: a number is too large"),
    ],
)
def test_a_broken_price_file_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(HistoryFormatError) as caught:
        decode_bars(text, name="bars.csv")
    assert str(caught.value).startswith(words)
