"""The arithmetic of one line: price × quantity, fees, and which way the money went. Nothing is mended."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tongxing.domain.statement import RecordFees
from tongxing.intake import hong_kong
from tongxing.intake.cells import BadNumberError, decimals_of
from tongxing.intake.fees import readings
from tongxing.intake.kinds import decimals
from tongxing.intake.lines import HOME_CURRENCY, Line, RefusedLineError

FEN = 100
LOT_OF_BONDS = 10
"""Shanghai printed bonds in lots (手) of ten pieces (张); the price is always that of one piece."""
IMPLIED_FEES_PER_MILLE_MAX = 5
IMPLIED_FEES_FEN_MAX = 600
"""Without fee columns the difference of gross and net is taken as fees up to 0.5 % and 6 yuan:
the commission cap of 0.3 % and 5 yuan at least, stamp duty 0.1 %, transfer fee."""
_HALF_FEN = Decimal("0.5")
_HALF_UNITS = tuple(Decimal(5).scaleb(-digits - 1) for digits in range(9))


@dataclass(slots=True, kw_only=True)
class Settled:
    """What a line moved, consistent in itself."""

    quantity: Decimal
    price: Decimal
    gross_fen: int
    fees: RecordFees
    net_fen: int
    currency: str = ""
    """Of the amounts, where it is not the printed one."""


def settle(line: Line, *, signed: bool) -> Settled:
    """Check one line by its kind, its direction known; `signed`: payments are printed with a minus.

    Raises `RefusedLineError` (amount_mismatch) or `BadNumberError`.
    """
    quantity = _quantity(line)
    if line.price is not None and line.price < 0:
        raise BadNumberError("negative price")
    net = _net(line, signed=signed)
    if _money_alone(line):
        return _cash(line, quantity, net)
    if line.effect.priced:
        return _priced(line, quantity, net)
    if line.effect.shares:
        return _shares(line, quantity, net)
    return _cash(line, quantity, net)


def _quantity(line: Line) -> Decimal:
    """How many; brokers print what leaves the account with or without a minus."""
    quantity = line.quantity if line.quantity is not None else Decimal(0)
    if quantity < 0 and line.effect.shares >= 0 and line.kind != "repo":
        raise BadNumberError("negative quantity")
    if quantity == 0 and line.effect.shares and not _cash_only(line) and not _money_alone(line):
        raise BadNumberError("no quantity")
    return abs(quantity)


def _money_alone(line: Line) -> bool:
    """A ledger of cash (资金流水) prints what a trade moved, and neither quantity nor price."""
    return line.money_alone and not line.quantity and line.net is not None and line.net.fen != 0


def _cash_only(line: Line) -> bool:
    """A fund order's money and its units may stand on lines of their own."""
    return line.effect.loose and not line.effect.priced and line.net is not None and line.net.fen != 0


def _net(line: Line, *, signed: bool) -> int | None:
    """What moved in cash, signed from the client's view."""
    if line.net is None:
        return None
    fen, expected = line.net.fen, line.effect.cash
    if fen == 0:
        return 0
    if line.kind == "ipo_apply":
        return fen if signed or fen < 0 else -fen
    if expected == 0:
        raise RefusedLineError("amount_mismatch", f"{line.kind} moves no cash, but {_yuan(fen)} is printed")
    if expected > 0 and _fees_exceed(line, abs(fen)):
        return -abs(fen)
    if (signed or fen < 0) and (fen > 0) != (expected > 0):
        raise RefusedLineError("amount_mismatch", f"wrong sign of {_yuan(fen)} for {line.kind}")
    return expected * abs(fen)


def _fees_exceed(line: Line, moved: int) -> bool:
    """A sale may cost more than it brings; the money then goes the other way."""
    if line.gross is not None:
        gross = abs(line.gross.fen)
    elif line.price and line.quantity:
        gross = _rounded(_product(line, abs(line.quantity)))
    else:
        return False
    most = sum([abs(fee.amount.fen) for fee in line.fees], abs(line.fee_total.fen) if line.fee_total else 0)
    if most <= gross:
        return False
    left = [gross - fees.total_fen for fees in _readings(line)]
    return moved not in left and min(left) < 0


