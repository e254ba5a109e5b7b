"""The chat of a client as a page shows it: the client's words and what was said to them, oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tongxing.domain.clock import BEIJING
from tongxing.domain.grades import Channel
from tongxing.service.card_view import card_of
from tongxing.service.desk_record import SLOT as ADVISER
from tongxing.service.me_ports import Place
from tongxing.service.me_who import Mine
from tongxing.service.phrases import phrase
from tongxing.service.stored import decode_message
from tongxing.service.talk_kept import kept
from tongxing.service.talk_queue import Waiting, in_hours, slots, waiting
from tongxing.service.talk_rate import Thumb, thumbs_of
from tongxing.service.talk_seal import SLOT
from tongxing.service.views import CardView

TURNS_MAX = 20
READ_MAX = 400
"""Rows looked at for one page: cards of the home stand among them."""
SHOWN = frozenset({SLOT, ADVISER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One thing that was said in the chat."""

    at: datetime
    words: str = ""
    """Of the client; empty where the house speaks."""
    card: CardView | None = None
    """What the house said."""
    row: int = 0
    """Of the message: of two of the same second the later one comes later."""
    thumb: Thumb | None = None
    """What the client thinks of an answer; None: nothing was said of it."""

    @property
    def by_person(self) -> bool:
        """Whether a person of the house wrote it."""
        return self.card is not None and self.card.slot == ADVISER


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkPage:
    """One page of the chat."""

    bubbles: tuple[Bubble, ...]
    choices: tuple[str, ...]
    """What was offered to choose from with the last answer, in its order."""
    waiting: Waiting | None
    """Where the client stands in the queue for a person."""
    slots: tuple[datetime, ...]
    """Times at which somebody can call, while the client waits."""
    in_hours: bool
    earlier: str
    """Where the page before begins; empty: that was all."""
    newest: bool


def talk_page(me: Mine, *, before: str = "", locale: str) -> TalkPage:
    """One page; a place that cannot be read counts as the newest."""
    place = _place(before)
    rows, following = me.house.store.own.events(me.client_ids, ("asked",), before=place, limit=TURNS_MAX)
    asked = [
        Bubble(at=one.event.ts.astimezone(BEIJING), words=str(one.event.body["text"]))
        for one in rows
        if one.event.body.get("channel") == Channel.CHAT.value
    ]
    since = asked[-1].at if asked and following is not None else None
    until = None if place is None or not asked else asked[0].at
    said = [one for one in _said(me, since) if until is None or one.at <= until]
    bubbles = sorted((*said, *reversed(asked)), key=lambda one: (one.at, one.card is not None, one.row))
    waits = waiting(me.house, me.client_id) if place is None else None
    return TalkPage(
        waiting=waits,
        slots=slots(me.house, me.now) if waits is not None and not waits.taken_by else (),
        in_hours=in_hours(me.house, me.now),
        bubbles=tuple(bubbles),
        choices=() if place is not None else _choices(me, locale),
        earlier="" if following is None else f"{following[0]}.{following[1]}",
        newest=place is None,
    )


def _said(me: Mine, since: datetime | None) -> Iterator[Bubble]:
    """What the house said in the chat, and what a person of the house wrote, newest first."""
    thumbs = thumbs_of(me)
    for number, (place, row) in enumerate(me.house.store.own.said(me.client_id, limit=READ_MAX)):
        if number >= READ_MAX or (since is not None and row.sent_at < since):
            return
        if row.slot in SHOWN:
            card = card_of(decode_message(row.payload), row.receipt_index)
            thumb = thumbs.get(card.touch_id)
            yield Bubble(at=card.sent_at, card=card, row=place, thumb=thumb)


def _choices(me: Mine, locale: str) -> tuple[str, ...]:
    row = me.house.store.dialogues.of_client(me.client_id)
    book = me.house.book
    words = []
    for offer in kept(row, book.rules, me.now).offered:
        if offer.kind == "product":
            page = book.products.get(offer.key)
            words.append(page.name if page is not None else me.state.name_of(offer.key) or offer.key)
        else:
            words.append(phrase(book, f"talk_{offer.kind}_{offer.key}", locale) or offer.key)
    return tuple(words)


def _place(text: str) -> Place | None:
    at, _, seq = text.partition(".")
    if at.isascii() and at.isdigit() and seq.isascii() and seq.isdigit() and len(text) < 40:  # noqa: PLR2004
        return int(at), int(seq)
    return None
