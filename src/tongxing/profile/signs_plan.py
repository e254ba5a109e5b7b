"""The sign that a plan is due for another look: something it rests on has changed since it was made."""

from collections.abc import Iterator

from tongxing.domain.clock import DAY_SECONDS, beijing_day, day_number, day_of
from tongxing.domain.event import EventRef
from tongxing.domain.profile import Sign
from tongxing.profile import tiles
from tongxing.profile.features import PPM
from tongxing.profile.needs import hints_of
from tongxing.profile.sign_rule import SignRule, sign_rule
from tongxing.profile.tiles import UNIT
from tongxing.profile.view import View

SEPARATOR = "|"
MADE, CHOSEN = "plan_made", "plan_chosen"
SPOKEN = ("house", "child_education", "pension")
"""Needs that are goals of a plan; somebody who speaks of one often enough may want it in the plan."""


def plan_review_due(client: View) -> Sign | None:
    """Need, income, debt, mood, market or a goal's nearness changed lately; unanswered.

    A reason fades after some weeks; whatever the client chose about the plan answers all reasons before it.
    """
    made, chosen = client.last(MADE), client.last(CHOSEN)
    if made is None:
        return None
    fades = client.as_of - client.rule("plan_review_days") * DAY_SECONDS
    since = max(made.ts, fades, 0 if chosen is None else chosen.ts)
    reasons: dict[str, EventRef] = {}
    for reason, ref in _changes(client, made.ts, since):
        reasons.setdefault(reason, ref)
    if not reasons:
        return None
    detail: dict[str, int | str] = {
        "reasons": SEPARATOR.join(sorted(reasons)),
        "plan_made_on": day_of(beijing_day(made.ts)).isoformat(),
    }
    evidence = tuple(dict.fromkeys((made.ref, *reasons.values())))
    return Sign(name="plan_review_due", evidence=evidence, detail=detail, causes=tuple(sorted(reasons)))


def _changes(client: View, made: int, since: int) -> Iterator[tuple[str, EventRef]]:
    yield from (("need", goal.ref) for _id, goal in client.named("goal") if goal.ts > since)
    for _name, told in client.named("life"):
        if told.ts > since and client.permission.own_record(told.source, told.kind):
            yield "need", told.ref
    income = tiles.last_entry(client.state.slots, "income")
    if income is not None and income[0] > since and client.permission.own_record(income[2], "income_stated"):
        yield (
            "income",
            EventRef(source=income[2], source_seq=income[3], kind="income_stated", ts=income[0]),
        )
    for _kind, debt in client.named("debt"):
        if debt.ts > since and client.permission.own_record(debt.source, debt.kind):
            yield "debt", debt.ref
    days = (client.as_of - since) // DAY_SECONDS + 1
    yield from (("mood", ref) for ref in client.recent("distress", "crisis", days=days) if ref.ts > since)
    yield from _market(client, since)
    yield from _spoken(client, since)
    yield from _near(client, made, since)


def _spoken(client: View, since: int) -> Iterator[tuple[str, EventRef]]:
    """A need the client spoke of since, as often as a need takes."""
    enough = client.rule("need_mentions_min")
    for need in SPOKEN:
        heard = [ref for ref in hints_of(client, need) if ref.ts > since]
        if len(heard) >= enough:
            yield "need", heard[-1]


def _near(client: View, made: int, since: int) -> Iterator[tuple[str, EventRef]]:
    """A goal came near since the plan was made: what it needs is now money that must not swing."""
    ahead = client.rule("plan_goal_near_days")
    for _goal, told in client.named("goal"):
        due = told.value[0]
        if not isinstance(due, int):
            continue
        near_from = due - ahead
        if max(beijing_day(made), beijing_day(since)) < near_from <= day_number(client.on) <= due:
            yield "date", told.ref


def _market(client: View, since: int) -> Iterator[tuple[str, EventRef]]:
    """The account's unit value has moved further than the house rule allows since the plan."""
    valued = client.state.valued()
    before = [day for day in valued if day <= beijing_day(since)]
    refs = client.recent("day_valued")
    if not before or not refs or valued[max(before)][UNIT] <= 0:
        return
    first, last = valued[max(before)][UNIT], valued[max(valued)][UNIT]
    if abs(last - first) * PPM >= first * client.rule("plan_review_move_ppm"):
        yield "market", refs[-1]


PLAN_SIGNS: tuple[SignRule, ...] = (
    sign_rule(
        plan_review_due,
        "goal_set",
        "goal_removed",
        "life_event",
        "income_stated",
        "debt_stated",
        "asked",
        "searched",
        "distress_seen",
        "plan_made",
        "plan_chosen",
    ),
)
