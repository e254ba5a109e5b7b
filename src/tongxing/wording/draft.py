"""Fill an approved text with facts: every slot has a value with source and time, or there are no words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tongxing.book.slots import pieces, slots, stray_brace
from tongxing.domain.draft import Author, Draft, Fact, FactSheet, Part, ProductFacts
from tongxing.domain.grades import DEVICE_CHANNELS, AuthorKind, Channel, Nature
from tongxing.domain.pages import Playbook, TextPage, TextVariant
from tongxing.domain.profile import Standing
from tongxing.domain.touch import Touch
from tongxing.wording.locales import FALLBACK, variant
from tongxing.wording.values import UnwritableError, written

AI_LABEL = "ai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unworded:
    """There are no words for this touch, and why: an ordinary answer, kept in the record."""

    reason: str


def needed(text: TextPage) -> tuple[str, ...]:
    """Names of the facts a text asks for, over all its variants."""
    return tuple(text.slots)


def draft(  # noqa: PLR0913 - the corridor's fixed signature: all that the words and their review rest on
    touch: Touch,
    *,
    text: TextPage,
    facts: FactSheet,
    standing: Standing,
    playbook: Playbook,
    product: ProductFacts | None,
    locale: str,
    labels: Mapping[str, str],
    touches_this_week: int,
) -> Draft | Unworded:
    """The exact words for the touch's channel, ready for review; or why there are none.

    A locale without words of its own falls back to Chinese. A missing fact is never invented, a fact that
    does not fit its slot is never bent.
    """
    chosen = variant(text, touch.channel, locale)
    if chosen is None:
        return Unworded(reason=f"text {text.name} has no words for {touch.channel.value}")
    spoken, words = chosen
    try:
        made = tuple(_parts(words, text, facts, spoken, labels, product))
        parts = _for_device(made, touch, labels, spoken) if touch.channel in DEVICE_CHANNELS else made
    except _UnfilledError as gap:
        return Unworded(reason=str(gap))
    return Draft(
        touch_id=touch.touch_id,
        playbook=touch.playbook,
        parts=parts,
        locale=spoken,
        channel=touch.channel,
        nature=touch.nature,
        author=Author(kind=AuthorKind.AI),
        standing=standing,
        at=touch.trigger.at,
        product=product,
        labels=(AI_LABEL,),
        consent=playbook.consent,
        facts=_used(words, facts),
        style=words.style,
        touches_this_week=touches_this_week,
    )


class _UnfilledError(ValueError):
    """A slot stays empty."""


def _parts(
    words: TextVariant,
    text: TextPage,
    facts: FactSheet,
    locale: str,
    labels: Mapping[str, str],
    product: ProductFacts | None,
) -> Iterator[Part]:
    """The pieces of the card in reading order."""
    yield Part(role="title", text=_filled(words.title, text, facts, locale))
    yield Part(role="body", text=_filled(words.body, text, facts, locale))
    if words.why:
        yield Part(role="why", text=_filled(words.why, text, facts, locale))
    if words.risk_note:
        yield Part(role="risk", text=_filled(words.risk_note, text, facts, locale))
    elif product is not None:
        yield Part(role="risk", text=_label("no_promise", labels, locale))
    for label, page in words.actions:
        yield Part(role="action", text=label, page=page)
    yield Part(role="human", text=_label("human_exit", labels, locale), page=labels.get("human_page", ""))
    yield Part(role="label", text=_label("ai_mark", labels, locale))


def _for_device(
    card: tuple[Part, ...], touch: Touch, labels: Mapping[str, str], locale: str
) -> tuple[Part, ...]:
    """The same pieces as a device takes them: no buttons, who sends and how to end it, always a mark.

    Only a mail has room for the way to a person; the others lead to a page that shows it.
    """
    mail, sms = touch.channel is Channel.EMAIL, touch.channel is Channel.SMS
    shown = [part for part in card if part.role in ("title", "body", "why", "risk")]
    if sms:
        shown.insert(0, Part(role="sign", text=_label("sms_sign", labels, locale)))
    if mail:
        shown += [part for part in card if part.role == "human"]
        shown.append(Part(role="end", text=_label("mail_end", labels, locale)))
    elif sms and touch.nature is not Nature.SERVICE:
        shown.append(Part(role="end", text=_label("sms_end", labels, locale)))
    return (*shown, Part(role="label", text=_label("ai_mark" if mail else "ai_mark_short", labels, locale)))


def _filled(words: str, text: TextPage, facts: FactSheet, locale: str) -> str:
    """The words with their slots filled once; what a value holds is never read as a slot again."""
    if stray_brace(words):
        raise _UnfilledError(f"text {text.name} has a brace that is no slot")
    cut = pieces(words)
    filled = list(cut)
    for place in range(1, len(cut), 2):
        filled[place] = _value(cut[place], text, facts, locale)
    return "".join(filled)


def _value(name: str, text: TextPage, facts: FactSheet, locale: str) -> str:
    fact = facts.facts.get(name)
    if fact is None:
        raise _UnfilledError(f"fact {name} is missing")
    slot_type = text.slots.get(name)
    if slot_type is None:
        raise _UnfilledError(f"slot {name} is not declared in text {text.name}")
    try:
        return written(fact.value, slot_type, locale=locale)
    except UnwritableError as mistake:
        raise _UnfilledError(f"fact {name} {mistake}") from mistake


def _label(name: str, labels: Mapping[str, str], locale: str) -> str:
    """A fixed phrase of the book, in the locale or in Chinese."""
    wanted = name if locale == FALLBACK else f"{name}.{locale}"
    found = labels.get(wanted) or labels.get(name)
    if not found:
        raise _UnfilledError(f"the book has no phrase {name}")
    return found


def _used(words: TextVariant, facts: FactSheet) -> tuple[Fact, ...]:
    """The facts these very words show, in reading order, each once."""
    names = slots(f"{words.title}\n{words.body}\n{words.why}\n{words.risk_note}")
    return tuple(facts.facts[name] for name in names)
