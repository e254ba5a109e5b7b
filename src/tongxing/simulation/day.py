"""One session in the life of an invented client."""

import numpy as np

from tongxing.domain.clock import day_number
from tongxing.domain.event import Event
from tongxing.simulation.assumptions import Assumptions
from tongxing.simulation.behaviour import behave, follow_cues
from tongxing.simulation.board import Board
from tongxing.simulation.chance import Purpose, happens, one_of, stream
from tongxing.simulation.diary import APP, CORE, Diary
from tongxing.simulation.dues import fall_due, maybe_allotted
from tongxing.simulation.mind import SERVED_DAYS, Mind, new_day
from tongxing.simulation.papers import keep_papers
from tongxing.simulation.person import Person, Style
from tongxing.simulation.plans import think_ahead
from tongxing.simulation.trades import buy, price_of_buy, sell_all, times, trade
from tongxing.simulation.turns import turn
from tongxing.simulation.words import LEAVING

BANK_FROM, BANK_TO = 9 * 3_600 + 300, 9 * 3_600 + 1_500
"""Bank transfers before the open: what is taken out has settled."""
CLOSING_AT = 9 * 3_600 + 1_600


def act(
    person: Person, mind: Mind, board: Board, *, seed: int, assume: Assumptions, night: bool = False
) -> tuple[Event, ...]:
    """What one client does in one session, in order of time; changes `mind` and nothing else.

    The same person, mind, board and seed always give the same events, however many others there are. By
    `night`, some log in in the quiet hours.
    """
    if mind.gone or not mind.joined:
        return ()
    chance = stream(seed, Purpose.DAY, person.number, day_number(board.day))
    diary = Diary(client_id=person.client_id, day=board.day)
    new_day(mind, board.actions, board.change_ppm)
    leaves = happens(chance, assume.churn_session_bp(served=_served(mind, board)))
    if mind.leaving or (leaves and not person.stays):
        _leave(mind, board, chance, diary)
        return diary.events()
    life = stream(seed, Purpose.LIFE, person.number, day_number(board.day))
    if not person.stays:
        _live(person, mind, board, life, diary, assume)
        ahead = stream(seed, Purpose.AHEAD, person.number, day_number(board.day))
        think_ahead(person, mind, ahead, diary, assume)
    saves = not happens(life, assume["plan_skip_bp"])
    _bank(person, mind, board, chance, diary, assume, saves=saves)
    if person.trades and saves:
        _plan(person, mind, board, chance, diary)
    if person.trades and happens(chance, _trade_bp(person, assume)):
        trade(person, mind, board, chance, diary)
    late = night and happens(life, assume["night_bp"])
    behave(person, mind, chance, diary, assume=assume, late=late)
    follow_cues(person, diary)
    _buy_cues(person, mind, board, chance, diary)
    return diary.events()


def _live(
    person: Person, mind: Mind, board: Board, life: np.random.Generator, diary: Diary, assume: Assumptions
) -> None:
    """What falls due, what ends, and what life brings; characters live by their story."""
    fall_due(mind, diary, life, assume)
    maybe_allotted(person, mind, board.previous, life, diary, assume)
    keep_papers(person, mind, life, diary, assume)
    turn(person, mind, life, diary, assume)
    _end_plan(person, mind, board, life, diary, assume)


def _end_plan(
    person: Person, mind: Mind, board: Board, life: np.random.Generator, diary: Diary, assume: Assumptions
) -> None:
    """Now and then a plan is ended on the day on which it would buy."""
    ends = happens(life, assume["plan_stop_bp"])
    code = person.habits.plan_code
    if ends and code and not mind.plan_ended and board.monthly(person.habits.payday):
        mind.plan_ended = True
        diary.note(BANK_FROM, CORE, "plan_stopped", {"plan": "recurring", "code": code})


def _served(mind: Mind, board: Board) -> bool:
    return mind.served_on is not None and (board.day - mind.served_on).days <= SERVED_DAYS


