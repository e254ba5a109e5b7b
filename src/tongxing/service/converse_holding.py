"""Facts of what the client holds: worth, change since bought, share of everything, change of the day."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from tongxing.service.converse_facts import ThingFact
from tongxing.service.converse_scene import (
    Scene,
    Sheet,
    at_day,
    beijing,
    bp,
    fen,
    key_of,
    off_exchange,
    plain,
)
from tongxing.wording.values import written

PPM = 1_000_000
LISTED_MAX = 8
"""Holdings in one sentence."""


def priced(thing: ThingFact, scene: Scene) -> tuple[Decimal, datetime] | None:
    """The price that counts, with its instant; a net asset value of today is not out before the cut-off."""
    if off_exchange(thing) or not thing.price:
        if not thing.nav or thing.nav_date is None or thing.nav_date > _last_nav_day(scene):
            return None
        return thing.nav, at_day(thing.nav_date)
    return thing.price, price_instant(thing, scene)


def price_instant(thing: ThingFact, scene: Scene) -> datetime:
    """When the price held; the dialogue's instant where no fact says."""
    return scene.now if thing.price_at is None else beijing(thing.price_at)


def _last_nav_day(scene: Scene) -> date:
    """The last day whose net asset value can be out: today only after the close."""
    closed = scene.now.time().isoformat() >= scene.book.rules.text("fund_cutoff", scene.on)
    return scene.on if closed else date.fromordinal(scene.on.toordinal() - 1)


def value_of(thing: ThingFact, scene: Scene) -> int | None:
    """What a holding is worth in fen; None where shares or price are missing."""
    found = priced(thing, scene)
    return None if found is None or thing.shares is None else fen(found[0] * thing.shares)


def paid_price(thing: ThingFact) -> Decimal | None:
    """What a share or unit cost."""
    return thing.cost_nav if off_exchange(thing) and thing.cost_nav is not None else thing.cost


def holding(sheet: Sheet, scene: Scene) -> None:
    """Name, worth and change since bought of the product spoken of."""
    thing = scene.thing
    if thing is None:
        sheet.lack("holdings" if scene.context.holdings is None else "holding")
        return
    sheet.put("product", thing.name or key_of(thing))
    if thing.sector:
        sheet.put("sector", thing.sector)
    if thing.risk:
        sheet.put("risk", thing.risk)
    found = priced(thing, scene)
    if found is None:
        sheet.lack("nav" if off_exchange(thing) else "price")
    if thing.shares is None:
        sheet.lack("shares")
    else:
        sheet.put("shares", plain(thing.shares))
    if found is None:
        return
    price, at = found
    sheet.put("price", plain(price), at=at)
    sheet.put("price_day", at.date().isoformat(), at=at)
    value = value_of(thing, scene)
    if value is not None:
        sheet.put("value_fen", value, at=at)
    _gain(sheet, thing, value, at)


def _gain(sheet: Sheet, thing: ThingFact, value: int | None, at: datetime) -> None:
    """The change against what was paid."""
    cost = paid_price(thing)
    if not cost:
        sheet.lack("cost")
        return
    sheet.put("cost", plain(cost))
    if value is None or thing.shares is None:
        return
    paid = fen(cost * thing.shares) if thing.paid_fen is None else thing.paid_fen
    if not paid:
        return
    change = value - paid
    sheet.put("gain_fen" if change >= 0 else "loss_fen", abs(change), "computed: value less cost", at)
    sheet.put("gain_bp" if change >= 0 else "loss_bp", abs(bp(change, paid)), "computed: change of cost", at)


