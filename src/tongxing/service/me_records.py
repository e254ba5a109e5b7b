"""A client's records: trades, money and payments of products, by month, a page at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.profile.codes import integer
from tongxing.service.me_ports import Place
from tongxing.service.me_who import Mine
from tongxing.service.ports import StoredEvent

KINDS: dict[str, frozenset[str]] = {
    "trades": frozenset({"trade", "fund_confirmed", "shares_changed", "subscribed_ipo", "ipo_allotted"}),
    "cash": frozenset({"cash_moved", "foreign_moved"}),
    "dividends": frozenset({"dividend_received", "product_matured"}),
    "plans": frozenset({"plan_started", "plan_stopped"}),
}
"""What a client may look for, and the kinds of events it means."""
ALL = "all"
PAGE_MAX = 50
DECISIONS_MAX = 60
"""The latest decisions looked at for the proof of a record."""
MONTHS = 12
BUYS = frozenset({"buy", "subscribe"})
SELLS = frozenset({"sell", "redeem"})
HUNDRED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of the records."""

    seq: int
    at: datetime
    """Beijing."""
    kind: str
    what: str
    """A word of the body that says more: side, direction, reason; empty where the kind says all."""
    code: str
    name: str
    quantity: str
    price: str
    amount_fen: int | None
    """What it did to the cash, signed; None where it did nothing or is in another currency."""
    fees_fen: int
    foreign: str
    """An amount in another currency, as `USD 12.30`; else empty."""
    source: str
    source_seq: str
    leaf_index: int | None = None
    """The sealed record of what the house decided because of it, if it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsPage:
    """One page of records."""

    kind: str
    month: str
    """`2026-05`, or empty: all months."""
    months: tuple[str, ...]
    """Months in which there is anything of any kind, newest first."""
    records: tuple[Record, ...]
    following: str
    """Where the next page begins; empty: that was all."""
    first: bool


def records_page(me: Mine, *, kind: str, month: str, before: str) -> RecordsPage:
    """One page, newest first; a filter or place that cannot be read counts as none."""
    chosen = kind if kind in KINDS else ALL
    since, until = _bounds(month)
    place = _place(before)
    found, following = me.house.store.own.events(
        me.client_ids, _kinds(chosen), since=since, until=until, before=place, limit=PAGE_MAX
    )
    proofs = _proofs(me) if found else {}
    return RecordsPage(
        kind=chosen,
        month=month if since is not None else "",
        months=_months(me),
        records=tuple(record(me, stored, proofs) for stored in found),
        following="" if following is None else f"{following[0]}.{following[1]}",
        first=place is None,
    )


def all_records(me: Mine, *, kind: str, month: str) -> Iterator[Record]:
    """Every record that fits, newest first, read page by page."""
    since, until = _bounds(month)
    kinds = _kinds(kind if kind in KINDS else ALL)
    place: Place | None = None
    while True:
        found, place = me.house.store.own.events(
            me.client_ids, kinds, since=since, until=until, before=place, limit=10 * PAGE_MAX
        )
        yield from (record(me, stored, {}) for stored in found)
        if place is None:
            return


def record(me: Mine, stored: StoredEvent, proofs: Mapping[str, int]) -> Record:
    """An event of the account as its client reads it."""
    event = stored.event
    body = event.body
    code = str(body.get("code") or "")
    return Record(
        seq=stored.seq,
        at=event.ts.astimezone(BEIJING),
        kind=event.kind,
        what=_what(event),
        code=code,
        name=_name(me, code, str(body.get("name") or "")),
        quantity=str(body.get("quantity") or body.get("units") or ""),
        price=str(body.get("price") or body.get("nav") or ""),
        amount_fen=_amount(event),
        fees_fen=integer(body.get("fees_fen", 0)),
        foreign=_foreign(body) if event.kind == "foreign_moved" else "",
        source=event.source,
        source_seq=event.source_seq,
        leaf_index=proofs.get(f"{event.source}/{event.source_seq}"),
    )


def _kinds(kind: str) -> frozenset[str]:
    return KINDS[kind] if kind in KINDS else frozenset().union(*KINDS.values())


def _name(me: Mine, code: str, told: str) -> str:
    product = me.house.book.products.get(code) if code else None
    return product.name if product is not None else told or (me.state.name_of(code) if code else "")


def _what(event: Event) -> str:
    body = event.body
    if event.kind in ("cash_moved", "foreign_moved"):
        return f"{body['reason']}_{body['direction']}" if body["reason"] == "bank" else str(body["reason"])
    return str(body.get("side") or body.get("reason") or "")


def _amount(event: Event) -> int | None:
    """What an event did to the cash, in fen."""
    body, kind = event.body, event.kind
    if kind in ("trade", "fund_confirmed"):
        gross, fees, side = integer(body["gross_fen"]), integer(body.get("fees_fen", 0)), str(body["side"])
        return -gross - fees if side in BUYS else gross - fees if side in SELLS else None
    if kind == "cash_moved":
        amount = integer(body["amount_fen"])
        return amount if body["direction"] == "in" else -amount
    if kind in ("dividend_received", "product_matured", "subscribed_ipo", "ipo_allotted", "plan_started"):
        return integer(body["amount_fen"])
    return None


def _foreign(body: Mapping[str, object]) -> str:
    amount = integer(body["amount"])
    sign = "" if body["direction"] == "in" else "−"
    return f"{body['currency']} {sign}{amount // HUNDRED:,}.{amount % HUNDRED:02d}"


def _proofs(me: Mine) -> dict[str, int]:
    """Cause -> leaf of the decision it led to, of the latest decisions."""
    rows = me.house.store.decisions(client_id=me.client_id, limit=DECISIONS_MAX)
    return {row.cause: row.leaf_index for row in rows if row.cause}


def _months(me: Mine) -> tuple[str, ...]:
    span = me.house.store.own.span(me.client_ids, _kinds(ALL))
    if span is None:
        return ()
    first, last = span.first.astimezone(BEIJING).date(), span.last.astimezone(BEIJING).date()
    numbers = range(first.year * MONTHS + first.month - 1, last.year * MONTHS + last.month)
    return tuple(f"{number // MONTHS:04d}-{number % MONTHS + 1:02d}" for number in reversed(numbers))


def _bounds(month: str) -> tuple[datetime | None, datetime | None]:
    """The first instant of a month and of the one after it, Beijing."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return None, None
    if first.year >= date.max.year:
        return None, None
    following = date(first.year + first.month // MONTHS, first.month % MONTHS + 1, 1)
    return _midnight(first), _midnight(following)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING)


def _place(before: str) -> Place | None:
    """A place written by `records_page`; anything else is none."""
    at, dot, seq = before.partition(".")
    if not dot or not (at.isascii() and at.isdigit() and seq.isascii() and seq.isdigit()):
        return None
    if len(at) > 18 or len(seq) > 18:  # noqa: PLR2004 - what fits a 64-bit number
        return None
    return int(at), int(seq)
