"""What a client holds, what it cost and what became of it, and what is inside the funds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tongxing.service.account_view import AccountView, account_view
from tongxing.service.me_costs import Cost, costs
from tongxing.service.me_course import Course, course
from tongxing.service.me_who import Mine
from tongxing.service.valuation import E4, HUNDRED
from tongxing.service.views import HoldingView

PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingLine:
    """One holding with its cost."""

    holding: HoldingView
    share_ppm: int
    """Of all holdings."""
    cost_fen: int | None
    cost_price: str
    """What one share or unit cost, with fees, in yuan to four places; empty where not known."""
    gain_fen: int | None
    gain_ppm: int | None
    since: date | None
    """The day from which it counts, where the log holds no purchase."""
    inside: tuple[tuple[str, int], ...]
    """(sector, ppm) of a fund, largest first; empty for what is of one sector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingsPage:
    """The page of holdings."""

    account: AccountView
    lines: tuple[HoldingLine, ...]
    held_fen: int
    gain_fen: int | None
    """Of all holdings whose cost is known."""
    gain_ppm: int | None
    unknown: int
    """Holdings whose cost is not known."""
    course: Course


def holdings_page(me: Mine, *, period: str, index: str, locale: str) -> HoldingsPage:
    """Holdings at their latest known prices beside their cost, and how the account went."""
    account = account_view(me.house, me.state, now=me.now, locale=locale)
    paid = costs(me.house, me.client_ids)
    positions = me.state.positions()
    held = sum(one.value_fen for one in account.holdings)
    lines = tuple(
        _line(me, one, held, _cost(paid, one.code, positions.get(one.code, 0))) for one in account.holdings
    )
    known = [line for line in lines if line.gain_fen is not None]
    gain = sum(line.gain_fen or 0 for line in known)
    cost = sum(line.cost_fen or 0 for line in known)
    return HoldingsPage(
        account=account,
        lines=lines,
        held_fen=held,
        gain_fen=gain if known else None,
        gain_ppm=gain * PPM // cost if cost > 0 else None,
        unknown=len(lines) - len(known),
        course=course(me.house, me.client_id, period=period, index=index, on=me.now.date()),
    )


def _cost(paid: Mapping[str, Cost], code: str, quantity_e4: int) -> Cost | None:
    """The cost of a product, if what we counted is what is held."""
    found = paid.get(code)
    return found if found is not None and found.quantity_e4 == quantity_e4 else None


def _line(me: Mine, holding: HoldingView, held_fen: int, cost: Cost | None) -> HoldingLine:
    paid = None if cost is None else cost.cost_fen
    gain = None if paid is None else holding.value_fen - paid
    return HoldingLine(
        holding=holding,
        share_ppm=holding.value_fen * PPM // held_fen if held_fen > 0 else 0,
        cost_fen=paid,
        cost_price="" if cost is None or paid is None else _price(paid, cost.quantity_e4),
        gain_fen=gain,
        gain_ppm=None if gain is None or not paid else gain * PPM // paid,
        since=None if cost is None else cost.since,
        inside=_inside(me, holding.code),
    )


def _price(cost_fen: int, quantity_e4: int) -> str:
    """Yuan of one share or unit, half up at the fourth place."""
    e4 = (2 * cost_fen * E4 * E4 + quantity_e4 * HUNDRED) // (2 * quantity_e4 * HUNDRED)
    return f"{e4 // E4:,}.{e4 % E4:04d}"


def _inside(me: Mine, code: str) -> tuple[tuple[str, int], ...]:
    """What a fund is made of: its page of the book, else what a snapshot stated."""
    product, item = me.house.book.products.get(code), me.state.item(code)
    shares: Mapping[str, int] = {}
    if product is not None:
        shares = product.look_through_ppm
    elif item is not None:
        shares = item.look_through
    found = sorted(shares.items(), key=lambda share: (-share[1], share[0]))
    return tuple(found) if len(found) > 1 else ()
