"""What buying more of a holding would change: its cost, the average paid, its share of everything."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from tongxing.assistant.amounts import money_fen
from tongxing.domain.book import RuleMissingError
from tongxing.domain.market import UnknownInstrumentError
from tongxing.market.boards import board_of
from tongxing.market.fees import fees
from tongxing.service.converse_sale import whole_lots
from tongxing.service.converse_scene import FILE, Scene, Sheet, bp, fen, off_exchange, plain, source_of

MILLI = Decimal("0.001")
TENTH = 10
"""A fall by one part of ten is told beside every purchase."""


def purchase(sheet: Sheet, scene: Scene) -> None:
    """Only for a listed holding that fits the client, and where a sum was named; else nothing is computed."""
    thing, asked = scene.thing, money_fen(scene.meant.money)
    if thing is None or asked is None or "fits_grade" not in sheet.facts or off_exchange(thing):
        return
    if not thing.price or not thing.shares or not thing.cost:
        return
    try:
        board = board_of(thing.code or "", scene.on, scene.book.rules)
    except (UnknownInstrumentError, RuleMissingError):
        sheet.lack("code")
        return
    affordable = (Decimal(asked) / 100 / thing.price).quantize(Decimal(1), ROUND_DOWN)
    shares = whole_lots(affordable, affordable + 1, board, scene)
    sheet.put("asked_fen", asked, "words of the client")
    if shares <= 0:
        return
    gross = fen(thing.price * shares)
    cost = fees(board, "buy", gross, scene.on, scene.book.rules).total_fen
    paid = thing.cost * thing.shares + Decimal(gross + cost) / 100
    average = (paid / (thing.shares + shares)).quantize(MILLI, ROUND_HALF_UP)
    sheet.put("buy_shares", plain(shares), "computed: whole lots")
    sheet.put("buy_gross_fen", gross, "computed: price times shares")
    sheet.put("buy_cost_fen", cost, source_of(scene.book, "commission_ppm", scene.on))
    sheet.put("old_average", plain(thing.cost), FILE)
    sheet.put("new_average", plain(average), "computed: all paid over all shares")
    worth = fen(thing.price * (thing.shares + shares))
    sheet.put("tenth_fen", worth // TENTH, "computed: a tenth of what would be held")
    total = sheet.facts.get("total_fen")
    if total is not None and isinstance(total.value, int):
        sheet.put("new_share_bp", bp(worth, total.value - cost), "computed: this holding over all")
