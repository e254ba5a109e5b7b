"""What leaving would cost and when the money comes: shares by board, funds by their ladder and cut-off."""

from datetime import date
from decimal import ROUND_DOWN, Decimal

from tongxing.advice.lots import Lot
from tongxing.advice.redemption import Ladder, cheaper_days, fee_fen, ladder_of
from tongxing.assistant.amounts import wanted
from tongxing.domain.book import RuleMissingError
from tongxing.domain.market import UnknownInstrumentError
from tongxing.market.boards import Board, board_of, matched
from tongxing.market.fees import fees
from tongxing.service.converse_facts import ThingFact, bought_on
from tongxing.service.converse_holding import price_instant, priced
from tongxing.service.converse_scene import CALENDAR, FILE, Scene, Sheet, fen, off_exchange, plain, source_of
from tongxing.wording.values import written

E4 = 10_000
E6 = 1_000_000
CHEAPER_WITHIN_DAYS = 400


def sale(sheet: Sheet, scene: Scene) -> None:
    """What selling so much of the product spoken of would cost, by what it is."""
    thing = scene.thing
    if thing is None:
        sheet.lack("holdings" if scene.context.holdings is None else "holding")
        return
    sheet.put("product", thing.name or thing.code or "")
    if off_exchange(thing) is None:
        sheet.lack("kind")
    elif thing.shares is None:
        sheet.lack("shares")
    elif off_exchange(thing):
        _redemption(sheet, scene, thing, thing.shares)
    else:
        _exchange(sheet, scene, thing, thing.shares)


def locked(sheet: Sheet, scene: Scene) -> None:
    """What of the product spoken of cannot be sold today."""
    thing = scene.thing
    if thing is not None and thing.shares is not None and not off_exchange(thing):
        _sellable(sheet, scene, thing, thing.shares)


def _exchange(sheet: Sheet, scene: Scene, thing: ThingFact, held: Decimal) -> None:
    rules, on = scene.book.rules, scene.on
    try:
        board = board_of(thing.code or "", on, rules)
    except (UnknownInstrumentError, RuleMissingError):
        sheet.lack("code")
        return
    usable = _sellable(sheet, scene, thing, held)
    asked = min(wanted(scene.meant.amount, held), usable)
    shares = whole_lots(asked, usable, board, scene)
    _lots_told(sheet, scene, board, asked, shares)
    if not thing.price:
        sheet.lack("price")
        return
    if shares <= 0:
        return
    gross = fen(thing.price * shares)
    cost = fees(board, "sell", gross, on, rules)
    sheet.put("sale_shares", plain(shares), "computed: whole lots")
    sheet.put("sale_price", plain(thing.price), at=price_instant(thing, scene))
    sheet.put("sale_gross_fen", gross, "computed: price times shares")
    tariff = source_of(scene.book, "commission_ppm", on)
    sheet.put("sale_commission_fen", cost.commission_fen, tariff)
    sheet.put("sale_stamp_fen", cost.stamp_fen, source_of(scene.book, "stamp_seller_ppm", on))
    sheet.put("sale_transfer_fen", cost.transfer_fen, source_of(scene.book, "transfer_ppm", on))
    sheet.put("sale_cost_fen", cost.total_fen, "computed: sum of the costs")
    sheet.put("sale_net_fen", gross - cost.total_fen, "computed: amount less costs")
    trade_day = _trade_day(scene)
    arrives = None
    if trade_day is not None:
        sheet.put("sale_day", trade_day.isoformat(), CALENDAR)
        arrives = scene.session_after(trade_day, rules.number("cash_withdrawable_sessions", on))
    if arrives is None:
        sheet.lack("calendar")
    else:
        sheet.put(
            "cash_out_day", arrives.isoformat(), source_of(scene.book, "cash_withdrawable_sessions", on)
        )


def _lots_told(sheet: Sheet, scene: Scene, board: Board, asked: Decimal, shares: Decimal) -> None:
    """Where fewer shares are told than were asked for: that whole lots are why."""
    whole = asked.quantize(Decimal(1), ROUND_DOWN)
    if shares >= whole:
        return
    kind = _lot_kind(board)
    source = source_of(scene.book, f"lot_{kind}", scene.on)
    sheet.put("asked_shares", plain(whole), "computed: asked part of shares")
    sheet.put("lot_least", scene.book.rules.number(f"lot_{kind}", scene.on), source)
    if shares > 0:
        sheet.put("lot_shares", plain(shares), "computed: whole lots")


def _lot_kind(board: Board) -> str:
    return "fund" if board.is_fund else board if board in (Board.STAR, Board.BSE) else "stock"


def _sellable(sheet: Sheet, scene: Scene, thing: ThingFact, held: Decimal) -> Decimal:
    """What may be sold today: stated, or all that was not bought today where that is known."""
    if thing.available is not None:
        sheet.put("available", plain(thing.available))
        if thing.available < held:
            sheet.put("locked", plain(held - thing.available), "computed: held less sellable")
            _locked_until(sheet, scene)
        return thing.available
    bought = bought_on(thing)
    same_day = matched(thing.code or "", scene.book.rules.words("same_day_codes", scene.on))
    if bought == scene.on and not same_day:
        sheet.put("locked", plain(held), "computed: bought today")
        _locked_until(sheet, scene)
        return Decimal(0)
    sheet.lack("available")
    return held


def _locked_until(sheet: Sheet, scene: Scene) -> None:
    rule = "stock_sellable_sessions"
    day = scene.session_after(scene.on, scene.book.rules.number(rule, scene.on))
    if day is None:
        sheet.lack("calendar")
    else:
        sheet.put("locked_until", day.isoformat(), source_of(scene.book, rule, scene.on))