def day(sheet: Sheet, scene: Scene) -> None:
    """The change of the day, and how much of it moved with the market and the sector."""
    thing = scene.thing
    value = None if thing is None else value_of(thing, scene)
    if thing is None or value is None or off_exchange(thing):
        return
    if not thing.prev_close or thing.shares is None:
        sheet.lack("prev_close")
        return
    at = price_instant(thing, scene)
    before = fen(thing.prev_close * thing.shares)
    change = value - before
    sheet.put("day_fen", change, "computed: price less previous close", at)
    sheet.put("day_bp", bp(change, before), "computed: price over previous close", at)
    if thing.market_change_bp is None or thing.sector_change_bp is None:
        sheet.lack("market_change")
        return
    market = before * thing.market_change_bp // 10_000
    sector = before * (thing.sector_change_bp - thing.market_change_bp) // 10_000
    sheet.put("day_market_fen", market, "computed: with the market", at)
    sheet.put("day_sector_fen", sector, "computed: sector beyond the market", at)
    sheet.put("day_own_fen", change - market - sector, "computed: the rest", at)


def changes(sheet: Sheet, scene: Scene) -> None:
    """The account's last day, and each holding against what it cost, as far as they are known."""
    context = scene.context
    if context.day_change_on is not None and context.day_change_fen is not None:
        at = at_day(context.day_change_on)
        sheet.put("account_day", context.day_change_on.isoformat(), at=at)
        sheet.put("account_day_fen", context.day_change_fen, at=at)
        if context.day_change_bp is not None:
            sheet.put("account_day_bp", context.day_change_bp, at=at)
    told: list[str] = []
    for thing in scene.context.holdings or ():
        value, cost = value_of(thing, scene), paid_price(thing)
        if value is not None and cost and thing.shares:
            paid = fen(cost * thing.shares) if thing.paid_fen is None else thing.paid_fen
            change = written(value - paid, "money_fen", locale=scene.locale)
            told.append(f"{thing.name or key_of(thing)} {change}")
    if told:
        sheet.put("as_of", scene.on.isoformat())
        sheet.put("changes", tuple(told[:LISTED_MAX]), "computed: value less cost")


def portfolio(sheet: Sheet, scene: Scene) -> None:
    """What everything is worth, and which holding and sector weigh most."""
    held = scene.context.holdings
    if held is None:
        sheet.lack("holdings")
        return
    values = {key_of(thing): value_of(thing, scene) for thing in held}
    if any(value is None for value in values.values()):
        sheet.lack("price")
    known = {key: value for key, value in values.items() if value is not None}
    cash = scene.context.cash_fen
    if cash is None:
        sheet.lack("cash")
    else:
        sheet.put("cash_fen", cash)
    if not known or len(known) < len(values):
        return
    total = sum(known.values()) + (cash or 0)
    if not total:
        return
    sheet.put("as_of", scene.on.isoformat())
    sheet.put("total_fen", total, "computed: sum of holdings and cash")
    largest = max(known, key=lambda key: known[key])
    named = next(thing for thing in held if key_of(thing) == largest)
    sheet.put("largest", named.name or largest)
    sheet.put("largest_bp", bp(known[largest], total), "computed: largest holding over all")
    _sector(sheet, scene, held, known, total)
    thing = scene.thing
    if thing is not None and key_of(thing) in known:
        sheet.put("share_bp", bp(known[key_of(thing)], total), "computed: this holding over all")


def _sector(
    sheet: Sheet, scene: Scene, held: tuple[ThingFact, ...], known: dict[str, int], total: int
) -> None:
    """The heaviest sector; of a known client funds are looked through."""
    if scene.live is not None:
        shares = scene.live.sectors()
        if shares:
            largest = max(shares, key=lambda name: (shares[name], name))
            worth = sum(known.values()) * shares[largest] // PPM
            sheet.put("heaviest_sector", largest)
            sheet.put("heaviest_bp", bp(worth, total), "computed: heaviest sector, funds looked through")
        return
    if any(thing.sector is None for thing in held):
        sheet.lack("sector")
        return
    sums: defaultdict[str, int] = defaultdict(int)
    for thing in held:
        sums[thing.sector or ""] += known[key_of(thing)]
    heaviest = max(sums, key=lambda name: sums[name])
    sheet.put("heaviest_sector", heaviest)
    sheet.put("heaviest_bp", bp(sums[heaviest], total), "computed: heaviest sector over all")
