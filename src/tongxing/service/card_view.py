"""Delivered messages as cards: the same words, sorted by their role."""

from datetime import datetime

from tongxing.compliance.gates import shown
from tongxing.domain.book import Book, RuleMissingError
from tongxing.domain.clock import BEIJING
from tongxing.domain.grades import Channel
from tongxing.domain.message import Message
from tongxing.domain.profile import Profile
from tongxing.domain.touch import Trigger
from tongxing.service.house import House
from tongxing.service.stored import decode_message
from tongxing.service.views import ActionView, CardView

CARDS_MAX = 50


def cards(house: House, profile: Profile, *, now: datetime) -> tuple[CardView, ...]:
    """Cards of the client's home that are valid, were not sent away and may still be shown, newest first."""
    if profile.standing.merged_away:
        return ()
    rows = house.store.messages(profile.client_id, now=now, limit=CARDS_MAX)
    looking = Trigger(name="view", cause="view", at=now)
    return tuple(
        card_of(decode_message(row.payload), row.receipt_index)
        for row in rows
        if row.channel == Channel.HOME.value and may_stand(house.book, row.playbook, profile, looking)
    )


def may_stand(book: Book, name: str, profile: Profile, looking: Trigger) -> bool:
    """A card that cannot be judged today, or that rests on a label the client removed, is not shown."""
    if not name:
        return True  # a person's own words: they stand until their time is over or they are sent away
    playbook = book.playbooks.get(name)
    if playbook is None or not profile.standing.hushed.isdisjoint(playbook.all_of):
        return False
    try:
        return not shown(playbook, profile, looking, book)
    except RuleMissingError:
        return False


def card_of(message: Message, receipt_index: int) -> CardView:
    """The card of a delivered message, whether it may still be shown or not."""
    actions = _links(message, "action")
    human = _links(message, "human")
    return CardView(
        touch_id=message.touch_id,
        playbook=message.playbook,
        nature=message.nature.value,
        slot=message.slot,
        style=message.style,
        title=_said(message, "title"),
        body=tuple(line for line in _said(message, "body").split("\n") if line.strip()),
        why=_said(message, "why"),
        risk_note=_said(message, "risk"),
        ai_mark=_said(message, "label"),
        human=human[0] if human else None,
        actions=actions,
        sent_at=message.sent_at.astimezone(BEIJING),
        leaf_index=message.leaf_index,
        receipt_index=receipt_index,
    )


def _said(message: Message, role: str) -> str:
    """All words of one role."""
    return "\n".join(part.text for part in message.parts if part.role == role)


def _links(message: Message, role: str) -> tuple[ActionView, ...]:
    return tuple(ActionView(label=part.text, page=part.page) for part in message.parts if part.role == role)
