"""Orders of invented clients on the real bars: lots, T+1, limits and fees as the exchange has them."""

from collections.abc import Mapping

import numpy as np

from tongxing.simulation.board import Board, Quote
from tongxing.simulation.chance import happens
from tongxing.simulation.diary import CORE, Diary
from tongxing.simulation.mind import Mind
from tongxing.simulation.person import Person, Style

MORNING, AFTERNOON, HALF = 34_200, 46_800, 7_200
"""Continuous trading from 9:30 and from 13:00, two hours each, in seconds."""
TRADES_MAX = 3
FEN_PER_YUAN, MIL_PER_FEN = 100, 10
CASH_TO_BUY_FEN = 50_000
"""With less than this nobody looks for something to buy."""
SELL_ALL_ABOVE = 0.85
PANIC_BP = 3_000


def trade(person: Person, mind: Mind, board: Board, chance: np.random.Generator, diary: Diary) -> None:
    """A few orders of one day, in order of time, changing the mind as they fill."""
    count = int(chance.integers(1, TRADES_MAX + 1)) if person.habits.style is Style.ACTIVE else 1
    for second in times(chance, count):
        if _wants_to_sell(mind, board, chance):
            _sell_something(mind, board, chance, diary, second)
        else:
            _buy_something(person, mind, board, chance, diary, second)


def times(chance: np.random.Generator, count: int) -> list[int]:
    """Moments of continuous trading, in order."""
    offsets = sorted(int(offset) for offset in chance.integers(0, 2 * HALF, size=count))
    return [MORNING + offset if offset < HALF else AFTERNOON + offset - HALF for offset in offsets]


def buy(
    mind: Mind, board: Board, code: str, *, budget_fen: int, price_mil: int, second: int, diary: Diary
) -> bool:
    """Buy whole lots for at most a budget and never more than the cash pays, fees included."""
    quote = board.quotes[code]
    budget = min(budget_fen, mind.cash_fen)
    lots = budget * MIL_PER_FEN // (price_mil * quote.lot)
    while lots > 0:
        gross, fees = _cost(board, code, "buy", lots * quote.lot, price_mil)
        if gross + fees <= budget:
            break
        lots -= 1
    else:
        return False
    quantity = lots * quote.lot
    mind.cash_fen -= gross + fees
    mind.shares[code] = mind.shares.get(code, 0) + quantity
    mind.bought_today[code] = mind.bought_today.get(code, 0) + quantity
    diary.note(second, CORE, "trade", _body(code, "buy", quantity, price_mil, gross, fees))
    return True


def sell(
    mind: Mind, board: Board, code: str, *, quantity: int, price_mil: int, second: int, diary: Diary
) -> None:
    """Sell shares that may be sold; the cash is there at once."""
    gross, fees = _cost(board, code, "sell", quantity, price_mil)
    mind.cash_fen += gross - fees
    mind.shares[code] -= quantity
    mind.bought_today[code] = min(mind.bought_today.get(code, 0), mind.shares[code])
    if not mind.shares[code]:
        del mind.shares[code]
    diary.note(second, CORE, "trade", _body(code, "sell", quantity, price_mil, gross, fees))


def price_of_buy(quote: Quote, chance: np.random.Generator) -> int:
    """A price of the day below the up-limit, where a buy would only queue."""
    price = _price(quote, chance)
    if quote.up_mil is not None and price >= quote.up_mil:
        return quote.up_mil - quote.tick_mil
    return price


def price_of_sale(quote: Quote, chance: np.random.Generator) -> int:
    """A price of the day above the down-limit, where a sale would only queue."""
    price = _price(quote, chance)
    if quote.down_mil is not None and price <= quote.down_mil:
        return quote.down_mil + quote.tick_mil
    return price


def sell_all(mind: Mind, board: Board, chance: np.random.Generator, diary: Diary) -> None:
    """Sell everything that may be sold today, as somebody who leaves does."""
    for code in sorted(mind.shares):
        quote = board.quotes.get(code)
        if quote is None or not quote.sellable:
            continue
        quantity = mind.sellable(code, same_day=quote.same_day)
        if quantity:
            second = times(chance, 1)[0]
            price = price_of_sale(quote, chance)
            sell(mind, board, code, quantity=quantity, price_mil=price, second=second, diary=diary)


def _price(quote: Quote, chance: np.random.Generator) -> int:
    steps = (quote.high_mil - quote.low_mil) // quote.tick_mil
    return quote.low_mil + quote.tick_mil * int(chance.integers(0, steps + 1))


def _wants_to_sell(mind: Mind, board: Board, chance: np.random.Generator) -> bool:
    """Without cash one can only sell, without shares only buy; losses make selling likelier."""
    leaning = 4_500 + min(PANIC_BP, 5 * mind.loss_bp())
    wants = happens(chance, leaning)
    can = any(
        code in board.quotes and mind.sellable(code, same_day=board.quotes[code].same_day)
        for code in mind.shares
    )
    return can and (wants or mind.cash_fen < CASH_TO_BUY_FEN)


def _buy_something(
    person: Person, mind: Mind, board: Board, chance: np.random.Generator, diary: Diary, second: int
) -> None:
    choices = [
        code
        for code in person.tastes
        if code in board.quotes and board.quotes[code].buyable and board.suits(code, mind.grade)
    ]
    if not choices or mind.cash_fen < CASH_TO_BUY_FEN:
        return
    code = choices[int(chance.integers(len(choices)))]
    price = price_of_buy(board.quotes[code], chance)
    budget = int(mind.cash_fen * float(chance.uniform(0.2, 0.7)))
    buy(mind, board, code, budget_fen=budget, price_mil=price, second=second, diary=diary)


def _sell_something(mind: Mind, board: Board, chance: np.random.Generator, diary: Diary, second: int) -> None:
    choices = [code for code in sorted(mind.shares) if _sellable_now(mind, board.quotes.get(code))]
    if not choices:
        return
    code = choices[int(chance.integers(len(choices)))]
    quote = board.quotes[code]
    may = mind.sellable(code, same_day=quote.same_day)
    share = float(chance.uniform(0.2, 1.0))
    lots = int(may * share) // quote.lot * quote.lot
    quantity = may if share > SELL_ALL_ABOVE or not lots else lots
    if quantity % quote.lot and quantity != mind.shares[code]:
        quantity -= quantity % quote.lot
    if quantity:
        price = price_of_sale(quote, chance)
        sell(mind, board, code, quantity=quantity, price_mil=price, second=second, diary=diary)


def _sellable_now(mind: Mind, quote: Quote | None) -> bool:
    return quote is not None and quote.sellable and mind.sellable(quote.code, same_day=quote.same_day) > 0


def _cost(board: Board, code: str, side: str, quantity: int, price_mil: int) -> tuple[int, int]:
    """Gross in fen, rounded half up, and all fees."""
    gross = (quantity * price_mil + MIL_PER_FEN // 2) // MIL_PER_FEN
    return gross, board.market.fees(code, side, gross, board.day).total_fen


def _body(code: str, side: str, quantity: int, price_mil: int, gross: int, fees: int) -> Mapping[str, object]:
    return {
        "code": code,
        "side": side,
        "quantity": str(quantity),
        "price": f"{price_mil // 1000}.{price_mil % 1000:03d}",
        "gross_fen": gross,
        "fees_fen": fees,
    }
