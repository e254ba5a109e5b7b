"""The facts of a client's own account for a dialogue; what the house does not know stays unknown."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal, cast

from tongxing.domain.book import RuleMissingError
from tongxing.domain.clock import BEIJING, day_of, instant
from tongxing.domain.pages import Product
from tongxing.domain.utterances import TradeFacts
from tongxing.profile.debts import repayment
from tongxing.profile.turning_days import day_said, first_document
from tongxing.service.account_view import change
from tongxing.service.close_day import previous_close
from tongxing.service.converse_facts import (
    AdviserFact,
    ClientFact,
    Context,
    DialogueLine,
    Grade,
    LotFact,
    Risk,
    ThingFact,
)
from tongxing.service.converse_scene import off_exchange
from tongxing.service.me_costs import Cost, costs
from tongxing.service.me_who import Mine
from tongxing.service.plan_log import Told, told_of
from tongxing.service.valuation import Priced, priced_holdings, sector_shares

E4 = Decimal(10_000)
HUNDRED = 100
PPM_A_BP = 100
PLACES = Decimal("0.0001")
ELDER = "elderly"
HOUR = timedelta(hours=1)
SIGN_INS_READ_MAX = 50
PERMITS, MONTHS = "permission_", "_experience_months"
MOST_PPM = 500_000


def line_of(
    me: Mine, text: str, *, locale: Literal["zh-CN", "en"] | None, spoken_of: tuple[str, ...] = ()
) -> DialogueLine:
    """One turn over what the house knows of the client now.

    Products come along that are named in the words, or whose codes were spoken of before.
    """
    context = Context(
        now=me.now,
        locale=locale,
        client=_client(me),
        holdings=tuple(_holdings(me)),
        **_day(me),
        cash_fen=None if me.state.cash_fen is None else max(me.state.cash_fen, 0),
        products=tuple(_named(me, text, spoken_of)),
        adviser=_adviser(me),
    )
    return DialogueLine(id=me.client_id, context=context, turns=(text,), ladder=None, unknown=())


def _client(me: Mine) -> ClientFact:
    profile = me.profile()
    standing = profile.standing
    mean = profile.features.get("mean_assets_20d_fen")
    return ClientFact(
        grade=None if standing.grade is None else cast("Grade", standing.grade.name),
        age=profile.age,
        tags=(ELDER,) if any(one.name == ELDER for one in profile.labels) else (),
        assessment_valid_to=standing.assessment_valid_to,
        assets_20d_fen=None if mean is None else max(int(mean), 0),
        income_month_fen=repayment(me.seen()).income_month_fen,
        id_expires=_document_ends(me),
        experience_months=_experience(me),
        distressed_24h=standing.distressed_24h,
        trade_facts=TradeFacts(loss_today_bp=_loss_today_bp(me), sign_ins_hour=_sign_ins(me)),
    )


def _document_ends(me: Mine) -> date | None:
    found = first_document(me.seen())
    return None if found is None else day_said(found)


def _experience(me: Mine) -> int | None:
    """Months since the first own trade, where they are enough for every permission.

    The log begins later than many a client: fewer months prove nothing, and are not told.
    """
    moves = told_of(me.house, me.client_ids).moves
    first = min((ts for rows in moves.values() for ts, _seq, _move in rows), default=None)
    if first is None:
        return None
    begun, on = instant(first).date(), me.now.date()
    months = (on.year - begun.year) * 12 + on.month - begun.month - (on.day < begun.day)
    rules = me.house.book.rules
    asked = [name for name in rules.rows if name.startswith(PERMITS) and name.endswith(MONTHS)]
    return months if months >= max(_asked_months(me, name) for name in asked) else None


def _asked_months(me: Mine, rule_id: str) -> int:
    try:
        return me.house.book.rules.number(rule_id, me.now.date())
    except RuleMissingError:
        return 0


def _day(me: Mine) -> dict[str, Any]:
    """The change at the last close, where it is known."""
    valued = me.state.valuation()
    change_fen, change_ppm = change(me.state)
    if valued is None or change_fen is None:
        return {}
    bp = None if change_ppm is None else change_ppm // PPM_A_BP
    return {"day_change_on": day_of(valued.day), "day_change_fen": change_fen, "day_change_bp": bp}


def _loss_today_bp(me: Mine) -> int:
    """The fall at the last close, if that is the latest one published; a gain is below zero."""
    valued = me.state.valuation()
    if valued is None or day_of(valued.day) != previous_close(me.house, me.now):
        return 0
    ppm = change(me.state)[1]
    return 0 if ppm is None else -ppm // PPM_A_BP


def _sign_ins(me: Mine) -> int:
    rows, _more = me.house.store.own.events(
        me.client_ids, ("logged_in",), since=me.now - HOUR, limit=SIGN_INS_READ_MAX
    )
    return len(rows)


def _holdings(me: Mine) -> Iterator[ThingFact]:
    """Everything that is held and has a price, the largest first; then what has none."""
    house = me.house
    priced = priced_holdings(house.market, me.state, previous_close(house, me.now))
    found, told = costs(house, me.client_ids), told_of(house, me.client_ids)
    for one in sorted(priced, key=lambda held: (-held.value_fen, held.code)):
        yield _held(me, one, found.get(one.code), told)
    known = {one.code for one in priced}
    for code, quantity in sorted(me.state.positions().items()):
        if quantity > 0 and code not in known:
            yield ThingFact(code=code, name=_name(me, code), shares=quantity / E4)


def _held(me: Mine, one: Priced, cost: Cost | None, told: Told) -> ThingFact:
    product, item = me.house.book.products.get(one.code), me.state.item(one.code)
    kind = product.kind if product is not None else "" if item is None else item.kind
    shares = one.quantity_e4 / E4
    paid = cost.cost_fen if cost is not None and cost.quantity_e4 == one.quantity_e4 else None
    thing = ThingFact(
        code=one.code,
        name=_name(me, one.code),
        kind=kind if kind and kind != "unknown" else None,
        risk=None if product is None else cast("Risk", product.risk.name),
        term=None if product is None else product.term,
        sector=_sector(me, one, product),
        shares=shares,
        lots=_lots(told, one, me),
        available=_available(told, one, me),
        paid_fen=None if paid is None else max(paid, 0),
        cost=None if paid is None else _each(paid, shares),
        price=one.price,
        price_at=datetime.combine(one.day, _close(me), BEIJING),
    )
    return _as_fund(thing, one) if off_exchange(thing) else _with_day(me, thing, one)


def _as_fund(thing: ThingFact, one: Priced) -> ThingFact:
    """A fund has a value of a day in place of a price."""
    return _changed(thing, nav=one.price, nav_date=one.day, price=None, price_at=None, available=None)


def _with_day(me: Mine, thing: ThingFact, one: Priced) -> ThingFact:
    """With the close before, where that of the price is the latest."""
    before = me.house.market.last_close(one.code, one.day - timedelta(days=1))
    return thing if before is None or not one.shipped else _changed(thing, prev_close=before[0])


def _changed(thing: ThingFact, **new: object) -> ThingFact:
    values = {name: getattr(thing, name) for name in thing.__struct_fields__}
    return ThingFact(**{**values, **new})


def _name(me: Mine, code: str) -> str:
    product = me.house.book.products.get(code)
    return product.name if product is not None else me.state.name_of(code) or code


def _sector(me: Mine, one: Priced, product: Product | None) -> str | None:
    """The sector of most of what is inside it; a broad fund has none."""
    if product is not None and not product.look_through_ppm:
        return product.sector
    inside = sector_shares(me.house.book, me.state, (one,))
    return next((name for name, share in inside.items() if share > MOST_PPM), None)


def sectors_of(me: Mine) -> Mapping[str, int]:
    """Sector -> its share of what is held and has a price, in ppm, funds looked through."""
    priced = priced_holdings(me.house.market, me.state, previous_close(me.house, me.now))
    return sector_shares(me.house.book, me.state, tuple(priced))


def _lots(told: Told, one: Priced, me: Mine) -> tuple[LotFact, ...]:
    """When which part was bought; nothing where the log does not tell all of it."""
    lots = told.lots_of(one.code, one.quantity_e4, me.now.date())
    if any(lot.at_least for lot in lots):
        return ()
    return tuple(LotFact(units=lot.quantity_e4 / E4, bought=lot.bought) for lot in lots)


def _available(told: Told, one: Priced, me: Mine) -> Decimal | None:
    """What may be sold today: all that was not bought today, or all of what settles the same day."""
    today = me.now.date()
    try:
        if me.house.market.settles_same_day(one.code, today):
            return one.quantity_e4 / E4
    except LookupError:
        return None
    lots = told.lots_of(one.code, one.quantity_e4, today)
    fresh = sum(lot.quantity_e4 for lot in lots if lot.bought == today and not lot.at_least)
    return (one.quantity_e4 - fresh) / E4


def _each(paid_fen: int, shares: Decimal) -> Decimal | None:
    """Yuan of one share or unit, half up at the fourth place."""
    if paid_fen <= 0 or shares <= 0:
        return None
    return (Decimal(paid_fen) / HUNDRED / shares).quantize(PLACES, ROUND_HALF_UP)


def _close(me: Mine) -> time:
    hours = me.house.book.rules.words("sessions", me.now.date())[-1]
    return time.fromisoformat(hours.partition("-")[2])


def _named(me: Mine, text: str, spoken_of: tuple[str, ...]) -> Iterator[ThingFact]:
    """Products of the book that are spoken of and that the client does not hold."""
    held = {code for code, quantity in me.state.positions().items() if quantity > 0}
    for product in me.house.book.products.values():
        meant = product.code in text or product.name in text or product.code in spoken_of
        if meant and product.code not in held:
            yield ThingFact(
                code=product.code,
                name=product.name,
                kind=product.kind,
                risk=cast("Risk", product.risk.name),
                term=product.term,
                sector=product.sector,
            )


def _adviser(me: Mine) -> AdviserFact | None:
    """Who serves the client, by the name staff is known by."""
    tasks = me.house.store.tasks
    adviser_id = tasks.adviser_of(me.client_id)
    person = next((one for one in tasks.staff() if one.person_id == adviser_id), None)
    if person is None:
        return None
    number = None if person.licence is None else person.licence.number
    return AdviserFact(name=person.name, number=number)
