"""What cannot be read is named with its place; nothing is guessed."""

import pytest
from attribution_lives import DAYS, TERMS, display, explain, kind, opening, raw

from tongxing.advice.attribution import OversoldError
from tongxing.advice.attribution_fields import AttributionInputError
from tongxing.advice.attribution_file import holding


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"closes": ["10.00", None, "10.00"]}, "closes[1]: no price of 2026-05-07, and it is not suspended"),
        ({"closes": ["10.00", "10.00"]}, "closes: 2 entries for 3 dates"),
        ({"closes": ["10.00", "NaN", "10.00"]}, "closes[1]: 'NaN' is not a decimal number"),
        ({"closes": ["10.00", "0", "10.00"]}, "closes[1]: '0' is too small"),
        ({"closes": ["10.00", "1e30", "10.00"]}, "closes[1]: '1e30' is too large"),
        ({"closes": ["10.00", "10.0000001", "10"]}, "closes[1]: '10.0000001' has more than 6 decimals"),
        ({"closes": ["10.00", True, "10"]}, "closes[1]: a decimal number is needed, not True"),
        ({"market_index": ["1", "2"]}, "market_index: 2 entries for 3 dates"),
        ({"market_index": ["1", "0", "1"]}, "market_index[1]: '0' is too small"),
        ({"dates": [DAYS[1], DAYS[0], DAYS[2]]}, "dates: days must rise, each once"),
        ({"dates": [DAYS[0], "soon", DAYS[2]]}, "dates[1]: 'soon' is not a day YYYY-MM-DD"),
        ({"opening": opening("10.00") | {"date": "2026-05-05"}}, "opening.date: 2026-05-05 is not among"),
        ({"opening": opening("10.00", quantity="-1")}, "opening.quantity: '-1' is too small"),
        ({"instrument": kind("bond")}, "instrument.kind: 'bond' is none of stock, etf, fund, hk"),
        ({"instrument": kind("hk", "HKD")}, "fx: HKD needs the rate of each day"),
        ({"fx": ["1", "1", "1"]}, "fx: CNY has no exchange rate"),
        ({"question": {"from": DAYS[2], "to": DAYS[0], "asked_at": "2026-05-08T23:00:00+08:00"}}, "question"),
        ({"question": {"from": DAYS[0], "to": DAYS[2], "asked_at": "2026-05-08T23:00:00"}}, "asked_at"),
        (
            {"question": {"from": DAYS[0], "to": DAYS[2], "asked_at": "2026-05-06T09:00:00+08:00"}},
            "closes: no price of 2026-05-06 or later was known",
        ),
        ({"trades": [{"date": DAYS[1], "side": "buy"}]}, "trades[0].quantity: is missing"),
        ({"trades": [{"date": DAYS[1], "side": "buy", "quantity": "1"}]}, "trades[0].price: is missing"),
        ({"trades": {"date": DAYS[1]}}, "trades: a list […] is needed"),
        ({"corporate_actions": [{"exdate": DAYS[1]}]}, "corporate_actions[0].exdate: unknown field"),
        ({"corporate_actions": [{"ex_date": DAYS[1], "bonus": "-1"}]}, "corporate_actions[0].bonus"),
        ({"other_fees": [{"date": DAYS[1], "kind": "gift", "amount": "1"}]}, "other_fees[0].kind: 'gift'"),
        (
            {"suspended": {"from": DAYS[1], "to": DAYS[1], "prices": [{"date": DAYS[2], "price": "1"}]}},
            "no sus",
        ),
        ({"display_at_end": None}, "display_at_end: is missing"),
        ({"holdings": []}, "holdings: unknown field"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(over: dict[str, object], words: str) -> None:
    with pytest.raises(AttributionInputError) as wrong:
        holding(raw(**over), "holdings[7]", TERMS)
    assert str(wrong.value).startswith("holdings[7]")
    assert words in str(wrong.value)


def test_selling_more_than_is_held_is_no_explanation() -> None:
    with pytest.raises(OversoldError, match="on 2026-05-07 more is sold than is held"):
        explain(
            trades=[{"date": DAYS[1], "side": "sell", "quantity": "1001", "price": "10.00"}],
            display_at_end=display("10.00", quantity="0"),
        )


def test_json_numbers_are_read_as_they_are_printed() -> None:
    found = holding(raw(closes=[10.1, 10.2, 10.3]), "h", TERMS).life
    assert found.closes.tolist() == [10_100_000, 10_200_000, 10_300_000]
