"""A ledger written in any supported layout reads back to the fen; no bytes break the reader."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongxing.domain.clock import BEIJING
from tongxing.domain.pages import StatementWords
from tongxing.intake.statement import UnreadableFileError, read

NOW = datetime(2026, 5, 6, 18, tzinfo=BEIJING)
FIXED = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Entry:
    day: date
    kind: str
    word: str
    code: str
    quantity: int
    price_mil: int
    fees_fen: tuple[int, int, int]
    cash_fen: int
    """What moved when there is no trade."""

    @property
    def gross_fen(self) -> int:
        return (self.quantity * self.price_mil + 5) // 10

    @property
    def net_fen(self) -> int:
        if self.kind == "buy":
            return -self.gross_fen - sum(self.fees_fen)
        return self.gross_fen - sum(self.fees_fen) if self.kind == "sell" else self.cash_fen


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    kind, word, sign = draw(
        st.sampled_from(
            [
                ("buy", "证券买入", -1),
                ("sell", "证券卖出", 1),
                ("bank_in", "银行转证券", 1),
                ("bank_out", "证券转银行", -1),
                ("dividend", "股息入账", 1),
                ("interest", "利息归本", 1),
            ]
        )
    )
    trades = kind in {"buy", "sell"}
    fee = st.integers(0, 2_000)
    return Entry(
        day=date(2024, 1, 2) + timedelta(days=draw(st.integers(0, 700))),
        kind=kind,
        word=word,
        code=draw(st.sampled_from(["600519", "000651", "510300"])) if trades or kind == "dividend" else "",
        quantity=draw(st.integers(1, 300)) * 100 if trades else 0,
        price_mil=draw(st.integers(100, 2_000_000)) if trades else 0,
        fees_fen=(draw(fee), draw(fee), draw(fee)) if trades else (0, 0, 0),
        cash_fen=sign * draw(st.integers(1, 10**9)),
    )


@dataclass(frozen=True)
class Layout:
    encoding: str
    delimiter: str
    newest_first: bool
    signed: bool
    grouped: bool
    armoured: bool
    day: str
    title: bool
    totals: bool
    headings: tuple[str, ...]


layouts = st.builds(
    Layout,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    delimiter=st.sampled_from(["\t", ",", ";", "|"]),
    newest_first=st.booleans(),
    signed=st.booleans(),
    grouped=st.booleans(),
    armoured=st.booleans(),
    day=st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]),
    title=st.booleans(),
    totals=st.booleans(),
    headings=st.tuples(
        st.sampled_from(["成交日期", "发生日期", "交割日期", "日期"]),
        st.sampled_from(["证券代码", "股票代码"]),
        st.sampled_from(["操作", "业务名称", "业务类型", "摘要"]),
        st.sampled_from(["成交数量", "成交股数", "发生数量"]),
        st.sampled_from(["成交价格", "成交均价", "成交价"]),
        st.just("成交金额"),
        st.sampled_from(["手续费", "佣金"]),
        st.just("印花税"),
        st.sampled_from(["过户费", "其他费", "交易规费"]),
        st.sampled_from(["发生金额", "清算金额", "收付金额", "资金发生数"]),
        st.sampled_from(["资金余额", "剩余金额"]),
        st.sampled_from(["证券余额", "股份余额", "余额"]),
        st.sampled_from(["成交编号", "流水号"]),
    ),
)


def money(fen: int, layout: Layout) -> str:
    text = f"{Decimal(fen) / 100:,.2f}" if layout.grouped else f"{Decimal(fen) / 100:.2f}"
    return f'"{text}"' if layout.grouped and layout.delimiter == "," else text


HELD_BEFORE = 10**6
"""Shares of each code before the first line: more than a ledger can sell."""
BROKEN = {
    "invalid_date": "20241345{0}600519{0}证券卖出{0}100{0}1{0}100{0}0{0}0{0}0{0}100{0}0{0}0{0}9",
    "unknown_kind": "20240103{0}600519{0}神秘业务{0}0{0}0{0}0{0}0{0}0{0}0{0}0{0}0{0}0{0}9",
    "bad_number": "20240103{0}600519{0}证券卖出{0}1e2{0}1{0}100{0}0{0}0{0}0{0}100{0}0{0}0{0}9",
    "missing_code": "20240103{0}{0}证券卖出{0}100{0}1{0}100{0}0{0}0{0}0{0}100{0}0{0}0{0}9",
    "amount_mismatch": "20240103{0}600519{0}证券卖出{0}100{0}1{0}999{0}0{0}0{0}0{0}999{0}0{0}0{0}9",
    "cancelled": "20240103{0}600519{0}撤单{0}0{0}0{0}0{0}0{0}0{0}0{0}0{0}0{0}0{0}9",
    "totals_line": "{0}{0}小计{0}0{0}0{0}0{0}0{0}0{0}0{0}0{0}0{0}0{0}",
    "unknown_layout": "20240103{0}600519",
}
"""Reason -> a line that must be rejected with it."""


def change(entry: Entry) -> int:
    return {"buy": 1, "sell": -1}.get(entry.kind, 0) * entry.quantity


def written(ledger: list[Entry], layout: Layout, opening_fen: int) -> bytes:
    rows = []
    balance = opening_fen
    held: dict[str, int] = {}
    for number, entry in enumerate(ledger, start=1):
        balance += entry.net_fen
        held[entry.code] = held.get(entry.code, HELD_BEFORE if entry.code else 0) + change(entry)
        code = f'="{entry.code}"' if layout.armoured and entry.code else entry.code
        shown = entry.net_fen if layout.signed else abs(entry.net_fen)
        cells = (
            entry.day.strftime(layout.day),
            code,
            entry.word,
            str(entry.quantity),
            f"{entry.price_mil / 1000:.3f}",
            money(entry.gross_fen, layout),
            *(money(fee, layout) for fee in entry.fees_fen),
            money(shown, layout),
            money(balance, layout),
            str(held[entry.code]),
            str(number),
        )
        rows.append(layout.delimiter.join(cells))
    if layout.newest_first:
        rows.reverse()
    head = ["对账单", ""] if layout.title else []
    tail = [layout.delimiter.join(["合计", *[""] * 12])] if layout.totals else []
    lines = [*head, layout.delimiter.join(layout.headings), *rows, *tail]
    return ("\r\n".join(lines) + "\r\n").encode(layout.encoding)


@FIXED
@given(
    ledger=st.lists(entries(), min_size=1, max_size=12),
    layout=layouts,
    opening_fen=st.integers(0, 10**10),
)
def test_a_ledger_in_any_layout_reads_back_to_the_fen(
    words: StatementWords, ledger: list[Entry], layout: Layout, opening_fen: int
) -> None:
    ledger = sorted(ledger, key=lambda entry: entry.day)
    data = written(ledger, layout, opening_fen)
    statement = read(data, words=words, now=NOW)
    assert [entry.reason for entry in statement.rejected] == (["totals_line"] if layout.totals else [])
    sold_only = not layout.signed and all(entry.net_fen > 0 for entry in ledger)
    assert sold_only or statement.encoding == layout.encoding
    several_days = ledger[0].day != ledger[-1].day
    found = [(record.day, record.code, record.net_fen, record.fees.total_fen) for record in statement.records]
    wanted = [(entry.day, entry.code, entry.net_fen, sum(entry.fees_fen)) for entry in ledger]
    if several_days or not layout.newest_first:
        assert found == wanted
        assert statement.opening.cash_fen == opening_fen
        codes = {entry.code for entry in ledger if entry.code}
        assert {(code, int(quantity)) for code, _, quantity in statement.opening.shares} == {
            (code, HELD_BEFORE) for code in codes
        }
        assert statement.records[-1].cash_after_fen == opening_fen + sum(entry.net_fen for entry in ledger)
    else:
        assert sorted(found) == sorted(wanted)
    again = read(data, words=words, now=NOW)
    assert [record.key for record in again.records] == [record.key for record in statement.records]
    assert len({record.key for record in statement.records}) == len(ledger)


@FIXED
@given(
    ledger=st.lists(entries(), min_size=1, max_size=12),
    layout=layouts,
    broken=st.lists(st.tuples(st.integers(0, 100), st.sampled_from(sorted(BROKEN))), max_size=5),
)
def test_a_broken_line_is_named_and_harms_no_other(
    words: StatementWords, ledger: list[Entry], layout: Layout, broken: list[tuple[int, str]]
) -> None:
    ledger = sorted(ledger, key=lambda entry: entry.day)
    data = written(ledger, layout, 0)
    lines = data.decode(layout.encoding).split("\r\n")
    top, bottom = (3 if layout.title else 1), len(lines) - (2 if layout.totals else 1)
    reasons = dict.fromkeys(lines[top:bottom], "")
    for place, reason in broken:
        line = BROKEN[reason].format(layout.delimiter)
        if line not in reasons:
            reasons[line] = reason
            lines.insert(top + place % (bottom - top + 1), line)
            bottom += 1
    expected = [(number, reasons[line]) for number, line in enumerate(lines, start=1) if reasons.get(line)]
    statement = read("\r\n".join(lines).encode(layout.encoding), words=words, now=NOW)
    totals = [(len(lines) - 1, "totals_line")] if layout.totals else []
    assert [(entry.line, entry.reason) for entry in statement.rejected] == expected + totals
    whole = read(data, words=words, now=NOW)
    assert [record.key for record in statement.records] == [record.key for record in whole.records]
    assert statement.opening == whole.opening


@FIXED
@given(ledger=st.lists(entries(), min_size=2, max_size=12), layout=layouts, cut=st.integers(1, 11))
def test_a_later_file_that_overlaps_tells_the_same_lines_with_the_same_keys(
    words: StatementWords, ledger: list[Entry], layout: Layout, cut: int
) -> None:
    ledger = sorted(ledger, key=lambda entry: entry.day)
    lines = written(ledger, layout, 0).decode(layout.encoding).split("\r\n")
    top, bottom = (3 if layout.title else 1), len(lines) - (2 if layout.totals else 1)
    part = [*lines[:top], *lines[top + min(cut, len(ledger) - 1) : bottom], ""]
    keys = {record.key for record in read("\r\n".join(lines).encode(), words=words, now=NOW).records}
    found = read("\r\n".join(part).encode(), words=words, now=NOW).records
    assert len(found) == len(ledger) - min(cut, len(ledger) - 1)
    assert {record.key for record in found} <= keys


@FIXED
@given(data=st.binary(max_size=400))
def test_no_bytes_break_the_reader(words: StatementWords, data: bytes) -> None:
    try:
        statement = read(data, words=words, now=NOW)
    except UnreadableFileError:
        return
    assert statement.records == ()


@FIXED
@given(
    cells=st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(
                ["20250303", "600519", "证券买入", "100", "-1.00", "1e5", "٣", "１２", "", '"', "(5)"]
            ),
        ),
        min_size=1,
        max_size=14,
    )
)
def test_no_row_breaks_the_reader(words: StatementWords, cells: list[str]) -> None:
    header = "成交日期,证券代码,证券名称,业务名称,成交数量,成交均价,成交金额,手续费,印花税,过户费,发生金额\n"
    data = (header + ",".join(cells) + "\n").encode("utf-8", "surrogatepass")
    try:
        statement = read(data, words=words, now=NOW)
    except UnreadableFileError:
        return
    for record in statement.records:
        assert record.quantity >= 0
