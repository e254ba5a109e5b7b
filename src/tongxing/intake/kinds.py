"""What each kind of statement line does to cash and shares: see `contracts.md`, door `import`."""

from dataclasses import dataclass
from typing import Literal

Side = Literal["buy", "sell", "in", "out", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a kind with one side does; signs from the client's view."""

    cash: Literal[-1, 0, 1]
    """Money comes (1), goes (-1), or none moves."""
    shares: Literal[-1, 0, 1]
    code: bool = True
    """A line without a security code cannot be used."""
    priced: bool = False
    """Quantity, price and gross amount must agree."""
    loose: bool = False
    """Cash may also stay still: the broker prints the payment and the shares on lines of their own."""


REJECTING = frozenset({"cancelled", "not_confirmed"})
"""Words of the table that say nothing happened."""

_BUY = Effect(cash=-1, shares=1, priced=True)
_SELL = Effect(cash=1, shares=-1, priced=True)
_PAID_OUT = Effect(cash=-1, shares=0, code=False)
_PAID_IN = Effect(cash=1, shares=0, code=False)

EFFECTS: dict[tuple[str, Side], Effect] = {
    ("trade", "buy"): _BUY,
    ("trade", "sell"): _SELL,
    ("bond_trade", "buy"): _BUY,
    ("bond_trade", "sell"): _SELL,
    ("margin_buy", "buy"): Effect(cash=-1, shares=1, priced=True, loose=True),
    ("margin_sell_repay", "sell"): Effect(cash=1, shares=-1, priced=True, loose=True),
    ("margin_loan", "in"): _PAID_IN,
    ("margin_repay", "out"): _PAID_OUT,
    ("margin_interest", "out"): _PAID_OUT,
    ("collateral_in", "in"): Effect(cash=0, shares=1),
    ("collateral_out", "out"): Effect(cash=0, shares=-1),
    ("fund_subscribe", "buy"): Effect(cash=-1, shares=1, loose=True),
    ("fund_redeem", "sell"): Effect(cash=1, shares=-1, loose=True),
    ("fund_reinvest", "in"): Effect(cash=0, shares=1),
    ("dividend", "in"): Effect(cash=1, shares=0),
    ("dividend_tax", "out"): _PAID_OUT,
    ("bonus_shares", "in"): Effect(cash=0, shares=1),
    ("ipo_apply", ""): Effect(cash=0, shares=0, code=False),
    ("ipo_pay", "out"): _PAID_OUT,
    ("ipo_pay", "in"): _PAID_IN,
    ("ipo_shares", "in"): Effect(cash=0, shares=1),
    ("bank_in", "in"): _PAID_IN,
    ("bank_out", "out"): _PAID_OUT,
    ("interest", "in"): _PAID_IN,
    ("interest", "out"): _PAID_OUT,
    ("repo", "out"): _PAID_OUT,
    ("repo", "in"): _PAID_IN,
    ("info", ""): Effect(cash=0, shares=0, code=False),
}
"""(kind, side) -> effect."""
EFFECTS_BY_NAME: dict[tuple[str, str], Effect] = {
    (kind, side): effect for (kind, side), effect in EFFECTS.items()
}

ONLY_SIDE: dict[str, Side] = {
    kind: side for kind, side in EFFECTS if sum(1 for other, _ in EFFECTS if other == kind) == 1
}
"""Kinds that know only one side."""

KINDS = frozenset(kind for kind, _ in EFFECTS)

DIRECTED: dict[str, tuple[tuple[str, Side], tuple[str, Side]]] = {
    "bank": (("bank_in", "in"), ("bank_out", "out")),
    "collateral": (("collateral_in", "in"), ("collateral_out", "out")),
    "interest": (("interest", "in"), ("interest", "out")),
    "ipo_pay": (("ipo_pay", "in"), ("ipo_pay", "out")),
    "repo": (("repo", "in"), ("repo", "out")),
}
"""Entry of the word table whose direction the line itself must show -> (what came, what went)."""

UNDIRECTED = Effect(cash=0, shares=0, code=False)
"""Until the direction is known."""

CODE_LENGTH = 6
"""Codes of Shanghai, Shenzhen and Beijing; five digits are Hong Kong's, and 02007 there is no bond."""
_SIDES: tuple[Side, ...] = ("buy", "sell", "in", "out")
_BONDS = ("110", "111", "113", "118", "123", "127", "128", "132", "019", "010", "020")
"""Codes of convertible and treasury bonds (exchange code allocation, Shanghai and Shenzhen)."""
_REPOS = ("204", "1318")
"""Codes of exchange repo: Shanghai GC 204xxx, Shenzhen R- 1318xx."""
_LISTED_FUNDS = ("15", "16", "18", "50", "51", "52", "53", "55", "56", "58")
"""Codes of exchange-traded funds, whose tick is 0.001."""


def of_table(entry: str) -> tuple[str, Side]:
    """Kind and side of an entry of the word table, like `dividend` or `repo_out`; no side when unsaid."""
    if entry in KINDS or entry in DIRECTED:
        return entry, ONLY_SIDE.get(entry, "")
    kind, _, end = entry.rpartition("_")
    for side in _SIDES:
        if side == end and (kind, side) in EFFECTS:
            return kind, side
    raise ValueError(f"statements/words.yaml: no kind {entry!r}")


def by_code(kind: str, side: Side, code: str) -> tuple[str, Side]:
    """Brokers print 证券买入 for bonds too, and 证券卖出 for lending by repo: the code tells which it was."""
    if kind != "trade" or len(code) != CODE_LENGTH:
        return kind, side
    if code.startswith(_REPOS):
        return "repo", "out" if side == "sell" else "in"
    return ("bond_trade", side) if code.startswith(_BONDS) else (kind, side)


def decimals(code: str) -> int:
    """Digits after the point that a price of this code has at least, printed or not."""
    if code.startswith(_BONDS) or code.startswith(_LISTED_FUNDS):
        return 3
    return 2
