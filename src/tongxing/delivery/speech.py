"""A cleared message as it is spoken in a car (SSML 1.1, W3C): the same words, numbers marked as such."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from tongxing.domain.message import Message
from tongxing.domain.sentences import sentences_of

SPEAK = (
    '<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang={language}>{inside}</speak>'
)
NUMBER = re.compile(r"\d{4}-\d{2}-\d{2}|\d+(?:\.\d+)?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SPOKEN = ("title", "body", "why", "risk", "label")


def spoken(message: Message) -> tuple[str, ...]:
    """The sentences of a message in the order in which they are read aloud."""
    return tuple(
        sentence for part in message.parts if part.role in SPOKEN for sentence in sentences_of(part.text)
    )


def ssml(messages: Sequence[Message], *, language: str) -> str:
    """All messages in one document, each a paragraph; an empty one is silence."""
    inside = "".join(
        f"<p xml:lang={quoteattr(message.locale)}>{''.join(map(_sentence, spoken(message)))}</p>"
        for message in messages
    )
    return SPEAK.format(language=quoteattr(language), inside=inside)


def _sentence(text: str) -> str:
    marked, end = "", 0
    for found in NUMBER.finditer(text):
        marked += escape(text[end : found.start()]) + _number(found.group())
        end = found.end()
    return f"<s>{marked}{escape(text[end:])}</s>"


def _number(text: str) -> str:
    if DAY.fullmatch(text):
        return f'<say-as interpret-as="date" format="ymd">{text}</say-as>'
    return f'<say-as interpret-as="cardinal">{text}</say-as>'
