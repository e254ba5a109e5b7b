"""What one record of a statement tells: events' bodies, and what each of them says about cash."""

from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from tongxing.domain.statement import StatementRecord
from tongxing.intake.codes import HONG_KONG_CODE_LENGTH
from tongxing.intake.lines import HOME_CURRENCY
from tongxing.intake.opening import share_change

LOT_OF_BONDS = 10
FEN = 100
Body = Mapping[str, object]
Part = tuple[str, Body, int]
"""Kind, body, and what the event itself says about cash."""


def told(record: StatementRecord) -> Iterator[Part]:
    """What happened, and the cash that the first event does not yet account for.

    In a foreign currency only the shares count in the account; the money stays in its own currency.
    """
    if record.currency != HOME_CURRENCY:
        yield from _foreign(record)
        return
    tell = _TELLERS.get(record.kind)
    if tell is None:
        return
    moved = 0
    for part in tell(record):
        moved += part[2]
        yield part
    rest = record.net_fen - moved
    if rest:
        yield "cash_moved", cash_body(rest, reason(record)), rest


def reason(record: StatementRecord) -> str:
    """Why cash moved beside what events say; a ledger of cash tells of a trade by its money alone."""
    return "trade" if record.kind in TRADES and not record.quantity else _REASONS[record.kind]


def flow(record: StatementRecord) -> str:
    """What the cash of a record was for, in the word by which two statements of one business agree."""
    return "trade" if record.kind in TRADES else _REASONS.get(record.kind, "")


def cash_body(net_fen: int, why: str) -> Body:
    """The body of a movement of cash."""
    return {"direction": "in" if net_fen > 0 else "out", "amount_fen": abs(net_fen), "reason": why}


def plain(value: Decimal) -> str:
    """Digits without exponent and without trailing zeros."""
    return f"{value.normalize():f}" if value else "0"


def _foreign(record: StatementRecord) -> Iterator[Part]:
    change = share_change(record)
    if change and record.code:
        body = {"code": record.code, "quantity": plain(change), "reason": "transfer", **_named(record)}
        yield "shares_changed", body, 0
    if record.net_fen:
        money = {
            "currency": record.currency,
            "direction": "in" if record.net_fen > 0 else "out",
            "amount": abs(record.net_fen),
            "reason": flow(record) or record.kind,
        }
        yield "foreign_moved", money, 0


def _trade(record: StatementRecord) -> Iterator[Part]:
    quantity = record.quantity
    if not quantity:
        return
    if record.kind == "bond_trade" and record.gross_fen * 2 > record.price * quantity * 100 * LOT_OF_BONDS:
        quantity *= LOT_OF_BONDS
    fees = record.fees.total_fen
    body = {
        "code": record.code,
        "side": record.side,
        "quantity": plain(quantity),
        "price": plain(_price(record)),
        "gross_fen": record.gross_fen,
        "fees_fen": fees,
        **_named(record),
    }
    yield "trade", body, (-record.gross_fen if record.side == "buy" else record.gross_fen) - fees


def _price(record: StatementRecord) -> Decimal:
    """In yuan: a share of Hong Kong prints its price in dollars beside an amount in yuan."""
    fen = record.price * record.quantity * FEN
    if len(record.code) != HONG_KONG_CODE_LENGTH or fen == record.gross_fen:
        return record.price
    return (Decimal(record.gross_fen) / FEN / record.quantity).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _fund(record: StatementRecord) -> Iterator[Part]:
    """Units confirmed; the money of an order often has a line of its own, which is cash alone."""
    if not record.quantity:
        return
    fees = record.fees.total_fen
    sides = {"fund_subscribe": "subscribe", "fund_redeem": "redeem", "fund_reinvest": "reinvest"}
    side = sides[record.kind]
    gross = record.gross_fen
    if side == "subscribe" and gross == abs(record.net_fen):
        gross -= fees
    body = {
        "code": record.code,
        "side": side,
        "units": plain(record.quantity),
        "nav": plain(record.price),
        "gross_fen": gross,
        "fees_fen": fees,
        **_named(record),
    }
    cash = {"subscribe": -gross - fees, "redeem": gross - fees, "reinvest": 0}
    yield "fund_confirmed", body, cash[side]


def _shares(record: StatementRecord) -> Iterator[Part]:
    change = share_change(record)
    reason = {"bonus_shares": "bonus", "ipo_shares": "allotment"}.get(record.kind, "collateral")
    if change:
        body = {"code": record.code, "quantity": plain(change), "reason": reason, **_named(record)}
        yield "shares_changed", body, 0


def _named(record: StatementRecord) -> Body:
    """The name the statement prints, where it prints one."""
    return {"name": record.name} if record.name else {}


def _dividend(record: StatementRecord) -> Iterator[Part]:
    if record.net_fen:
        yield "cash_moved", cash_body(record.net_fen, "dividend"), record.net_fen
    if record.code and record.net_fen > 0:
        yield "dividend_received", _product_money(record), 0


def _ipo(record: StatementRecord) -> Iterator[Part]:
    if record.net_fen:
        yield "cash_moved", cash_body(record.net_fen, "ipo"), record.net_fen
    if record.code and record.kind == "ipo_pay" and record.net_fen < 0:
        yield "subscribed_ipo", _product_money(record), 0


def _money(_record: StatementRecord) -> Iterator[Part]:
    """Cash alone: told by what moved."""
    return iter(())


_TELLERS: Mapping[str, Callable[[StatementRecord], Iterator[Part]]] = {
    "trade": _trade,
    "bond_trade": _trade,
    "margin_buy": _trade,
    "margin_sell_repay": _trade,
    "margin_loan": _money,
    "margin_repay": _money,
    "margin_interest": _money,
    "collateral_in": _shares,
    "collateral_out": _shares,
    "fund_subscribe": _fund,
    "fund_redeem": _fund,
    "fund_reinvest": _fund,
    "dividend": _dividend,
    "dividend_tax": _money,
    "bonus_shares": _shares,
    "ipo_apply": _ipo,
    "ipo_pay": _ipo,
    "ipo_shares": _shares,
    "bank_in": _money,
    "bank_out": _money,
    "interest": _money,
    "repo": _money,
}
"""Kind of record -> how it is told; `info` tells nothing."""

TRADES = frozenset(kind for kind, tell in _TELLERS.items() if tell is _trade)

_REASONS = {
    "trade": "fee",
    "bond_trade": "interest",
    "margin_buy": "margin",
    "margin_sell_repay": "margin",
    "margin_loan": "margin",
    "margin_repay": "margin",
    "margin_interest": "interest",
    "fund_subscribe": "fund",
    "fund_redeem": "fund",
    "fund_reinvest": "fund",
    "dividend": "dividend",
    "dividend_tax": "tax",
    "bonus_shares": "fee",
    "collateral_in": "fee",
    "collateral_out": "fee",
    "ipo_apply": "ipo",
    "ipo_pay": "ipo",
    "ipo_shares": "ipo",
    "bank_in": "bank",
    "bank_out": "bank",
    "interest": "interest",
    "repo": "repo",
}
"""Why cash moved beside what the event itself says (accrued interest, a loan that pays for a purchase)."""


def _product_money(record: StatementRecord) -> Body:
    return {"code": record.code, "amount_fen": abs(record.net_fen), "date": record.day.isoformat()}
