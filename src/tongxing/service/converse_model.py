"""What a language model may do in a turn: choose where the assistant is unsure, say words otherwise.

Whatever it does or fails to do, an answer goes out: the approved words, when its own are not the same thing
said otherwise or do not pass the review. It is not asked in distress or crisis, and chooses nothing that has
consequences.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tongxing.assistant.rephrasing import REPHRASED, Hidden, hidden, restored
from tongxing.domain.utterances import INTENTS, Understanding
from tongxing.service.converse_live import Spoken
from tongxing.service.ports_llm import LanguageModel, ModelFailedError

CHOSEN = tuple(name for name in INTENTS if name not in {"distress", "complaint", "fraud", "close", "human"})
"""What follows from the others is asked for in clear words, or heard by the house itself."""
USED, UNUSED, REFUSED, CHANGED = "used", "", "refused", "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPart:
    """What a model did for one turn."""

    name: str = ""
    chose: str = ""
    """The intent it chose; empty: it was not asked, or chose none."""
    rephrased: str = UNUSED
    """`used`; `refused` by the review, `changed` in substance, or why it failed; empty: it was not asked."""


def chosen(
    text: str, understood: Understanding, model: LanguageModel | None, *, agreed: bool
) -> tuple[Understanding, ModelPart]:
    """The understanding with the model's choice, where the assistant abstained from one.

    `agreed`: the client lets the model read masked messages.
    """
    if model is None:
        return understood, ModelPart()
    part = ModelPart(name=model.name)
    unsure = understood.abstained and not (understood.courtesy or understood.distress or understood.crisis)
    if not unsure or not agreed:
        return understood, part
    try:
        intent = model.choose(text, CHOSEN)
    except ModelFailedError:
        return understood, part
    if intent not in CHOSEN:
        return understood, part
    return replace(understood, intent=intent, abstained=False, choices=()), replace(part, chose=intent)


def said_otherwise(
    spoken: tuple[Spoken, ...], model: LanguageModel | None
) -> tuple[tuple[Spoken, ...] | None, str]:
    """The pages, those that explain said otherwise, and what came of it; None: the approved words stand."""
    places = [number for number, one in enumerate(spoken) if _page(one) in REPHRASED]
    if model is None or not places:
        return None, UNUSED
    before = [hidden(spoken[number].words, spoken[number].shown.values()) for number in places]
    try:
        after = model.rephrase([one.words for one in before])
    except ModelFailedError as failed:
        return None, failed.reason
    words = _restored(after, before)
    if words is None:
        return None, CHANGED
    changed = dict(zip(places, words, strict=True))
    return tuple(
        replace(one, words=changed.get(number, one.words)) for number, one in enumerate(spoken)
    ), USED


def _restored(after: Sequence[str], before: Sequence[Hidden]) -> list[str] | None:
    if len(after) != len(before):
        return None
    words = [restored(said, one) for said, one in zip(after, before, strict=True)]
    return None if None in words else [one for one in words if one is not None]


def _page(one: Spoken) -> str:
    return one.page.removesuffix("_plain")
