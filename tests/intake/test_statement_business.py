"""Margin accounts, funds, Stock Connect, foreign currency; every kind and reason of the contract."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import msgspec
import pytest

from tongxing.domain.bodies import BODIES
from tongxing.domain.clock import BEIJING
from tongxing.domain.pages import StatementWords
from tongxing.domain.statement import Statement
from tongxing.intake.kinds import KINDS
from tongxing.intake.opening import share_change
from tongxing.intake.statement import read
from tongxing.intake.statement_events import events

NOW = datetime(2026, 5, 6, 18, tzinfo=BEIJING)
HEADER = "成交日期,证券代码,证券名称,业务名称,成交数量,成交均价,成交金额,手续费,发生金额,资金余额\n"
KIND_LINES: Mapping[str, str] = {
    "trade": "600519,甲,证券买入,100,10.00,1000.00,5.00,-1005.00",
    "bond_trade": "113050,乙转债,债券卖出,10,118.50,1185.00,0.06,1184.94",
    "margin_buy": "600519,甲,融资买入,100,10.00,1000.00,5.00,-1005.00",
    "margin_sell_repay": "600519,甲,卖券还款,100,10.00,1000.00,5.00,995.00",
    "margin_loan": ",,融资借款,0,0,0,0,1000.00",
    "margin_repay": ",,偿还融资本金,0,0,0,0,-1000.00",
    "margin_interest": ",,融资利息,0,0,0,0,-3.20",
    "collateral_in": "600519,甲,担保品划入,100,0,0,0,0",
    "collateral_out": "600519,甲,担保物划转,-100,0,0,0,0",
    "fund_subscribe": "999001,丙,申购确认,985.22,1.0000,1000.00,14.78,-1000.00",
    "fund_redeem": "999001,丙,赎回确认,985.22,1.0000,985.22,4.93,980.29",
    "fund_reinvest": "999001,丙,红利再投资,10.00,1.0000,10.00,0,0",
    "dividend": "600519,甲,股息入账,0,0,0,0,50.00",
    "dividend_tax": "600519,甲,股息红利税补缴,0,0,0,0,-5.00",
    "bonus_shares": "600519,甲,红股入账,10,0,0,0,0",
    "ipo_apply": "301999,丁,新股申购,500,20.50,0,0,0",
    "ipo_pay": "301999,丁,中签缴款,500,20.50,10250.00,0,-10250.00",
    "ipo_shares": "301999,丁,新股入账,500,20.50,0,0,0",
    "bank_in": ",,银行转存,0,0,0,0,1000.00",
    "bank_out": ",,银证转账,0,0,0,0,-1000.00",
    "interest": ",,利息归本,0,0,0,0,0.31",
    "repo": "204001,GC001,融券回购,10,1.85,1000.00,0.01,-1000.01",
    "info": ",,指定交易,0,0,0,0,0",
}
REASON_LINES: Mapping[str, str] = {
    "missing_code": "20250303,,甲,证券买入,100,10.00,1000.00,5.00,-1005.00,0",
    "duplicate": "20250303,600519,甲,证券买入,100,10.00,1000.00,5.00,-1005.00,0",
    "totals_line": "合计,,,,,,,,-1005.00,",
    "invalid_date": "20250230,600519,甲,证券买入,100,10.00,1000.00,5.00,-1005.00,0",
    "bad_number": "20250303,600519,甲,证券买入,一百,10.00,1000.00,5.00,-1005.00,0",
    "amount_mismatch": "20250303,600519,甲,证券买入,100,10.00,1000.00,5.00,-1006.00,0",
    "unknown_kind": "20250303,600519,甲,神秘业务,100,10.00,1000.00,5.00,-1005.00,0",
    "cancelled": "20250303,600519,甲,撤单,100,10.00,0,0,0,0",
    "not_confirmed": "20250303,999001,丙,申购失败,0,0,1000.00,0,0,0",
    "unknown_layout": "20250303,600519,甲,证券买入",
}


def of_text(text: str, words: StatementWords) -> Statement:
    return read(text.encode(), words=words, now=NOW)


def test_every_kind_of_the_contract_is_reached(words: StatementWords) -> None:
    assert set(KIND_LINES) == KINDS
    for kind, line in KIND_LINES.items():
        statement = of_text(f"{HEADER}20250303,{line},\n", words)
        assert [record.kind for record in statement.records] == [kind], (line, statement.rejected)


def test_every_reason_of_the_contract_is_reached(words: StatementWords) -> None:
    kept = "20250303,600519,甲,证券买入,100,10.00,1000.00,5.00,-1005.00,0\n"
    for reason, line in REASON_LINES.items():
        statement = of_text(f"{HEADER}{kept}{line}\n{kept.replace('600519', '600036')}", words)
        assert [(entry.line, entry.reason) for entry in statement.rejected] == [(3, reason)]
        assert len(statement.records) == 2
        assert statement.rejected[0].of == (2 if reason == "duplicate" else None)


def test_every_kind_tells_exactly_its_cash_and_its_shares(words: StatementWords) -> None:
    for line in KIND_LINES.values():
        statement = of_text(f"{HEADER}20250303,{line},\n", words)
        (record,) = statement.records
        cash, shares = 0, Decimal(0)
        for event in events(statement, client_id="C1", known_at=NOW):
            msgspec.convert(event.body, BODIES[event.kind][0])
            cash += _cash(event.kind, event.body)
            shares += _shares(event.kind, event.body)
        assert cash == record.net_fen, line
        assert shares == share_change(record), line


def _cash(kind: str, body: Mapping[str, object]) -> int:
    gross, fees = int(str(body.get("gross_fen", 0))), int(str(body.get("fees_fen", 0)))
    if kind == "cash_moved":
        amount = int(str(body["amount_fen"]))
        return amount if body["direction"] == "in" else -amount
    if kind in {"trade", "fund_confirmed"} and body["side"] != "reinvest":
        return -gross - fees if body["side"] in {"buy", "subscribe"} else gross - fees
    return 0


def _shares(kind: str, body: Mapping[str, object]) -> Decimal:
    if kind == "shares_changed":
        return Decimal(str(body["quantity"]))
    many = Decimal(str(body.get("quantity") or body.get("units") or 0))
    if kind in {"trade", "fund_confirmed"}:
        return -many if body["side"] in {"sell", "redeem"} else many
    return Decimal(0)


MARGIN = (
    "交收日期,业务名称,证券代码,证券名称,成交数量,成交价格,成交金额,手续费,印花税,收付金额,资金余额,证券余额\n"
    "20250205,担保物划转,600519,甲,200,0,0,0,0,0,1000.00,200\n"
    "20250206,融资借款,,,0,0,0,0,0,52000.00,53000.00,0\n"
    "20250206,融资买入,601318,乙,1000,52.00,52000.00,13.00,0,-52013.00,987.00,1000\n"
    "20250210,担保品买入,601318,乙,10,52.00,520.00,5.00,0,-525.00,462.00,1010\n"
    "20250220,卖券还款,601318,乙,-1000,54.50,54500.00,13.63,27.25,54459.12,54921.12,10\n"
    "20250220,偿还融资本金,,,0,0,0,0,0,-52000.00,2921.12,0\n"
    "20250220,融资利息扣收,,,0,0,0,0,0,-141.60,2779.52,0\n"
    "20250221,担保物划转,600519,甲,-200,0,0,0,0,0,2779.52,0\n"
    "20250222,银证转账,,,0,0,0,0,0,-779.52,2000.00,0\n"
)


def test_a_margin_account_follows_its_balances(words: StatementWords) -> None:
    statement = of_text(MARGIN, words)
    assert statement.rejected == ()
    assert [record.kind for record in statement.records] == [
        "collateral_in",
        "margin_loan",
        "margin_buy",
        "trade",
        "margin_sell_repay",
        "margin_repay",
        "margin_interest",
        "collateral_out",
        "bank_out",
    ]
    assert statement.opening.cash_fen == 100_000
    cash = 100_000
    for record in statement.records:
        cash += record.net_fen
        assert record.cash_after_fen == cash


def test_a_transfer_whose_direction_nothing_shows_is_not_guessed(words: StatementWords) -> None:
    text = "日期,摘要,证券代码,发生数量,成交价格,发生金额\n"
    unsigned = "20250301,银证转账,,,,500.00\n20250302,担保物划转,600519,100,,\n"
    statement = of_text(text + unsigned, words)
    assert [entry.reason for entry in statement.rejected] == ["unknown_kind", "unknown_kind"]
    assert of_text(text + unsigned + "20250303,证券转银行,,,,-5.00\n", words).records[0].kind == "bank_in"
    both = "日期,摘要,转入转出,收入,支出\n20250301,银证转账,,500.00,\n20250302,银证转账,转出,,20.00\n"
    assert [record.kind for record in of_text(both, words).records] == ["bank_in", "bank_out"]


FUNDS = (
    "确认日期|业务名称|基金代码|基金名称|申请金额|确认金额|确认份额|确认净值|申购费|确认状态|申请编号\n"
    "2025-01-06|122申购确认|999001|丙|10,000.00|10,000.00|9,870.26|1.0116|15.25|确认成功|F1\n"
    "2025-01-07|申购确认|999002|丁|5,000.00|0.00|0.00|0.0000|0.00|确认失败|F2\n"
    "2025-01-08|定时定额申购确认|999001|丙|100.00||||0.00|未确认|F3\n"
    "2025-03-31|红利再投资|999001|丙||100.00|98.31|1.0172|0.00|确认成功|F4\n"
    "2025-06-30|124赎回确认|999001|丙||10,217.78|9,968.57|1.0250|51.09|确认成功|F5\n"
    "2025-07-01|基金转换入|999003|戊||500.00|500.00|1.0000|0.00|确认成功|F6\n"
)


def test_fund_confirmations_without_a_net_amount_are_derived_and_failures_named(
    words: StatementWords,
) -> None:
    statement = of_text(FUNDS, words)
    assert [(entry.line, entry.reason) for entry in statement.rejected] == [
        (3, "not_confirmed"),
        (4, "not_confirmed"),
    ]
    assert [(record.kind, record.net_fen, record.fees.total_fen) for record in statement.records] == [
        ("fund_subscribe", -1_000_000, 1_525),
        ("fund_reinvest", 0, 0),
        ("fund_redeem", 1_016_669, 5_109),
        ("fund_subscribe", -50_000, 0),
    ]


CONNECT = "成交日期,证券代码,证券名称,业务名称,成交数量,成交均价,成交金额,手续费,发生金额,结算汇率,币种\n"


@pytest.mark.parametrize(
    ("line", "gross_fen", "price"),
    [
        ("港股通买入,100,400.00,40000.00,50.00,-36850.00,0.92000,人民币", 3_680_000, "368"),
        ("港股通卖出,100,400.00,36800.00,50.00,36750.00,0.92000,人民币", 3_680_000, "368"),
        ("港股通买入,100,400.00,40000.00,50.00,-36848.00,,港币", 3_679_800, "367.98"),
        ("港股通买入,100,400.00,,50.00,-36850.00,,", 3_680_000, "368"),
        ("港股通买入,100,368.00,36800.00,50.00,-36850.00,,", 3_680_000, "368"),
    ],
)
def test_a_price_in_hong_kong_dollars_and_money_in_yuan_are_no_mismatch(
    words: StatementWords, line: str, gross_fen: int, price: str
) -> None:
    statement = of_text(f"{CONNECT}20250303,00700,甲,{line}\n", words)
    assert statement.rejected == ()
    (record,) = statement.records
    net_fen = (1 if record.side == "sell" else -1) * gross_fen - 5_000
    assert (record.gross_fen, record.net_fen, record.currency) == (gross_fen, net_fen, "CNY")
    (event,) = events(statement, client_id="C1", known_at=NOW)
    assert (event.kind, event.body["price"], event.body["gross_fen"]) == ("trade", price, gross_fen)


@pytest.mark.parametrize(
    "line",
    [
        "00700,甲,港股通卖出,100,400.00,40000.00,50.00,3675.00,,人民币",
        "00700,甲,港股通买入,100,400.00,40000.00,50.00,-36850.00,0.82000,人民币",
    ],
)
def test_a_rate_that_cannot_be_is_a_mismatch(words: StatementWords, line: str) -> None:
    statement = of_text(f"{CONNECT}20250303,{line}\n", words)
    assert [entry.reason for entry in statement.rejected] == ["amount_mismatch"]


def test_foreign_money_moves_the_shares_and_never_the_yuan(words: StatementWords) -> None:
    lines = (
        "20250303,900901,云B股,证券买入,100,0.600,60.00,1.00,-61.00,,美元\n"
        "20250304,,,利息归本,0,0,0,0,0.02,,USD\n"
        "20250305,00700,甲,港股通买入,100,400.00,40000.00,50.00,,,港币\n"
    )
    statement = of_text(CONNECT + lines, words)
    assert [(record.currency, record.net_fen) for record in statement.records] == [
        ("USD", -6_100),
        ("USD", 2),
        ("HKD", -4_005_000),
    ]
    told = events(statement, client_id="C1", known_at=NOW)
    assert [event.kind for event in told] == [
        "shares_changed",
        "foreign_moved",
        "foreign_moved",
        "shares_changed",
        "foreign_moved",
    ]
    for event in told:
        msgspec.convert(event.body, BODIES[event.kind][0])
    assert told[1].body == {"currency": "USD", "direction": "out", "amount": 6_100, "reason": "trade"}
    unknown = of_text(CONNECT + lines.replace("美元", "贝壳"), words)
    assert [entry.reason for entry in unknown.rejected] == ["unknown_kind"]
