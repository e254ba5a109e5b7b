"""Rows of decisions, drawn once: a decision never changes, and many people watch the same list."""

from collections.abc import Callable
from functools import lru_cache

from markupsafe import Markup

from tongxing.service.views import DecisionLine
from tongxing.web.console.reasons import said
from tongxing.web.render import Pages, asset
from tongxing.web.words import language

ROWS_KEPT_MAX = 2_000


def drawn_with(pages: Pages, *, opens: bool = True) -> Callable[[DecisionLine], Markup]:
    """What draws a row in the language of the page; with ways into the record for who may open it."""
    return lambda line: _row(pages, line, language(), asset("icons.svg"), opens=opens)


@lru_cache(maxsize=ROWS_KEPT_MAX)
def _row(pages: Pages, line: DecisionLine, _language: str, _icons: str, *, opens: bool) -> Markup:
    """One row; a line whose keys were destroyed is another line."""
    template = pages.templates.get_template("_decision_row.html")
    return Markup(template.render(line=line, said=said, opens=opens))  # noqa: S704 - escaped by the template
