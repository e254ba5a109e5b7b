"""A plan as it is kept and shown: plain values that are written into the log and read back unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from tongxing.advice.odds import Odds
from tongxing.advice.rebalance_terms import Move, Trade

ADVICE = "advice"
"""Kind of the leaf that seals a plan."""
Words = tuple[tuple[str, str, str], ...]
"""(role, text, page) of each part, in reading order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A limit that decides a weight; its price is the yearly return that 1 % more of it would add."""

    limit: str
    price_cbp: int
    """In hundredths of a bp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """What a named real episode would have done."""

    episode: str
    loss_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PocketDoc:
    """One pocket of a plan."""

    name: str
    what: str
    """`reserve`, `growth`, or the kind of goal."""
    need_fen: int
    given_fen: int
    short_fen: int
    months: int
    due: date | None
    amount_fen: int
    month_fen: int
    weights_bp: tuple[tuple[str, int], ...]
    """(code, share of the pocket); the empty code is cash."""
    binding: tuple[Bound, ...]
    worst: tuple[Worst, ...]
    relaxed: tuple[str, ...]
    odds: Odds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDoc:
    """A plan, whole: what it rests on, what it says, what it costs, and the exact words in each locale."""

    plan_id: str
    client_id: str
    at: datetime
    priced_on: date
    grade: str
    assessment_valid_to: date | None
    policy: str
    policy_digest: str
    facts_digest: str
    book_digest: str
    code_version: str
    adviser: str
    """Name of the adviser in charge; empty: general information, not advice."""
    licence: str
    total_fen: int
    spending_month_fen: int
    surplus_month_fen: int
    reserve_months_bp: int
    pockets: tuple[PocketDoc, ...]
    relaxed: tuple[str, ...]
    left_alone: tuple[str, ...]
    moves: tuple[Move, ...]
    trades: tuple[Trade, ...]
    worth: bool
    why: str
    left_out: tuple[str, ...]
    cash_before_fen: int
    cash_after_fen: int
    names: tuple[tuple[str, str], ...]
    """(code, name) of every product in it."""
    words: tuple[tuple[str, Words], ...] = ()
    """Locale -> the words that compliance cleared; empty where it refused."""
    refused: tuple[tuple[str, str], ...] = ()
    """(rule, detail) of what compliance objected to."""

    @property
    def cost_fen(self) -> int:
        """All that getting there costs."""
        return sum(trade.cost_fen for trade in self.trades)

    def said(self, locale: str) -> Words:
        """The cleared words in a locale, else in Chinese."""
        found = dict(self.words)
        return found.get(locale) or found.get("zh-CN") or ()

    def name_of(self, code: str) -> str:
        """What a product is called."""
        return dict(self.names).get(code, code)


_decoder = msgspec.json.Decoder(PlanDoc)


def encode_plan(plan: PlanDoc) -> str:
    """A plan as text: equal plans give equal text."""
    return msgspec.json.encode(plan, order="deterministic").decode()


def decode_plan(text: str) -> PlanDoc | None:
    """The plan of `encode_plan`; None for one that a former version wrote in another form."""
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError:
        return None


def plan_groups(plan: PlanDoc) -> Mapping[str, Mapping[str, object]]:
    """What the leaf of a plan commits to: every field that advice must carry."""
    said = encode_plan(plan)
    return {
        "time": {"at": int(plan.at.timestamp()), "prices_of": plan.priced_on.isoformat()},
        "client": {"client_id": plan.client_id},
        "advice": {"plan_id": plan.plan_id, "author": "ai", "adviser": plan.adviser, "licence": plan.licence},
        "versions": {
            "policy": plan.policy,
            "policy_digest": plan.policy_digest,
            "book": plan.book_digest,
            "code": plan.code_version,
            "facts": plan.facts_digest,
        },
        "suitability": {
            "grade": plan.grade,
            "valid_to": "" if plan.assessment_valid_to is None else plan.assessment_valid_to.isoformat(),
            "refused": [list(reason) for reason in plan.refused],
        },
        "costs": {
            "cost_fen": plan.cost_fen,
            "trades": [[one.code, one.side, one.amount_fen, one.cost_fen] for one in plan.trades],
            "no_action": "offered",
        },
        "plan": {"json": said},
    }
