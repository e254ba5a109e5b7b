"""What falls due for one client: a product that ends, a new issue to be paid for and to be sold."""

from datetime import date, timedelta

import numpy as np

from tongxing.simulation.assumptions import Assumptions
from tongxing.simulation.chance import happens
from tongxing.simulation.diary import CORE, Diary
from tongxing.simulation.mind import Due, Mind
from tongxing.simulation.person import Person

MATURES, PAYS, LISTS = "matures", "pays", "lists"
MORNING, TRADING = 9 * 3_600 + 2_000, 10 * 3_600
NEW_ISSUE = "787"
"""Codes of subscriptions begin so; nothing of the shipped history does."""
LOT = 500
LISTED_AFTER_DAYS = 9
PRICE_FROM_YUAN, PRICE_TO_YUAN = 6, 40
FIRST_DAY_FROM, FIRST_DAY_TO = 0.9, 1.8
FEN = 100


def fall_due(mind: Mind, diary: Diary, chance: np.random.Generator, assume: Assumptions) -> None:
    """Everything whose day has come, in the order in which it was agreed."""
    ripe = [due for due in mind.due if due.day <= diary.day]
    mind.due = [due for due in mind.due if due.day > diary.day]
    for due in ripe:
        if due.kind == MATURES:
            _matures(mind, due, diary)
        elif due.kind == PAYS:
            _pays(mind, due, diary, willing=happens(chance, assume["ipo_paid_bp"]))
        else:
            _sells(mind, due, diary, chance)


def maybe_allotted(
    person: Person,
    mind: Mind,
    previous: date,
    chance: np.random.Generator,
    diary: Diary,
    assume: Assumptions,
) -> None:
    """Now and then one lot of a new issue falls to somebody who trades; it is to be paid for the next day."""
    drawn = happens(chance, assume["ipo_bp"])
    if not drawn or not person.trades:
        return
    code = f"{NEW_ISSUE}{int(chance.integers(1_000)):03d}"
    amount = LOT * int(chance.integers(PRICE_FROM_YUAN, PRICE_TO_YUAN)) * FEN
    if any(due.code == code for due in mind.due) or code in mind.shares:
        return
    body = {"code": code, "amount_fen": amount, "date": previous.isoformat()}
    diary.note(MORNING, CORE, "ipo_allotted", body)
    mind.due.append(Due(day=diary.day + timedelta(days=1), kind=PAYS, code=code, amount_fen=amount))


def _matures(mind: Mind, due: Due, diary: Diary) -> None:
    """The product's units go, the money comes back with what it earned."""
    units = mind.shares.pop(due.code, 0)
    if not units:
        return
    mind.cash_fen += due.amount_fen
    sold = {
        "code": due.code,
        "side": "redeem",
        "units": str(units),
        "nav": f"{due.amount_fen / units / FEN:.4f}",
        "gross_fen": due.amount_fen,
    }
    diary.note(MORNING, CORE, "fund_confirmed", sold)
    told = {"code": due.code, "amount_fen": due.amount_fen, "date": diary.day.isoformat()}
    diary.note(MORNING + 1, CORE, "product_matured", told)


def _pays(mind: Mind, due: Due, diary: Diary, *, willing: bool) -> None:
    """The allotted shares come at the price of the issue; without cash, or forgotten, they do not."""
    if not willing or mind.cash_fen < due.amount_fen:
        return
    mind.cash_fen -= due.amount_fen
    mind.shares[due.code] = LOT
    mind.bought_today[due.code] = LOT
    told = {"code": due.code, "amount_fen": due.amount_fen, "date": diary.day.isoformat()}
    diary.note(MORNING, CORE, "subscribed_ipo", told)
    diary.note(MORNING + 1, CORE, "trade", _deal(due.code, "buy", due.amount_fen))
    later = diary.day + timedelta(days=LISTED_AFTER_DAYS)
    mind.due.append(Due(day=later, kind=LISTS, code=due.code, amount_fen=due.amount_fen))


def _sells(mind: Mind, due: Due, diary: Diary, chance: np.random.Generator) -> None:
    """Sold on the first day of trading, mostly above the price of the issue."""
    if mind.shares.pop(due.code, 0):
        price = int(due.amount_fen * float(chance.uniform(FIRST_DAY_FROM, FIRST_DAY_TO))) // LOT
        mind.cash_fen += price * LOT
        diary.note(TRADING, CORE, "trade", _deal(due.code, "sell", price * LOT))


def _deal(code: str, side: str, gross_fen: int) -> dict[str, object]:
    price_fen = gross_fen // LOT
    return {
        "code": code,
        "side": side,
        "quantity": str(LOT),
        "price": f"{price_fen // FEN}.{price_fen % FEN:02d}",
        "gross_fen": gross_fen,
        "fees_fen": 0,
    }
