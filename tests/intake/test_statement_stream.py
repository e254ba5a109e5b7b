"""Files of any size: read piece by piece in bounded memory, and to the same records as in one piece."""

import multiprocessing
import resource
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongxing.domain.clock import BEIJING
from tongxing.domain.pages import StatementWords
from tongxing.domain.statement import StatementRecord
from tongxing.intake.records import Copies
from tongxing.intake.statement import UnreadableFileError, read, read_parts
from tongxing.intake.text import divided

NOW = datetime(2026, 5, 6, 18, tzinfo=BEIJING)
HEADER = "成交日期,证券代码,证券名称,业务名称,成交数量,成交均价,成交金额,手续费,发生金额,成交编号,备注\n"
ROW = "202503{day:02d},600519,贵州茅台,证券买入,100,10.00,1000.00,5.00,-1005.00,{number},{note}\n"
FIXED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def pieces(data: bytes, size: int) -> Callable[[], Iterator[bytes]]:
    return lambda: (data[start : start + size] for start in range(0, len(data), size))


def content(count: int) -> str:
    rows = [ROW.format(day=1 + number % 28, number=number, note="") for number in range(count)]
    return HEADER + "".join(rows) + rows[0] + "合计,,,,,,,,-1.00,,\n"


def flat(records: tuple[StatementRecord, ...]) -> set[StatementRecord]:
    return set(records)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_pieces_tell_the_same_as_the_whole(words: StatementWords, encoding: str, ends: str) -> None:
    data = content(60).replace("\n", ends).encode(encoding)
    whole = read(data, words=words, now=NOW)
    assert (len(whole.records), [entry.reason for entry in whole.rejected]) == (
        60,
        ["duplicate", "totals_line"],
    )
    for size in (1, 2, 7, 64, 100_000):
        parts = list(read_parts(pieces(data, size), words=words, now=NOW, lines_a_part=25))
        assert len(parts) == 3
        assert {part.encoding for part in parts} == {whole.encoding}
        assert {record for part in parts for record in part.records} == set(whole.records)
        assert [entry for part in parts for entry in part.rejected] == list(whole.rejected)


@FIXED
@given(text=st.text(alphabet="ab\r\n\x0c\u2028贵", max_size=60), size=st.integers(1, 9))
def test_lines_do_not_depend_on_where_a_file_is_cut(text: str, size: int) -> None:
    cut = [text[start : start + size] for start in range(0, len(text), size)]
    assert list(divided(cut)) == text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@FIXED
@given(data=st.binary(max_size=300), size=st.integers(1, 50))
def test_no_bytes_break_the_stream(words: StatementWords, data: bytes, size: int) -> None:
    for content in (data, HEADER.encode() + data, HEADER.encode("gb18030") + data):
        try:
            parts = list(read_parts(pieces(content, size), words=words, now=NOW, lines_a_part=50))
        except UnreadableFileError:
            continue
        assert sum(len(part.records) for part in parts) <= content.count(b"\n") + content.count(b"\r") + 1


def test_the_opening_stands_in_the_part_that_begins_the_history(words: StatementWords) -> None:
    header = "日期,摘要,发生金额,资金余额\n"
    rows = [f"202503{day:02d},银行转存,1.00,{day}.00\n" for day in range(1, 29)]
    for order, place in ((rows, 0), (rows[::-1], -1)):
        data = (header + "".join(order)).encode()
        parts = list(read_parts(pieces(data, 50), words=words, now=NOW, lines_a_part=10))
        assert [part.opening.cash_fen for part in parts].index(0) == place % len(parts)
        assert [part.opening.status for part in parts].count("from_balance") == 1


def test_what_cannot_be_read_is_refused_before_the_first_part(words: StatementWords) -> None:
    text = content(2_000)
    damaged = text.encode() + b"\xff\xfe\x80 " + text.encode()
    with pytest.raises(UnreadableFileError, match="UTF-8"):
        next(read_parts(pieces(damaged, 1_000), words=words, now=NOW, lines_a_part=50))
    with pytest.raises(UnreadableFileError, match="zero byte at offset"):
        next(read_parts(pieces(text.encode() + b"\x00", 1_000), words=words, now=NOW, lines_a_part=50))
    with pytest.raises(UnreadableFileError, match="workbook"):
        next(read_parts(pieces(b"PK\x03\x04" + bytes(99), 50), words=words, now=NOW, lines_a_part=50))
    with pytest.raises(UnreadableFileError, match="empty"):
        next(read_parts(pieces(b"", 50), words=words, now=NOW, lines_a_part=50))


def test_an_endless_line_is_cut_and_named(words: StatementWords) -> None:
    text = content(3) + "x" * 5_000_000 + "\n" + ROW.format(day=9, number=99, note="")
    (part,) = read_parts(pieces(text.encode(), 4_096), words=words, now=NOW, lines_a_part=50)
    assert len(part.records) == 4
    assert [(entry.line, entry.reason) for entry in part.rejected][-1] == (7, "unknown_layout")


def test_copies_are_named_with_their_first_line_while_it_is_remembered() -> None:
    copies = Copies(limit=4)
    assert [copies.first(key, line) for line, key in enumerate("abcab", start=1)] == [1, 2, 3, 1, 2]
    for line, key in enumerate("defg", start=6):
        copies.first(key, line)
    assert copies.first("a", 20) == 20
    assert len(copies.lines) <= 5


def _large(path: Path, size: int) -> None:
    note = "备" * 300
    with path.open("w", encoding="utf-8") as handle:
        handle.write(HEADER)
        written = number = 0
        while written < size:
            line = ROW.format(day=1 + number // 10_000 % 28, number=number, note=note)
            handle.write(line)
            written += len(line.encode())
            number += 1


def _read_large(path: Path, words: StatementWords) -> tuple[int, int]:
    """(records, growth of this process' peak in KiB)."""

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as handle:
            while piece := handle.read(1_048_576):
                yield piece

    small = content(2_000).encode()
    sum(
        len(part.records) for part in read_parts(pieces(small, 65_536), words=words, now=NOW, lines_a_part=50)
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = sum(len(part.records) for part in read_parts(chunks, words=words, now=NOW, lines_a_part=2_000))
    return count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def test_memory_does_not_grow_with_the_file(words: StatementWords, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    _large(path, 48 * 2**20)
    plain = replace(words, columns=dict(words.columns), kinds=dict(words.kinds))
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        count, grown_kib = pool.submit(_read_large, path, plain).result()
    assert count > 45_000
    assert grown_kib < 30 * 1024, f"{grown_kib // 1024} MiB for a file of 48 MiB"
