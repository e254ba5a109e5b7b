"""Why holdings of a file rose or fell: an answer each, and what is wrong with those that have none."""

from collections.abc import Iterator, Mapping, Sequence

from tongxing.advice.attribution import OversoldError, attribute
from tongxing.advice.attribution_fields import AttributionInputError
from tongxing.advice.attribution_file import asked_on, holding
from tongxing.advice.attribution_life import Attribution
from tongxing.advice.attribution_terms import terms
from tongxing.domain.book import Book
from tongxing.service.explain_words import explained

HOLDINGS_MAX = 10_000
Line = Mapping[str, object]


class ExplainError(ValueError):
    """The file as a whole, or one holding of it, cannot be used; the words say what and where."""


def holdings_of(raw: object) -> Sequence[object]:
    """The holdings of a file; raises `ExplainError` where it has none."""
    found = raw.get("holdings") if isinstance(raw, Mapping) else None
    if not isinstance(found, list) or not found:
        raise ExplainError('an object {"holdings": […]} with at least one holding is needed')
    if len(found) > HOLDINGS_MAX:
        raise ExplainError(f"more than {HOLDINGS_MAX} holdings")
    return found


def explain_lines(holdings: Sequence[object], book: Book, *, locale: str) -> Iterator[Line | ExplainError]:
    """A line for each holding in order, or why it has none; one bad holding stops no other."""
    seen: set[str] = set()
    for place, raw in enumerate(holdings):
        where = f"holdings[{place}]"
        try:
            line = explain_holding(raw, where, book, locale=locale)
        except (AttributionInputError, OversoldError, LookupError) as problem:
            words = str(problem)
            yield ExplainError(words if words.startswith(where) else f"{where}: {words}")
            continue
        name = str(line["id"])
        if name in seen:
            yield ExplainError(f"{where}.id: {name!r} stands in the file twice")
            continue
        seen.add(name)
        yield line


def explain_holding(raw: object, where: str, book: Book, *, locale: str) -> Line:
    """The answer on one holding; raises `AttributionInputError`, `OversoldError`."""
    on = asked_on(raw, where)
    try:
        rules = terms(book.rules, on)
    except LookupError as gap:
        raise AttributionInputError(f"{where}.question.asked_at: no rules for {on}: {gap}") from gap
    asked = holding(raw, where, rules)
    found = attribute(asked.life, hand_over_bp=rules.hand_over_bp)
    told = explained(
        found,
        name=asked.name,
        about_cost=asked.life.cost is not None,
        book=book,
        locale=locale,
        hand_over_bp=rules.hand_over_bp,
    )
    return line_of(found) | {"sentences": list(told.sentences)}


def line_of(found: Attribution) -> dict[str, object]:
    """The figures of an attribution as the contract writes them."""
    return {
        "id": found.holding_id,
        "result_fen": found.result_fen,
        "parts_fen": {cause.value: amount for cause, amount in found.parts_fen.items()},
        "ranked": [cause.value for cause in found.ranked],
        "hand_over": found.hand_over,
        "as_of": found.as_of.isoformat(),
    }
