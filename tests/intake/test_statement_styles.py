"""Files as the terminals and brokers of this market export them: to the fen, to the share, line by line."""

from datetime import datetime, time
from decimal import Decimal

import pytest

from tongxing.domain.clock import BEIJING
from tongxing.domain.pages import StatementWords
from tongxing.domain.statement import Statement
from tongxing.intake.opening import share_change
from tongxing.intake.statement import UnreadableFileError, read
from tongxing.intake.statement_events import events

NOW = datetime(2026, 5, 6, 18, tzinfo=BEIJING)
HEADER = "成交日期,证券代码,证券名称,业务名称,成交数量,成交均价,成交金额,手续费,印花税,过户费,发生金额\n"

TERMINAL = (
    "起始日期:20250301\t终止日期:20250331\n\n"
    "成交日期\t证券代码\t证券名称\t操作\t成交数量\t成交编号\t成交均价\t成交金额\t余额\t发生金额\t手续费\t印花税"
    "\t过户费\t其他杂费\t本次金额\t合同编号\t股东帐户\t\n"
    '20250303\t="600519"\t贵州茅台\t买入\t100\t="7"\t1497.000\t149700.000\t150\t-149738.930\t37.430\t0.000'
    '\t1.500\t0.000\t50261.070\t="12"\tA123\t\n'
    '20250303\t="600519"\t贵州茅台\t买入\t100\t="8"\t1497.000\t149700.000\t250\t-149738.930\t37.430\t0.000'
    '\t1.500\t0.000\t-99477.860\t="12"\tA123\t\n'
    '20250304\t="600519"\t贵州茅台\t卖出\t-100\t="8"\t1500.000\t150000.000\t150\t149885.500\t37.500\t75.500'
    '\t1.500\t0.000\t50407.640\t="13"\tA123\t\n'
)
WEB = (
    "成交日期,成交时间,证券代码,证券名称,委托方向,成交数量,成交均价,成交金额,佣金,规费,印花税,过户费,其他费,"
    "资金发生数,资金本次余额,股份本次余额,成交编号,股东代码,交易市场\n"
    '2025/3/4,13:01:02,600036,招商银行,证券卖出,-200,43.200,"8,640.00",5.00,0.49,4.32,0.09,0,"8,630.59",'
    '"9,630.59",300,56,A1,上海A股\n'
    '2025/3/3,10:01:02,600036,招商银行,证券买入,500,43.100,"21,550.00",5.00,1.23,0,0.22,0,"-21,555.22",'
    '"1,000.00",500,55,A1,上海A股\n'
)
UNSIGNED = (
    "成交日期,成交时间,证券代码,证券名称,操作,成交数量,成交均价,成交金额,手续费,印花税,过户费,发生金额,资金余额,"
    "证券余额\r"
    "20250304,100000,600036,招商银行,卖出,100,43.00,4300.00,5.00,2.15,0.04,4292.81,5287.81,0\r"
    "20250303,140000,600036,招商银行,买入,100,42.00,4200.00,5.00,0,0.04,4205.04,995.00,100\r"
    "20250303,93005,,,银行转证券,0,0,0,0,0,0,5200.04,5200.04,0\r"
)
NET_COMMISSION = (
    "日期;业务;证券代码;证券名称;成交价格;成交数量;剩余数量;成交金额;净佣金;规费;印花税;过户费;附加费;结算费;"
    "清算金额;剩余金额;\n"
    "20250303;证券买入;600036;招商银行;43.100;500;700;21550.00;3.54;1.46;0.00;0.22;0.00;0.00;-21555.22;1000.00;\n"
    "20250305;银行转取;;;0;0;0;0;0;0;0;0;0;0;-100.00;900.00;\n"
    "20250306;证券卖出清算;600036;招商银行;43.200;-700;0;30240.00;3.54;1.46;15.12;0.30;0.00;0.00;30219.58;31119.58;\n"
)
TWO_ROWS = (
    "交易日期,证券,,业务,成交,,,费用,,资金,资金,证券\n"
    ",代码,名称,类型,数量,价格,金额,佣金,印花税,发生额,余额,余额\n"
    "20250303,600036,招商银行,证券买入,500,43.10,21550.00,5.00,0,-21555.00,1000.00,500\n"
    "20250304,600036,招商银行,证券卖出,200,43.20,8640.00,5.00,4.32,8630.68,9630.68,300\n"
)
STYLES = {
    "terminal, tab, GB18030, two balances": (TERMINAL, "gb18030", 20_000_000, {"600519": 50}),
    "web, newest first, grouped": (WEB, "utf-8-sig", 2_255_522, {}),
    "unsigned, newest first, old line ends": (UNSIGNED, "gb18030", 0, {}),
    "net commission, trailing semicolons": (NET_COMMISSION, "utf-8", 2_255_522, {"600036": 200}),
    "headings in two lines": (TWO_ROWS, "utf-16", 2_255_500, {}),
}


