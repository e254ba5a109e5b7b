"""Prices and sectors given with an import."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tongxing.domain.clock import BEIJING
from tongxing.intake.given import GivenPrice, prices, sectors
from tongxing.intake.listing import UnreadableFileError

NOW = datetime(2026, 5, 6, 12, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("code,price,date\n600519,1400.5,2026-05-05\n000001,12,\n", "utf-8"),
        ("证券代码,价格,日期\n600519,1400.5,20260505\n1,12,\n", "gb18030"),
        (
            '证券代码\t证券名称\t价格(元)\t日期\n="600519"\t贵州茅台\t"1,400.50"\t2026/5/5\n000001\t甲\t12\t--\n',
            "gb18030",
        ),
        (
            "Code,Price,Date,Sector\n600519.SH,1400.50,2026-05-05,食品饮料\nSZ000001,12.00,,银行\n",
            "utf-8-sig",
        ),
    ],
)
def test_prices_are_read_in_both_languages(text: str, encoding: str) -> None:
    found, rejected = prices(text.encode(encoding), now=NOW)
    assert rejected == ()
    assert found == {
        "600519": GivenPrice(price=Decimal("1400.5"), day=date(2026, 5, 5)),
        "000001": GivenPrice(price=Decimal(12), day=None),
    }


def test_of_several_days_the_newest_price_counts() -> None:
    text = "code,price,date\n600519,3,2026-05-04\n600519,5,2026-05-06\n600519,4,2026-05-05\n"
    found, rejected = prices(text.encode(), now=NOW)
    assert found["600519"].price == Decimal(5)
    assert rejected == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("600519,-1,", "bad_number"),
        ("600519,0,", "bad_number"),
        ("600519,,", "bad_number"),
        ("600519,十元,", "bad_number"),
        ("600519,1.0000001,", "bad_number"),
        ("600519,99999999999,", "bad_number"),
        ("600519,1,2026-05-07", "invalid_date"),
        ("600519,1,2026-02-30", "invalid_date"),
        (",1,", "missing_code"),
        ("茅台,1,", "missing_code"),
        ("600519,1", "missing_field"),
        ("600518,2,", "conflict"),
        ("600518,2,2026-05-05", "conflict"),
    ],
)
def test_a_bad_line_of_prices_is_named(row: str, reason: str) -> None:
    _, rejected = prices(f"code,price,date\n600518,1,\n{row}\n".encode(), now=NOW)
    assert [(entry.line, entry.reason) for entry in rejected] == [(3, reason)]


def test_sectors_are_read_and_contradictions_named() -> None:
    text = "证券代码,行业\n600519,食品饮料\n600519,食品饮料\n600519,电子\n600518,\n"
    found, rejected = sectors(text.encode("gb18030"))
    assert found == {"600519": "食品饮料"}
    assert [(entry.line, entry.reason) for entry in rejected] == [(4, "conflict"), (5, "bad_field")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("600519,1400\n", "unknown heading '600519' (line 1)"),
        ("code,cost\n600519,1\n", "unknown heading 'cost' (line 1)"),
        ("code,sector\n600519,电子\n", "one column price or 价格 is needed (line 1)"),
        ("code,price,价格\n600519,1,1\n", "one column price or 价格 is needed (line 1)"),
        ("", "the file is empty"),
    ],
)
def test_a_file_without_the_headings_is_refused_whole(text: str, expected: str) -> None:
    with pytest.raises(UnreadableFileError) as problem:
        prices(text.encode(), now=NOW)
    assert expected in str(problem.value)
