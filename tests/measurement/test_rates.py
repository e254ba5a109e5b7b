import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.measurement.rates import annual, annual_ppm, rate, wilson_ppm


@pytest.mark.parametrize(
    ("month_ppm", "year_ppm"), [(32_000, 323_111), (20_000, 215_283), (10_000, 113_615), (0, 0)]
)
def test_monthly_churn_comes_to_the_yearly_figure_of_the_notes(month_ppm: int, year_ppm: int) -> None:
    assert annual_ppm(month_ppm) == pytest.approx(year_ppm, abs=200)


def test_three_point_two_percent_a_month_is_thirty_two_point_three_a_year() -> None:
    month = rate("churn_month", part=32, whole=1_000, formula="lost / active", cohort="all")
    assert month.value_ppm == 32_000
    year = annual(month)
    assert round((year.value_ppm or 0) / 1_000) == 323
    assert year.formula == "1-(1-m)^12, m = lost / active"
    assert (year.low_ppm or 0) < (year.value_ppm or 0) < (year.high_ppm or 0)


def test_the_wilson_interval_is_the_textbook_one() -> None:
    # 8 of 10: centre 0.7167, half width 0.2265 (hand computed with z = 1.96)
    low, high = wilson_ppm(8, 10)
    assert low == pytest.approx(490_160, abs=200)
    assert high == pytest.approx(943_320, abs=200)


def test_nothing_of_something_starts_at_zero_and_all_of_it_ends_at_one() -> None:
    assert wilson_ppm(0, 20)[0] == 0
    assert wilson_ppm(0, 20)[1] == pytest.approx(161_130, abs=100)
    assert wilson_ppm(20, 20)[1] == 1_000_000


def test_an_empty_group_has_no_value() -> None:
    nothing = rate("opened", part=0, whole=0, formula="f", cohort="c")
    assert (nothing.value_ppm, nothing.low_ppm, nothing.high_ppm) == (None, None, None)
    assert annual(nothing).value_ppm is None


def test_a_part_larger_than_the_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="no share"):
        rate("opened", part=3, whole=2, formula="f", cohort="c")


@given(whole=st.integers(1, 10_000), data=st.data())
def test_the_value_lies_within_its_interval(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    found = rate("x", part=part, whole=whole, formula="f", cohort="c")
    assert found.value_ppm is not None
    assert found.low_ppm is not None
    assert found.high_ppm is not None
    assert 0 <= found.low_ppm <= found.value_ppm <= found.high_ppm <= 1_000_000
