"""The state of a dialogue as it is kept between two turns, and when it is forgotten."""

from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from tongxing.domain.book import Rulebook
from tongxing.domain.clock import BEIJING, instant
from tongxing.domain.dialogue import Dialogue
from tongxing.service.ports_talk import DialogueRow

_decoder = msgspec.msgpack.Decoder(Dialogue)


def kept(row: DialogueRow | None, rules: Rulebook, now: datetime) -> Dialogue:
    """What the next turn may lean on: nothing where there was none, or where it is too long ago.

    Distress and crisis are over after as many hours, however often the client has written since.
    """
    if row is None or not row.body:
        return Dialogue()
    hours = rules.number("talk_forget_hours", now.astimezone(BEIJING).date())
    if now - row.at > timedelta(hours=hours):
        return Dialogue()
    try:
        state = _decoder.decode(row.body)
    except msgspec.MsgspecError:
        return Dialogue()  # of an earlier version
    over = now - instant(state.alarmed) > timedelta(hours=hours)
    return replace(state, distressed=False, crisis=False) if over else state


def keeping(before: DialogueRow | None, state: Dialogue, at: datetime) -> DialogueRow:
    """The row after a turn."""
    version = 1 if before is None else before.version + 1
    return DialogueRow(version=version, at=at, body=msgspec.msgpack.encode(state))
