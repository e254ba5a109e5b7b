"""What leads from what is held to what is told: trades of the `advise` door, and what they cost by lot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongxing.advice.lots import Lot, oldest_first
from tongxing.advice.redemption import Ladder, ladder_of
from tongxing.domain.book import Book
from tongxing.domain.policy import Policy
from tongxing.service.advise_ask import HoldingLine

PPM = 1_000_000
E4 = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One order: amounts in fen; `redemption_fen` is the part of the cost that the age of the lots makes."""

    code: str
    side: str
    amount_fen: int
    cost_fen: int
    redemption_fen: int
    cheaper_from: date | None
    """The first day on which all of it leaves without that part; None where nothing is asked."""


def trades(
    policy: Policy,
    book: Book,
    *,
    target: Mapping[str, int],
    held: Mapping[str, int],
    lines: Mapping[str, HoldingLine],
    on: date,
) -> tuple[Trade, ...]:
    """Orders by code; what is smaller than a ticket is not moved.

    Args:
        policy: its fees and its ticket.
        book: kinds of products, and the dated rules of redemption.
        target: fen of each product as told.
        held: fen of each product today, as far as the policy knows it.
        lines: the holdings as they were asked about, with their lots.
        on: the day of the orders.
    """
    fees = {block.code: (block.buy_ppm, block.sell_ppm) for block in policy.blocks}
    found = []
    for code in sorted({*target, *held}):
        move = target.get(code, 0) - held.get(code, 0)
        if abs(move) < max(1, policy.ticket_fen):
            continue
        early, cheaper = (0, None) if move > 0 else _early(book, lines.get(code), held[code], -move, on)
        found.append(
            Trade(
                code=code,
                side="buy" if move > 0 else "sell",
                amount_fen=abs(move),
                cost_fen=-(-abs(move) * fees[code][move < 0] // PPM) + early,
                redemption_fen=early,
                cheaper_from=cheaper,
            )
        )
    return tuple(found)


def _early(
    book: Book, line: HoldingLine | None, held_fen: int, amount_fen: int, on: date
) -> tuple[int, date | None]:
    """What the age of the lots adds, the oldest sold first, and when it would be nothing."""
    product = None if line is None else book.products.get(line.code)
    if line is None or product is None or not line.lots or not _is_fund(product.kind):
        return 0, None
    ladder = ladder_of(product.kind, on, book.rules)
    lots = tuple(Lot(quantity_e4=int(Decimal(lot.units) * E4), bought=lot.bought) for lot in line.lots)
    whole = sum(lot.quantity_e4 for lot in lots)
    sold = min(whole, -(-whole * amount_fen // held_fen))
    fee, cheaper = 0, None
    for part in oldest_first(lots, sold, on):
        rate = ladder.rate_ppm(part.held_days)
        fee += -(-held_fen * part.quantity_e4 * rate // (whole * PPM))
        if rate:
            free = date.fromordinal(on.toordinal() - part.held_days + _last(ladder))
            cheaper = free if cheaper is None else max(cheaper, free)
    return fee, cheaper


def _is_fund(kind: str) -> bool:
    """Units that are redeemed from the house of the fund; what is traded has no ladder."""
    return kind.endswith("_fund")


def _last(ladder: Ladder) -> int:
    return max((days for days, _rate in ladder.rungs), default=0)
