"""Statements: lines per second read, and lines per second durable, against a plain pass of `csv.reader`."""

import argparse
import csv
import io
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.apart import apart
from benchmarks.measure import Figure, median, timed
from tongxing.adapters.book_files import load
from tongxing.app import temporary_house
from tongxing.app.house import DEFAULT_START
from tongxing.intake.statement import read, read_parts
from tongxing.profile.signs import NAMES
from tongxing.service.house import House
from tongxing.service.import_statement import import_statement
from tongxing.service.work import work

SEED = 20_260_506
LAST_DAY = date(2026, 4, 30)
LINES_A_DAY = 16
BANK_EVERY = 10
CASH_FEN_ENOUGH = 10**9
CODES = (
    ("510300", "沪深300ETF", 4_012),
    ("510880", "红利ETF", 3_104),
    ("600519", "贵州茅台", 1_553_000),
    ("601318", "中国平安", 52_310),
    ("000651", "格力电器", 41_200),
    ("300750", "宁德时代", 251_080),
)
"""Code, name, and a price in mil around which the invented ones move."""
HEADINGS = (
    *("成交日期", "成交时间", "证券代码", "证券名称", "业务名称", "成交数量", "成交均价", "成交金额"),
    *("手续费", "印花税", "过户费", "发生金额", "资金余额", "证券余额", "成交编号", "股东账户"),
)
LARGE_MIB = (32, 256)
"""Files read part by part: the peak of memory must not follow the size."""
LARGE_REMARK = "对账单备注" * 60
"""Lines of a kilobyte: a large file without an hour of lines."""
PART_LINES = 20_000
PIECE_BYTES = 1024 * 1024
PEER_ROUNDS = 5
FOLDED_LINES = 5_000
"""Lines that are folded too: ten months of this client. The more movements an account keeps
(120 days of them), the slower a line is folded: a file of 50,000 lines takes longer a line than this one."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a broker writes the same lines."""

    name: str
    encoding: str
    delimiter: str
    escaped: bool
    """Codes as `="600519"`, so that a spreadsheet keeps their zeros."""
    newest_first: bool


LAYOUTS = (
    Layout("delivery, tab, GB18030, escaped codes, newest first", "gb18030", "\t", True, True),
    Layout("delivery, comma, UTF-8 with BOM, oldest first", "utf-8-sig", ",", False, False),
)


@dataclass(slots=True)
class Account:
    """The invented client's account while the lines are written."""

    cash_fen: int = 0
    held: dict[str, int] = field(default_factory=dict)


