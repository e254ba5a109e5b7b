"""Everything the house said to a client, with what became of it: sent, still shown, sent away, ended."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from tongxing.domain.clock import BEIJING
from tongxing.domain.grades import DEVICE_CHANNELS, Channel
from tongxing.service.card_view import card_of
from tongxing.service.desk_record import SLOT
from tongxing.service.me_rating import scores_of
from tongxing.service.me_who import Mine
from tongxing.service.stored import decode_message
from tongxing.service.views import CardView

PAGE_MAX = 20
ELSEWHERE = frozenset((Channel.ADVISER.value, Channel.CHAT.value))
"""Tasks of the desk, and answers of the chat, which has a page of its own."""
READ_MAX = 200
"""Rows looked at for one page: tasks for the adviser's desk among them were not said to the client."""
Standing: TypeAlias = Literal["shown", "dismissed", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One thing the house said."""

    card: CardView
    channel: str
    standing: Standing
    valid_until: datetime
    score: int | None = None
    """Points from 1 to 5 that the client gave for words of a person."""

    @property
    def by_person(self) -> bool:
        """Whether a person of the house wrote it."""
        return self.card.slot == SLOT


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidPage:
    """One page of what the house said, newest first."""

    words: tuple[Word, ...]
    following: str
    """Where the next page begins; empty: that was all."""
    first: bool


def said_page(me: Mine, *, before: str = "") -> SaidPage:
    """One page; a place that cannot be read counts as the beginning."""
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None  # noqa: PLR2004
    first = place is None
    found: list[Word] = []
    scores = scores_of(me)
    read, more = 0, True
    while more and len(found) < PAGE_MAX and read < READ_MAX:
        rows = me.house.store.own.said(me.client_id, before=place, limit=PAGE_MAX - len(found))
        more = bool(rows)
        read += len(rows)
        for number, row in rows:
            place = number
            if row.channel in ELSEWHERE:
                continue
            standing: Standing = (
                "dismissed" if row.dismissed else "ended" if row.valid_until <= me.now else "shown"
            )
            card = card_of(decode_message(row.payload), row.receipt_index)
            if row.channel in DEVICE_CHANNELS:
                card = replace(card, touch_id=f"{row.touch_id}-{row.channel}")  # beside the card itself
            found.append(
                Word(
                    card=card,
                    channel=row.channel,
                    standing=standing,
                    valid_until=row.valid_until.astimezone(BEIJING),
                    score=scores.get(row.touch_id),
                )
            )
    following = str(place) if more and place is not None and _is_more(me, place) else ""
    return SaidPage(words=tuple(found), following=following, first=first)


def _is_more(me: Mine, place: int) -> bool:
    return bool(me.house.store.own.said(me.client_id, before=place, limit=1))
