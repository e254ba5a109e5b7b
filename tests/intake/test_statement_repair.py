"""Files saved again, that lost zeros, columns or signs: read where they say enough, else named."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from tongxing.domain.clock import BEIJING
from tongxing.domain.pages import StatementWords
from tongxing.domain.statement import Statement
from tongxing.intake.codes import Names, names_of
from tongxing.intake.statement import UnreadableFileError, read

NOW = datetime(2026, 5, 6, 18, tzinfo=BEIJING)
HEADER = "成交日期,证券代码,证券名称,业务名称,成交数量,成交均价,成交金额,手续费,发生金额\n"
NAMES = names_of([("平安银行", "000001"), ("腾讯控股", "00700"), ("格力电器", "000651")])


def of_text(text: str, words: StatementWords, names: Names | None = None) -> Statement:
    return read(text.encode(), words=words, now=NOW, names=names or {})


def reasons(statement: Statement) -> list[tuple[int, str]]:
    return [(entry.line, entry.reason) for entry in statement.rejected]


@pytest.mark.parametrize(
    ("printed", "name", "code"),
    [
        ("1", "平安银行", "000001"),
        ("651", "格 力 电 器", "000651"),
        ("2594", "比亚迪", "002594"),
        ("19547", "16国债19", "019547"),
        ("6.00519E+05", "贵州茅台", "600519"),
        ("600519.0", "贵州茅台", "600519"),
        ("651.0", "", "000651"),
        ('="000651"', "", "000651"),
    ],
)
def test_a_code_is_restored_where_it_can_only_be_one(
    words: StatementWords, printed: str, name: str, code: str
) -> None:
    row = f"20250303,{printed},{name},证券买入,100,10.00,1000.00,5.00,-1005.00\n"
    assert [record.code for record in of_text(HEADER + row, words, NAMES).records] == [code]


@pytest.mark.parametrize(
    ("printed", "name", "why"),
    [
        ("700", "腾讯控股", "known as 00700"),
        ("1810", "小米集团-W", "Hong Kong"),
        ("31005", "某债", "begins like 031005"),
        ("6.01E+05", "贵州茅台", "6.01E+05"),
        ("2", "平安银行", "known as 000001"),
    ],
)
def test_a_code_that_may_be_another_is_refused_with_its_reason(
    words: StatementWords, printed: str, name: str, why: str
) -> None:
    row = f"20250303,{printed},{name},证券买入,100,10.00,1000.00,5.00,-1005.00\n"
    statement = of_text(HEADER + row, words, NAMES)
    assert reasons(statement) == [(2, "missing_code")]
    assert why in statement.rejected[0].detail


def test_shanghai_lists_no_share_that_begins_with_zeros(words: StatementWords) -> None:
    header = HEADER.replace("\n", ",交易市场\n")
    row = "20250303,{},某股,证券买入,100,10.00,1000.00,5.00,-1005.00,{}\n"
    text = header + row.format("651", "上海A股") + row.format("651", "深圳A股") + row.format("19547", "沪市")
    statement = of_text(text, words)
    assert [record.code for record in statement.records] == ["000651", "019547"]
    assert reasons(statement) == [(2, "missing_code")]


@pytest.mark.parametrize(
    "net", ["(1005.00)", "1005.00-", "－１，００５．００", "-¥1,005.00", "-0.1005万", "-1005元"]
)
def test_a_payment_is_read_in_every_way_of_writing_its_minus(words: StatementWords, net: str) -> None:
    row = f'20250303,600519,贵州茅台,证券买入,100,10.00,"1,000.00",5.00,"{net}"\n'
    other = "20250304,600519,贵州茅台,证券卖出,100,10.00,1000.00,5.00,995.00\n"
    statement = of_text(HEADER + row + other, words)
    assert [record.net_fen for record in statement.records] == [-100_500, 99_500]


@pytest.mark.parametrize("cell", ["(-5.00)", "-5.00-", "(5.00)-", "5万万", "万", "--5万"])
def test_two_signs_are_no_number(words: StatementWords, cell: str) -> None:
    row = f"20250303,600519,贵州茅台,证券买入,100,10.00,1000.00,5.00,{cell}\n"
    assert reasons(of_text(HEADER + row, words)) == [(2, "bad_number")]


def test_amounts_in_units_of_ten_thousand_are_no_amounts_in_yuan(words: StatementWords) -> None:
    row = "20250303,600519,贵州茅台,证券买入,100,10.00,1000.00,5.00,-0.1005\n"
    statement = of_text(HEADER.replace("发生金额", "发生金额(万元)") + row, words)
    assert [(record.net_fen, statement.layout) for record in statement.records] == [(-100_500, "trades")]


@pytest.mark.parametrize(
    ("day", "at", "instant"),
    [
        ("45719", "0.396585648", time(9, 31, 5)),
        ("45719.396585648", "", time(9, 31, 5)),
        ("2025/3/3 0:00", "9:31", time(9, 31)),
        ("2.0250303E+07", "93105", time(9, 31, 5)),
        ("20250303.0", "", None),
        ("2025年3月3日", "0", None),
    ],
)
def test_days_and_times_of_a_spreadsheet_are_days_and_times(
    words: StatementWords, day: str, at: str, instant: time | None
) -> None:
    text = "成交日期,成交时间,证券代码,买卖标志,成交价格,成交数量,成交金额\n"
    statement = of_text(text + f"{day},{at},600519,买入,10.00,100,1000.00\n", words)
    assert [(record.day, record.time) for record in statement.records] == [(date(2025, 3, 3), instant)]


@pytest.mark.parametrize("day", ["2.02503E+07", "3/3/2025", "25/3/3", "99999", "45719.9999999", "0.5"])
def test_a_day_that_lost_digits_is_not_guessed(words: StatementWords, day: str) -> None:
    text = "成交日期,证券代码,买卖标志,成交价格,成交数量,成交金额\n"
    assert reasons(of_text(text + f"{day},600519,买入,10.00,100,1000.00\n", words)) == [(2, "invalid_date")]


def test_two_columns_of_one_fee_are_summed_or_taken_once_as_the_net_amount_says(
    words: StatementWords,
) -> None:
    header = HEADER.replace("手续费,", "手续费,手续费,")
    rows = (
        "20250303,600519,贵州茅台,证券买入,100,10.00,1000.00,5.00,5.00,-1005.00\n"
        "20250303,600519,贵州茅台,证券买入,200,10.00,2000.00,5.00,3.00,-2008.00\n"
        "20250303,600519,贵州茅台,证券卖出,200,10.00,2000.00,5.00,3.00,1997.00\n"
        "20250303,600519,贵州茅台,证券卖出,200,10.00,2000.00,5.00,3.00,1995.00\n"
        "20250303,600519,贵州茅台,证券卖出,200,10.00,2000.00,5.00,3.00,1990.00\n"
    )
    statement = of_text(header + rows, words)
    assert [record.fees.total_fen for record in statement.records] == [500, 800, 300, 500]
    assert reasons(statement) == [(6, "amount_mismatch")]


def test_commission_beside_its_other_name_is_taken_as_the_net_amount_says(words: StatementWords) -> None:
    header = HEADER.replace("手续费,", "手续费,佣金,")
    row = "20250303,600519,贵州茅台,证券买入,100,10.00,1000.00,5.20,5.00,-1005.20\n"
    (record,) = of_text(header + row, words).records
    assert (record.fees.commission_fen, record.net_fen) == (520, -100_520)


def test_without_a_net_amount_the_balance_says_how_repeated_fees_count(words: StatementWords) -> None:
    header = "成交日期,证券代码,业务名称,成交数量,成交均价,成交金额,手续费,手续费,资金余额\n"
    rows = [
        "20250303,,银行转存,,,5000.00,,,5000.00\n",
        "20250304,600519,证券买入,100,10.00,1000.00,5.00,5.00,3995.00\n",
        "20250305,600519,证券买入,100,10.00,1000.00,5.00,4.00,2986.00\n",
    ]
    for order in (rows, rows[::-1]):
        statement = of_text(header + "".join(order), words)
        assert [record.net_fen for record in statement.records] == [500_000, -100_500, -100_900]
        assert statement.opening.cash_fen == 0


@pytest.mark.parametrize(
    ("header", "row", "gross_fen", "net_fen"),
    [
        ("成交数量,成交均价,手续费,发生金额", "3000,10.333,5.00,-31004.12", 3_099_912, -3_100_412),
        ("成交数量,手续费,发生金额", "3000,5.00,-31004.12", 3_099_912, -3_100_412),
        ("成交数量,成交均价,发生金额", "100,10.00,-1005.00", 100_000, -100_500),
        ("成交数量,成交均价,手续费", "100,10.00,5.00", 100_000, -100_500),
        ("成交数量,成交金额,手续费", "100,1000.00,5.00", 100_000, -100_500),
    ],
)
def test_what_a_file_leaves_out_is_derived(
    words: StatementWords, header: str, row: str, gross_fen: int, net_fen: int
) -> None:
    statement = of_text(f"成交日期,证券代码,业务名称,{header}\n20250303,600519,证券买入,{row}\n", words)
    assert [(record.gross_fen, record.net_fen) for record in statement.records] == [(gross_fen, net_fen)]


def test_a_derived_amount_that_price_and_fees_deny_is_named(words: StatementWords) -> None:
    header = "成交日期,证券代码,业务名称,成交数量,成交均价,手续费,发生金额\n"
    statement = of_text(header + "20250303,600519,证券买入,100,10.00,5.00,-1105.00\n", words)
    assert reasons(statement) == [(2, "amount_mismatch")]


def test_a_workbook_saved_by_a_client_is_read_to_the_fen(words: StatementWords, fixtures: Path) -> None:
    data = (fixtures / "statements" / "resaved.xlsx").read_bytes()
    statement = read(data, words=words, now=NOW, names=NAMES)
    assert (statement.encoding, statement.delimiter, statement.layout) == ("xlsx", "xlsx", "delivery")
    assert [(record.day.isoformat(), record.time, record.code) for record in statement.records] == [
        ("2025-03-03", time(9, 31, 5), ""),
        ("2025-03-04", time(10), "600519"),
        ("2025-03-05", time(14), "000001"),
        ("2025-03-06", time(14, 30), "000651"),
        ("2025-03-07", time(9, 45), "600519"),
    ]
    cash = statement.opening.cash_fen
    assert cash == 0
    assert sum(record.net_fen for record in statement.records) == statement.records[-1].cash_after_fen
    assert statement.records[2].quantity == Decimal(300)
    assert reasons(statement) == [(9, "totals_line")]


def test_a_damaged_workbook_is_called_one(words: StatementWords, fixtures: Path) -> None:
    data = (fixtures / "statements" / "resaved.xlsx").read_bytes()
    for cut in range(8, len(data), 397):
        with pytest.raises(UnreadableFileError, match="Excel"):
            read(data[:cut], words=words, now=NOW)
    for place in range(30, len(data) - 200, 61):
        damaged = bytearray(data)
        damaged[place : place + 3] = b"\xff\x00\xff"
        try:
            statement = read(bytes(damaged), words=words, now=NOW)
        except UnreadableFileError:
            continue
        assert len(statement.records) + len(statement.rejected) <= 8


def test_a_csv_saved_by_a_spreadsheet_keeps_its_lines(words: StatementWords) -> None:
    text = (
        "示例证券 对账单,,,,,,,,,,,\n,,,,,,,,,,,\n"
        "成交日期,证券代码,证券名称,业务名称,成交数量,成交均价,成交金额,手续费,发生金额,,,\n"
        '2025/3/4,651,格力电器,证券买入,"1,000",41.2,"41,200.00",10.3,"-41,210.30",,,\n'
        '2025/3/5,="000651",格力电器,证券卖出,-500,41.5,"20,750.00",15.58,"20,734.42",,,\n'
        '合计,,,,,,,,"-20,475.88",,,\n,,,,,,,,,,,\n'
    )
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        statement = read(text.encode(encoding), words=words, now=NOW, names=NAMES)
        assert [(record.code, record.net_fen) for record in statement.records] == [
            ("000651", -4_121_030),
            ("000651", 2_073_442),
        ]
        assert reasons(statement) == [(6, "totals_line")]
