"""Whether an answer of the chat helped: a thumb, and what was wrong with it; a changed mind replaces it.

Words that come with it are a question of the client: distress, a complaint or a wish is heard in them.
"""

from dataclasses import dataclass
from datetime import datetime

from tongxing.domain.event import Event
from tongxing.service import client_acts
from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.desk_making import task_id_of
from tongxing.service.me_memory import Remembered
from tongxing.service.me_who import Mine
from tongxing.service.ports import StoredEvent
from tongxing.service.talk_seal import SLOT

KIND = "answer_rated"
WHYS = ("other_question", "wrong_figures", "unclear", "too_long", "person_wanted")
"""What may be wrong with an answer, as the page offers it."""
HELPED = {"1": True, "0": False}
SAID_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumb:
    """What a client thinks of one answer."""

    helped: bool
    why: str = ""


def _take(thumbs: dict[str, Thumb], stored: StoredEvent) -> None:
    """The last one counts."""
    body = stored.event.body
    thumbs[str(body["touch_id"])] = Thumb(helped=bool(body["helped"]), why=str(body.get("why", "")))


_thumbs: Remembered[dict[str, Thumb]] = Remembered({KIND}, dict, _take)


def thumbs_of(me: Mine) -> dict[str, Thumb]:
    """What the client thinks of answers, by message; to be read, never changed."""
    return _thumbs.of(me.house, me.client_ids)


def rate_answer(
    me: Mine, touch_id: str, helped: str, *, why: str = "", words: str = "", now: datetime, token: str = ""
) -> Event:
    """Keep what the client thinks of one answer: `helped` is `1` or `0`, `why` one of `WHYS` or empty.

    Raises:
        UnknownClientError: the chat never gave the client such an answer.
        ActRefusedError: `unknown_choice` for another value, words `too_long`.
    """
    if helped not in HELPED or why not in ("", *WHYS):
        raise ActRefusedError("unknown_choice")
    body: dict[str, object] = {"touch_id": touch_id, "of": _question(me, touch_id), "helped": HELPED[helped]}
    if why and not HELPED[helped]:
        body["why"] = why
    acts: list[tuple[str, dict[str, object]]] = [(KIND, body)]
    if said := client_acts.one_line(words):
        acts.append(("asked", {"text": said, "channel": "rating"}))
    return client_acts.act(me.house, me.client_id, acts, now=now, token=token)[0]


def _question(me: Mine, touch_id: str) -> str:
    """Number at its source of the question that an answer of the chat was given to."""
    rows = me.house.store.own.said(me.client_id, limit=SAID_MAX)
    if not any(row.touch_id == touch_id and row.slot == SLOT for _number, row in rows):
        raise UnknownClientError(f"{me.client_id} got no answer {touch_id}")
    decided = me.house.store.decision(task_id_of("decision", touch_id))
    if decided is None:
        raise UnknownClientError(f"{touch_id} stands on no record")
    return decided.cause.partition(":")[2]
