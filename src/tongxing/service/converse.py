"""A dialogue over facts: each turn is understood in its context, answered from facts, verified, reviewed."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from tongxing.assistant.following import ABOUT_PRODUCT, meant
from tongxing.assistant.masking import masked
from tongxing.assistant.signals import TEXT_MAX, normalised
from tongxing.domain.book import Book, RuleMissingError
from tongxing.domain.dialogue import Dialogue, Meant, Offer
from tongxing.domain.utterances import TradeFacts, Understanding
from tongxing.profile.codes import DEGREES
from tongxing.profile.words import reader
from tongxing.service.converse_compose import Composed, compose
from tongxing.service.converse_facts import Context, ConverseError, DialogueLine
from tongxing.service.converse_live import Link, Live, Spoken
from tongxing.service.converse_model import REFUSED, ModelPart, chosen, said_otherwise
from tongxing.service.converse_scene import Scene, Sessions, Sheet, beijing, things_of
from tongxing.service.converse_words import Answer, basis_of, finished, standing_of
from tongxing.service.ports_llm import LanguageModel

Hear = Callable[[str, TradeFacts], Understanding]
"""Words, and what is known of the day -> what they mean."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What every dialogue shares."""

    book: Book
    calendar: Sessions
    hear: Hear
    now: datetime
    """Taken where the facts name no instant."""
    model: LanguageModel | None = None
    """A language model of the operator; None: approved words alone."""
    model_reads: bool = False
    """Whether the client lets it read masked messages."""
    article: Callable[[str, str, str], Link | None] | None = None
    """Words, intent and locale -> the article that helps; None: none is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Everything that was decided about one turn."""

    understood: Understanding
    meant: Meant
    answer: Answer
    spoken: tuple[Spoken, ...]
    """The pages of the answer as they were written, before the verdict."""
    handover: bool
    context: Context
    safe: str
    """The message without passwords and codes."""
    model: ModelPart
    """What a language model did."""
    secret: bool = False
    """A password or code was masked."""


def converse_line(line: DialogueLine, room: Room) -> dict[str, Any]:
    """All turns of a dialogue as the door prints them; raises `ConverseError` for a day without rules."""
    try:
        return {"id": line.id, "turns": list(_turns(line, room))}
    except RuleMissingError as missing:
        raise ConverseError(f"context.now: {missing}") from missing


def _turns(line: DialogueLine, room: Room) -> Iterator[dict[str, Any]]:
    state = Dialogue()
    for text in line.turns:
        state, said = turn(text, state, line, room)
        yield _shown(said)


def turn(
    text: str, before: Dialogue, line: DialogueLine, room: Room, live: Live | None = None
) -> tuple[Dialogue, Said]:
    """Answer one message; the state after it has the size of the state before."""
    now = beijing(line.context.now or room.now)
    rules = room.book.rules
    safe, secret = masked(text[:TEXT_MAX], rules.words("converse_secret_words", now.date()))
    read = normalised(safe)
    understood, part = chosen(read, _heard(read, line, room), room.model, agreed=room.model_reads)
    topics = dict(row.split("=", 1) for row in rules.words("converse_permission_words", now.date()))
    scene = Scene(
        context=line.context,
        ladder=line.ladder,
        read=read,
        meant=meant(read, understood, before, things=things_of(line.context), topics=topics),
        before=before,
        book=room.book,
        calendar=room.calendar,
        now=now,
        locale=line.context.locale or _locale(safe),
        live=live,
    )
    sheet = Sheet(at=now)
    composed = compose(understood, sheet, scene, secret=secret)
    standing = standing_of(
        scene,
        distressed=before.distressed or understood.distress,
        crisis=before.crisis or understood.crisis,
    )
    names = tuple(product.name for product in room.book.products.values())
    links = _links(composed, scene, room)
    finish = partial(finished, sheet=sheet, scene=scene, names=names, standing=standing, links=links)
    calm = standing.distressed_24h or standing.crisis_24h or secret
    answer, part = _worded(composed.spoken, finish, part, None if calm else room.model)
    asked_back = any(offer.kind == "intent" for offer in composed.offered) and not understood.courtesy
    misses = before.misses + 1 if asked_back else 0
    stuck = misses >= rules.number("converse_misses_max", now.date())
    said = Said(
        understood=understood,
        meant=scene.meant,
        answer=answer,
        spoken=composed.spoken,
        handover=composed.handover or answer.fallback or stuck,
        context=line.context,
        safe=safe,
        model=part,
        secret=secret,
    )
    return _after(scene, said, composed.offered, misses), said


def _worded(
    spoken: tuple[Spoken, ...], finish: Callable[..., Answer], part: ModelPart, model: LanguageModel | None
) -> tuple[Answer, ModelPart]:
    """The words as a model says them where they pass, else as they were approved."""
    other, came = said_otherwise(spoken, model)
    answer = finish(other or spoken)
    if other is not None and answer.fallback:
        return finish(spoken), replace(part, rephrased=REFUSED)
    return answer, replace(part, rephrased=came)


def _links(composed: Composed, scene: Scene, room: Room) -> tuple[Link, ...]:
    """Where the words stand in full, and the article that helps with what was asked."""
    if not composed.teaches or room.article is None:
        return composed.links
    found = room.article(scene.read, scene.meant.intent, scene.locale)
    return composed.links if found is None else (*composed.links, found)


def _heard(read: str, line: DialogueLine, room: Room) -> Understanding:
    """What the heads say, and what the word lists of the book say of distress: either is enough.

    Who names the public line for complaints complains.
    """
    understood = room.hear(read, line.context.client.trade_facts)
    if room.book.rules.text("complaint_line", room.now.date()) in read:
        understood = replace(understood, intent="complaint", abstained=False)
    degree = reader(room.book.words).degree_of(read)
    crisis = understood.crisis or degree >= DEGREES["crisis"]
    return replace(
        understood, crisis=crisis, distress=crisis or understood.distress or degree >= DEGREES["strong"]
    )


def _locale(text: str) -> str:
    """English where no Chinese is written and English may be meant."""
    return "en" if _LATIN.search(text) and not _CHINESE.search(text) else "zh-CN"


def _after(scene: Scene, said: Said, offered: tuple[Offer, ...], misses: int) -> Dialogue:
    """What the next turn may lean on."""
    before, what = scene.before, said.meant
    product = what.product or before.product
    basis = basis_of((fact for fact, _words in said.answer.facts), scene)
    return Dialogue(
        intent=before.intent if what.unclear and before.intent else what.intent,
        product=product,
        about=what.intent if what.intent in ABOUT_PRODUCT and not what.unclear else before.about,
        before=before.product if product != before.product else before.before,
        topic=what.topic or before.topic,
        amount=what.amount,
        offered=offered,
        basis=before.basis if what.follow == "why" else basis,
        misses=misses,
        distressed=before.distressed or said.understood.distress,
        crisis=before.crisis or said.understood.crisis,
        alarmed=int(scene.now.timestamp()) if said.understood.distress else before.alarmed,
    )


def _shown(said: Said) -> dict[str, Any]:
    return {
        "intent": said.meant.intent,
        "p": said.understood.p,
        "emotion": said.understood.emotion,
        "distress": said.understood.distress,
        "crisis": said.understood.crisis,
        "refers_to": said.meant.refers_to,
        "answer": said.answer.text,
        "facts": [
            {"name": fact.name, "value": words, "source": fact.source, "at": fact.at.isoformat()}
            for fact, words in said.answer.facts
        ],
        "handover": said.handover,
        "verdict": said.answer.verdict,
    }