def whole_lots(shares: Decimal, usable: Decimal, board: Board, scene: Scene) -> Decimal:
    """The most that can be ordered: whole lots, or everything that is left in one odd order."""
    shares = min(shares, usable)
    if shares >= usable:
        return usable.quantize(Decimal(1), ROUND_DOWN)
    kind = _lot_kind(board)
    least = scene.book.rules.number(f"lot_{kind}", scene.on)
    step = scene.book.rules.number(f"lot_step_{kind}", scene.on)
    if shares < least:
        return Decimal(0)
    return Decimal(least + (int(shares) - least) // step * step)


def _trade_day(scene: Scene) -> date | None:
    """The session on which an order of now can trade."""
    last = scene.book.rules.words("sessions", scene.on)[-1].partition("-")[2]
    if scene.is_session() and scene.now.time().isoformat() < last:
        return scene.on
    return scene.session_after(scene.on, 1)


def fund_timing(sheet: Sheet, scene: Scene) -> None:
    """Which day's value an order of now gets, when it is confirmed and when money comes."""
    rules, on = scene.book.rules, scene.on
    cutoff = rules.text("fund_cutoff", on)
    sheet.put("cutoff", cutoff, source_of(scene.book, "fund_cutoff", on))
    today = scene.is_session() and scene.now.time().isoformat() < cutoff
    apply = on if today else scene.session_after(on, 1)
    least, most = (int(count) for count in rules.words("fund_cash_sessions", on))
    days = apply and [
        scene.session_after(apply, count)
        for count in (rules.number("fund_confirm_sessions", on), least, most)
    ]
    sheet.put("asked_at", f"{scene.now:%Y-%m-%d %H:%M}", FILE if scene.context.now else "clock")
    sheet.put(
        "paid_sessions_max",
        rules.number("fund_redemption_payment_days_max", on),
        source_of(scene.book, "fund_redemption_payment_days_max", on),
    )
    _rungs(sheet, scene)
    if not apply or not days or None in days:
        sheet.lack("calendar")
        return
    sheet.put("nav_day", apply.isoformat(), source_of(scene.book, "fund_cutoff", on))
    for name, day in zip(("confirm_day", "cash_first_day", "cash_last_day"), days, strict=True):
        sheet.put(name, day.isoformat() if day else "", source_of(scene.book, "fund_cash_sessions", on))


def _rungs(sheet: Sheet, scene: Scene) -> None:
    """The ladder of fees in words: the fund's own, else the least of the rules."""
    ladder, source = _fund_ladder(scene, scene.thing)
    words = tuple(
        scene.label("rung").format(days=days, rate=written(ppm, "percent_ppm", locale=scene.locale))
        for days, ppm in ladder.rungs
    )
    if words:
        sheet.put("rungs", words, source)


def _redemption(sheet: Sheet, scene: Scene, thing: ThingFact, held: Decimal) -> None:
    fund_timing(sheet, scene)
    found = priced(thing, scene)
    if found is None:
        sheet.lack("nav")
        return
    nav, at = found
    units = wanted(scene.meant.amount, held).quantize(Decimal("0.01"), ROUND_DOWN)
    lots = _lots(thing, held)
    sheet.put("sale_shares", plain(units), "computed: asked part of units")
    sheet.put("sale_nav", plain(nav), at=at)
    sheet.put("sale_nav_day", at.date().isoformat(), at=at)
    sheet.put("sale_gross_fen", fen(nav * units), "computed: value times units", at)
    if lots is None:
        sheet.lack("bought")
        return
    leave = date.fromisoformat(str(sheet.facts["nav_day"].value)) if "nav_day" in sheet.facts else scene.on
    ladder, source = _fund_ladder(scene, thing)
    price_e6, units_e4 = int(nav * E6), int(units * E4)
    steps = cheaper_days(lots, units_e4, price_e6, on=leave, ladder=ladder, days_max=CHEAPER_WITHIN_DAYS)
    fee = fee_fen(lots, units_e4, price_e6, on=leave, ladder=ladder)
    sheet.put("redemption_fee_fen", fee, source)
    sheet.put("sale_cost_fen", fee, source)
    sheet.put("sale_net_fen", fen(nav * units) - fee, "computed: amount less fee", at)
    youngest = max(lots, key=lambda lot: lot.bought)
    sheet.put("held_days", max(0, (leave - youngest.bought).days), "computed: days since bought")
    if len(steps) > 1:
        sheet.put("cheaper_day", steps[1].day.isoformat(), source)
        sheet.put("cheaper_fee_fen", steps[1].fee_fen, source)


def _fund_ladder(scene: Scene, thing: ThingFact | None) -> tuple[Ladder, str]:
    """The fund's own ladder where it is a fact, else the least the rules of the day allow."""
    if scene.ladder is not None:
        return Ladder(rungs=tuple((rung.days_below, rung.ppm) for rung in scene.ladder)), FILE
    ladder = ladder_of((thing and thing.kind) or "", scene.on, scene.book.rules)
    try:
        source = source_of(scene.book, "fund_redemption_bounds_days", scene.on)
    except RuleMissingError:
        source = FILE
    return ladder, source


def _lots(thing: ThingFact, held: Decimal) -> tuple[Lot, ...] | None:
    """When which part was bought; None where that is not known for all of it."""
    if thing.lots and sum(lot.units for lot in thing.lots) >= held:
        return tuple(Lot(quantity_e4=int(lot.units * E4), bought=lot.bought) for lot in thing.lots)
    bought = bought_on(thing)
    return None if bought is None else (Lot(quantity_e4=int(held * E4), bought=bought),)
