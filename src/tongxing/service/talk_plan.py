"""What a client's own plan says, as words of an answer: only what may be shown today, with the way to it."""

from collections.abc import Iterator

from tongxing.service.converse_live import Aside, Link, Planned
from tongxing.service.me_who import Mine
from tongxing.service.phrases import phrase
from tongxing.service.plan_doc import PlanDoc
from tongxing.service.plan_page import plan_page
from tongxing.service.talk_words import Values, spoken_page

PAGE = "/me/plan"


def planned_by(me: Mine) -> Planned:
    """For one client."""

    def planned(code: str, locale: str) -> Aside:
        page = plan_page(me, locale=locale)
        if page.plan is None:
            lines = [("plan_held" if page.held_back else "plan_missing", Values())]
        elif page.outdated:
            lines = [("plan_old", Values(plan_day=page.plan.at.date().isoformat()))]
        else:
            lines = list(_lines(page.plan, code))
        spoken = tuple(found for name, values in lines if (found := spoken_page(me, name, values, locale)))
        label = phrase(me.house.book, "talk_plan_link", locale)
        return Aside(spoken=spoken, links=(Link(words=label, page=PAGE),))

    return planned


def _lines(plan: PlanDoc, code: str) -> Iterator[tuple[str, Values]]:
    """The whole of it, then what it says of the holding that is meant."""
    day = plan.at.date().isoformat()
    if not plan.worth:
        yield "plan_leave", Values(plan_day=day)
        return
    sums = {side: sum(one.amount_fen for one in plan.trades if one.side == side) for side in ("sell", "buy")}
    yield (
        "plan_way",
        Values(
            plan_day=day,
            price_date=plan.priced_on.isoformat(),
            plan_sell_fen=sums["sell"],
            plan_buy_fen=sums["buy"],
            plan_cost_fen=plan.cost_fen,
        ),
    )
    move = next((one for one in plan.moves if one.code == code and not one.in_band), None)
    if move is not None:
        yield (
            "plan_holding",
            Values(product=plan.name_of(code), plan_now_fen=move.now_fen, plan_target_fen=move.target_fen),
        )
