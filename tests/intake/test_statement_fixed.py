"""Fixed-width files: columns at character cells, a Chinese character taking two."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from tongxing.domain.clock import BEIJING
from tongxing.domain.pages import StatementWords
from tongxing.domain.statement import Statement
from tongxing.intake.fixed import cuts
from tongxing.intake.statement import read

NOW = datetime(2026, 5, 6, 18, tzinfo=BEIJING)
COLUMNS = (
    ("成交日期", 10, False),
    ("证券代码", 10, False),
    ("证券名称", 14, False),
    ("操作", 10, False),
    ("成交数量", 10, True),
    ("成交均价", 12, True),
    ("成交金额", 14, True),
    ("手续费", 10, True),
    ("发生金额", 14, True),
    ("资金余额", 14, True),
)
"""Heading, width in cells, whether numbers stand at the right edge."""
ROWS = tuple(
    tuple(row.split("|"))
    for row in (
        "20250303|600519|贵州茅台|证券买入|100|1497.000|149,700.00|37.43|-149,737.43|50,262.57",
        "20250304|000001|Ａ平安银行B|证券买入|12000|1.500|18,000.00|5.00|-18,005.00|32,257.57",
        "20250305|||银行转存|||||1,000.00|33,257.57",
        "20250306|600519|贵州茅台|证券卖出|-100|1500.000|150,000.00|37.50|149,962.50|183,220.07",
    )
)


def padded(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - sum(1 if character.isascii() else 2 for character in text))
    return blank + text if right else text + blank


def drawn(rows: Sequence[Sequence[str]], *, gap: str, right: bool, note: str = "合计 共4笔") -> str:
    def line(cells: Sequence[str]) -> str:
        return gap.join(
            padded(cell, width, right=right and number)
            for cell, (_, width, number) in zip(cells, COLUMNS, strict=True)
        )

    return "\n".join(["客户 某某", line([name for name, *_ in COLUMNS]), *map(line, rows), note, ""])


def of_text(text: str, words: StatementWords, encoding: str = "utf-8") -> Statement:
    return read(text.encode(encoding), words=words, now=NOW)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("gap", ["", " ", "   "])
@pytest.mark.parametrize("right", [False, True])
def test_columns_are_found_by_their_cells(
    words: StatementWords, encoding: str, gap: str, *, right: bool
) -> None:
    statement = of_text(drawn(ROWS, gap=gap, right=right), words, encoding)
    assert (statement.delimiter, statement.layout) == ("fixed", "delivery")
    assert [(record.code, record.name, record.net_fen) for record in statement.records] == [
        ("600519", "贵州茅台", -14_973_743),
        ("000001", "A平安银行B", -1_800_500),
        ("", "", 100_000),
        ("600519", "贵州茅台", 14_996_250),
    ]
    assert [(entry.line, entry.reason) for entry in statement.rejected] == [(7, "totals_line")]
    assert statement.opening.cash_fen == 20_000_000


def test_a_rule_below_the_header_and_notes_below_the_table_are_no_records(words: StatementWords) -> None:
    text = drawn(ROWS, gap=" ", right=True, note="以上数据仅供参考，打印日期 2025-04-01，以柜台记录为准。")
    lines = text.split("\n")
    lines.insert(2, "-" * 130)
    statement = of_text("\n".join(lines), words)
    assert len(statement.records) == 4
    assert [(entry.line, entry.reason) for entry in statement.rejected] == [
        (3, "totals_line"),
        (8, "totals_line"),
    ]


def test_a_name_too_long_for_its_column_harms_no_other_line(words: StatementWords) -> None:
    text = drawn(ROWS, gap=" ", right=True)
    lines = text.split("\n")
    lines.insert(3, lines[2].replace("贵州茅台      ", "名字比这一栏长得多的证券"))
    statement = of_text("\n".join(lines), words)
    assert [record.line for record in statement.records] == [3, 5, 6, 7]
    assert [entry.line for entry in statement.rejected] == [4, 8]


def test_a_header_alone_divides_by_its_words() -> None:
    assert cuts("日期    代码  数量", []).split("20250303600519   100") == ["20250303", "600519", "100"]
    assert cuts("甲  乙", []).split("") == ["", ""]
