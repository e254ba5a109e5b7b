"""How long a client holds what was bought, and what was bought lately, from the movements that are kept.

A sale takes the latest purchase first, so that trading around an old holding counts as trading. Shares that
came without money (splits, transfers) are no purchase. The window is shorter than the time movements are kept
one by one, so the answer does not depend on when a state was packed. Movements before the last snapshot are
not kept: what was bought before it is taken as bought before the window.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tongxing.domain.clock import DAY_SECONDS
from tongxing.profile.account import CASH
from tongxing.profile.view import View

CASH_KINDS = frozenset({"money_fund"})
"""Keeping cash, not trading."""


@dataclass(frozen=True, slots=True)
class HoldingTime:
    """Mean days from purchase to sale, or to now while held, weighted by value; and the part sold again."""

    mean_days: int
    closed_bp: int


def holding_time(client: View) -> HoldingTime | None:
    """Of the purchases and sales of the window; None where nothing was bought and priced in it."""
    since = client.as_of - client.rule("holding_window_days") * DAY_SECONDS
    lots: dict[str, list[list[int]]] = {}
    closed = held = seconds = 0
    prices = client.state.account.prices
    for ts, code, change in moves(client, since):
        if code not in prices or _is_cash(client, code):
            continue
        price = prices[code][1]
        if change > 0:
            lots.setdefault(code, []).append([ts, change])
            continue
        left = -change
        stack = lots.get(code, [])
        while left > 0:
            start, taken = since, left
            if stack:
                start, taken = stack[-1][0], min(left, stack[-1][1])
                stack[-1][1] -= taken
                if stack[-1][1] == 0:
                    stack.pop()
            closed += taken * price
            seconds += taken * price * (ts - start if start > since else client.as_of - since)
            left -= taken
    for code, stack in lots.items():
        for ts, quantity in stack:
            held += quantity * prices[code][1]
            seconds += quantity * prices[code][1] * (client.as_of - ts)
    whole = closed + held
    if whole == 0:
        return None
    return HoldingTime(seconds // (whole * DAY_SECONDS), closed * 10_000 // whole)


def purchases(client: View, since: int) -> Iterator[tuple[int, str]]:
    """(instant, code) of what was bought from an instant on."""
    return ((ts, code) for ts, code, change in moves(client, since) if change > 0)


def moves(client: View, since: int) -> Iterator[tuple[int, str, int]]:
    """Purchases and sales that were paid, in order of time."""
    kept = [move for move in client.state.account.moves if move[0] >= since]
    paid = {ts for ts, code, change in kept if code == CASH and change < 0}
    return ((ts, code, change) for ts, code, change in kept if code != CASH and (change < 0 or ts in paid))


def _is_cash(client: View, code: str) -> bool:
    product = client.book.products.get(code)
    return product is not None and product.kind in CASH_KINDS