def _priced(line: Line, quantity: Decimal, net: int | None) -> Settled:
    """Shares for money: price × quantity = gross, gross and fees = net."""
    gross = abs(line.gross.fen) if line.gross is not None else None
    if not line.price and not gross and not net:
        raise BadNumberError("neither price nor amount")
    if line.price == 0:
        raise BadNumberError("price of zero")
    if line.price and hong_kong.is_listed_there(line):
        settled = _in_yuan(line, quantity, net)
        if settled is not None:
            return settled
    if gross is None:
        gross, fees, net = _without_gross(line, quantity, net)
    else:
        _check_product(line, quantity, gross)
        fees, net = _with_fees(line, gross, net)
    price = line.price or _rounded_price(Decimal(gross) / (quantity * FEN))
    return Settled(quantity=quantity, price=price, gross_fen=gross, fees=fees, net_fen=net)


def _without_gross(line: Line, quantity: Decimal, net: int | None) -> tuple[int, RecordFees, int]:
    """The gross amount from what moved and the fees, checked by price × quantity where there is a price."""
    if net is None:
        gross = _rounded(_product(line, quantity))
        return gross, *_with_fees(line, gross, None)
    if line.price and not line.fees_printed:
        gross = _rounded(_product(line, quantity))
        return gross, *_with_fees(line, gross, net)
    moved = [(line.effect.cash * (net + fees.total_fen), fees) for fees in _readings(line)]
    fitting = [
        pair for pair in moved if pair[0] > 0 and (not line.price or _is_product(line, quantity, pair[0]))
    ]
    if not fitting:
        raise RefusedLineError("amount_mismatch", f"price × quantity and fees are not {_yuan(net)}")
    product = _product(line, quantity)
    gross, fees = min(fitting, key=lambda pair: abs(pair[0] - product)) if line.price else fitting[0]
    return gross, fees, net


def _in_yuan(line: Line, quantity: Decimal, net: int | None) -> Settled | None:
    """A share of Hong Kong whose money moved in yuan; None where all is printed in one currency."""
    product = _product(line, quantity)
    gross = abs(line.gross.fen) if line.gross is not None else None
    if line.currency == HOME_CURRENCY and hong_kong.is_unsettled(line, product, net):
        fees = _all_fees(line)
        amounts = (_rounded(product), fees, line.effect.cash * _rounded(product) - fees.total_fen)
        currency = hong_kong.CURRENCY
    elif gross is not None and _is_product(line, quantity, gross) and _agree(line, gross, net):
        return None
    else:
        found = hong_kong.converted(line, product, net, _readings(line))
        if found is None:
            return None
        amounts, currency = found, HOME_CURRENCY
    gross, fees, net = amounts
    price = line.price or Decimal(0)
    return Settled(quantity=quantity, price=price, gross_fen=gross, fees=fees, net_fen=net, currency=currency)


def _agree(line: Line, gross: int, net: int | None) -> bool:
    """Whether gross and fees give the net amount as they are printed."""
    try:
        _with_fees(line, gross, net)
    except RefusedLineError:
        return False
    return True


def _shares(line: Line, quantity: Decimal, net: int | None) -> Settled:
    """Shares that come or go by themselves, and orders of off-exchange funds."""
    gross = abs(line.gross.fen) if line.gross is not None else None
    price = line.price or Decimal(0)
    fees = _all_fees(line)
    if not line.effect.loose:
        return Settled(quantity=quantity, price=price, gross_fen=gross or 0, fees=fees, net_fen=net or 0)
    if gross is None:
        gross = abs(net) if net else _rounded(price * quantity * FEN)
    buys = line.effect.cash < 0
    other = gross - fees.total_fen if buys else gross + fees.total_fen
    whole = gross
    if price and quantity:
        spread = price * _half_unit(quantity, 2) * FEN + quantity * _half_unit(price, 4) * FEN + 1
        product = price * quantity * FEN
        whole = min((gross, other), key=lambda fen: abs(product - fen))
        if abs(product - whole) > spread:
            raise RefusedLineError("amount_mismatch", f"units × value is not {_yuan(gross)}")
    if net is None:
        beside = price and quantity and whole == gross  # the fees stand beside the amount, not in it
        net = line.effect.cash * gross - (fees.total_fen if beside else 0)
    outer = {0, gross, gross + fees.total_fen if buys else gross - fees.total_fen}
    if min(abs(abs(net) - amount) for amount in outer) > _slack(line):
        raise RefusedLineError("amount_mismatch", f"{_yuan(gross)} and fees are not {_yuan(net)}")
    return Settled(quantity=quantity, price=price, gross_fen=gross, fees=fees, net_fen=net)


