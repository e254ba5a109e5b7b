"""Beside an answer about closing the account: whether it is filed, and the page that files it."""

from collections.abc import Callable

from tongxing.domain.clock import instant
from tongxing.service.converse_live import Aside, Link
from tongxing.service.me_closing import due, standing_wish
from tongxing.service.me_who import Mine
from tongxing.service.phrases import phrase
from tongxing.service.talk_words import Values, spoken_page

PAGE = "/me/closing"
MINUTE = "%Y-%m-%d %H:%M"


def closing_by(me: Mine) -> Callable[[str], Aside]:
    """For one client."""

    def closing(locale: str) -> Aside:
        book, filed = me.house.book, standing_wish(me)
        label = "talk_close_link" if filed is None else "talk_close_look"
        link = Link(words=phrase(book, label, locale), page=PAGE)
        if filed is None:
            return Aside(spoken=(), links=(link,))
        at = instant(filed.ts)
        values = Values(closing_day=at.date().isoformat(), call_by=f"{due(book, at):{MINUTE}}")
        said = spoken_page(me, "close_filed", values, locale)
        return Aside(spoken=() if said is None else (said,), links=(link,))

    return closing