def of_text(text: str, words: StatementWords, encoding: str = "utf-8") -> Statement:
    return read(text.encode(encoding), words=words, now=NOW)


@pytest.mark.parametrize("style", STYLES)
def test_every_printed_balance_follows_from_the_opening(style: str, words: StatementWords) -> None:
    text, encoding, cash_fen, shares = STYLES[style]
    statement = of_text(text, words, encoding)
    assert statement.rejected == ()
    assert statement.opening.cash_fen == cash_fen
    held = {code: quantity for code, _, quantity in statement.opening.shares}
    assert held == shares
    cash = cash_fen
    for record in statement.records:
        cash += record.net_fen
        assert record.cash_after_fen == cash
        if record.code:
            held[record.code] = held.get(record.code, Decimal(0)) + share_change(record)
            assert record.shares_after == held[record.code]


def test_one_balance_beside_the_shares_is_no_opening_unless_it_runs(words: StatementWords) -> None:
    header = "成交日期,证券代码,业务名称,成交数量,成交均价,成交金额,手续费,发生金额,余额\n"
    rows = (
        "20250303,600036,证券买入,100,40.00,4000.00,5.00,-4005.00,100\n"
        "20250304,600036,证券买入,100,40.00,4000.00,5.00,-4005.00,200\n"
        "20250305,600036,证券卖出,100,40.00,4000.00,5.00,3995.00,100\n"
    )
    assert of_text(header + rows, words).opening.status == "unknown"


def test_a_page_break_repeats_title_headings_and_sums_and_none_is_a_mistake(words: StatementWords) -> None:
    title = "某某证券,客户对账单,业务,全部,金额,人民币\n"
    first = "20250303,600519,贵州茅台,证券买入,100,1497.00,149700.00,37.43,0,1.50,-149738.93\n"
    second = "20250304,600519,贵州茅台,证券卖出,100,1500.00,150000.00,37.50,75.00,1.50,149886.00\n"
    sums = ",,小计,,100,,149700.00,37.43,0,1.50,-149738.93\n"
    unnamed = ",,,,200,,299700.00,74.93,75.00,3.00,147.07\n"
    whole = "20250303-20250304合计,,,,,,,,,,147.07\n"
    text = title + HEADER + first + sums + ",,,,,第1页,,,,,\n" + title + HEADER + second + unnamed + whole
    statement = of_text(text, words)
    assert [record.net_fen for record in statement.records] == [-14_973_893, 14_988_600]
    assert [(entry.line, entry.reason) for entry in statement.rejected] == [
        (line, "totals_line") for line in (4, 5, 6, 7, 9, 10)
    ]


