"""The tables of a plan's pages, as rows of words."""

from collections.abc import Mapping

from tongxing.domain.book import Book
from tongxing.service.plan_doc import PlanDoc
from tongxing.service.plan_names import episode_words, limit_words, pocket_name
from tongxing.service.plan_what_if import WhatIf
from tongxing.web.figures import percent_ppm, yuan
from tongxing.web.words import has, t

E4 = 10_000
PPM_A_BP = 100
Rows = list[list[str]]


def moves(plan: PlanDoc | None) -> Rows:
    """What is held beside what is planned."""
    if plan is None:
        return []
    return [[plan.name_of(move.code), yuan(move.now_fen), yuan(move.target_fen)] for move in plan.moves]


def worst(plan: PlanDoc | None, names: Mapping[str, str], book: Book, locale: str, *, most: int) -> Rows:
    """What named real markets would have done to each pocket: its worst ones, the worst first."""
    if plan is None:
        return []
    return [
        [
            names[pocket.name],
            episode_words(book, plan.policy, one.episode, locale),
            percent_ppm(one.loss_bp * PPM_A_BP),
        ]
        for pocket in plan.pockets
        for one in sorted(pocket.worst, key=lambda one: -one.loss_bp)[:most]
        if pocket.given_fen and one.loss_bp > 0
    ]


def limits(plan: PlanDoc | None, names: Mapping[str, str], book: Book, locale: str) -> Rows:
    """Which limits hold in each pocket, with what they cost."""
    if plan is None:
        return []
    return [
        [
            names[pocket.name],
            limit_words(book, plan.policy, bound.limit, locale),
            f"{bound.price_cbp // 100}.{bound.price_cbp % 100:02d}",
        ]
        for pocket in plan.pockets
        for bound in pocket.binding
    ]


def trials(plan: PlanDoc | None, names: Mapping[str, str]) -> Rows:
    """How each goal fared on the drawn paths."""
    if plan is None:
        return []
    return [
        [
            names[pocket.name],
            percent_ppm(pocket.odds.short_ppm),
            yuan(pocket.odds.low_fen),
            yuan(pocket.odds.middle_fen),
            yuan(pocket.odds.high_fen),
        ]
        for pocket in plan.pockets
        if pocket.odds is not None
    ]


def session_words(plan: PlanDoc | None) -> dict[int, str]:
    """When a trade can happen, by its session."""
    sessions = {trade.session for trade in plan.trades} if plan is not None else set()
    return {
        session: t("plan.rebalance.later", count=session) if session else t("plan.rebalance.at_once")
        for session in sessions
    }


def without(plan: PlanDoc | None) -> list[str]:
    """What was not proposed, and why."""
    found = []
    for word in plan.left_out if plan is not None else ():
        rule, _colon, code = word.partition(":")
        key = f"plan.rebalance.{rule}"
        if plan is not None and has(key):
            found.append(t(key, name=plan.name_of(code)))
    return found


def units(quantity_e4: int) -> str:
    """Shares with separators and without idle zeros."""
    whole, rest = divmod(quantity_e4, E4)
    decimals = f"{rest:04d}".rstrip("0")
    return f"{whole:,}.{decimals}" if decimals else f"{whole:,}"


def beside(found: WhatIf, book: Book, locale: str) -> Rows:
    """Each pocket with its shares, as things are and as they would be."""
    rows: dict[tuple[str, str], list[str]] = {}
    both = isinstance(found.now, PlanDoc) and isinstance(found.then, PlanDoc)
    none = percent_ppm(0) if both else ""
    for place, plan in enumerate((found.now, found.then), start=1):
        if not isinstance(plan, PlanDoc):
            continue
        for pocket in plan.pockets:
            name = pocket_name(pocket, book, locale)
            rows.setdefault((name, ""), [name, "", ""])[place] = yuan(pocket.given_fen)
            for code, share in pocket.weights_bp if pocket.given_fen else ():
                title = plan.name_of(code) if code else t("plan.cash")
                cells = rows.setdefault((name, title), [f"{name} · {title}", none, none])
                cells[place] = percent_ppm(share * PPM_A_BP)
    return [rows[key] for key in sorted(rows)]
