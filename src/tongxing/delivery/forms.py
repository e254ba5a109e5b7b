"""A cleared message in the form its device takes: not one word more, less only where there is no room."""

from collections.abc import Mapping

from tongxing.domain.message import Message

OWN_PAGE = "/me"
SMS_ONE, SMS_OF_MANY = 70, 67
"""UCS-2 characters of a text message that goes alone, and of each part of a longer one (3GPP TS 23.040)."""


def words_of(message: Message, *roles: str, between: str = "\n") -> str:
    """The words of these roles in reading order; of all without one."""
    return between.join(part.text for part in message.parts if not roles or part.role in roles)


def push_form(message: Message) -> Mapping[str, str]:
    """What a service worker shows; `tag` lets a second copy replace the first."""
    return {
        "title": words_of(message, "title"),
        "body": words_of(message, "body", "why", "risk", "label"),
        "tag": message.message_id,
        "url": OWN_PAGE,
        "lang": message.locale,
    }


def watch_card(message: Message) -> Mapping[str, object]:
    """One card for a wrist; `text` holds all of it and is what was reviewed."""
    return {
        "id": message.message_id,
        "title": words_of(message, "title"),
        "line": words_of(message, "body"),
        "risk": words_of(message, "risk"),
        "mark": words_of(message, "label"),
        "text": words_of(message),
        "url": OWN_PAGE,
        "lang": message.locale,
        "sent_at": message.sent_at.isoformat(),
        "valid_until": message.valid_until.isoformat(),
    }


def sms_text(message: Message) -> str:
    """A text message as carriers ask: who sends first, in brackets, then the words without line breaks."""
    return words_of(message, "sign", between="") + " ".join(
        part.text.replace("\n", " ") for part in message.parts if part.role != "sign"
    )


def sms_parts(text: str) -> int:
    """How many parts a text message is sent and paid in; every one of ours is UCS-2."""
    length = len(text.encode("utf-16-be")) // 2
    return 1 if length <= SMS_ONE else -(-length // SMS_OF_MANY)


def mail_form(message: Message) -> tuple[str, str]:
    """Subject and plain text of a mail."""
    rest = tuple(part.text for part in message.parts if part.role != "title")
    return words_of(message, "title", between=" "), "\n\n".join(rest) + "\n"
