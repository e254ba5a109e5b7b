"""A client's plan: pockets, goals, what it takes to get there, and what the client decides."""

from collections.abc import Mapping

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.response import Redirect, Response

from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.plan_export import plan_json
from tongxing.service.plan_goals import GOAL_KINDS, GoalWish, goals_of, remove_goal, set_goal
from tongxing.service.plan_page import PlanPage, choose, plan_page, pocket_words
from tongxing.service.plan_policy import draft_for
from tongxing.web.client.own import UNPROCESSABLE, Drawn, Own, back, own_of
from tongxing.web.client.plan_tables import limits, moves, session_words, trials, units, without, worst
from tongxing.web.guard import form_of
from tongxing.web.render import PageRequest, language_of, locale_of
from tongxing.web.words import has, speak, t

PLAN, GOALS = "/me/plan", "/me/plan/goals"
EPISODES_MAX = 20
FIELD_OF = {
    "no_date": "due",
    "goal_past": "due",
    "goal_far": "due",
    "no_amount": "amount",
    "goal_amount": "amount",
    "goal_month": "month",
    "goal_priority": "priority",
    "goal_twice": "what",
}
"""Why a goal was refused -> the field that a reader has to change."""


@get(PLAN, act="own.read", sync_to_thread=False)
def plan(request: PageRequest) -> Drawn:
    """The last plan, or how to have one drafted."""
    return _plan(own_of(request))


@post(PLAN, act="own.act", status_code=200)
async def make(request: PageRequest) -> Drawn | Redirect:
    """Draft a plan as things are now; it buys and sells nothing."""
    own = own_of(request)
    await form_of(request)
    me = await sync_to_thread(own.mine)
    refused = await sync_to_thread(draft_for, me)
    if refused:
        speak(language_of(request))
        key = f"plan.refused.{refused[0]}"
        return _plan(own, notice=t(key if has(key) else "plan.refused.other"), status=UNPROCESSABLE)
    return back(PLAN, done="made")


@get("/me/plan/why", act="own.read", sync_to_thread=False)
def why(request: PageRequest) -> Drawn:
    """What the plan rests on, which limits hold, and how goals fare when tried out."""
    own = own_of(request)
    me = own.mine()
    page = plan_page(me, locale=locale_of(request))
    names = _names(own, page)
    speak(language_of(request))
    book, locale = own.front.house.book, locale_of(request)
    values = {
        "page": page,
        "limits": limits(page.plan, names, book, locale),
        "trials": trials(page.plan, names),
        "worst": worst(page.plan, names, book, locale, most=EPISODES_MAX),
    }
    return own.draw("plan_why.html", values, me=me)


@get("/me/plan/rebalance", act="own.read", sync_to_thread=False)
def rebalance(request: PageRequest) -> Drawn:
    """Each trade with its cost, before anything is decided."""
    own = own_of(request)
    me = own.mine()
    page = plan_page(me, locale=locale_of(request))
    speak(language_of(request))
    trades = () if page.plan is None else page.plan.trades
    values = {
        "page": page,
        "units": units,
        "days": session_words(page.plan),
        "left_out": without(page.plan),
        "sold": sum(trade.amount_fen for trade in trades if trade.side == "sell"),
        "bought": sum(trade.amount_fen for trade in trades if trade.side == "buy"),
    }
    return own.draw("plan_rebalance.html", values, me=me)


@get("/me/plan/plan.json", act="own.read", sync_to_thread=False)
def download(request: PageRequest) -> Response[str] | Redirect:
    """The plan as a file to keep, marked as made by AI; without one, the page that says why."""
    told = plan_json(plan_page(own_of(request).mine(), locale=locale_of(request)))
    if told is None:
        return Redirect(PLAN, status_code=303)
    return Response(
        told,
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="plan.json"', "Cache-Control": "no-store"},
    )


