# ruff: noqa: INP001 - a script, not a package
"""Makes the net asset values of the demo's invented funds from the shipped yields and indices.

    python tools/make_fund_navs.py [HISTORY]

Run it after `make_history.py`. The funds do not exist outside this house (`book/products/invented.yaml`),
and these formulas are ours. Each session since the first with both indices and yields:

* F00001 money fund: value 1.0000 always; the cumulative value earns max(0.9 %, 10-year - 1.0 %) a year.
* F00002 short-bond fund: earns the 10-year yield - 0.5 % a year, and loses 0.6 % for 1 % the yield rises.
* F00003 mixed fund: 40 % CSI 300, 15 % SSE Dividend, 45 % bonds of duration 4, less 1.2 % a year.
* F00004 pension fund of funds, class Y: 20 % CSI 300, 10 % SSE Dividend, 70 % bonds of duration 3, less 0.4 %

Weights are set back each session; a year has 365 days. Values are printed with four decimals, as funds do,
and nothing is paid out. Sums are Decimal with 28 digits, so the same history gives the same bytes anywhere.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np

from tongxing.market import manifest
from tongxing.market.coding import decode_levels, encode_levels

HISTORY = Path(__file__).parents[1] / "src" / "tongxing" / "market" / "data"
YEAR_DAYS = 365
BROAD, DIVIDEND = "000300", "000015"
PRINTED = Decimal("0.0001")
CUMULATIVE = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How an invented fund is made: shares of two indices, the rest bonds; rates a year."""

    broad: Decimal
    dividend: Decimal
    duration: Decimal
    below_yield: Decimal
    floor: Decimal | None = None
    """Least rate a year; None: as the yield gives."""
    constant: bool = False
    """Printed at 1.0000; what it earns shows in the cumulative value."""


RECIPES = {
    "F00001": Recipe(
        broad=Decimal(0),
        dividend=Decimal(0),
        duration=Decimal(0),
        below_yield=Decimal("0.010"),
        floor=Decimal("0.009"),
        constant=True,
    ),
    "F00002": Recipe(
        broad=Decimal(0), dividend=Decimal(0), duration=Decimal("0.6"), below_yield=Decimal("0.005")
    ),
    "F00003": Recipe(
        broad=Decimal("0.40"), dividend=Decimal("0.15"), duration=Decimal(4), below_yield=Decimal("0.012")
    ),
    "F00004": Recipe(
        broad=Decimal("0.20"), dividend=Decimal("0.10"), duration=Decimal(3), below_yield=Decimal("0.004")
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a fund is made from on one session: two index closes, the 10-year yield as a rate a year."""

    day: int
    broad: int
    dividend: int
    rate: Decimal


def fund_texts(texts: dict[str, str]) -> dict[str, str]:
    """Coded value files of all invented funds, from the texts of a history."""
    sessions = _sessions(texts)
    return {f"nav_{code}.csv": _fund(recipe, sessions) for code, recipe in RECIPES.items()}


def _sessions(texts: dict[str, str]) -> list[Session]:
    """Sessions with both indices and a yield; the last session of the shortest price file ends them."""
    broad, dividend = (_by_day("index", f"index_{code}.csv", texts) for code in (BROAD, DIVIDEND))
    yields = _by_day("yields", "yields.csv", texts)
    entries = manifest.parse(texts[manifest.NAME])
    last = min(entry.last for name, entry in entries.items() if name.startswith("bars_"))
    days = sorted(day for day in broad.keys() & dividend.keys() & yields.keys() if day <= last)
    return [
        Session(day=day, broad=broad[day], dividend=dividend[day], rate=Decimal(yields[day]).scaleb(-6))
        for day in days
    ]


def _by_day(kind: str, name: str, texts: dict[str, str]) -> dict[int, int]:
    days, first, *_ = decode_levels(kind, texts[name], name=name)
    return dict(zip(days.tolist(), first.tolist(), strict=True))


def _fund(recipe: Recipe, sessions: Sequence[Session]) -> str:
    value = Decimal(1)
    printed, cumulative = [], []
    for place, session in enumerate(sessions):
        if place:
            value *= 1 + _earned(recipe, sessions[place - 1], session)
        shown = Decimal(1) if recipe.constant else value.quantize(PRINTED, rounding=ROUND_HALF_UP)
        printed.append(int(shown.scaleb(6)))
        whole = value.quantize(CUMULATIVE, rounding=ROUND_HALF_UP) if recipe.constant else shown
        cumulative.append(int(whole.scaleb(6)))
    days = np.array([session.day for session in sessions], dtype=np.int64)
    return encode_levels("nav", days, np.array(printed, dtype=np.int64), np.array(cumulative, dtype=np.int64))


def _earned(recipe: Recipe, before: Session, now: Session) -> Decimal:
    """What one session earns: index moves by weight, carry by days, bonds against the move of the yield."""
    bonds = 1 - recipe.broad - recipe.dividend
    carry = before.rate
    if recipe.floor is not None:
        carry = max(carry, recipe.floor + recipe.below_yield)
    days = Decimal(now.day - before.day) / YEAR_DAYS
    return (
        recipe.broad * (Decimal(now.broad) / before.broad - 1)
        + recipe.dividend * (Decimal(now.dividend) / before.dividend - 1)
        + bonds * (carry * days - recipe.duration * (now.rate - before.rate))
        - recipe.below_yield * days
    )


def main(arguments: Sequence[str]) -> int:
    """Write the files and the manifest into a history folder."""
    folder = Path(arguments[0]) if arguments else HISTORY
    texts = {path.name: path.read_text(encoding="ascii") for path in sorted(folder.glob("*.csv"))}
    made = fund_texts(texts)
    texts.update(made)
    del texts[manifest.NAME]
    made[manifest.NAME] = manifest.write(texts)
    for name, text in made.items():
        (folder / name).write_bytes(text.encode())
    sys.stdout.write(f"{len(made) - 1} funds, {sum(map(len, made.values())):,} bytes in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
