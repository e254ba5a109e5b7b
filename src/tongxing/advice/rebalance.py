"""From what is held to what the plan says: trades, their cost, and when leaving things alone is better.

Sales come first and pay for purchases; money of a redemption buys when it has arrived. Nothing is proposed
inside the drift band, below the smallest ticket, or where it costs more than it is worth. Cash before, plus
what is sold, less what is bought and what all of it costs, is cash after: to the fen.
"""

from collections.abc import Sequence

from tongxing.advice.lots import Lot, available_e4
from tongxing.advice.rebalance_terms import Costs, Move, Product, Question, Rebalance, Trade, cash_change
from tongxing.advice.redemption import (
    E6_E4,
    PPM,
    cheaper_days,
    dividend_tax_fen,
    fee_fen,
    value_fen,
)
from tongxing.domain.book import Rulebook

BP = 10_000


def rebalance(asked: Question, *, costs: Costs, rules: Rulebook) -> Rebalance:
    """The trades of a plan and whether they are worth it."""
    left_out: list[str] = []
    moves = _moves(asked, left_out)
    out = [move for move in moves if not move.in_band]
    sales = [
        trade
        for move in out
        if move.target_fen < move.now_fen and (trade := _sale(asked, move, costs, rules, left_out))
    ]
    purse = _Purse(asked, sales)
    wanted = sorted(
        (move for move in out if move.target_fen > move.now_fen),
        key=lambda move: (move.now_fen - move.target_fen, move.code),
    )
    buys = [trade for move in wanted for trade in _purchases(asked, move, purse, costs, left_out)]
    trades = (*sales, *sorted(buys, key=lambda trade: trade.session))
    why = _why(asked, trades, strayed=bool(out))
    return Rebalance(
        moves=moves,
        trades=trades,
        cash_before_fen=asked.cash_fen,
        cash_after_fen=asked.cash_fen + sum(map(cash_change, trades)),
        worth=why == "worth_it",
        why=why,
        left_out=tuple(left_out),
    )


class _Purse:
    """Money by the session on which it can buy."""

    def __init__(self, asked: Question, sales: Sequence[Trade]) -> None:
        held = sum(
            value_fen(_quantity(lots), asked.products[code].price_e6)
            for code, lots in asked.held.items()
            if code in asked.products
        )
        keep = max(0, asked.cash_fen + held - sum(asked.targets.values()))
        kept = min(keep, asked.cash_fen)
        self.by_session: dict[int, int] = {0: asked.cash_fen - kept}
        owed = keep - kept
        for trade in sorted(sales, key=lambda trade: trade.session):
            free = cash_change(trade)
            held_back = min(owed, max(0, free))
            owed -= held_back
            self.by_session[trade.session] = self.by_session.get(trade.session, 0) + free - held_back

    def take(self, session: int, fen: int) -> None:
        self.by_session[session] -= fen


def _quantity(lots: Sequence[Lot]) -> int:
    return sum(lot.quantity_e4 for lot in lots)


def _moves(asked: Question, left_out: list[str]) -> tuple[Move, ...]:
    """Each product now and in the plan; one without a price is left as it is."""
    codes = sorted({*asked.held, *asked.targets})
    left_out.extend(f"no_price:{code}" for code in codes if code not in asked.products)
    known = [code for code in codes if code in asked.products]
    now = {
        code: value_fen(_quantity(asked.held.get(code, ())), asked.products[code].price_e6) for code in known
    }
    whole = sum(now.values()) + asked.cash_fen
    return tuple(
        Move(
            code=code,
            now_fen=now[code],
            target_fen=asked.targets.get(code, 0),
            in_band=_in_band(asked, now[code], asked.targets.get(code, 0), whole),
        )
        for code in known
    )


def _in_band(asked: Question, now_fen: int, target_fen: int, whole_fen: int) -> bool:
    """Within the narrower of two bands: of the whole, and of its own target; what should go is outside."""
    strayed = abs(now_fen - target_fen)
    if target_fen == 0:
        return now_fen == 0
    return strayed * BP <= min(whole_fen * asked.drift_bp, target_fen * asked.drift_share_bp)