def run(arguments: argparse.Namespace) -> Iterator[Figure]:
    """Read both layouts, then bring the first one into a store, once and once more."""
    count: int = arguments.lines
    for layout in LAYOUTS:
        yield from _read(count, layout)
    yield from _durable(count, LAYOUTS[0])
    for mib in LARGE_MIB:
        yield from _large(mib)


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds it took to read one file."""

    cold: float
    warm: float
    plain: float
    records: int
    rejected: int
    size: int


def _read(count: int, layout: Layout) -> Iterator[Figure]:
    found, peak = apart(_reading, count, layout)
    yield Figure(
        metric=f"lines/s read ({layout.name})",
        value=count / found.cold,
        unit="1/s",
        n=count,
        peer="csv.reader over the same bytes, decoded",
        peer_value=count / found.plain,
        note=f"cold; read again {count / found.warm:,.0f}/s; {found.size / 2**20:.1f} MiB, "
        f"{found.records} records, {found.rejected} rejected (the line of totals)",
    )
    yield Figure(metric=f"peak memory read ({layout.name})", value=peak, unit="MiB", n=count)


def _reading(count: int, layout: Layout) -> Reading:
    data = statement(count, layout)
    words = load(sign_names=NAMES).statement_words
    start = time.perf_counter()
    found = read(data, words=words, now=DEFAULT_START)
    cold = time.perf_counter() - start
    return Reading(
        cold=cold,
        warm=timed(lambda: read(data, words=words, now=DEFAULT_START)),
        plain=median([timed(lambda: _plain_pass(data, layout)) for _ in range(PEER_ROUNDS)]),
        records=len(found.records),
        rejected=len(found.rejected),
        size=len(data),
    )


def _plain_pass(data: bytes, layout: Layout) -> int:
    """The floor: divide the same bytes into cells and look at none."""
    text = io.StringIO(data.decode(layout.encoding), newline="")
    return sum(1 for _ in csv.reader(text, delimiter=layout.delimiter))


@dataclass(frozen=True, slots=True)
class Importing:
    """Seconds it took to bring one file into a new store."""

    first: float
    fold: float
    again: float
    plain: float
    events: int
    imported: int
    duplicates: int


def _durable(count: int, layout: Layout) -> Iterator[Figure]:
    found, peak = apart(_importing, count, layout, folded=False)
    yield _against(
        found,
        "lines/s durable (import, worker not counted)",
        count,
        found.first,
        f"{found.imported} records as {found.events} events in one transaction, {layout.name}",
    )
    yield _against(
        found,
        "lines/s imported a second time",
        count,
        found.again,
        f"{found.duplicates} duplicates, nothing changed",
    )
    yield Figure(metric="peak memory import", value=peak, unit="MiB", n=count)
    few = min(count, FOLDED_LINES)
    found, peak = apart(_importing, few, layout, folded=True)
    yield _against(
        found,
        "lines/s durable and folded",
        few,
        found.first + found.fold,
        f"import {found.first:.2f} s; fold, signs and decisions {found.fold:.2f} s",
    )
    yield Figure(metric="peak memory import and fold", value=peak, unit="MiB", n=few)


def _against(found: Importing, metric: str, count: int, seconds: float, note: str) -> Figure:
    return Figure(
        metric=metric,
        value=count / seconds,
        unit="1/s",
        n=count,
        peer="csv.reader over the same bytes, decoded",
        peer_value=count / found.plain,
        note=note,
    )


def _importing(count: int, layout: Layout, *, folded: bool) -> Importing:
    data = statement(count, layout)
    with temporary_house(seed=SEED) as house:
        start = time.perf_counter()
        imported, _ = _import(house, data, DEFAULT_START)
        first = time.perf_counter() - start
        events = house.store.count_events()
        fold = timed(lambda: work(house, now=DEFAULT_START)) if folded else 0.0
        start = time.perf_counter()
        _, duplicates = _import(house, data, DEFAULT_START + timedelta(hours=1))
        again = time.perf_counter() - start
    return Importing(
        first=first,
        fold=fold,
        again=again,
        plain=median([timed(lambda: _plain_pass(data, layout)) for _ in range(PEER_ROUNDS)]),
        events=events,
        imported=imported,
        duplicates=duplicates,
    )


def _import(house: House, data: bytes, now: datetime) -> tuple[int, int]:
    report = import_statement(
        house, data, client_id=None, new_client="测试客户", now=now, wall=DEFAULT_START, dry_run=False
    )
    return report.imported, report.duplicates


def statement(count: int, layout: Layout) -> bytes:
    """A delivery statement of one invented client: title, blank line, header, `count` lines, totals."""
    chance = np.random.default_rng(SEED)
    account = Account()
    days = -(-count // LINES_A_DAY)
    first = LAST_DAY - timedelta(days=days - 1)
    lines = [
        _line(chance, account, number, first + timedelta(days=number // LINES_A_DAY), layout)
        for number in range(count)
    ]
    if layout.newest_first:
        lines.reverse()
    separator = layout.delimiter
    title = f"对账单 - 交割单查询\n客户姓名：测试客户{separator}起始日期：{first:%Y%m%d}\n\n"
    text = title + separator.join(HEADINGS) + "\n" + "\n".join(lines) + f"\n合计{separator * 15}\n"
    return text.encode(layout.encoding)


def _line(chance: np.random.Generator, account: Account, number: int, day: date, layout: Layout) -> str:
    """One line a few minutes after the last; every tenth moves cash by bank, the first brings it in."""
    clock = timedelta(hours=9, minutes=30) + timedelta(
        minutes=20 * (number % LINES_A_DAY), seconds=number % 60
    )
    moment = str(clock).rjust(8, "0")
    cells = _bank(chance, account) if number % BANK_EVERY == 0 else _trade(chance, account, layout)
    account_name = _quoted("A000000001", layout)
    whole = [f"{day:%Y%m%d}", moment, *cells, str(100_000_000 + number), account_name]
    return layout.delimiter.join(f'"{cell}"' if layout.delimiter in cell else cell for cell in whole)


def _bank(chance: np.random.Generator, account: Account) -> list[str]:
    amount = int(chance.integers(1_000_000, 90_000_000))
    if account.cash_fen > CASH_FEN_ENOUGH:
        amount = -amount
    account.cash_fen += amount
    word = "银行转证券" if amount > 0 else "证券转银行"
    zeros = ["0", "0.000", "0.00", "0.00", "0.00", "0.00"]
    return ["", "", word, *zeros, _yuan(amount), _yuan(account.cash_fen), "0"]


def _trade(chance: np.random.Generator, account: Account, layout: Layout) -> list[str]:
    code, name, middle = CODES[int(chance.integers(len(CODES)))]
    price_mil = middle * int(chance.integers(900, 1100)) // 1000 // 10 * 10
    held = account.held.get(code, 0)
    shares = 100 * int(chance.integers(1, 20))
    cost_fen = price_mil * shares // 10
    scarce = cost_fen * 2 > account.cash_fen
    sells = held >= shares and (scarce or bool(chance.integers(2)))
    if scarce and not sells:
        return _bank(chance, account)
    commission, stamp = max(500, cost_fen * 25 // 100_000), cost_fen // 1000 if sells else 0
    transfer = cost_fen // 100_000
    fees = commission + stamp + transfer
    net = cost_fen - fees if sells else -cost_fen - fees
    account.cash_fen += net
    account.held[code] = held - shares if sells else held + shares
    word = "证券卖出" if sells else "证券买入"
    moved = [
        f"{-shares if sells else shares}",
        f"{price_mil // 1000:,}.{price_mil % 1000:03d}",
        _yuan(cost_fen),
    ]
    paid = [_yuan(commission), _yuan(stamp), _yuan(transfer), _yuan(net)]
    return [
        _quoted(code, layout),
        name,
        word,
        *moved,
        *paid,
        _yuan(account.cash_fen),
        str(account.held[code]),
    ]


def _quoted(code: str, layout: Layout) -> str:
    return f'="{code}"' if layout.escaped else code


def _large(mib: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statement.csv"
        count = write_large(path, mib)
        (seconds, records), peak = apart(_parts_read, path)
    if records != count:
        raise RuntimeError(f"{records} records of {count} lines")
    yield Figure(
        metric=f"lines/s read part by part ({mib} MiB)",
        value=count / seconds,
        unit="1/s",
        n=count,
        note=f"{mib / seconds:,.1f} MiB/s, {seconds:.1f} s, looked through once before for its encoding",
    )
    yield Figure(metric=f"peak memory read part by part ({mib} MiB)", value=peak, unit="MiB", n=count)


def write_large(path: Path, mib: int) -> int:
    """A cash ledger of so many MiB with long remarks; how many lines it has."""
    size = balance = count = 0
    with path.open("w", encoding="utf-8") as handle:
        handle.write("流水日期\t业务类型\t发生金额\t资金余额\t流水号\t说明\n")
        while size < mib * 2**20:
            moved = 1_000 + count % 977
            balance += moved
            day = LAST_DAY - timedelta(days=7_000 - count * 7_000 // (mib * 1_200))
            cells = (f"{day:%Y%m%d}", "银行转证券", _yuan(moved), _yuan(balance), str(count), LARGE_REMARK)
            line = "\t".join(cells) + "\n"
            handle.write(line)
            size += len(line.encode())
            count += 1
    return count


def _parts_read(path: Path) -> tuple[float, int]:
    """Seconds, and records read."""

    def pieces() -> Iterator[bytes]:
        with path.open("rb") as handle:
            while piece := handle.read(PIECE_BYTES):
                yield piece

    words = load(sign_names=NAMES).statement_words
    start = time.perf_counter()
    parts = read_parts(pieces, words=words, now=DEFAULT_START, lines_a_part=PART_LINES)
    records = sum(len(part.records) for part in parts)
    return time.perf_counter() - start, records


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
