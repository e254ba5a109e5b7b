# ruff: noqa: INP001 - a script, not a package
"""Turns a folder of price files into the compact history that the package ships.

    python tools/make_history.py FOLDER [TARGET]

FOLDER holds, with headers as named here (other columns are passed over):

* `CODE.csv` for each exchange-traded instrument: trade_date, open, high, low, close (CNY, not adjusted),
  volume (lots of 100), amount (CNY);
* `index_CODE.csv`: trade_date, close;
* `platform_splits.csv`: code, split_date (the base date), split_ratio;
* `platform_dividends.csv`: code, ex_date, dividend_per_share (CNY), payment_date;
* `china_bond_yields_daily_pit.csv` (optional): date, bond_ytm_10y, bond_ytm_30y in percent;
* `fund_*.csv` (optional, one): 净值日期, 单位净值, 累计净值, any order.

TARGET (default: the package's own folder) receives coded files as `tongxing.market.coding` describes them,
and `manifest.csv` with the hash of each. Files of invented funds that are there already (`nav_F*.csv`) are
dropped: run `tools/make_fund_navs.py` afterwards. The same input gives the same bytes. A price that is not
a whole mil, a date that stands twice or a high below a low stops the script and names the file and the row.
"""

import csv
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np

from tongxing.domain.clock import day_number
from tongxing.market import manifest
from tongxing.market.actions import DIVIDEND_HEADER, SPLIT_HEADER
from tongxing.market.coding import Bars, Numbers, decode_bars, decode_levels, encode_bars, encode_levels

TARGET = Path(__file__).parents[1] / "src" / "tongxing" / "market" / "data"
CODE_FILE = re.compile(r"^[0-9]{6}\.csv$")
FUND_CODE = "SHORTBONDC"
"""The one real fund series, kept for its shape: a short-bond fund, class C."""

Row = Mapping[str, str]


class SourceError(ValueError):
    """A source file cannot be used: which, where, why."""


def history_texts(folder: Path) -> dict[str, str]:
    """All coded files of a source folder by name, manifest included."""
    texts = {f"bars_{path.stem}.csv": _bars(path) for path in _found(folder, CODE_FILE)}
    if not texts:
        raise SourceError(f"{folder} holds no price file like 510300.csv")
    codes = {name.removeprefix("bars_").removesuffix(".csv") for name in texts}
    for path in sorted(folder.glob("index_*.csv")):
        texts[path.name] = _levels("index", path, "trade_date", {"close": 3})
    for path in folder.glob("china_bond_yields_daily_pit.csv"):
        texts["yields.csv"] = _levels("yields", path, "date", {"bond_ytm_10y": 4, "bond_ytm_30y": 4})
    for path in sorted(folder.glob("fund_*.csv"))[:1]:
        texts[f"nav_{FUND_CODE}.csv"] = _levels("nav", path, "净值日期", {"单位净值": 6, "累计净值": 6})
    texts["splits.csv"] = _splits(folder / "platform_splits.csv", codes)
    texts["dividends.csv"] = _dividends(folder / "platform_dividends.csv", codes)
    texts[manifest.NAME] = manifest.write(texts)
    return texts