@pytest.mark.parametrize(
    "below", ["Date,Code,Name,Type,Qty,Price,Amount,Fee,Tax,Fee,Net\n", ",,,,(股),(元),(元),,,,\n"]
)
def test_a_second_line_of_headings_is_no_mistake(words: StatementWords, below: str) -> None:
    row = "20250303,600519,贵州茅台,证券买入,100,1497.00,149700.00,37.43,0,1.50,-149738.93\n"
    statement = of_text(HEADER + below + row, words)
    assert [record.line for record in statement.records] == [3]
    assert [entry.reason for entry in statement.rejected] == ["totals_line"]


def test_a_record_that_begins_with_a_word_of_sums_is_a_record(words: StatementWords) -> None:
    row = "说明见附件,20250303,600519,证券买入,100,1497.00,149700.00,-149700.00\n"
    text = "备注,成交日期,证券代码,操作,成交数量,成交均价,成交金额,发生金额\n" + row
    assert [record.line for record in of_text(text, words).records] == [2]


def test_units_behind_headings_are_no_part_of_them(words: StatementWords) -> None:
    text = "成交日期,证券代码,操作,成交数量（股）,成交均价(元/股),成交金额(人民币),发生金额(元)\n"
    statement = of_text(text + "20250303,600519,买入,100,1497.00,149700.00,-149700.00\n", words)
    assert [record.quantity for record in statement.records] == [100]


def test_a_ledger_of_cash_tells_of_trades_by_their_money_alone(words: StatementWords) -> None:
    text = (
        "流水日期,业务类型,收入,支出,资金余额\n"
        '2025-03-05,证券卖出,"1,200.00",,1700.00\n'
        '2025-03-05,证券买入,,"1,000.00",500.00\n'
        '2025-03-04,银行转证券,"1,500.00",,1500.00\n'
    )
    statement = of_text(text, words)
    assert statement.rejected == ()
    assert [
        (record.kind, record.side, record.net_fen, int(record.quantity)) for record in statement.records
    ] == [
        ("bank_in", "in", 150_000, 0),
        ("trade", "buy", -100_000, 0),
        ("trade", "sell", 120_000, 0),
    ]
    told = events(statement, client_id="C1", known_at=NOW)
    assert [event.kind for event in told] == ["holding_snapshot", "cash_moved", "cash_moved", "cash_moved"]
    assert [event.body["reason"] for event in told[1:]] == ["bank", "trade", "trade"]


def test_a_trade_without_its_quantity_stays_a_mistake_where_quantities_stand(words: StatementWords) -> None:
    statement = of_text(
        HEADER + "20250303,600519,贵州茅台,证券买入,,1497.00,149700.00,0,0,0,-149700.00\n", words
    )
    assert [entry.reason for entry in statement.rejected] == ["bad_number"]


@pytest.mark.parametrize(
    ("business", "market", "currency"),
    [("港股通买入", "", "人民币"), ("证券买入", "沪港通", "人民币"), ("证券买入", "", "港币")],
)
def test_a_short_code_of_hong_kong_never_becomes_one_of_shenzhen(
    words: StatementWords, business: str, market: str, currency: str
) -> None:
    header = "成交日期,证券代码,业务名称,成交数量,成交均价,成交金额,发生金额,交易市场,币种\n"
    row = f"20250303,{{}},{business},100,400.00,40000.00,-40000.00,{market},{currency}\n"
    statement = of_text(header + row.format("700") + row.format("00700"), words)
    assert [record.code for record in statement.records] == ["00700"]
    assert [(entry.line, entry.reason) for entry in statement.rejected] == [(2, "missing_code")]


def test_a_hong_kong_share_is_no_bond(words: StatementWords) -> None:
    row = "20250303,02007,碧桂园,证券买入,100,4.00,400.00,0,0,0,-400.00\n"
    assert [record.kind for record in of_text(HEADER + row, words).records] == ["trade"]


@pytest.mark.parametrize(
    "text",
    [
        "<meta charset=gb2312>\n<table><tr><td>成交日期",
        "<style>td{}</style><TABLE>",
        '\ufeff<html xmlns="x">',
    ],
)
def test_a_web_page_under_another_name_is_called_one(words: StatementWords, text: str) -> None:
    with pytest.raises(UnreadableFileError, match="web page"):
        of_text(text, words, "utf-8" if text[0] == "\ufeff" else "gb18030")


