"""The words of an explanation: approved texts filled with its figures, each figure checked, as one draft."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from tongxing.advice.attribution_life import Attribution, Cause
from tongxing.book.slots import pieces
from tongxing.domain.book import Book
from tongxing.domain.draft import Author, Draft, Fact, Part
from tongxing.domain.grades import AuthorKind, Channel, Initiative, Nature
from tongxing.domain.pages import TextPage, TextVariant
from tongxing.domain.profile import Standing
from tongxing.service.phrases import phrase
from tongxing.wording.draft import AI_LABEL
from tongxing.wording.locales import variant
from tongxing.wording.values import written

PLAYBOOK = "holding_why"
NO_CONSENT = "none"
ID_BYTES = 10
LOCALES = ("zh-CN", "en")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
Values = Mapping[str, int | str]


class UnprovenNumberError(ValueError):
    """A sentence holds a number that the data does not have: it is a mistake of ours and is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What is said of one holding, in one locale."""

    title: str
    lead: str
    causes: tuple[tuple[Cause, str], ...]
    """The largest first."""
    hand_over: str
    """That a person looks at it; empty where none needs to."""
    why: str
    risk: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it in reading order."""
        told = (self.lead, *(words for _cause, words in self.causes), self.hand_over, self.why, self.risk)
        return tuple(words for words in told if words)


def explained(
    found: Attribution, *, name: str, about_cost: bool, book: Book, locale: str, hand_over_bp: int
) -> Explained:
    """Fill the approved texts with the figures of an attribution.

    Raises:
        UnprovenNumberError: a sentence would say a number that the data does not have.
    """
    frame = book.texts["why_frame_cost" if about_cost else "why_frame"]
    facts = frame_values(found, name)
    words, spoken = _variant(frame, locale)
    causes = tuple((cause, _cause(found, cause, book, locale)) for cause in found.ranked)
    rest = {"amount_fen": found.parts_fen[Cause.UNEXPLAINED], "share_bp": hand_over_bp}
    return Explained(
        title=_filled(words.title, frame, facts, spoken),
        lead=_filled(words.body, frame, facts, spoken),
        causes=causes,
        hand_over=_body(book.texts["why_hand_over"], rest, locale) if found.hand_over else "",
        why=_filled(words.why, frame, facts, spoken),
        risk=_filled(words.risk_note, frame, facts, spoken),
    )


def frame_values(found: Attribution, name: str) -> Values:
    """The figures of the whole window."""
    return {
        "holding": name,
        "start": found.first.isoformat(),
        "end": found.as_of.isoformat(),
        "as_of": found.as_of.isoformat(),
        "start_fen": found.value_start_fen,
        "end_fen": found.value_end_fen,
        "result_fen": found.result_fen,
    }


def draft_of(
    told: Explained, found: Attribution, *, standing: Standing, book: Book, locale: str, at: datetime
) -> Draft:
    """The words as an answer to the client's own question; compliance reads them before they are shown."""
    body = "\n".join((told.lead, *(words for _cause, words in told.causes)))
    parts = [Part(role="title", text=told.title), Part(role="body", text=body)]
    if told.hand_over:
        parts.append(Part(role="body", text=told.hand_over))
    parts += [
        Part(role="why", text=told.why),
        Part(role="risk", text=told.risk),
        Part(role="human", text=phrase(book, "human_exit", locale), page=book.labels.get("human_page", "")),
        Part(role="label", text=phrase(book, "ai_mark", locale)),
    ]
    named = "\x1f".join((standing.client_id, found.holding_id, str(found.first), str(found.as_of)))
    return Draft(
        touch_id=blake2b(named.encode(), digest_size=ID_BYTES).hexdigest(),
        playbook=PLAYBOOK,
        parts=tuple(parts),
        locale=locale,
        channel=Channel.HOME,
        nature=Nature.SERVICE,
        author=Author(kind=AuthorKind.AI),
        standing=standing,
        at=at,
        initiative=Initiative.CLIENT,
        labels=(AI_LABEL,),
        consent=NO_CONSENT,
        facts=tuple(
            Fact(name=cause.value, value=amount, source="attribution", at=at)
            for cause, amount in found.parts_fen.items()
            if amount
        ),
    )


def _cause(found: Attribution, cause: Cause, book: Book, locale: str) -> str:
    values = {"amount_fen": found.parts_fen[cause]}
    return _body(book.texts[f"why_{cause.value.lower()}"], values, locale)


def _body(text: TextPage, values: Values, locale: str) -> str:
    words, spoken = _variant(text, locale)
    return _filled(words.body, text, values, spoken)


def _variant(text: TextPage, locale: str) -> tuple[TextVariant, str]:
    chosen = variant(text, Channel.HOME, locale)
    if chosen is None:
        raise LookupError(f"text {text.name} has no words")
    return chosen[1], chosen[0]


def _filled(words: str, text: TextPage, values: Values, locale: str) -> str:
    """The words with their slots filled; then every number in them is looked for in the data."""
    cut = pieces(words)
    filled = list(cut)
    for place in range(1, len(cut), 2):
        filled[place] = written(values[cut[place]], text.slots[cut[place]], locale=locale)
    said = "".join(filled)
    verify(said, [(text.slots[name], values[name]) for name in cut[1::2]])
    return said


def verify(said: str, facts: Sequence[tuple[str, int | str]]) -> None:
    """Read the numbers of a sentence back and find each among the facts it was made from.

    Raises:
        UnprovenNumberError: a number of the sentence is in no fact.
    """
    known = {number for kind, value in facts for number in _numbers(kind, value)}
    for match in _NUMBER.findall(said):
        if match.replace(",", "").lstrip("-").lstrip("0") not in known:
            raise UnprovenNumberError(f"{match!r} is in no fact of {said!r}")


def _numbers(kind: str, value: int | str) -> set[str]:
    """How a fact can stand in a sentence, as digits without sign and leading zeros."""
    if kind == "money_fen" and isinstance(value, int):
        yuan, fen = divmod(abs(value), 100)
        return {f"{yuan}.{fen:02d}".lstrip("0")}
    if kind == "percent_bp" and isinstance(value, int):
        return {f"{abs(value) / 100:.2f}".rstrip("0").rstrip("."), f"{abs(value) // 100}"}
    if kind == "date":
        year, month, day = str(value).split("-")
        return {year, month.lstrip("0"), day.lstrip("0")}
    return {found.replace(",", "").lstrip("-").lstrip("0") for found in _NUMBER.findall(str(value))}
