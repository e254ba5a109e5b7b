"""How content a client was with what a person of the house told them: one to five points.

Words that come with it are a question of the client: distress, a complaint or a wish is heard in them.
"""

from datetime import datetime

from tongxing.domain.event import Event
from tongxing.service import client_acts, desk_paper
from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.desk_record import SLOT
from tongxing.service.house import House
from tongxing.service.me_memory import Remembered
from tongxing.service.me_who import Mine
from tongxing.service.ports import StoredEvent
from tongxing.service.stored import decode_message

KIND = "service_rated"
LOWEST, HIGHEST = 1, 5
SAID_MAX = 500
TASKS_MAX = 200


def _take(scores: dict[str, int], stored: StoredEvent) -> None:
    """The first rating of a message stands."""
    body = stored.event.body
    scores.setdefault(str(body["touch_id"]), int(str(body["score"])))


_scores: Remembered[dict[str, int]] = Remembered({KIND}, dict, _take)


def scores_of(me: Mine) -> dict[str, int]:
    """Points from 1 to 5 that the client gave, by message; to be read, never changed."""
    return _scores.of(me.house, me.client_ids)


def rate_service(me: Mine, touch_id: str, score: str, words: str, *, now: datetime, token: str = "") -> Event:
    """Keep what the client thinks of one message that a person wrote.

    Raises:
        UnknownClientError: the client never got such a message from a person.
        ActRefusedError: `score` is no number from 1 to 5, `rated` already, words `too_long`.
    """
    if not (score.isascii() and score.isdecimal() and LOWEST <= int(score[:2]) <= HIGHEST):
        raise ActRefusedError("score")
    if not _by_person(me, touch_id):
        raise UnknownClientError(f"{me.client_id} has no message {touch_id} of a person")
    if touch_id in scores_of(me):
        raise ActRefusedError("rated")
    body: dict[str, object] = {"touch_id": touch_id, "score": int(score)}
    if author := _author(me.house, me.client_id, touch_id):
        body["by"] = author
    acts: list[tuple[str, dict[str, object]]] = [(KIND, body)]
    if said := client_acts.one_line(words):
        acts.append(("asked", {"text": said, "channel": "rating"}))
    return client_acts.act(me.house, me.client_id, acts, now=now, token=token)[0]


def _by_person(me: Mine, touch_id: str) -> bool:
    """Whether the client got this message and a person wrote it."""
    rows = me.house.store.own.said(me.client_id, limit=SAID_MAX)
    found = next((row for _number, row in rows if row.touch_id == touch_id), None)
    return found is not None and decode_message(found.payload).slot == SLOT


def _author(house: House, client_id: str, touch_id: str) -> str:
    """Who wrote it, as the task tells that it was written for."""
    for task in house.store.tasks.of_client(client_id, limit=TASKS_MAX):
        if task.paper:
            for one in desk_paper.decode(task.paper).tries:
                if one.touch_id == touch_id:
                    return one.by
    return ""