def _cash(line: Line, quantity: Decimal, net: int | None) -> Settled:
    """Money alone: what is printed must be one amount."""
    price = line.price or Decimal(0)
    gross = abs(line.gross.fen) if line.gross is not None else 0
    fees = _all_fees(line)
    if not line.effect.cash:
        return Settled(quantity=quantity, price=price, gross_fen=gross, fees=fees, net_fen=net or 0)
    if net is None:
        if not gross and line.kind != "ipo_pay":
            raise BadNumberError("no amount")
        net = line.effect.cash * gross - fees.total_fen
    elif gross and line.kind != "repo":
        candidates = (gross, gross - line.effect.cash * fees.total_fen)
        if min(abs(abs(net) - whole) for whole in candidates) > _slack(line):
            raise RefusedLineError("amount_mismatch", f"{_yuan(gross)} and fees are not {_yuan(net)}")
    return Settled(quantity=quantity, price=price, gross_fen=gross or abs(net), fees=fees, net_fen=net)


def _check_product(line: Line, quantity: Decimal, gross: int) -> None:
    if line.price and not _is_product(line, quantity, gross):
        raise RefusedLineError("amount_mismatch", f"price × quantity is not {_yuan(gross)}")


def _is_product(line: Line, quantity: Decimal, gross: int) -> bool:
    """Price × quantity, up to half a unit of the last digit of a printed (average) price."""
    product = _product(line, quantity)
    if product == gross:
        return True
    spread = quantity * _half_unit(line.price or Decimal(0), decimals(line.code)) * FEN + _HALF_FEN
    accrued = line.accrued.fen if line.accrued is not None else 0
    wholes = [product]
    if line.kind == "bond_trade":
        wholes += [product * LOT_OF_BONDS, product + accrued, product * LOT_OF_BONDS + accrued]
        spread *= LOT_OF_BONDS
    return min(abs(whole - gross) for whole in wholes) <= spread


def _with_fees(line: Line, gross: int, net: int | None) -> tuple[RecordFees, int]:
    """The reading of the fee columns under which gross and fees give exactly the net amount."""
    cash = line.effect.cash
    if net is None:
        if any(fee.amount.fen < 0 for fee in line.fees):
            raise BadNumberError("negative fee")
        moved = {fees: cash * gross - fees.total_fen for fees in _readings(line)}
        return next((pair for pair in moved.items() if pair[1] in line.steps), next(iter(moved.items())))
    accrued = abs(line.accrued.fen) if line.accrued is not None else 0
    for whole in dict.fromkeys((gross, gross + accrued)):
        for fees in _readings(line):
            difference = abs(cash * whole - fees.total_fen - net)
            if not difference or difference <= _slack(line):
                return fees, net
    fees = next(_readings(line))
    if line.effect.loose and net in {0, -fees.total_fen}:
        return fees, net
    implied = cash * gross - net
    limit = gross * IMPLIED_FEES_PER_MILLE_MAX // 1000 + IMPLIED_FEES_FEN_MAX
    if not line.fees_printed and 0 <= implied <= limit:
        return RecordFees(other_fen=implied), net
    raise RefusedLineError("amount_mismatch", f"{_yuan(gross)} and fees are not {_yuan(net)}")


def _readings(line: Line) -> Iterator[RecordFees]:
    return readings(line.fees, line.fee_total)


def _all_fees(line: Line) -> RecordFees:
    return next(_readings(line))


def _product(line: Line, quantity: Decimal) -> Decimal:
    return (line.price or Decimal(0)) * quantity * FEN


def _rounded(fen: Decimal) -> int:
    return int(fen.quantize(Decimal(1), ROUND_HALF_UP))


def _rounded_price(price: Decimal) -> Decimal:
    """A price from its amount, as finely as prices are kept."""
    return price.quantize(Decimal("0.000001"), ROUND_HALF_UP).normalize() + 0


def _half_unit(value: Decimal, digits: int) -> Decimal:
    """Half of the last printed digit; digits that a spreadsheet dropped count as printed."""
    return _HALF_UNITS[max(decimals_of(value), digits)]


def _slack(line: Line) -> int:
    """A fen for each printed amount that had fractions of one."""
    amounts = (line.gross, line.net, line.fee_total, *(fee.amount for fee in line.fees))
    return sum(1 for value in amounts if value is not None and value.rounded)


def _yuan(fen: int) -> str:
    """An amount for a person."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // FEN}.{abs(fen) % FEN:02d}"
