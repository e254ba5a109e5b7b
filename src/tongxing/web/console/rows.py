"""Rows of decisions, drawn once: a decision never changes, and many people watch the same list."""

from collections.abc import Callable
from functools import lru_cache

from markupsafe import Markup

from tongxing.service.views import DecisionLine
from tongxing.web.console.reasons import said
from tongxing.web.render import Pages, asset
from tongxing.web.words import language

ROWS_KEPT_MAX = 2_000


def drawn_with(pages: Pages) -> Callable[[DecisionLine], Markup]:
    """What draws a row in the language of the page."""
    return lambda line: _row(pages, line, language(), asset("icons.svg"))


@lru_cache(maxsize=ROWS_KEPT_MAX)
def _row(pages: Pages, line: DecisionLine, _language: str, _icons: str) -> Markup:
    """One row; a line whose keys were destroyed is another line."""
    return Markup(pages.templates.get_template("_decision_row.html").render(line=line, said=said))  # noqa: S704 - escaped by the template
