"""From pages and facts to an answer that was verified and reviewed; or to the approved hand-over."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from tongxing.assistant.founded import unfounded
from tongxing.book.slots import pieces, slots
from tongxing.compliance.review import review
from tongxing.compliance.review_door import answer as verdict_of
from tongxing.domain.draft import Author, Draft, Fact, Part, Verdict
from tongxing.domain.grades import AuthorKind, Channel, Initiative, Nature, Tolerance
from tongxing.domain.pages import TextPage
from tongxing.domain.profile import Standing
from tongxing.service.converse_live import Link, Spoken
from tongxing.service.converse_scene import CALENDAR, COMPUTED, FILE, Scene, Sheet
from tongxing.wording.locales import variant
from tongxing.wording.values import UnwritableError, written

AI_LABEL = "ai"
PREFIX = "talk_"
BASIS_MAX = 8
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes out, with the facts it shows and what was decided about it."""

    text: str
    facts: tuple[tuple[Fact, str], ...]
    verdict: Mapping[str, object]
    fallback: bool
    judged: Verdict
    """What compliance said of the draft, with the draft."""
    withheld: tuple[str, ...] = ()
    """Rules that kept the first words back."""


def speak(page: str, sheet: Sheet, scene: Scene) -> Spoken | None:
    """The words of a page; None where one of its facts is missing or cannot be written."""
    text = scene.book.texts.get(f"{PREFIX}{page}")
    chosen = None if text is None else variant(text, Channel.CHAT, scene.locale)
    if text is None or chosen is None:
        return None
    locale, words = chosen
    shown: dict[str, str] = {}
    for name in slots(words.body):
        fact = sheet.facts.get(name)
        written_as = None if fact is None else _written(fact, text, locale)
        if written_as is None:
            return None
        shown[name] = written_as
    cut = list(pieces(words.body))
    cut[1::2] = [shown[name] for name in cut[1::2]]
    return Spoken(page=page, words="".join(cut), shown=shown)


def _written(fact: Fact, text: TextPage, locale: str) -> str | None:
    try:
        return written(fact.value, text.slots[fact.name], locale=locale)
    except UnwritableError:
        return None


def finished(
    spoken: Iterable[Spoken],
    sheet: Sheet,
    scene: Scene,
    *,
    names: Iterable[str],
    standing: Standing,
    links: Sequence[Link] = (),
) -> Answer:
    """Verify and review the words; what does not pass is replaced by the approved hand-over."""
    said = tuple(spoken)
    first, judged = _judged(said, scene, names=names, standing=standing, links=links)
    if first["cleared"]:
        return _answer(judged, said, sheet, first, fallback=False)
    page = "crisis" if standing.crisis_24h else "hand_over"
    calm = speak(page, sheet, scene)
    said = () if calm is None else (calm,)
    second, judged = _judged(said, scene, names=(), standing=standing)
    withheld = {"reasons": first["reasons"], "unfounded": first["unfounded"]}
    answer = _answer(judged, said, sheet, {**second, "withheld": withheld}, fallback=True)
    return replace(answer, withheld=_rules(first))


def _rules(verdict: Mapping[str, object]) -> tuple[str, ...]:
    """Rules of compliance that objected, and `unfounded` where a number came from no fact."""
    reasons = verdict["reasons"]
    named = [str(one["rule"]) for one in reasons] if isinstance(reasons, list) else []
    return tuple(dict.fromkeys((*named, *(("unfounded",) if verdict["unfounded"] else ()))))


def _judged(
    said: tuple[Spoken, ...],
    scene: Scene,
    *,
    names: Iterable[str],
    standing: Standing,
    links: Sequence[Link] = (),
) -> tuple[dict[str, object], Verdict]:
    draft = _draft(said, scene, standing, links)
    shown = [words for one in said for words in one.shown.values()]
    strays = unfounded("\n".join(one.words for one in said), written=shown, names=names)
    judged = review(draft, book=scene.book)
    verdict = verdict_of(judged)
    cleared = bool(verdict["cleared"]) and not strays
    return {"cleared": cleared, "reasons": verdict["reasons"], "unfounded": list(strays)}, judged


