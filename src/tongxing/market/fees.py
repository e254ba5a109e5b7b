"""What a trade costs, by receiver: commission (fees of exchange and regulator inside), stamp, transfer."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tongxing.domain.book import Rulebook
from tongxing.domain.market import Fees
from tongxing.market.boards import Board

PPM = 1_000_000
FEN = Decimal("0.01")
SIDES = frozenset({"buy", "sell"})


def fees(board: Board, side: str, gross_fen: int, on: date, rules: Rulebook) -> Fees:
    """Costs of one trade in fen, each rounded half up by itself; funds pay commission only.

    Args:
        board: where it trades.
        side: `buy` or `sell`; only a seller of stocks pays stamp duty.
        gross_fen: price times quantity.
        on: the day of the trade.
        rules: the dated rates.

    Raises:
        ValueError: on another side or a negative amount.
        RuleMissingError: where no rate is known for that day.
    """
    if side not in SIDES or gross_fen < 0:
        raise ValueError(f"a trade buys or sells an amount: {side!r}, {gross_fen}")
    if board is Board.OFF_EXCHANGE:
        front_ppm = rules.number("fund_front_house_ppm", on) if side == "buy" else 0
        return Fees(
            commission_fen=0,
            stamp_fen=0,
            transfer_fen=0,
            other_fen=gross_fen - net_of_front_fee(gross_fen, front_ppm),
        )
    commission = max(
        rules.number("commission_min_fen", on), part_ppm(gross_fen, rules.number("commission_ppm", on))
    )
    if board.is_fund:
        return Fees(commission_fen=commission, stamp_fen=0, transfer_fen=0, other_fen=0)
    stamped = rules.text("stamp_side", on) == side
    return Fees(
        commission_fen=commission,
        stamp_fen=part_ppm(gross_fen, rules.number("stamp_seller_ppm", on)) if stamped else 0,
        transfer_fen=part_ppm(gross_fen, rules.number("transfer_ppm", on)),
        other_fen=0,
    )


def part_ppm(amount_fen: int, rate_ppm: int) -> int:
    """A share of an amount, half up to the fen."""
    return (2 * amount_fen * rate_ppm + PPM) // (2 * PPM)


def net_of_front_fee(amount_fen: int, front_ppm: int) -> int:
    """What of a subscription buys units: amount / (1 + rate), half up to the fen."""
    divisor = PPM + front_ppm
    return (2 * amount_fen * PPM + divisor) // (2 * divisor)


def fund_units(net_fen: int, nav: Decimal) -> Decimal:
    """Units bought for a net amount, to a hundredth; raises `ValueError` where the NAV is not above zero."""
    if nav <= 0:
        raise ValueError(f"a net asset value is above zero: {nav}")
    return (Decimal(net_fen) / 100 / nav).quantize(FEN, rounding=ROUND_HALF_UP)


def redemption_floor_ppm(held_days: int, on: date, rules: Rulebook) -> int:
    """The least a fund that is not exempt takes when units leave early; all of it stays in the fund.

    Beyond the last bound the fund's own contract decides, and the floor is 0.

    Raises:
        ValueError: on a negative holding time.
        RuleMissingError: before the rule began, when each fund's contract decided for itself.
    """
    if held_days < 0:
        raise ValueError(f"units are held for zero days or more: {held_days}")
    for bound in rules.words("fund_redemption_bounds_days", on):
        if held_days < int(bound):
            return rules.number(f"fund_redemption_ppm_under_{bound}_days", on)
    return 0


def ex_price(close: Decimal, *, cash: Decimal, bonus_per_share: Decimal, tick: Decimal) -> Decimal:
    """The reference price after a payout: value moved into cash and shares, not lost."""
    return ((close - cash) / (1 + bonus_per_share)).quantize(tick, rounding=ROUND_HALF_UP)
