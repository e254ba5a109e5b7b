"""What a client learned in the lab and wishes to be remembered: with consent, and only when they say so."""

from datetime import datetime

from tongxing.domain.event import Event
from tongxing.service import client_acts
from tongxing.service.client_acts import ActRefusedError
from tongxing.service.lab_stage import episode_of
from tongxing.service.me_memory import Remembered
from tongxing.service.me_who import Mine
from tongxing.service.ports import StoredEvent

KIND = "course_done"
COURSE = "lab_"
WHOLE = 100


def _take(scores: dict[str, int], stored: StoredEvent) -> None:
    course, score = str(stored.event.body["course"]), stored.event.body.get("score")
    if course.startswith(COURSE) and isinstance(score, int):
        name = course.removeprefix(COURSE)
        scores[name] = max(score, scores.get(name, 0))


_scores: Remembered[dict[str, int]] = Remembered({KIND}, dict, _take)


def may_remember(me: Mine) -> bool:
    """Whether the client agreed that the house remembers what they do, and has not switched it off."""
    return me.seen().permission.behaviour(client_acts.SOURCE)


def remembered(me: Mine) -> dict[str, int]:
    """The best score of each episode, 0 to 100, as far as it may be used now."""
    return dict(_scores.of(me.house, me.client_ids)) if may_remember(me) else {}


def remember(me: Mine, name: str, given: tuple[str, ...], *, now: datetime, token: str) -> Event:
    """Keep the score of a quiz as a course done, for the label of learning.

    Args:
        me: the client.
        name: of the episode.
        given: the number of the chosen answer for each question, as it was sent.
        now: the instant of the act.
        token: of the form; sent twice it is one act.

    Raises:
        LabError: no such episode.
        ActRefusedError: `no_consent`, or `unanswered` where an answer is missing.
    """
    episode = episode_of(me.house, name)
    quiz = episode.told("").quiz
    if len(given) != len(quiz) or not all(one.isascii() and one.isdigit() for one in given):
        raise ActRefusedError("unanswered")
    if not may_remember(me):
        raise ActRefusedError("no_consent")
    body: dict[str, object] = {
        "course": f"{COURSE}{name}",
        "score": WHOLE * episode.right_of(given) // len(quiz),
    }
    return client_acts.act(me.house, me.client_id, [(KIND, body)], now=now, token=token)[0]