def _draft(said: tuple[Spoken, ...], scene: Scene, standing: Standing, links: Sequence[Link]) -> Draft:
    live = scene.live
    parts = [Part(role="body", text=one.words) for one in said]
    parts += [Part(role="action", text=link.words, page=link.page) for link in links]
    page = "" if live is None else scene.book.labels.get("human_page", "")
    parts.append(Part(role="human", text=_phrase(scene, "human_exit"), page=page))
    parts.append(Part(role="label", text=_phrase(scene, "ai_mark")))
    return Draft(
        touch_id="" if live is None else live.touch_id,
        without_quorum="" if live is None else live.without_quorum,
        playbook=f"{PREFIX}{said[0].page}" if said else PREFIX,
        parts=tuple(parts),
        locale=scene.locale,
        channel=Channel.CHAT,
        nature=Nature.SERVICE,
        author=Author(kind=AuthorKind.AI),
        standing=standing,
        at=scene.now,
        initiative=Initiative.CLIENT,
        labels=(AI_LABEL,),
        style=_style(said, scene),
        consent="none",
    )


def _style(said: Sequence[Spoken], scene: Scene) -> str:
    """As the page that leads the answer is to look: a note where somebody needs calm."""
    text = scene.book.texts.get(f"{PREFIX}{said[0].page}") if said else None
    found = None if text is None else variant(text, Channel.CHAT, scene.locale)
    return "plain" if found is None else found[1].style


def _phrase(scene: Scene, name: str) -> str:
    labels = scene.book.labels
    return labels.get(name if scene.locale == "zh-CN" else f"{name}.{scene.locale}") or labels[name]


def _answer(
    judged: Verdict, said: tuple[Spoken, ...], sheet: Sheet, verdict: Mapping[str, object], *, fallback: bool
) -> Answer:
    shown = {name: words for one in said for name, words in one.shown.items()}
    return Answer(
        text=judged.draft.text,
        facts=tuple((sheet.facts[name], words) for name, words in shown.items() if name in sheet.facts),
        verdict=verdict,
        fallback=fallback,
        judged=judged,
    )


def basis_of(facts: Iterable[Fact], scene: Scene) -> tuple[str, ...]:
    """Where the facts of an answer come from, for its reader, each once."""
    return tuple(dict.fromkeys(_sources(facts, scene)))[:BASIS_MAX]


def _sources(facts: Iterable[Fact], scene: Scene) -> Iterator[str]:
    for fact in facts:
        if fact.source == FILE:
            yield f"{scene.label('source_facts')} {_instant(fact.at)}"
        elif fact.source == CALENDAR:
            yield scene.label("source_calendar")
        elif not fact.source.startswith(COMPUTED):
            instrument = fact.source.partition(": ")[2] or fact.source
            foreign = scene.locale == "zh-CN" and not _CHINESE.search(instrument)
            yield scene.label("source_house") if foreign else instrument


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at.hour or at.minute else f"{at:%Y-%m-%d}"


def standing_of(scene: Scene, *, distressed: bool, crisis: bool) -> Standing:
    """What compliance must know of the client: as the house knows it, else from the facts alone."""
    if scene.live is not None:
        known = scene.live.standing
        calm = known.distressed_24h or distressed or crisis
        return replace(known, distressed_24h=calm, crisis_24h=known.crisis_24h or crisis)
    client = scene.context.client
    return Standing(
        client_id="",
        grade=None if client.grade is None else Tolerance[client.grade],
        assessment_valid_to=client.assessment_valid_to or (date.max if client.grade else None),
        age=client.age,
        distressed_24h=distressed or crisis or client.distressed_24h,
        crisis_24h=crisis,
    )