def _trade_bp(person: Person, assume: Assumptions) -> float:
    """Savers only follow their plan, sleepers do nothing."""
    style = person.habits.style
    if style not in {Style.ACTIVE, Style.HOLDER}:
        return 0
    return assume[f"trade_{style}_bp"] * person.habits.activity_bp / 10_000


def _leave(mind: Mind, board: Board, chance: np.random.Generator, diary: Diary) -> None:
    """Ask to close, sell what may be sold, and when all has settled take the cash and go."""
    if not mind.leaving:
        mind.leaving = True
        diary.note(CLOSING_AT, APP, "closing_requested", {"reason": one_of(chance, LEAVING)})
    elif not mind.shares:
        _take_out(mind, mind.cash_fen, chance, diary)
        mind.gone = True
        return
    for code in [code for code in sorted(mind.shares) if code not in board.quotes]:
        body = {"code": code, "quantity": f"-{mind.shares.pop(code)}", "reason": "transfer"}
        diary.note(CLOSING_AT, CORE, "shares_changed", body)
    sell_all(mind, board, chance, diary)


def _bank(
    person: Person,
    mind: Mind,
    board: Board,
    chance: np.random.Generator,
    diary: Diary,
    assume: Assumptions,
    *,
    saves: bool,
) -> None:
    """Savings come in on payday, or are needed elsewhere; now and then somebody needs cash."""
    if saves and person.habits.save_month_fen and board.monthly(person.habits.payday):
        _bring_in(mind, person.habits.save_month_fen, chance, diary)
        return
    if not saves and person.habits.plan_code and board.monthly(person.habits.payday):
        _take_out(mind, mind.cash_fen // 10_000 * 10_000, chance, diary)
    login_bp = assume[f"login_{person.habits.style}_bp"]
    if person.trades and happens(chance, assume["bank_out_bp"] * login_bp / 10_000):
        share = float(chance.uniform(0.1, 0.8))
        _take_out(mind, int(mind.cash_fen * share) // 10_000 * 10_000, chance, diary)


def _plan(person: Person, mind: Mind, board: Board, chance: np.random.Generator, diary: Diary) -> None:
    """A monthly plan buys its instrument for what was brought in."""
    code = person.habits.plan_code
    quote = board.quotes.get(code)
    if quote is None or mind.plan_ended or not board.monthly(person.habits.payday) or not quote.buyable:
        return
    price = price_of_buy(quote, chance)
    second = times(chance, 1)[0]
    budget = person.habits.save_month_fen
    buy(mind, board, code, budget_fen=budget, price_mil=price, second=second, diary=diary)


def _buy_cues(person: Person, mind: Mind, board: Board, chance: np.random.Generator, diary: Diary) -> None:
    """Purchases a character makes by its story."""
    for cue in person.cues:
        quote = board.quotes.get(cue.text) if cue.kind == "buy" and cue.day == board.day else None
        if quote is not None and quote.buyable:
            price, cash = price_of_buy(quote, chance), mind.cash_fen
            buy(mind, board, cue.text, budget_fen=cash, price_mil=price, second=cue.second, diary=diary)


def _bring_in(mind: Mind, amount_fen: int, chance: np.random.Generator, diary: Diary) -> None:
    mind.cash_fen += amount_fen
    _moved(diary, "in", amount_fen, int(chance.integers(BANK_FROM, BANK_TO)))


def _take_out(mind: Mind, amount_fen: int, chance: np.random.Generator, diary: Diary) -> None:
    second = int(chance.integers(BANK_FROM, BANK_TO))
    if amount_fen > 0:
        mind.cash_fen -= amount_fen
        _moved(diary, "out", amount_fen, second)


def _moved(diary: Diary, direction: str, amount_fen: int, second: int) -> None:
    body = {"direction": direction, "amount_fen": amount_fen, "reason": "bank"}
    diary.note(second, CORE, "cash_moved", body)
