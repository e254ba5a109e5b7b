"""The plan of a client for other systems: what it says, what it rests on, and the leaf that proves it."""

from datetime import date, datetime

from tongxing.service.api_clients import live_state
from tongxing.service.api_shapes import Shape
from tongxing.service.house import House
from tongxing.service.me_who import mine
from tongxing.service.plan_page import plan_page


class PlanPocket(Shape, frozen=True, kw_only=True):
    """One pocket of a plan; money in fen, shares in bp of the pocket."""

    name: str
    what: str
    need_fen: int
    given_fen: int
    months: int
    due: date | None
    weights_bp: dict[str, int]
    """Code -> share; the empty code is cash."""
    short_ppm: int | None
    """Share of drawn paths on which the goal is missed; null where it was not tried out."""
    relaxed: list[str]


class PlanTrade(Shape, frozen=True, kw_only=True):
    """One trade that the plan would take; no order."""

    code: str
    side: str
    amount_fen: int
    cost_fen: int


class PlanAnswer(Shape, frozen=True, kw_only=True):
    """The last plan of a client that was not taken back, as far as it may be shown today."""

    client_id: str
    plan_id: str | None
    made_at: datetime | None
    policy: str
    ai: bool
    """Written by AI: whoever shows it carries the mark on."""
    pockets: list[PlanPocket]
    trades: list[PlanTrade]
    cost_fen: int
    worth: bool
    words: list[str]
    """The exact words that compliance cleared, by part."""
    held_back: list[str]
    """Rules for which it may not be shown today."""
    choice: str
    leaf_index: int | None


def client_plan(house: House, client_id: str, *, now: datetime, locale: str) -> PlanAnswer:
    """The last plan. Raises `OutOfReachError` where nothing is known of such a client."""
    live_state(house, client_id, now=now)
    page = plan_page(mine(house, client_id, now=now), locale=locale)
    plan = page.plan
    return PlanAnswer(
        client_id=client_id,
        plan_id=None if plan is None else plan.plan_id,
        made_at=None if plan is None else plan.at,
        policy="" if plan is None else plan.policy,
        ai=True,
        pockets=[
            PlanPocket(
                name=one.name,
                what=one.what,
                need_fen=one.need_fen,
                given_fen=one.given_fen,
                months=one.months,
                due=one.due,
                weights_bp=dict(one.weights_bp),
                short_ppm=None if one.odds is None else one.odds.short_ppm,
                relaxed=list(one.relaxed),
            )
            for one in (() if plan is None else plan.pockets)
        ],
        trades=[
            PlanTrade(code=one.code, side=one.side, amount_fen=one.amount_fen, cost_fen=one.cost_fen)
            for one in (() if plan is None else plan.trades)
        ],
        cost_fen=0 if plan is None else plan.cost_fen,
        worth=plan is not None and plan.worth,
        words=[part.text for part in page.parts],
        held_back=list(page.held_back),
        choice=page.choice,
        leaf_index=page.leaf_index,
    )
