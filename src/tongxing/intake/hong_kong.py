"""Lines of Stock Connect (港股通): the price is in Hong Kong dollars, the money moves in yuan."""

from collections.abc import Iterator
from decimal import Decimal

from tongxing.domain.statement import RecordFees
from tongxing.intake.codes import HONG_KONG_CODE_LENGTH
from tongxing.intake.lines import Line

CURRENCY = "HKD"
RATE_LOW = Decimal("0.70")
RATE_HIGH = Decimal("1.00")
"""Since Stock Connect began in November 2014 a Hong Kong dollar cost 0.78 to 0.95 yuan."""
_HALF_RATE = Decimal("0.00005")
"""A settlement rate is printed with four decimals or more."""
_FEN_OF_ROUNDING = 2

Converted = tuple[int, RecordFees, int]
"""Gross, fees and net in fen."""


def is_listed_there(line: Line) -> bool:
    """Five digits are Hong Kong's."""
    return line.effect.priced and len(line.code) == HONG_KONG_CODE_LENGTH


def converted(
    line: Line, product: Decimal, net: int | None, readings: Iterator[RecordFees]
) -> Converted | None:
    """What moved in yuan for a price × quantity in Hong Kong dollars; None where no rate explains the line.

    Gross and fees may be printed in yuan, or both in dollars, or the gross in dollars beside fees in yuan.
    """
    gross = abs(line.gross.fen) if line.gross is not None else None
    cash = line.effect.cash
    last = RecordFees()
    for fees in readings:
        last = fees
        if net is None:
            if gross is not None and gross != product and _explains(line, gross, product):
                return gross, fees, cash * gross - fees.total_fen
            continue
        of_net = cash * (net + fees.total_fen)
        if gross is not None and gross != of_net and abs(gross - product) > _spread(line, product):
            continue
        if _explains(line, of_net, product):
            return of_net, fees, net
    return None if net is None else _in_dollars(line, product, net, last)


def _in_dollars(line: Line, product: Decimal, net: int, fees: RecordFees) -> Converted | None:
    """Gross and fees in dollars, turned into yuan at the printed rate; the fees take what was rounded."""
    if line.rate is None:
        return None
    whole = int((product * line.rate).to_integral_value())
    rest = line.effect.cash * whole - net
    slack = product * _HALF_RATE + _FEN_OF_ROUNDING
    if rest < 0 or abs(rest - fees.total_fen * line.rate) > slack:
        return None
    return whole, RecordFees(other_fen=rest), net


def _explains(line: Line, yuan_fen: int, product: Decimal) -> bool:
    """Whether the printed rate, or any that there was, turns the dollars into this many yuan."""
    if product <= 0 or yuan_fen <= 0:
        return False
    if line.rate is not None:
        expected = product * line.rate
        return abs(expected - yuan_fen) <= product * _HALF_RATE + _spread(line, product) + _FEN_OF_ROUNDING
    return RATE_LOW <= Decimal(yuan_fen) / product <= RATE_HIGH


def _spread(line: Line, product: Decimal) -> Decimal:
    """Half a unit of the last printed digit of an average price."""
    price = line.price or Decimal(1)
    exponent = price.as_tuple().exponent
    digits = max(-exponent, 2) if isinstance(exponent, int) else 2
    return product / price * Decimal(5).scaleb(-digits - 1)


def is_unsettled(line: Line, product: Decimal, net: int | None) -> bool:
    """Only dollars are printed: nothing says how many yuan they were."""
    return net is None and line.rate is None and line.gross is not None and line.gross.fen == product
