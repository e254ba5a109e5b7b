"""A ledger written in a random layout: dropped columns, repeated fees, fixed width, any minus, any date."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_statement_property import HELD_BEFORE, Entry, change, entries

from tongxing.domain.clock import BEIJING
from tongxing.domain.pages import StatementWords
from tongxing.intake.codes import names_of
from tongxing.intake.statement import read, read_parts

NOW = datetime(2026, 5, 6, 18, tzinfo=BEIJING)
NAMES = {"600519": "贵州茅台", "000651": "格力电器", "510300": "沪深300ETF", "": ""}
SYNONYMS = {
    "day": ("成交日期", "发生日期", "交割日期", "交收日期", "清算日期", "日期"),
    "code": ("证券代码", "股票代码", "代码"),
    "name": ("证券名称", "股票名称", "证券简称"),
    "word": ("操作", "业务名称", "业务类型", "摘要"),
    "quantity": ("成交数量", "成交股数", "发生数量"),
    "price": ("成交价格", "成交均价", "成交价"),
    "gross": ("成交金额", "成交额"),
    "commission": ("手续费", "佣金"),
    "stamp": ("印花税",),
    "other": ("过户费", "其他费"),
    "total": ("费用合计", "总费用"),
    "net": ("发生金额", "清算金额", "收付金额", "资金发生数"),
    "cash": ("资金余额", "剩余金额"),
    "number": ("成交编号", "流水号"),
}
WIDTH = 24
MINUS = ("sign", "brackets", "behind", "full_width", "none")
DAYS = ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y/%m/%d 0:00", "serial")


@dataclass(frozen=True)
class Layout:
    encoding: str
    delimiter: str
    """`fixed`: columns at character cells, words left and numbers right."""
    newest_first: bool
    minus: str
    day: str
    currency: str
    fees: str
    """`apart`, `total` (one column of all), or `twice` (the commission stands in two columns)."""
    dropped: str
    """A column that the file does not have, or nothing."""
    short_codes: bool
    order: tuple[str, ...]
    headings: tuple[str, ...]
    """Of the columns, in the same order as `order`."""


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    fees = draw(st.sampled_from(["apart", "total", "twice"]))
    may_go = ["", "", "gross", "name", "number", *(["net"] if fees != "twice" else [])]
    dropped = draw(st.sampled_from(may_go))
    columns = [name for name in SYNONYMS if name != dropped]
    gone = {"apart": ("total",), "total": ("commission", "stamp", "other"), "twice": ("total",)}[fees]
    columns = [name for name in columns if name not in gone]
    if fees == "twice":
        columns.append("commission")
    order = draw(st.permutations(columns))
    picked = {name: draw(st.sampled_from(words)) for name, words in SYNONYMS.items()}
    return Layout(
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])),
        delimiter=draw(st.sampled_from(["\t", ",", ";", "|", "fixed"])),
        newest_first=draw(st.booleans()),
        minus=draw(st.sampled_from(MINUS)),
        day=draw(st.sampled_from(DAYS)),
        currency=draw(st.sampled_from(["", "", "￥", "元", "RMB"])),
        fees=fees,
        dropped=dropped,
        short_codes=draw(st.booleans()),
        order=tuple(order),
        headings=tuple(picked[name] for name in order),
    )


def money(fen: int, layout: Layout) -> str:
    text = f"{Decimal(abs(fen)) / 100:.2f}"
    text = f"{text}元" if layout.currency == "元" else f"{layout.currency}{text}"
    if fen >= 0 or layout.minus == "none":
        return text
    return {"sign": f"-{text}", "brackets": f"({text})", "behind": f"{text}-", "full_width": f"－{text}"}[
        layout.minus
    ]


def printed_day(day: date, layout: Layout) -> str:
    return str((day - date(1899, 12, 30)).days) if layout.day == "serial" else day.strftime(layout.day)


def row(entry: Entry, number: int, balance: int, layout: Layout) -> list[str]:
    commission, stamp, other = entry.fees_fen
    code = entry.code.lstrip("0") if layout.short_codes else entry.code
    cells = {
        "day": printed_day(entry.day, layout),
        "code": code,
        "name": NAMES[entry.code],
        "word": entry.word,
        "quantity": str(entry.quantity),
        "price": f"{entry.price_mil / 1000:.3f}",
        "gross": money(
            entry.gross_fen if entry.quantity or layout.dropped != "net" else abs(entry.cash_fen), layout
        ),
        "commission": money(commission, layout),
        "stamp": money(stamp, layout),
        "other": money(other, layout),
        "total": money(sum(entry.fees_fen), layout),
        "net": money(entry.net_fen, layout),
        "cash": f"{Decimal(balance) / 100:.2f}",
        "number": str(number),
    }
    return [cells[name] for name in layout.order]


def line(cells: list[str], layout: Layout) -> str:
    if layout.delimiter != "fixed":
        return layout.delimiter.join(cells)
    drawn = []
    for cell, name in zip(cells, layout.order, strict=True):
        blank = " " * (WIDTH - sum(1 if character.isascii() else 2 for character in cell))
        words = name in {"day", "code", "name", "word"}
        drawn.append(cell + blank if words else blank + cell)
    return "  ".join(drawn)


def written(ledger: list[Entry], layout: Layout, opening_fen: int) -> bytes:
    rows = []
    balance = opening_fen
    for number, entry in enumerate(ledger, start=1):
        balance += entry.net_fen
        rows.append(line(row(entry, number, balance, layout), layout))
    if layout.newest_first:
        rows.reverse()
    return ("\r\n".join([line(list(layout.headings), layout), *rows]) + "\r\n").encode(layout.encoding)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    ledger=st.lists(entries(), min_size=1, max_size=10),
    layout=layouts(),
    opening_fen=st.integers(10**7, 10**10),
)
def test_a_ledger_in_a_random_layout_reads_back_to_the_fen(
    words: StatementWords, ledger: list[Entry], layout: Layout, opening_fen: int
) -> None:
    ledger = sorted((one for one in ledger if one.net_fen), key=lambda entry: entry.day)
    if not ledger or (
        layout.dropped == "net" and any(one.net_fen < 0 and one.kind == "sell" for one in ledger)
    ):
        return
    data = written(ledger, layout, opening_fen)
    names = names_of((name, code) for code, name in NAMES.items())
    statement = read(data, words=words, now=NOW, names=names)
    assert statement.rejected == ()
    assert statement.delimiter == layout.delimiter
    found = sorted(
        (record.day, record.code, record.gross_fen, record.fees.total_fen, record.net_fen)
        for record in statement.records
    )
    wanted = sorted(
        (
            entry.day,
            entry.code,
            entry.gross_fen if entry.quantity else abs(entry.cash_fen),
            sum(entry.fees_fen),
            entry.net_fen,
        )
        for entry in ledger
    )
    assert found == wanted
    if ledger[0].day != ledger[-1].day or not layout.newest_first:
        assert statement.opening.cash_fen == opening_fen
    assert sum(change(entry) for entry in ledger) < HELD_BEFORE
    parts = read_parts(lambda: [data[:100], data[100:]], words=words, now=NOW, names=names, lines_a_part=3)
    assert {record for part in parts for record in part.records} == set(statement.records)