def test_one_payment_with_a_minus_does_not_make_an_unsigned_file_signed(words: StatementWords) -> None:
    buy = "20250303,600519,贵州茅台,证券买入,{},10.00,{}000.00,5,0,0.01,{}005.01\n"
    rows = "".join(buy.format(number * 100, number, number) for number in (1, 2, 3))
    tax = "20250302,600519,贵州茅台,股息红利税补缴,0,0,0,0,0,0,-12.30\n"
    statement = of_text(HEADER + tax + rows, words)
    assert statement.rejected == ()
    assert [record.net_fen for record in statement.records] == [-1_230, -100_501, -200_501, -300_501]


def test_times_in_every_form_are_one_time(words: StatementWords) -> None:
    header = "成交日期,成交时间,证券代码,买卖标志,成交价格,成交数量,成交金额,成交编号\n"
    forms = (
        "93105",
        "093105",
        "9:31:05",
        "09:31:05.120",
        "2025-03-03 09:31:05",
        "=" + '"09:31:05"',
        "09310512",
    )
    rows = "".join(f"20250303,{form},600519,买入,10.00,100,1000.00,{n}\n" for n, form in enumerate(forms, 1))
    statement = of_text(header + rows, words)
    assert {record.time for record in statement.records} == {time(9, 31, 5)}
    assert len(statement.records) == len(forms)


def test_twins_are_kept_and_copies_name_the_line_that_was_kept(words: StatementWords) -> None:
    header = HEADER.replace("\n", ",成交编号\n")
    row = "20250303,600519,贵州茅台,证券买入,100,10.00,1000.00,5,0,0.01,-1005.01,{}\n"
    statement = of_text(header + "".join(row.format(number) for number in (1, 2, 1, 2, 1)), words)
    assert [record.line for record in statement.records] == [2, 3]
    assert [(entry.line, entry.reason, entry.of) for entry in statement.rejected] == [
        (4, "duplicate", 2),
        (5, "duplicate", 3),
        (6, "duplicate", 2),
    ]


def test_a_line_too_long_to_read_harms_no_other(words: StatementWords) -> None:
    row = "20250303,600519,贵州茅台,证券买入,100,10.00,1000.00,5,0,0.01,-1005.01\n"
    statement = of_text("x" * 3_000_000 + "\n" + HEADER + "20250303," + "9" * 3_000_000 + "\n" + row, words)
    assert [record.line for record in statement.records] == [4]
    assert [(entry.line, entry.reason) for entry in statement.rejected] == [(3, "unknown_layout")]


HEADINGS = (
    "成交日期\t证券代码\t操作\t成交数量\t成交价格\t成交金额\t"
    "手续费\t印花税\t过户费\t发生金额\t资金余额\t证券余额\n"
)


@pytest.mark.parametrize("printed", ["0.01", "-0.01"])
def test_a_sale_that_costs_more_than_it_brings_takes_money(words: StatementWords, printed: str) -> None:
    line = f"20240102\t600519\t证券卖出\t100\t0.100\t10.00\t0\t0\t10.01\t{printed}\t99.99\t900\n"
    found = read((HEADINGS + line).encode(), words=words, now=NOW)
    assert [record.net_fen for record in found.records] == [-1]
    assert found.opening.cash_fen == 10_000


def test_a_sale_whose_fees_eat_it_all_leaves_the_printed_balance(words: StatementWords) -> None:
    line = "20240102\t600519\t证券卖出\t100\t0.100\t10.00\t0\t0\t10.00\t0.00\t88.00\t900\n"
    found = read((HEADINGS + line).encode(), words=words, now=NOW)
    assert [record.net_fen for record in found.records] == [0]
    assert found.opening.cash_fen == 8_800
