"""The arithmetic of one line: price × quantity, fees, and which way the money went. Nothing is mended."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from tongxing.domain.statement import RecordFees
from tongxing.intake.cells import Amount, BadNumberError, decimals_of
from tongxing.intake.kinds import decimals
from tongxing.intake.lines import Line, RefusedLineError

FEN = 100
LOT_OF_BONDS = 10
"""Shanghai printed bonds in lots (手) of ten pieces (张); the price is always that of one piece."""
IMPLIED_FEES_PER_MILLE_MAX = 5
IMPLIED_FEES_FEN_MAX = 600
"""Without fee columns the difference of gross and net is taken as fees up to 0.5 % and 6 yuan:
the commission cap of 0.3 % and 5 yuan at least, stamp duty 0.1 %, transfer fee."""
_HALF_FEN = Decimal("0.5")
_HALF_UNITS = tuple(Decimal(5).scaleb(-digits - 1) for digits in range(9))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a line moved, consistent in itself."""

    quantity: Decimal
    price: Decimal
    gross_fen: int
    fees: RecordFees
    net_fen: int


def is_paid(line: Line, *, with_minus: bool) -> bool:
    """Money that went out, printed with its minus or without."""
    if line.effect.cash >= 0 or line.net is None:
        return False
    return line.net.fen < 0 if with_minus else line.net.fen > 0


def settle(line: Line, *, signed: bool) -> Settled:
    """Check one line by its kind; raises `RefusedLineError` (amount_mismatch) or `BadNumberError`."""
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
    if expected > 0 and _fees_exceed(line):
        return -abs(fen)
    if (signed or fen < 0) and (fen > 0) != (expected > 0):
        raise RefusedLineError("amount_mismatch", f"wrong sign of {_yuan(fen)} for {line.kind}")
    return expected * abs(fen)


def _fees_exceed(line: Line) -> bool:
    """A sale may cost more than it brings; the money then goes the other way."""
    return line.gross is not None and any(fees.total_fen > abs(line.gross.fen) for fees in _readings(line))


def _priced(line: Line, quantity: Decimal, net: int | None) -> Settled:
    """Shares for money: price × quantity = gross, gross and fees = net."""
    gross = abs(line.gross.fen) if line.gross is not None else None
    if not line.price and not gross:
        raise BadNumberError("neither price nor amount")
    if line.price == 0:
        raise BadNumberError("price of zero")
    if gross is None:
        gross = _rounded(_product(line, quantity))
    price = line.price or _rounded_price(Decimal(gross) / (quantity * FEN))
    _check_product(line, quantity, gross)
    fees, net = _with_fees(line, gross, net)
    return Settled(quantity=quantity, price=price, gross_fen=gross, fees=fees, net_fen=net)


def _shares(line: Line, quantity: Decimal, net: int | None) -> Settled:
    """Shares that come or go by themselves, and orders of off-exchange funds."""
    gross = abs(line.gross.fen) if line.gross is not None else None
    price = line.price or Decimal(0)
    fees = _all_fees(line)
    if not line.effect.loose:
        return Settled(quantity=quantity, price=price, gross_fen=gross or 0, fees=fees, net_fen=net or 0)
    if gross is None:
        gross = abs(net) if net else _rounded(price * quantity * FEN)
    if price and quantity:
        spread = price * _half_unit(quantity, 2) * FEN + quantity * _half_unit(price, 4) * FEN + 1
        products = (abs(price * quantity * FEN - whole) for whole in (gross, gross - fees.total_fen))
        if min(products) > spread:
            raise RefusedLineError("amount_mismatch", f"units × value is not {_yuan(gross)}")
    if net is None:
        net = line.effect.cash * gross
    outer = {0, gross, gross + fees.total_fen if line.effect.cash < 0 else gross - fees.total_fen}
    if min(abs(abs(net) - whole) for whole in outer) > _slack(line):
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
    """Price × quantity, up to half a unit of the last digit of a printed (average) price."""
    if not line.price:
        return
    product = line.price * quantity * FEN
    if product == gross:
        return
    spread = quantity * _half_unit(line.price, decimals(line.code)) * FEN + _HALF_FEN
    accrued = line.accrued.fen if line.accrued is not None else 0
    wholes = [product]
    if line.kind == "bond_trade":
        wholes += [product * LOT_OF_BONDS, product + accrued, product * LOT_OF_BONDS + accrued]
        spread *= LOT_OF_BONDS
    if min(abs(whole - gross) for whole in wholes) > spread:
        raise RefusedLineError("amount_mismatch", f"price × quantity is not {_yuan(gross)}")


def _with_fees(line: Line, gross: int, net: int | None) -> tuple[RecordFees, int]:
    """The reading of the fee columns under which gross and fees give exactly the net amount."""
    cash = line.effect.cash
    if net is None:
        if any(fee.fen < 0 for _, _, fee in line.fees):
            raise BadNumberError("negative fee")
        fees = next(_readings(line))
        return fees, cash * gross - fees.total_fen
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
    """Ways to read the fee columns, the likeliest first.

    净佣金 beside 手续费 is a part of it; 规费 beside 手续费 sometimes is; 费用合计 is the sum of all.
    """
    outer = _bucketed((bucket, fee) for bucket, inside, fee in line.fees if not inside)
    if line.fee_total is not None:
        total = abs(line.fee_total.fen)
        known = outer if outer.total_fen <= total else RecordFees()
        yield replace(known, other_fen=known.other_fen + total - known.total_fen)
    if not any(inside for _, inside, _ in line.fees):
        yield outer
        return
    if outer.commission_fen:
        yield _bucketed(
            (bucket, fee) for bucket, inside, fee in line.fees if not inside or bucket != "commission"
        )
        yield outer
    yield _bucketed((bucket, fee) for bucket, _, fee in line.fees)


def _all_fees(line: Line) -> RecordFees:
    return next(_readings(line))


def _bucketed(fees: Iterator[tuple[str, Amount]]) -> RecordFees:
    commission = stamp = transfer = other = 0
    for bucket, fee in fees:
        fen = abs(fee.fen)
        if bucket == "commission":
            commission += fen
        elif bucket == "stamp":
            stamp += fen
        elif bucket == "transfer":
            transfer += fen
        else:
            other += fen
    return RecordFees(commission_fen=commission, stamp_fen=stamp, transfer_fen=transfer, other_fen=other)


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
    amounts = (line.gross, line.net, line.fee_total, *(fee for _, _, fee in line.fees))
    return sum(1 for value in amounts if value is not None and value.rounded)


def _yuan(fen: int) -> str:
    """An amount for a person."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // FEN}.{abs(fen) % FEN:02d}"
