"""What a question really asked, said by one person; its masked words go to the corpus when another agrees.

Nothing trains itself: what was agreed is printed for the files of the book, which are reviewed like any page.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from tongxing.book.corpus import HEADER, TEXT_MAX
from tongxing.domain.person import Person, Role
from tongxing.domain.utterances import EMOTIONS, INTENTS
from tongxing.service.assistant_questions import Question, questions
from tongxing.service.assistant_turns import NOT_OURS, Turn, turn_of, turns
from tongxing.service.client_acts import TURN, UnknownClientError, instant_of
from tongxing.service.desk_log import entry
from tongxing.service.house import House
from tongxing.service.me_who import mine

PURPOSE, RECEIVERS, SOURCES = "improve_assistant", ("house", "*"), ("asked", "*", "")
READINGS = (*INTENTS, NOT_OURS)
MAY_CORRECT = frozenset({Role.OPERATIONS, Role.COMPLIANCE})


class CorrectionRefusedError(ValueError):
    """The act was not done; `reason` is a word of a closed list, explained on the page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def correct(house: House, person: Person, decision_id: str, intent: str, *, now: datetime) -> None:
    """Say what a question asked: one of the intents, or `none` for what is not the assistant's.

    Raises:
        CorrectionRefusedError: `role`, `unknown_choice`, `gone`, `agreed` (its words were agreed on already).
    """
    if intent not in READINGS:
        raise CorrectionRefusedError("unknown_choice")
    note(house, person, _turn(house, person, decision_id), intent, now=now)


def note(house: House, person: Person, found: Turn, intent: str, *, now: datetime) -> None:
    """Keep what a question asked, as somebody who may say so reads it.

    Raises `CorrectionRefusedError`: `agreed`.
    """
    if found.proposed:
        raise CorrectionRefusedError("agreed")
    body = {"of": found.of, "intent": intent, "by": person.person_id}
    _append(house, found, "answer_corrected", body, now=now)


def agree(house: House, person: Person, decision_id: str, emotion: str, *, now: datetime) -> None:
    """Agree with another person's correction: the masked words become a line for the corpus.

    Raises:
        CorrectionRefusedError: `role`, `unknown_choice`, `gone`, `not_corrected`, `same_person`,
            `no_consent`, `distress` (such words are never taken), `too_long`, `agreed`.
    """
    if emotion not in EMOTIONS:
        raise CorrectionRefusedError("unknown_choice")
    found = _turn(house, person, decision_id)
    reason = refusal(house, found, person, now=now)
    if reason:
        raise CorrectionRefusedError(reason)
    (asked,) = questions(house, (found,)) or (None,)
    if asked is None:
        raise CorrectionRefusedError("gone")
    if len(asked.words) > TEXT_MAX:
        raise CorrectionRefusedError("too_long")
    body = {
        "of": found.of,
        "intent": found.corrected,
        "emotion": emotion,
        "text": asked.words,
        "by": person.person_id,
    }
    _append(house, found, "words_proposed", body, now=now)


def refusal(house: House, turn: Turn, person: Person, *, now: datetime) -> str:
    """Why this person cannot agree to a turn's words now; empty: they can."""
    if turn.proposed:
        return "agreed"
    if turn.corrected in ("", NOT_OURS):
        return "not_corrected"
    if turn.corrected_by == person.person_id:
        return "same_person"
    if turn.distressed:
        return "distress"
    return "" if consents(house, turn.client_id, now=now) else "no_consent"


def consents(house: House, client_id: str, *, now: datetime) -> bool:
    """Whether the client lets the house learn from what they asked, as of now."""
    try:
        grants = mine(house, client_id, now=now).seen().permission.grants
    except UnknownClientError:
        return False
    return any(
        one.purpose == PURPOSE and one.source in SOURCES and one.receiver in RECEIVERS for one in grants
    )


def waiting(house: House, found: tuple[Turn, ...], *, now: datetime) -> tuple[Question, ...]:
    """Corrected questions of clients who consent, for a second person to read."""
    allowed: dict[str, bool] = {}
    kept = []
    for turn in found:
        if turn.corrected in ("", NOT_OURS) or turn.proposed or turn.distressed:
            continue
        if turn.client_id not in allowed:
            allowed[turn.client_id] = consents(house, turn.client_id, now=now)
        if allowed[turn.client_id]:
            kept.append(turn)
    return questions(house, kept)


def proposals(house: House, *, now: datetime) -> Iterator[str]:
    """Lines for a page of the corpus, its header first; withdrawn and erased words are not among them."""
    yield HEADER
    allowed: dict[str, bool] = {}
    seen: set[str] = set()
    for turn in turns(house):
        text = turn.proposed.replace("\t", " ").replace("{", "").replace("}", "")
        if not text or text in seen:
            continue
        if turn.client_id not in allowed:
            allowed[turn.client_id] = consents(house, turn.client_id, now=now)
        if allowed[turn.client_id]:
            seen.add(text)
            yield f"{turn.proposed_intent}\t{turn.proposed_emotion}\t\t{text}"


def _turn(house: House, person: Person, decision_id: str) -> Turn:
    if person.role not in MAY_CORRECT:
        raise CorrectionRefusedError("role")
    found = turn_of(house, decision_id)
    if found is None or not found.intent:
        raise CorrectionRefusedError("gone")
    return found


def _append(house: House, turn: Turn, kind: str, body: Mapping[str, object], *, now: datetime) -> None:
    with TURN:
        at = instant_of(house, turn.client_id, now)
        place = house.store.count_events()
        house.store.append((entry(turn.client_id, kind, f"{turn.of}-{place}", body, at),))