def _sale(asked: Question, move: Move, costs: Costs, rules: Rulebook, left_out: list[str]) -> Trade | None:
    product, lots = asked.products[move.code], asked.held[move.code]
    free = available_e4(lots, asked.on, same_day=product.same_day)
    whole = _quantity(lots)
    if move.target_fen == 0:
        wanted = whole
    else:
        wanted = (move.now_fen - move.target_fen) * E6_E4 // product.price_e6
        wanted -= wanted % product.step_e4
    quantity = min(wanted, free)
    if quantity < wanted:
        left_out.append(f"t_plus_1:{move.code}")
        quantity -= quantity % product.step_e4
    amount = value_fen(quantity, product.price_e6)
    small = amount < asked.ticket_fen or quantity < product.least_e4
    if small and not (quantity == whole and amount > 0):
        left_out.append(f"too_small:{move.code}")
        return None
    return Trade(
        code=move.code,
        side="sell",
        quantity_e4=quantity,
        amount_fen=amount,
        fees_fen=costs(move.code, "sell", amount),
        redemption_fen=fee_fen(lots, quantity, product.price_e6, on=asked.on, ladder=product.ladder),
        tax_fen=dividend_tax_fen(lots, quantity, product.dividends, on=asked.on, rules=rules),
        session=product.cash_sessions if product.fund else 0,
        cheaper=cheaper_days(
            lots, quantity, product.price_e6, on=asked.on, ladder=product.ladder, days_max=asked.wait_days
        ),
    )


def _purchases(asked: Question, move: Move, purse: _Purse, costs: Costs, left_out: list[str]) -> list[Trade]:
    """Buy as far as the money goes, session by session."""
    product, wanted, found = asked.products[move.code], move.target_fen - move.now_fen, []
    for session in sorted(purse.by_session):
        budget = min(wanted, purse.by_session[session])
        trade = _purchase(product, budget, session, costs)
        if trade is None or trade.amount_fen < asked.ticket_fen:
            continue
        purse.take(session, -cash_change(trade))
        wanted += cash_change(trade)
        found.append(trade)
    if not found:
        rule = "too_small" if wanted < asked.ticket_fen else "no_money"
        left_out.append(f"{rule}:{move.code}")
    return found


def _purchase(product: Product, budget_fen: int, session: int, costs: Costs) -> Trade | None:
    """As much as a budget buys, costs included; None where not even the smallest order fits."""
    if budget_fen <= 0 or product.price_e6 <= 0:
        return None
    if product.fund:
        net = (2 * budget_fen * PPM + PPM + product.front_ppm) // (2 * (PPM + product.front_ppm))
        units = net * E6_E4 // product.price_e6
        return _bought(product, units - units % 100, net, budget_fen - net, session)
    quantity = budget_fen * E6_E4 // product.price_e6
    quantity -= quantity % product.step_e4
    for _ in range(3):  # costs take at most a few steps of a purchase
        amount = value_fen(quantity, product.price_e6)
        fees = costs(product.code, "buy", amount)
        if quantity < product.least_e4:
            return None
        if amount + fees <= budget_fen:
            return _bought(product, quantity, amount, fees, session)
        over = -(-(amount + fees - budget_fen) * E6_E4 // product.price_e6)
        quantity -= -(-over // product.step_e4) * product.step_e4
    return None


def _bought(product: Product, quantity_e4: int, amount_fen: int, fees_fen: int, session: int) -> Trade:
    return Trade(
        code=product.code,
        side="buy",
        quantity_e4=quantity_e4,
        amount_fen=amount_fen,
        fees_fen=fees_fen,
        redemption_fen=0,
        tax_fen=0,
        session=session,
    )


def _why(asked: Question, trades: Sequence[Trade], *, strayed: bool) -> str:
    if not strayed:
        return "in_band"
    if not trades:
        return "too_small"
    sold = sum(trade.amount_fen for trade in trades if trade.side == "sell")
    bought = sum(trade.amount_fen for trade in trades if trade.side == "buy")
    cost = sum(trade.cost_fen for trade in trades)
    return "costs_more" if cost * BP > max(sold, bought) * asked.cost_bp_max else "worth_it"
