"""The records of a statement as events of one client: trades, fund orders, shares and cash, and the opening.

Each event is a function of its record alone, so a second file that tells of the same business gives the
same event. Where the opening is unknown, a sale of shares nobody saw coming is still told as it happened;
the profile never counts a holding below zero. Businesses in foreign currency give no events yet.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time
from decimal import Decimal

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.statement import Statement, StatementRecord
from tongxing.intake.lines import HOME_CURRENCY
from tongxing.intake.opening import share_change

SOURCE = "statement"
TIME_UNKNOWN = time(15, 0)
"""A line without a time counts at the close of its day; what happens at one instant counts together."""
LOT_OF_BONDS = 10
Body = Mapping[str, object]
Told = tuple[str, Body]
"""Kind of an event and its body."""


def events(
    statement: Statement,
    *,
    client_id: str,
    known_at: datetime,
    skip_keys: frozenset[str] = frozenset(),
) -> tuple[Event, ...]:
    """All events of a statement, oldest first; records whose key is in `skip_keys` are left out.

    `known_at` is when the house learned of the file; a line of later the same day is known when it happened.
    """
    found: list[Event] = []
    records = [record for record in statement.records if record.currency == HOME_CURRENCY]
    if statement.opening.status == "from_balance" and records:
        found.append(_opening(statement, records[0], client_id, known_at))
    for record in records:
        if record.key in skip_keys:
            continue
        at = _instant(record)
        for number, (kind, body) in enumerate(_told(record)):
            mark = f"{client_id}:{record.key}"
            found.append(
                Event(
                    source=SOURCE,
                    source_seq=f"{mark}:{number}" if number else mark,
                    client_id=client_id,
                    ts=at,
                    known_at=max(at, known_at),
                    kind=kind,
                    body=body,
                )
            )
    return tuple(found)


def _opening(statement: Statement, first: StatementRecord, client_id: str, known_at: datetime) -> Event:
    """What the client held the evening before the first line."""
    opening = statement.opening
    day = opening.as_of or first.day
    at = datetime.combine(day, TIME_UNKNOWN, BEIJING)
    body: dict[str, object] = {
        "as_of": day.isoformat(),
        "holdings": [
            {"code": code, "name": name, "quantity": _plain(quantity)}
            for code, name, quantity in opening.shares
        ],
    }
    if opening.cash_fen is not None:
        body["cash_fen"] = opening.cash_fen
    return Event(
        source=SOURCE,
        source_seq=f"{client_id}:opening:{first.key}",
        client_id=client_id,
        ts=at,
        known_at=max(at, known_at),
        kind="holding_snapshot",
        body=body,
    )


def _told(record: StatementRecord) -> Iterator[Told]:
    """What happened, and the cash that the first event does not yet account for."""
    tell = _TELLERS.get(record.kind)
    if tell is None:
        return
    moved = 0
    for kind, body, cash_fen in tell(record):
        moved += cash_fen
        yield kind, body
    rest = record.net_fen - moved
    if rest:
        yield "cash_moved", _cash(rest, _reason(record))


Part = tuple[str, Body, int]
"""Kind, body, and what the event itself says about cash."""


def _reason(record: StatementRecord) -> str:
    """Why cash moved; a ledger of cash tells of a trade by its money alone."""
    return "trade" if record.kind in _TRADES and not record.quantity else _REASONS[record.kind]


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
        "quantity": _plain(quantity),
        "price": _plain(record.price),
        "gross_fen": record.gross_fen,
        "fees_fen": fees,
        **_named(record),
    }
    yield "trade", body, (-record.gross_fen if record.side == "buy" else record.gross_fen) - fees


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
        "units": _plain(record.quantity),
        "nav": _plain(record.price),
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
        body = {"code": record.code, "quantity": _plain(change), "reason": reason, **_named(record)}
        yield "shares_changed", body, 0


def _named(record: StatementRecord) -> Body:
    """The name the statement prints, where it prints one."""
    return {"name": record.name} if record.name else {}


def _dividend(record: StatementRecord) -> Iterator[Part]:
    if record.net_fen:
        yield "cash_moved", _cash(record.net_fen, "dividend"), record.net_fen
    if record.code and record.net_fen > 0:
        yield "dividend_received", _product_money(record), 0


def _ipo(record: StatementRecord) -> Iterator[Part]:
    if record.net_fen:
        yield "cash_moved", _cash(record.net_fen, "ipo"), record.net_fen
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

_TRADES = frozenset(kind for kind, tell in _TELLERS.items() if tell is _trade)

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


def _cash(net_fen: int, reason: str) -> Body:
    return {"direction": "in" if net_fen > 0 else "out", "amount_fen": abs(net_fen), "reason": reason}


def _product_money(record: StatementRecord) -> Body:
    return {"code": record.code, "amount_fen": abs(record.net_fen), "date": record.day.isoformat()}


def _instant(record: StatementRecord) -> datetime:
    return datetime.combine(record.day, record.time or TIME_UNKNOWN, BEIJING)


def _plain(value: Decimal) -> str:
    """Digits without exponent and without trailing zeros."""
    return f"{value.normalize():f}" if value else "0"
