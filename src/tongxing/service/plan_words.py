"""The words of a plan: approved texts filled with its figures, in one draft that compliance reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from tongxing.advice.goals import PensionTax
from tongxing.domain.book import Book
from tongxing.domain.draft import Draft, Fact, FactSheet, Part, ProductFacts
from tongxing.domain.grades import Channel, Nature, ProductRisk
from tongxing.domain.profile import Profile
from tongxing.domain.touch import Touch, Trigger
from tongxing.service.phrases import phrase
from tongxing.service.plan_doc import PlanDoc, PocketDoc
from tongxing.service.plan_names import episode_words, limit_words, months_words, pocket_name
from tongxing.wording.draft import Unworded
from tongxing.wording.draft import draft as worded

PLAYBOOK = "plan_review"
SLOT = "plan"
BP = 10_000
LIMITS_SAID = 3
"""The limits that cost most are said; the page lists all."""
FactValues = Mapping[str, int | str | tuple[str, ...]]
Line = tuple[str, FactValues]
"""Name of a text, and its figures."""


def plan_draft(
    plan: PlanDoc,
    *,
    sentences: Mapping[str, Sequence[str]],
    pension: PensionTax | None,
    profile: Profile,
    book: Book,
    locale: str,
) -> Draft | Unworded:
    """The exact words of a plan in one locale, as one draft.

    Args:
        plan: its figures.
        sentences: pocket -> what the allocation says of its weights, each checked against its data.
        pension: what the tax rules make of a pension goal; None without one.
        profile: who it is for.
        book: the approved texts.
        locale: `zh-CN` or `en`.
    """
    touch = plan_touch(plan)
    frame = _piece(touch, "plan_frame", _frame(plan), plan, profile, book, locale)
    if isinstance(frame, Unworded):
        return frame
    bodies = [_body(frame)]
    facts = list(frame.facts)
    for name, values in _lines(plan, pension, book, locale, sentences):
        if name == "":
            bodies.extend(sentences.get(str(values["pocket"]), ()))
            continue
        piece = _piece(touch, name, values, plan, profile, book, locale)
        if isinstance(piece, Unworded):
            return piece
        bodies.append(_body(piece))
        facts.extend(piece.facts)
    parts = tuple(
        replace(part, text="\n".join(bodies)) if part.role == "body" else part for part in frame.parts
    )
    return replace(frame, parts=parts, facts=tuple(facts), product=product_of(plan, book))


def plan_touch(plan: PlanDoc) -> Touch:
    """The contact that a plan is."""
    return Touch(
        touch_id=plan.plan_id,
        client_id=plan.client_id,
        playbook=PLAYBOOK,
        nature=Nature.ADVICE,
        channel=Channel.HOME,
        slot=SLOT,
        trigger=Trigger(name="plan:asked", cause=f"plan:{plan.plan_id}", at=plan.at),
        signs=(),
        net_bp=0,
    )


def _lines(
    plan: PlanDoc, pension: PensionTax | None, book: Book, locale: str, said: Mapping[str, Sequence[str]]
) -> Iterator[Line]:
    """Every text of the plan in reading order; the empty name stands for a pocket's own sentences."""
    as_of = plan.at.date().isoformat()
    told: dict[tuple[str, ...], str] = {}
    for pocket in plan.pockets:
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
    yield from _of_relaxed(plan, book, locale)
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
        yield (
            "plan_goal",
            {
                "goal": name,
                "due": "" if pocket.due is None else pocket.due.isoformat(),
                "amount_fen": pocket.amount_fen,
                "given_fen": pocket.given_fen,
                "month_fen": pocket.month_fen,
            },
        )
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


def _of_relaxed(plan: PlanDoc, book: Book, locale: str) -> Iterator[Line]:
    """What could not be kept, by name."""
    by_name = {pocket.name: pocket for pocket in plan.pockets}
    for word in plan.relaxed:
        rule, _colon, of = word.partition(":")
        pocket = by_name.get(of)
        name = phrase(book, f"plan_{of.partition('-')[0]}", locale) if pocket is None else ""
        if pocket is not None:
            name = pocket_name(pocket, book, locale)
        if rule in ("reserve_short", "goal_short") and pocket is not None:
            yield "plan_short", {"pocket": name, "short_fen": pocket.short_fen}
        elif rule == "saving_cut" and pocket is not None:
            yield (
                "plan_saving_cut",
                {"pocket": name, "month_fen": pocket.month_fen, "surplus_fen": plan.surplus_month_fen},
            )
        elif rule == "goal_past":
            yield "plan_goal_past", {"pocket": name}
        elif rule in ("income_unknown", "cash_unknown"):
            yield f"plan_{rule}", {"as_of": plan.at.date().isoformat()}
    for pocket in plan.pockets:
        for limit in pocket.relaxed:
            words = limit_words(book, plan.policy, limit, locale)
            yield "plan_relaxed", {"pocket": pocket_name(pocket, book, locale), "limit": words}
    if plan.left_alone:
        yield "plan_left_alone", {"products": tuple(plan.name_of(code) for code in plan.left_alone[:12])}


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


def _frame(plan: PlanDoc) -> FactValues:
    valid_to = plan.assessment_valid_to or plan.at.date()
    return {
        "as_of": plan.at.date().isoformat(),
        "price_date": plan.priced_on.isoformat(),
        "grade": plan.grade,
        "valid_to": valid_to.isoformat(),
        "policy": plan.policy,
    }


def _piece(
    touch: Touch, name: str, values: FactValues, plan: PlanDoc, profile: Profile, book: Book, locale: str
) -> Draft | Unworded:
    return worded(
        touch,
        text=book.texts[name],
        facts=FactSheet(facts=_facts(values, plan.at)),
        standing=profile.standing,
        playbook=book.playbooks[PLAYBOOK],
        product=None,
        locale=locale,
        labels=book.labels,
        touches_this_week=0,
    )


def _facts(values: FactValues, at: datetime) -> dict[str, Fact]:
    return {name: Fact(name=name, value=value, source="plan", at=at) for name, value in values.items()}


def _body(piece: Draft) -> str:
    return "\n".join(part.text for part in piece.parts if part.role == "body")


def product_of(plan: PlanDoc, book: Book) -> ProductFacts:
    """The riskiest product the plan speaks of stands for all of them."""
    codes = {code for pocket in plan.pockets for code, weight in pocket.weights_bp if weight and code}
    risks = [book.products[code].risk for code in codes if code in book.products]
    return ProductFacts(product_id="plan", kind="class", risk=max(risks, default=ProductRisk.R1))


def parts_of(draft: Draft) -> tuple[tuple[str, str, str], ...]:
    """The parts of a draft as a plan keeps them."""
    return tuple((part.role, part.text, part.page) for part in draft.parts)


def as_parts(words: Sequence[tuple[str, str, str]]) -> tuple[Part, ...]:
    """The parts again."""
    return tuple(Part(role=role, text=text, page=page) for role, text, page in words)
