"""Statements as brokers print them, read to the fen."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from tongxing.domain.clock import BEIJING
from tongxing.domain.pages import StatementWords
from tongxing.domain.statement import Statement
from tongxing.intake.kinds import REJECTING, of_table
from tongxing.intake.statement import UnreadableFileError, read

NOW = datetime(2026, 5, 6, 18, tzinfo=BEIJING)
HEADER = "成交日期,证券代码,证券名称,业务名称,成交数量,成交均价,成交金额,手续费,印花税,过户费,发生金额\n"
BUY = "20250303,600519,贵州茅台,证券买入,100,1497.00,149700.00,37.43,0,1.50,-149738.93\n"


def of_text(text: str, words: StatementWords, encoding: str = "utf-8") -> Statement:
    return read(text.encode(encoding), words=words, now=NOW)


def of_file(fixtures: Path, name: str, words: StatementWords) -> Statement:
    return read((fixtures / "statements" / name).read_bytes(), words=words, now=NOW)


@pytest.mark.parametrize(
    ("name", "encoding", "delimiter", "layout", "records", "net_fen", "opening_cash_fen"),
    [
        ("delivery_tab_gb18030.xls", "gb18030", "\t", "delivery", 7, 10_693_669, 4_496_850),
        ("delivery_comma_bom.csv", "utf-8-sig", ",", "delivery", 5, 181_519, 10_000_000),
        ("trades_history.csv", "utf-8", ",", "trades", 3, 19_500, None),
        ("cash_ledger.txt", "gb18030", "\t", "cash", 5, 3_982_321, 30_000),
        ("delivery_compact_times.csv", "utf-8", ",", "delivery", 4, -606_758, 3_519_314),
        ("margin_account.csv", "utf-8", ";", "delivery", 7, 230_291, 1_000_000),
        ("fund_confirmations.csv", "utf-8", "|", "delivery", 3, 21_778, None),
        ("full_width_dates.csv", "utf-8", ",", "delivery", 6, 4_431_287, None),
    ],
)
def test_each_layout_is_read_to_the_fen(  # noqa: PLR0913, PLR0917 - one column a fact
    fixtures: Path,
    words: StatementWords,
    name: str,
    encoding: str,
    delimiter: str,
    layout: str,
    records: int,
    net_fen: int,
    opening_cash_fen: int | None,
) -> None:
    statement = of_file(fixtures, name, words)
    assert (statement.encoding, statement.delimiter, statement.layout) == (encoding, delimiter, layout)
    assert len(statement.records) == records
    assert sum(record.net_fen for record in statement.records) == net_fen
    assert statement.opening.cash_fen == opening_cash_fen
    days = [record.day for record in statement.records]
    assert days == sorted(days)


def test_the_last_balance_follows_from_the_opening(fixtures: Path, words: StatementWords) -> None:
    for name in (
        "delivery_tab_gb18030.xls",
        "delivery_comma_bom.csv",
        "cash_ledger.txt",
        "margin_account.csv",
    ):
        statement = of_file(fixtures, name, words)
        opening = statement.opening.cash_fen
        assert opening is not None
        moved = sum(record.net_fen for record in statement.records)
        assert opening + moved == statement.records[-1].cash_after_fen


def test_a_newest_first_file_comes_out_oldest_first(fixtures: Path, words: StatementWords) -> None:
    statement = of_file(fixtures, "delivery_tab_gb18030.xls", words)
    kinds = [record.kind for record in statement.records]
    assert kinds == ["bank_in", "trade", "interest", "dividend", "trade", "dividend_tax", "repo"]
    assert statement.records[1].code == "600519"
    assert [(entry.line, entry.reason) for entry in statement.rejected] == [(12, "totals_line")]


def test_an_unsigned_file_gets_its_signs_from_the_business(fixtures: Path, words: StatementWords) -> None:
    statement = of_file(fixtures, "delivery_comma_bom.csv", words)
    assert [record.net_fen for record in statement.records] == [
        -3_952_988,
        -3_952_988,
        7_999_999,
        500_000,
        -412_504,
    ]


def test_true_twins_are_kept_and_have_different_keys(fixtures: Path, words: StatementWords) -> None:
    first, second = of_file(fixtures, "delivery_comma_bom.csv", words).records[:2]
    assert (first.quantity, first.price, first.time) == (second.quantity, second.price, second.time)
    assert first.key != second.key


def test_a_cancelled_order_is_no_trade(fixtures: Path, words: StatementWords) -> None:
    statement = of_file(fixtures, "trades_history.csv", words)
    assert [(entry.line, entry.reason) for entry in statement.rejected] == [(5, "cancelled")]
    assert [record.time for record in statement.records] == [
        time(9, 35, 2),
        time(10, 12, 40),
        time(13, 5, 11),
    ]


def test_times_without_colons_and_net_fees_inside_fees_are_understood(
    fixtures: Path, words: StatementWords
) -> None:
    early, late, sale, bond = of_file(fixtures, "delivery_compact_times.csv", words).records
    assert (early.time, late.time, sale.time, bond.time) == (
        time(9, 34, 33),
        time(14, 41, 3),
        time(10, 49, 21),
        None,
    )
    assert (late.fees.commission_fen, late.fees.other_fen, late.fees.transfer_fen) == (500, 0, 5)
    assert bond.kind == "bond_trade"


def test_every_mistake_is_named_with_its_line(fixtures: Path, words: StatementWords) -> None:
    statement = of_file(fixtures, "every_mistake.csv", words)
    assert [record.line for record in statement.records] == [2]
    assert [(entry.line, entry.reason, entry.of) for entry in statement.rejected] == [
        (3, "duplicate", 2),
        (4, "missing_code", None),
        (5, "invalid_date", None),
        (6, "invalid_date", None),
        (7, "bad_number", None),
        (8, "bad_number", None),
        (9, "bad_number", None),
        (10, "amount_mismatch", None),
        (11, "amount_mismatch", None),
        (12, "amount_mismatch", None),
        (13, "unknown_kind", None),
        (14, "cancelled", None),
        (15, "not_confirmed", None),
        (16, "unknown_layout", None),
        (17, "amount_mismatch", None),
        (18, "totals_line", None),
        (19, "totals_line", None),
        (20, "unknown_layout", None),
    ]
    assert next(entry for entry in statement.rejected if entry.line == 13).detail == "神秘业务"


def test_holdings_before_the_first_line_follow_from_the_balances(words: StatementWords) -> None:
    header = "日期,证券代码,证券名称,操作,成交数量,成交均价,成交金额,佣金,印花税,过户费,发生金额,证券余额\n"
    sale = "20250304,600036,招商银行,证券卖出,300,43.10,12930.00,5.00,6.47,0.13,12918.40,200\n"
    opening = of_text(header + sale, words).opening
    assert opening.status == "from_balance"
    assert opening.as_of == date(2025, 3, 3)
    assert opening.shares == (("600036", "招商银行", Decimal(500)),)


def test_without_balances_the_opening_is_unknown(words: StatementWords) -> None:
    assert of_text(HEADER + BUY, words).opening.status == "unknown"


def test_evening_balances_on_each_line_give_the_same_opening(words: StatementWords) -> None:
    header = "日期,证券代码,证券名称,操作,成交数量,成交均价,成交金额,佣金,发生金额,证券余额,成交编号\n"
    rows = (
        "20250304,510300,沪深300ETF,证券买入,100,4.000,400.00,0,-400.00,350,1\n"
        "20250304,510300,沪深300ETF,证券买入,200,4.000,800.00,0,-800.00,350,2\n"
    )
    assert of_text(header + rows, words).opening.shares == (("510300", "沪深300ETF", Decimal(50)),)


def test_the_key_of_a_line_does_not_depend_on_its_place(words: StatementWords) -> None:
    other = "20250304,600036,招商银行,证券买入,100,43.00,4300.00,5.00,0,0.04,-4305.04\n"
    alone = of_text(HEADER + BUY, words).records[0]
    below = of_text(
        "标题\n\n" + HEADER.replace(",", "\t") + other.replace(",", "\t") + BUY.replace(",", "\t"), words
    )
    assert alone.key in {record.key for record in below.records}


def test_an_unknown_header_is_one_rejected_line(words: StatementWords) -> None:
    statement = of_text("\n甲,乙,丙\n1,2,3\n", words)
    assert statement.records == ()
    assert [(entry.line, entry.reason) for entry in statement.rejected] == [(2, "unknown_layout")]


@pytest.mark.parametrize(
    ("data", "words_of_it"),
    [
        (b"", "empty"),
        (b"  \r\n ", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Excel"),
        (b"PK\x03\x04" + bytes(100), "Excel"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b"abc\x00def", "offset 3"),
        (
            HEADER.encode() + "20250303,600519,贵".encode() + b"\xff\xfe\x80" + "州茅台\n".encode() * 3,
            "line 2",
        ),
        (b"\x81\x20\x81\x20\xff\xff", "GB18030"),
    ],
)
def test_an_unusable_file_is_refused_as_a_whole(words: StatementWords, data: bytes, words_of_it: str) -> None:
    with pytest.raises(UnreadableFileError, match=words_of_it):
        read(data, words=words, now=NOW)


def test_a_huge_file_is_refused(words: StatementWords, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongxing.intake.decoding.FILE_BYTES_MAX", 100)
    with pytest.raises(UnreadableFileError, match="split the file"):
        of_text(HEADER + BUY, words)


def test_a_file_cut_inside_a_character_keeps_its_whole_lines(words: StatementWords) -> None:
    for encoding in ("utf-8", "gb18030"):
        data = (HEADER + BUY + "20250304,600519,贵州").encode(encoding)[:-1]
        statement = read(data, words=words, now=NOW)
        assert len(statement.records) == 1
        assert [(entry.line, entry.reason) for entry in statement.rejected] == [(3, "unknown_layout")]


def test_utf_16_with_its_mark_is_read(words: StatementWords) -> None:
    data = b"\xff\xfe" + (HEADER + BUY).encode("utf-16-le")
    assert len(read(data, words=words, now=NOW).records) == 1


def test_a_lost_quote_harms_only_its_own_line(words: StatementWords) -> None:
    broken = BUY.replace("贵州茅台", '"贵州茅台')
    statement = of_text(HEADER + broken + BUY, words)
    assert [record.line for record in statement.records] == [3]
    assert [entry.line for entry in statement.rejected] == [2]


def test_one_wrong_sign_in_a_signed_file_is_named(words: StatementWords) -> None:
    wrong = "20250304,600036,招商银行,证券买入,100,43.00,4300.00,5.00,0,0.04,4305.04\n"
    statement = of_text(HEADER + BUY + wrong, words)
    assert [(entry.line, entry.reason) for entry in statement.rejected] == [(3, "amount_mismatch")]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("20250303,204001,GC001,证券卖出,10,1.850,1000.00,0.01,0,0,-1000.01", "repo"),
        ("20250303,113050,南银转债,债券买入,10,118.500,1185.00,0.06,0,0,-1185.06", "bond_trade"),
        ("20250303,113050,南银转债,证券买入,1,118.500,1185.00,0.06,0,0,-1185.06", "bond_trade"),
    ],
)
def test_codes_of_bonds_and_repos_tell_what_was_traded(words: StatementWords, row: str, kind: str) -> None:
    statement = of_text(HEADER + row + "\n", words)
    assert [record.kind for record in statement.records] == [kind], statement.rejected


def test_buy_and_sell_that_contradict_one_another_are_not_guessed(words: StatementWords) -> None:
    header = "成交日期,证券代码,业务名称,买卖标志,成交价格,成交数量,成交金额\n"
    statement = of_text(header + "20250303,600519,证券买入,卖出,1497.00,100,149700.00\n", words)
    assert [entry.reason for entry in statement.rejected] == ["unknown_kind"]


def test_a_business_word_without_a_side_takes_it_from_its_column(words: StatementWords) -> None:
    header = "成交日期,证券代码,业务名称,买卖标志,成交价格,成交数量,成交金额\n"
    statement = of_text(header + "20250303,600519,证券交易,S,1497.00,100,149700.00\n", words)
    assert [(record.side, record.net_fen) for record in statement.records] == [("sell", 14_970_000)]


def test_a_code_that_lost_its_zeros_gets_them_back(words: StatementWords) -> None:
    row = "20250303,651,格力电器,证券买入,100,41.20,4120.00,5.00,0,0.04,-4125.04\n"
    assert of_text(HEADER + row, words).records[0].code == "000651"


def test_a_future_day_is_judged_by_the_clock_handed_in(words: StatementWords) -> None:
    statement = read((HEADER + BUY).encode(), words=words, now=datetime(2025, 3, 2, 18, tzinfo=BEIJING))
    assert [entry.reason for entry in statement.rejected] == ["invalid_date"]


def test_a_day_before_there_was_an_exchange_is_refused(words: StatementWords) -> None:
    statement = of_text(HEADER + BUY.replace("20250303", "19891231"), words)
    assert [entry.reason for entry in statement.rejected] == ["invalid_date"]


def test_every_word_of_the_book_names_a_kind(words: StatementWords) -> None:
    for entry in words.kinds.values():
        assert entry in REJECTING or of_table(entry)[0]
