"""A page of the chat filled by a desk."""

from tongxing.book.slots import pieces
from tongxing.domain.grades import Channel
from tongxing.service.converse_live import Spoken
from tongxing.service.me_who import Mine
from tongxing.wording.locales import variant
from tongxing.wording.values import written

Values = dict[str, int | str]
"""Slot -> its value."""


def spoken_page(me: Mine, name: str, values: Values, locale: str) -> Spoken | None:
    """The words of the page `talk_NAME` with its figures; None where the book has no such page."""
    text = me.house.book.texts.get(f"talk_{name}")
    chosen = None if text is None else variant(text, Channel.CHAT, locale)
    if text is None or chosen is None:
        return None
    shown = {slot: written(value, text.slots[slot], locale=chosen[0]) for slot, value in values.items()}
    cut = list(pieces(chosen[1].body))
    cut[1::2] = [shown[slot] for slot in cut[1::2]]
    return Spoken(page=name, words="".join(cut), shown=shown)
