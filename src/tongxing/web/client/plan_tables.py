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
NAMED_MAX = 3
Rows = list[list[str]]


def moves(plan: PlanDoc | None) -> Rows:
    """What is held beside what is planned."""
    if plan is None:
        return []
    return [[plan.name_of(move.code), yuan(move.now_fen), yuan(move.target_fen)] for move in plan.moves]


def worst(plan: PlanDoc | None, names: Mapping[str, str], book: Book, locale: str, *, most: int) -> Rows:
    """What named real markets would have done to each pocket; pockets that fare alike share a row."""
    if plan is None:
        return []
    alike: dict[tuple[int, str], list[str]] = {}
    filled = [pocket for pocket in plan.pockets if pocket.given_fen and pocket.worst]
    for pocket in filled:
        for one in sorted(pocket.worst, key=lambda one: -one.loss_bp)[:most]:
            if one.loss_bp > 0:
                alike.setdefault((one.loss_bp, one.episode), []).append(names[pocket.name])
    return [
        [
            episode_words(book, plan.policy, episode, locale),
            _together(of, len(filled)),
            percent_ppm(loss_bp * PPM_A_BP),
        ]
        for (loss_bp, episode), of in sorted(alike.items(), key=lambda row: -row[0][0])
    ]


def limits(plan: PlanDoc | None, names: Mapping[str, str], book: Book, locale: str) -> Rows:
    """Which limits hold, for which pockets, and what each costs, from the least to the most."""
    if plan is None:
        return []
    found: dict[str, list[tuple[str, int]]] = {}
    bound = [pocket for pocket in plan.pockets if pocket.binding]
    for pocket in bound:
        for one in pocket.binding:
            found.setdefault(one.limit, []).append((names[pocket.name], one.price_cbp))
    return [
        [
            limit_words(book, plan.policy, limit, locale),
            _together([name for name, _price in rows], len(bound)),
            _span([price for _name, price in rows]),
        ]
        for limit, rows in found.items()
    ]


def _together(names: list[str], of: int) -> str:
    """Pockets in one cell; all of several are called so, and of many the first is named."""
    if len(names) == of > 1:
        return t("plan.all_pockets", count=of)
    if len(names) > NAMED_MAX:
        return t("plan.many_pockets", first=names[0], count=len(names))
    return t("plan.pocket_comma").join(names)


def _span(prices_cbp: list[int]) -> str:
    low, high = (f"{price // 100}.{price % 100:02d}" for price in (min(prices_cbp), max(prices_cbp)))
    return low if low == high else f"{low}–{high}"


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
    """Each pocket with its money, then each product with its share, as things are and as they would be.

    Pockets that hold a product in the same shares stand in one row.
    """
    both = isinstance(found.now, PlanDoc) and isinstance(found.then, PlanDoc)
    none = percent_ppm(0) if both else ""
    money: dict[str, list[str]] = {}
    shares: dict[tuple[str, str], list[str]] = {}
    for place, plan in enumerate((found.now, found.then)):
        if not isinstance(plan, PlanDoc):
            continue
        for pocket in plan.pockets:
            name = pocket_name(pocket, book, locale)
            money.setdefault(name, ["", ""])[place] = yuan(pocket.given_fen)
            for code, share in pocket.weights_bp if pocket.given_fen else ():
                title = plan.name_of(code) if code else t("plan.cash")
                shares.setdefault((title, name), [none, none])[place] = percent_ppm(share * PPM_A_BP)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for (title, name), (now, then) in shares.items():
        alike.setdefault((title, now, then), []).append(name)
    amounts = [[name, *cells] for name, cells in money.items()]
    of = len({name for _title, name in shares})
    weights = [
        [f"{title} · {_together(names, of)}", now, then] for (title, now, then), names in alike.items()
    ]
    return amounts + sorted(weights)
