"""Text messages by an HTTP gateway: signed JSON as our webhooks are; what is doubtful is never sent twice."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

import msgspec

from tongxing.adapters.posting import Poster
from tongxing.adapters.webhooks.sender import signed
from tongxing.delivery.forms import sms_parts, sms_text
from tongxing.domain.message import Message
from tongxing.service.ports_devices import Carried, Stage

AGAIN = frozenset({429, 503})
"""The gateway says that it sent nothing and may be asked again."""
OK = range(200, 300)
REASON_MAX = 80
UNKNOWN = "nobody knows whether it was sent"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the gateway is asked; `id` is the same at every try."""

    id: str
    to: str
    text: str
    parts: int
    nature: str
    sent_at: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What it answers; fields we do not know are passed over."""

    state: Literal["accepted", "refused", "later"]
    id: str
    reason: str = ""


_answer = msgspec.json.Decoder(Answer)


class HttpSms:
    """The port `Carrier` over a gateway."""

    repeats = False

    def __init__(self, *, url: str, secret: str, poster: Poster, machine: Callable[[], datetime]) -> None:
        self._url, self._secret, self._poster, self._machine = url, secret, poster, machine

    def send(self, message: Message, address: str) -> Carried:
        """One try; `address` is the number."""
        text = sms_text(message)
        asked = Asked(
            id=message.message_id,
            to=address,
            text=text,
            parts=sms_parts(text),
            nature=message.nature.value,
            sent_at=message.sent_at.isoformat(),
        )
        payload = msgspec.json.encode(asked)
        headers = signed(self._secret, message.message_id, payload, self._machine())
        posted = self._poster.post(self._url, lambda _place: headers, payload)
        if posted.status is None:
            if posted.asked:
                return Carried(stage=Stage.REFUSED, words=f"{posted.words}: {UNKNOWN}")
            return Carried(stage=Stage.LATER, words=posted.words)
        if posted.status in AGAIN:
            return Carried(stage=Stage.LATER, words=posted.words)
        if posted.status not in OK:
            return Carried(stage=Stage.REFUSED, words=posted.words)
        return _read(posted.body, message.message_id)


def _read(body: bytes, message_id: str) -> Carried:
    """A gateway that says nothing we understand, or speaks of another message, is not believed."""
    try:
        answer = _answer.decode(body)
    except msgspec.DecodeError:
        return Carried(stage=Stage.REFUSED, words=f"an answer that says nothing: {UNKNOWN}")
    if answer.id != message_id:
        return Carried(stage=Stage.REFUSED, words=f"an answer about another message: {UNKNOWN}")
    stage = {"accepted": Stage.SENT, "refused": Stage.REFUSED, "later": Stage.LATER}[answer.state]
    reason = "".join(one for one in answer.reason if one.isprintable() and not one.isdecimal())[:REASON_MAX]
    return Carried(stage=stage, words=f"{answer.state}: {reason}" if reason else answer.state)
