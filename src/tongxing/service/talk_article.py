"""The article that stands beside an answer."""

from collections.abc import Callable

from tongxing.service.converse_live import Link
from tongxing.service.house import House
from tongxing.service.learn import find
from tongxing.service.phrases import phrase


def finder(house: House) -> Callable[[str, str, str], Link | None]:
    """Words, intent and locale -> the article nearest to the words among those that serve the intent."""

    def look(text: str, intent: str, locale: str) -> Link | None:
        for one in find(house, text, intent=intent):
            if intent in one.article.intents:
                title = phrase(house.book, "talk_read", locale).replace("{title}", one.title)
                return Link(words=title, page=f"/learn/{one.article.name}")
        return None

    return look
