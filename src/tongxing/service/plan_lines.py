"""Which approved texts tell a plan, in reading order: the whole, each pocket, the whole again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from tongxing.advice.goals import PensionTax
from tongxing.domain.book import Book
from tongxing.service.phrases import phrase
from tongxing.service.plan_doc import PlanDoc, PocketDoc
from tongxing.service.plan_names import episode_words, limit_words, months_words, pocket_name

BP = 10_000
LIMITS_SAID = 3
"""The limits that cost most are said; the page lists all."""
GROUP_BREAK = "\n\n"
"""Between the groups of a plan's body: the whole, each pocket, the whole again."""
FactValues = Mapping[str, int | str | tuple[str, ...]]
Line = tuple[str, FactValues]
"""Name of a text, and its figures."""


def spoken_of(plan: PlanDoc) -> tuple[PocketDoc, ...]:
    """The pockets that have words of their own, in the order of the words."""
    return tuple(pocket for pocket in plan.pockets if pocket.what != "growth" or pocket.given_fen)


def words_apart(plan: PlanDoc, body: str) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The lines of a plan's body: those of the whole plan, and those of each pocket by its name.

    A body that was written before its groups stood apart is one piece: every line is of the whole plan.
    """
    groups = [tuple(line for line in group.split("\n") if line) for group in body.split(GROUP_BREAK)]
    pockets = spoken_of(plan)
    if len(groups) != len(pockets) + 2:
        return tuple(line for group in groups for line in group), {}
    own = {pocket.name: lines for pocket, lines in zip(pockets, groups[1:-1], strict=True)}
    return groups[0] + groups[-1], own


def line_groups(
    plan: PlanDoc, pension: PensionTax | None, book: Book, locale: str, said: Mapping[str, Sequence[str]]
) -> Iterator[Iterator[Line]]:
    """Every text of the plan in reading order: a group for each pocket, then what is said of the whole."""
    told: dict[tuple[str, ...], str] = {}
    for pocket in spoken_of(plan):
        yield _with_reasons(plan, pocket, book, locale, said, told)
    yield _of_whole(plan, pension, book, locale)


def _with_reasons(
    plan: PlanDoc,
    pocket: PocketDoc,
    book: Book,
    locale: str,
    said: Mapping[str, Sequence[str]],
    told: dict[tuple[str, ...], str],
) -> Iterator[Line]:
    """What a pocket is for and why it is filled so; the empty name stands for its own sentences."""
    name = pocket_name(pocket, book, locale)
    yield from _of_pocket(plan, pocket, name, book)
    sentences = tuple(said.get(pocket.name, ()))
    if sentences in told:
        yield "plan_same", {"pocket": name, "same": told[sentences]}
    elif sentences:
        told[sentences] = name
        yield "", {"pocket": pocket.name}
    else:
        yield from _of_limits(plan, pocket, name, book, locale)
    yield from _of_relaxed(plan, pocket, name, book, locale)


def _of_whole(plan: PlanDoc, pension: PensionTax | None, book: Book, locale: str) -> Iterator[Line]:
    """What is said of the plan as a whole: what is missing, the tax, the cost, and the ways on."""
    as_of = plan.at.date().isoformat()
    pockets = {pocket.name for pocket in spoken_of(plan)}
    for word in plan.relaxed:
        rule, _colon, of = word.partition(":")
        if rule == "goal_past" and of not in pockets:
            yield "plan_goal_past", {"pocket": phrase(book, f"plan_{of.partition('-')[0]}", locale)}
        elif rule in ("income_unknown", "cash_unknown"):
            yield f"plan_{rule}", {"as_of": as_of}
    if plan.left_alone:
        yield "plan_left_alone", {"products": tuple(plan.name_of(code) for code in plan.left_alone[:12])}
    if pension is not None:
        yield _of_pension(pension, book, plan.at.date())
    yield from _of_cost(plan, book)
    yield "plan_nothing", {"as_of": as_of}
    if plan.adviser:
        yield "plan_adviser", {"adviser": plan.adviser, "number": plan.licence}
    else:
        yield "plan_general", {"as_of": as_of}


def _of_pocket(plan: PlanDoc, pocket: PocketDoc, name: str, book: Book) -> Iterator[Line]:
    as_of = plan.at.date().isoformat()
    if pocket.what == "reserve":
        yield (
            "plan_reserve",
            {
                "outgo_fen": pocket.need_fen * BP // plan.reserve_months_bp,
                "months": months_words(plan.reserve_months_bp),
                "need_fen": pocket.need_fen,
                "given_fen": pocket.given_fen,
            },
        )
    elif pocket.what == "growth":
        if pocket.given_fen:
            yield "plan_growth", {"given_fen": pocket.given_fen, "months": pocket.months}
    else:
        goal: dict[str, int | str | tuple[str, ...]] = {
            "goal": name,
            "due": "" if pocket.due is None else pocket.due.isoformat(),
            "amount_fen": pocket.amount_fen,
            "given_fen": pocket.given_fen,
        }
        if pocket.month_fen:
            yield "plan_goal", goal | {"month_fen": pocket.month_fen}
        else:
            yield "plan_goal_once", goal
    if pocket.odds is not None:
        yield (
            "plan_odds",
            {
                "goal": name,
                "paths": pocket.odds.paths,
                "short_ppm": pocket.odds.short_ppm,
                "missing_fen": pocket.odds.missing_fen,
                "since": book.rules.text("plan_odds_since", plan.at.date()),
                "as_of": as_of,
            },
        )


def _of_limits(plan: PlanDoc, pocket: PocketDoc, name: str, book: Book, locale: str) -> Iterator[Line]:
    """Which limits decide, and the worst named time: where the allocation has no sentences of its own."""
    as_of = plan.at.date().isoformat()
    if pocket.binding:
        first = [limit_words(book, plan.policy, one.limit, locale) for one in pocket.binding[:LIMITS_SAID]]
        yield "plan_binding", {"pocket": name, "limits": tuple(first)}
    if pocket.worst:
        most = max(pocket.worst, key=lambda one: one.loss_bp)
        if most.loss_bp > 0:
            yield (
                "plan_worst",
                {
                    "pocket": name,
                    "episode": episode_words(book, plan.policy, most.episode, locale),
                    "loss_bp": most.loss_bp,
                    "as_of": as_of,
                },
            )


def _of_relaxed(plan: PlanDoc, pocket: PocketDoc, name: str, book: Book, locale: str) -> Iterator[Line]:
    """What could not be kept for a pocket, by name."""
    for word in plan.relaxed:
        rule, _colon, of = word.partition(":")
        if of != pocket.name:
            continue
        if rule in ("reserve_short", "goal_short"):
            yield "plan_short", {"pocket": name, "short_fen": pocket.short_fen}
        elif rule == "saving_cut":
            yield (
                "plan_saving_cut",
                {"pocket": name, "month_fen": pocket.month_fen, "surplus_fen": plan.surplus_month_fen},
            )
        elif rule == "goal_past":
            yield "plan_goal_past", {"pocket": name}
    for limit in pocket.relaxed:
        yield "plan_relaxed", {"pocket": name, "limit": limit_words(book, plan.policy, limit, locale)}


def _of_pension(pension: PensionTax, book: Book, on: date) -> Line:
    payout = book.rules.number("pension_tax_payout_bp", on)
    if pension.saved_fen == 0:
        return "plan_pension_none", {"rate_bp": pension.marginal_bp, "payout_bp": payout}
    return (
        "plan_pension",
        {
            "paid_fen": pension.paid_in_fen,
            "saved_fen": pension.saved_fen,
            "rate_bp": pension.marginal_bp,
            "payout_bp": payout,
            "cap_fen": book.rules.number("pension_year_fen_max", on),
        },
    )


def _of_cost(plan: PlanDoc, book: Book) -> Iterator[Line]:
    """What getting there costs, and whether it is worth it."""
    on = plan.at.date()
    if plan.trades:
        sold = [trade for trade in plan.trades if trade.side == "sell"]
        yield (
            "plan_cost",
            {
                "sell_fen": sum(trade.amount_fen for trade in sold),
                "buy_fen": sum(trade.amount_fen for trade in plan.trades if trade.side == "buy"),
                "cost_fen": plan.cost_fen,
                "redemption_fen": sum(trade.redemption_fen for trade in sold),
                "tax_fen": sum(trade.tax_fen for trade in sold),
                "price_date": plan.priced_on.isoformat(),
            },
        )
    if plan.why == "in_band":
        yield "plan_in_band", {"as_of": on.isoformat()}
    elif plan.why == "too_small":
        yield "plan_too_small", {"ticket_fen": book.rules.number("plan_trade_fen_min", on)}
    elif plan.why == "costs_more":
        yield _costs_more(plan)


def _costs_more(plan: PlanDoc) -> Line:
    waits = [trade.cheaper[1] for trade in plan.trades if len(trade.cheaper) > 1]
    if not waits:
        return "plan_costs_more_plain", {"cost_fen": plan.cost_fen}
    first = min(waits, key=lambda fee: fee.day)
    return (
        "plan_costs_more",
        {"cost_fen": plan.cost_fen, "cheaper_on": first.day.isoformat(), "cheaper_fen": first.fee_fen},
    )


def frame_facts(plan: PlanDoc) -> FactValues:
    """What the frame of a plan is filled with: the days, the grade and the policy it rests on."""
    valid_to = plan.assessment_valid_to or plan.at.date()
    return {
        "as_of": plan.at.date().isoformat(),
        "price_date": plan.priced_on.isoformat(),
        "grade": plan.grade,
        "valid_to": valid_to.isoformat(),
        "policy": plan.policy,
    }