def write_texts(texts: Mapping[str, str], target: Path) -> None:
    """Write a history into a folder and take away files that are no longer part of it."""
    target.mkdir(parents=True, exist_ok=True)
    for path in target.glob("*.csv"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (target / name).write_bytes(text.encode())


def _found(folder: Path, pattern: re.Pattern[str]) -> list[Path]:
    return sorted(path for path in folder.glob("*.csv") if pattern.match(path.name))


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _sorted_rows(path: Path, day_column: str) -> tuple[list[Row], Numbers]:
    rows = sorted(_rows(path), key=lambda row: row[day_column])
    days = np.array([_day(row[day_column], path) for row in rows], dtype=np.int64)
    if len(rows) == 0 or (np.diff(days) <= 0).any():
        raise SourceError(f"{path.name}: no rows, or a date stands twice")
    return rows, days


def _bars(path: Path) -> str:
    rows, days = _sorted_rows(path, "trade_date")
    column = _columns(rows, path, "trade_date")
    bars = Bars(
        days=days,
        opens=column("open", 3, exact=True),
        highs=column("high", 3, exact=True),
        lows=column("low", 3, exact=True),
        closes=column("close", 3, exact=True),
        lots=column("volume", 0, exact=False),
        yuan=column("amount", 0, exact=False),
    )
    within = (bars.lows > 0) & (bars.lows <= np.minimum(bars.opens, bars.closes))
    within &= bars.highs >= np.maximum(bars.opens, bars.closes)
    if not within.all():
        day = rows[int(np.argmin(within))]["trade_date"]
        raise SourceError(f"{path.name}, {day}: open and close must lie between low and high, above zero")
    text = encode_bars(bars)
    read_back = decode_bars(text, name=path.name)
    if any((getattr(bars, name) != getattr(read_back, name)).any() for name in Bars.__slots__):
        raise SourceError(f"{path.name}: what was written does not read back")
    return text


def _levels(kind: str, path: Path, day_column: str, decimals: Mapping[str, int]) -> str:
    rows, days = _sorted_rows(path, day_column)
    column = _columns(rows, path, day_column)
    values = [column(name, places, exact=True) for name, places in decimals.items()]
    text = encode_levels(kind, days, *values)
    for written, read in zip((days, *values), decode_levels(kind, text, name=path.name), strict=True):
        if (written != read).any():
            raise SourceError(f"{path.name}: what was written does not read back")
    return text


def _columns(rows: Sequence[Row], path: Path, day_column: str) -> Callable[..., Numbers]:
    def column(name: str, places: int, *, exact: bool) -> Numbers:
        where = [f"{path.name}, {row[day_column]}, {name}" for row in rows]
        numbers = [
            _whole(row.get(name, ""), places, at, exact=exact) for row, at in zip(rows, where, strict=True)
        ]
        return np.array(numbers, dtype=np.int64)

    return column


def _whole(text: str, places: int, where: str, *, exact: bool) -> int:
    """A decimal text times ten to the places, half up; an inexact one is refused where `exact`."""
    try:
        scaled = Decimal(text).scaleb(places)
        whole = scaled.to_integral_value()
    except InvalidOperation as error:
        raise SourceError(f"{where}: {text!r} is not a number") from error
    if (exact and whole != scaled) or whole < 0:
        raise SourceError(f"{where}: {text!r} is below zero or has more than {places} decimals")
    return int(whole)


def _splits(path: Path, codes: set[str]) -> str:
    lines = [
        f"{row['code']},{row['split_date']},{_whole(row['split_ratio'], 4, path.name, exact=True)}"
        for row in _rows(path)
        if row["code"] in codes
    ]
    return "\n".join((SPLIT_HEADER, *sorted(lines))) + "\n"


def _dividends(path: Path, codes: set[str]) -> str:
    lines = []
    for row in _rows(path):
        per_share = _whole(row["dividend_per_share"], 4, path.name, exact=True)
        if row["code"] in codes and per_share:
            lines.append(f"{row['code']},{row['ex_date']},{per_share},{row['payment_date']}")
    return "\n".join((DIVIDEND_HEADER, *sorted(lines))) + "\n"


def _day(text: str, path: Path) -> int:
    try:
        return day_number(date.fromisoformat(text))
    except ValueError as error:
        raise SourceError(f"{path.name}: {text!r} is not a date") from error


def main(arguments: Sequence[str]) -> int:
    """Run the script; exit code 2 with a message when the source is unusable."""
    if not 1 <= len(arguments) <= 2:  # noqa: PLR2004 - a folder, perhaps a target
        sys.stderr.write(f"{__doc__}\n")
        return 2
    target = Path(arguments[1]) if len(arguments) > 1 else TARGET
    try:
        texts = history_texts(Path(arguments[0]))
    except (ValueError, OSError, KeyError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 2
    write_texts(texts, target)
    size = sum(len(text.encode()) for text in texts.values())
    sys.stdout.write(f"{len(texts)} files, {size:,} bytes in {target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
