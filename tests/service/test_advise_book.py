"""A whole book of clients at once: the weights of the door line by line, and a file that is whole or none."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tongxing.adapters.allocation_file import AllocationFile
from tongxing.adapters.book_files import load
from tongxing.adapters.parquet_file import ParquetError
from tongxing.cli import app
from tongxing.profile.signs import NAMES
from tongxing.service.advise_ask import ask_from
from tongxing.service.advise_book import allocations
from tongxing.service.advise_lines import advise_line, desk_for

DESK = desk_for(load(sign_names=NAMES), date(2026, 5, 6))
CODES = [block.code for block in DESK.policy.blocks]
MONTHS_A_YEAR = 12


def question(number: int) -> dict[str, Any]:
    chance = np.random.default_rng(number)

    def one(*choices: object) -> object:
        return choices[chance.integers(len(choices))]

    def some(*choices: str, most: int) -> list[str]:
        return [str(code) for code in chance.permutation(list(choices))[: chance.integers(most + 1)]]

    goals = [{"kind": "house", "amount_fen": int(chance.integers(10**6, 10**7)), "date": "2029-05-06"}]
    return {
        "client_id": f"C{number}",
        "as_of": "2026-05-06",
        "grade": one("C1L", "C1", "C2", "C3", "C4", "C5"),
        "age": int(chance.integers(18, 90)),
        "income_month_fen": one(None, 0, 900_000, 3_000_000),
        "repayment_month_fen": one(0, 0, 200_000, 700_000),
        "turnover_annual_bp": one(0, 5_000, 40_000),
        "horizon_months": int(chance.integers(240)),
        "reserve_months": int(chance.integers(7)),
        "goals": one(goals, [], []),
        "holdings": [
            {"code": code, "value_fen": int(chance.integers(1, 10**7))} for code in some(*CODES, most=3)
        ],
        "cash_fen": one(0, 20_000, 5_000_000, 10**9),
        "anxiety_bp": one(0, 0, 2_000, 6_000),
        "exclude": some("gold", "equity", "511260", most=1),
        "initiative": one("client", "firm"),
    }


def rows(count: int) -> list[Any]:
    return list(allocations(DESK, [ask_from(msgspec.json.encode(question(n))) for n in range(count)]))


def decides(binding: Any) -> set[str]:
    """What is above nothing; that a product which is not wanted has no room may be said or not."""
    return {
        one["limit"] for one in binding if one["multiplier"] > 1e-5 and not one["limit"].startswith("most:")
    }


def test_weights_and_deciding_limits_are_those_of_the_door_line_by_line() -> None:
    compared = 0
    for row in rows(400):
        line = advise_line(DESK, ask_from(msgspec.json.encode(question(int(row["client_id"][1:])))))
        if row["refused"]:
            assert line["refused"] == row["refused"]
            continue
        if len(line["pockets"]) > 1:  # type: ignore[arg-type]
            continue  # the door mixes pockets; they are compared by the batch's own tests
        weights = {one["code"]: one["bp"] for one in row["weights"]}
        told: Any = line["weights_bp"]
        assert all(abs(weights.get(code, 0) - told.get(code, 0)) <= 1 for code in {*weights, *told})
        compared += 1
        if row["months"] >= MONTHS_A_YEAR:  # nearer: several sets of limits say the same, either is right
            assert decides(row["binding"]) == decides(line["binding"])
    assert compared >= 200


def test_pockets_of_one_client_stand_together_and_each_adds_up() -> None:
    found = rows(200)
    order = [row["client_id"] for row in found]
    assert sorted(order, key=lambda one: int(one[1:])) == order
    assert any(order.count(one) > 1 for one in order)
    for row in found:
        assert row["refused"] or sum(one["bp"] for one in row["weights"]) == 10_000
        assert row["label"] == "ai_generated"


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["advise", *arguments])
    return done.exit_code, done.stderr


def test_the_command_writes_every_good_line_and_names_the_bad_ones(tmp_path: Path) -> None:
    file, out = tmp_path / "book.jsonl", tmp_path / "out.parquet"
    lines = [msgspec.json.encode(question(number)) for number in range(50)]
    old = msgspec.json.encode(question(50) | {"as_of": "2020-01-02"})
    file.write_bytes(b"\n".join([*lines[:3], b"{", b'{"x":"' + b"1" * 2_000_000 + b'"}', old, *lines[3:]]))
    code, told = run(str(file), "--out", str(out))
    assert code == 3
    assert [word in told for word in ("line 4", "line 5", "line 6", "line 7")] == [True, True, True, False]
    table = pq.read_table(out)
    assert set(table.column("client_id").to_pylist()) == {f"C{number}" for number in range(50)}
    assert table.schema.metadata[b"generated_by"] == b"ai"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.jsonl", "out.parquet"]


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    file, out = tmp_path / "book.jsonl", tmp_path / "out.parquet"
    file.write_bytes(msgspec.json.encode(question(1)))
    out.write_bytes(b"kept")
    code, told = run(str(file), "--out", str(out))
    assert (code, out.read_bytes()) == (2, b"kept")
    assert "is there already" in told


def test_nothing_remains_of_a_file_that_breaks_off(tmp_path: Path) -> None:
    def broken_off() -> None:
        with AllocationFile(tmp_path / "out.parquet") as file:
            file.write(rows(5))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ParquetError, match="No such file"):
        AllocationFile(tmp_path / "none" / "out.parquet")


def test_a_book_without_a_good_line_leaves_no_file(tmp_path: Path) -> None:
    file, out = tmp_path / "book.jsonl", tmp_path / "out.parquet"
    file.write_bytes(b"{\n[]\n")
    assert run(str(file), "--out", str(out))[0] == 2
    assert not out.exists()