@post("/me/plan/choice", act="own.act", status_code=200)
async def choice(request: PageRequest) -> Drawn | Redirect:
    """Keep what the client decided: nothing, a wish to adjust, or going back to the plan before."""
    own, fields = own_of(request), await form_of(request)
    house = own.front.house
    try:
        await sync_to_thread(
            choose,
            house,
            own.client_id,
            fields.get("choice", ""),
            now=house.clock.now(),
            token=fields.get("token", ""),
        )
    except ActRefusedError as refused:
        speak(language_of(request))
        return _plan(own, notice=t(f"plan.notice.{refused.reason}"), status=UNPROCESSABLE)
    except UnknownClientError as unknown:
        raise NotFoundException(detail="client") from unknown
    return back(PLAN, done="chosen")


@get(GOALS, act="own.read", sync_to_thread=False)
def goals(request: PageRequest) -> Drawn:
    """What the client saves for."""
    return _goals(own_of(request), {})


@post(GOALS, act="own.act", status_code=200)
async def keep_goal(request: PageRequest) -> Drawn | Redirect:
    """Keep a goal, new or changed."""
    own, fields = own_of(request), await form_of(request)
    wish = GoalWish(
        **{name: fields.get(name, "") for name in ("goal_id", "what", "amount", "due", "priority", "month")}
    )
    house = own.front.house
    try:
        await sync_to_thread(
            set_goal, house, own.client_id, wish, now=house.clock.now(), token=fields.get("token", "")
        )
    except ActRefusedError as refused:
        return _refused_goal(own, fields, refused.reason)
    except UnknownClientError as unknown:
        raise NotFoundException(detail="client") from unknown
    return back(GOALS, done="goal")


@post("/me/plan/goals/remove", act="own.act", status_code=200)
async def forget_goal(request: PageRequest) -> Drawn | Redirect:
    """Remove a goal."""
    own, fields = own_of(request), await form_of(request)
    house = own.front.house
    try:
        await sync_to_thread(
            remove_goal,
            house,
            own.client_id,
            fields.get("goal_id", ""),
            now=house.clock.now(),
            token=fields.get("token", ""),
        )
    except ActRefusedError as refused:
        return _refused_goal(own, {}, refused.reason)
    except UnknownClientError as unknown:
        raise NotFoundException(detail="client") from unknown
    return back(GOALS, done="removed")


def _plan(own: Own, *, notice: str = "", status: int = 200) -> Drawn:
    me = own.mine()
    page = plan_page(me, locale=locale_of(own.request))
    speak(language_of(own.request))
    names = _names(own, page)
    whole, of_pockets = page.apart()
    values = {
        "page": page,
        "whole": whole,
        "of_pockets": of_pockets,
        "names": names,
        "moves": moves(page.plan),
        "worst": worst(page.plan, names, own.front.house.book, locale_of(own.request), most=1),
        "notice": notice,
        "done": _done(own),
    }
    return own.draw("plan_home.html", values, me=me, status=status)


def _goals(
    own: Own, fields: dict[str, str], *, notice: str = "", wrong: str = "", status: int = 200
) -> Drawn:
    me = own.mine()
    values = {
        "goals": goals_of(me),
        "kinds": GOAL_KINDS,
        "fields": fields,
        "notice": notice,
        "wrong": wrong,
        "done": _done(own),
        "today": me.now.date(),
    }
    return own.draw("plan_goals.html", values, me=me, status=status)


def _refused_goal(own: Own, fields: Mapping[str, str], reason: str) -> Drawn:
    speak(language_of(own.request))
    notice, wrong = t(f"plan.notice.{reason}"), FIELD_OF.get(reason, "")
    return _goals(own, dict(fields), notice=notice, wrong=wrong, status=UNPROCESSABLE)


def _names(own: Own, page: PlanPage) -> dict[str, str]:
    """What the pockets of a plan are called."""
    if page.plan is None:
        return {}
    house, locale = own.front.house, locale_of(own.request)
    return {pocket.name: pocket_words(house, pocket, locale) for pocket in page.plan.pockets}


def _done(own: Own) -> str:
    said = own.request.query_params.get("done", "")
    return said if has(f"plan.done.{said}") else ""
