"""A client's own truth in the simulator: cash, shares, mood. Tests compare it with what the house folded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import msgspec

RECENT_SESSIONS = 5
CARDS_MAX = 20
SERVED_DAYS = 30


class Due(msgspec.Struct, kw_only=True):
    """Something agreed that comes on a later day."""

    day: date
    kind: str
    """`matures`, `pays` or `lists` (`simulation.dues`)."""
    code: str
    amount_fen: int


class Mind(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What changes about one person during a run; plain data, so that a run can go on after a restart."""

    client_id: str
    cash_fen: int = 0
    shares: dict[str, int] = {}
    bought_today: dict[str, int] = {}
    recent_ppm: list[int] = []
    """Own change of the last sessions, newest last."""
    cards: list[str] = []
    """Touches that arrived and were not looked at yet."""
    served_on: date | None = None
    """When a card was last opened."""
    grade: str = ""
    """As the questionnaire of the house last gave it."""
    answers: dict[str, int] = {}
    """Points of the last questionnaire by item; empty for who never answers again."""
    assessed_to: date | None = None
    id_to: date | None = None
    consents: dict[str, date | None] = {}
    """Purpose -> last day, None: without end."""
    personalised: bool = True
    topic: str = ""
    """What fills the mind until `topic_until`."""
    topic_until: date | None = None
    plan_ended: bool = False
    plan_wanted_on: date | None = None
    """When a plan of one's money was last asked for."""
    due: list[Due] = []
    joined: bool = False
    leaving: bool = False
    gone: bool = False

    def loss_bp(self) -> int:
        """Own loss over the last sessions; 0 when there is none."""
        return max(0, -sum(self.recent_ppm) // 100)

    def sellable(self, code: str, *, same_day: bool) -> int:
        """Shares that may be sold now: without those bought today, unless they settle the same day."""
        held = self.shares.get(code, 0)
        return held if same_day else held - self.bought_today.get(code, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """Corporate actions of one instrument that take effect before the open of one day."""

    split: Fraction | None = None
    dividend: Decimal | None = None


def new_day(mind: Mind, actions: Mapping[str, Actions], change_ppm: Mapping[str, tuple[int, int]]) -> None:
    """Open a day: shares bought yesterday settle, corporate actions apply, the mood takes in yesterday.

    A split multiplies the shares and drops any fraction; a dividend pays the holder at the close before
    the ex day, in whole fen, rounded down.

    Args:
        mind: the account, changed in place.
        actions: by code, where there are any today.
        change_ppm: by code, (close of two sessions ago in mil, change of the last session in ppm).
    """
    mind.bought_today = {}
    _remember(mind, change_ppm)
    for code in [code for code in mind.shares if code in actions]:
        held = mind.shares[code]
        dividend, split = actions[code].dividend, actions[code].split
        if dividend is not None:
            mind.cash_fen += int(held * dividend * 100)
        if split is not None:
            mind.shares[code] = int(held * split)


def _remember(mind: Mind, change_ppm: Mapping[str, tuple[int, int]]) -> None:
    """Add the value-weighted change of the holdings to the recent ones."""
    worth = changed = 0
    for code, held in mind.shares.items():
        base_mil, ppm = change_ppm.get(code, (0, 0))
        worth += held * base_mil
        changed += held * base_mil * ppm
    mind.recent_ppm = [*mind.recent_ppm, changed // worth if worth else 0][-RECENT_SESSIONS:]


def take_cards(mind: Mind, touch_ids: Iterable[str]) -> None:
    """Cards that arrived wait for the next log-in; the oldest are forgotten first."""
    mind.cards = [*mind.cards, *touch_ids][-CARDS_MAX:]
