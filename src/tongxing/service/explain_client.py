"""Why a client's holdings rose or fell: the facts of the store and the market, explained by the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tongxing.advice.attribution import OversoldError, attribute
from tongxing.advice.attribution_life import Attribution
from tongxing.advice.attribution_terms import terms
from tongxing.compliance.review import review
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Cleared, Verdict
from tongxing.service.client_acts import UnknownClientError
from tongxing.service.close_day import previous_close
from tongxing.service.explain_file import ExplainError, Line, line_of
from tongxing.service.explain_life import NoPriceError, life_of
from tongxing.service.explain_moves import past_of
from tongxing.service.explain_words import Explained, draft_of, explained
from tongxing.service.house import House
from tongxing.service.me_who import Mine, mine

__all__ = ["Answer", "UnknownClientError", "Window", "answer", "client_lines", "window_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days of a question: two closes, the latest of them published."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Why one holding changed, in words that compliance cleared."""

    code: str
    name: str
    window: Window
    found: Attribution
    told: Explained | None
    """None where compliance let no words pass."""
    held_back: tuple[str, ...]
    """Rules that objected."""
    verdict: Verdict
    """What compliance said of the words, with the words."""
    ai_mark: str
    human: tuple[str, str]
    """Words and page of the way to a person."""


def window_of(house: House, start: date | None, end: date | None, *, now: datetime) -> Window:
    """The closes a question spans: asked or the usual days back, never one that is not published.

    Raises:
        ExplainError: the days are the wrong way round, too far apart, or before the first price.
    """
    today = now.astimezone(BEIJING).date()
    rules = house.book.rules
    last = previous_close(house, now)
    if end is not None and end < last:
        last = _session(house, end)
    first = start or last - timedelta(days=rules.number("attribution_window_days", today))
    if (last - first).days > rules.number("attribution_window_days_max", today):
        raise ExplainError("too_long")
    first = _session(house, first)
    if first >= last:
        raise ExplainError("no_days")
    return Window(first=first, last=last)


def _session(house: House, day: date) -> date:
    """The last close at or before a day."""
    if not house.market.first_session <= day <= house.market.last_session:
        raise ExplainError("no_prices")
    return day if house.market.is_session(day) else house.market.previous_session(day)


def answer(me: Mine, code: str, window: Window, *, locale: str) -> Answer:
    """Why one holding changed.

    Raises:
        ExplainError: it was not held in that time, or has no published prices.
    """
    house = me.house
    found, name = _found(me, code, window)
    rules = terms(house.book.rules, me.now.date())
    told = explained(
        found,
        name=name,
        about_cost=False,
        book=house.book,
        locale=locale,
        hand_over_bp=rules.hand_over_bp,
    )
    draft = draft_of(told, found, standing=me.profile().standing, book=house.book, locale=locale, at=me.now)
    verdict = review(draft, book=house.book)
    cleared = isinstance(verdict, Cleared)
    parts = {part.role: part for part in draft.parts}
    return Answer(
        code=code,
        name=name,
        window=window,
        found=found,
        told=told if cleared else None,
        held_back=() if isinstance(verdict, Cleared) else tuple(one.rule for one in verdict.reasons),
        verdict=verdict,
        ai_mark=parts["label"].text,
        human=(parts["human"].text, parts["human"].page),
    )


def _found(me: Mine, code: str, window: Window) -> tuple[Attribution, str]:
    product, item = me.house.book.products.get(code), me.state.item(code)
    name = product.name if product is not None else (getattr(item, "name", "") or code)
    rules = terms(me.house.book.rules, me.now.date())
    try:
        life = life_of(me, past_of(me), code, window.first, window.last, rules)
        if life is None:
            raise ExplainError("not_held")
        return attribute(life, hand_over_bp=rules.hand_over_bp), name
    except NoPriceError as gap:
        raise ExplainError("no_prices") from gap
    except OversoldError as gap:
        raise ExplainError("oversold") from gap


def client_lines(
    house: House, client_id: str, start: date, end: date, *, now: datetime, locale: str
) -> Sequence[Line | ExplainError]:
    """A line for each holding of the window; raises `UnknownClientError`."""
    me = mine(house, client_id, now=now)
    try:
        window = window_of(house, start, end, now=me.now)
    except ExplainError as problem:
        return [ExplainError(f"{client_id}: {problem}")]
    lines: list[Line | ExplainError] = []
    for code in past_of(me).codes():
        try:
            found = answer(me, code, window, locale=locale)
        except ExplainError as problem:
            if str(problem) != "not_held":
                lines.append(ExplainError(f"{client_id} {code}: {problem}"))
            continue
        lines.append(answer_line(found))
    return lines


def answer_line(found: Answer) -> Mapping[str, object]:
    """An answer as the contract writes it."""
    said = list(found.told.sentences) if found.told is not None else []
    figures = line_of(replace(found.found, holding_id=found.code))
    return figures | {"sentences": [*said, found.ai_mark] if said else [], "held_back": list(found.held_back)}
