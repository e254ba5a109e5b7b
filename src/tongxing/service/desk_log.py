"""What people of the desk write into the log: when, in which words, and why it may be refused."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.service.client_acts import UnknownClientError
from tongxing.service.desk_making import SOURCE
from tongxing.service.house import House
from tongxing.service.states import state_of


class DeskRefusedError(ValueError):
    """The act cannot be done; `reason` is one word, explained on the page, `who` a person it concerns."""

    def __init__(self, reason: str, *, who: str = "") -> None:
        super().__init__(reason)
        self.reason, self.who = reason, who


def moment(house: House, client_id: str, now: datetime, *, merged_too: bool = False) -> datetime:
    """Now, or the first instant after all that is known of the client while the market clock stands still.

    Raises `UnknownClientError`; `DeskRefusedError` (`merged`) for a record that is part of another one.
    """
    blob = house.store.state(client_id)
    if blob is None:
        raise UnknownClientError(client_id)
    state = state_of(house, client_id, blob)
    if state.merged_into and not merged_too:
        raise DeskRefusedError("merged", who=state.merged_into)
    return max(now, fold.known_until(state) + timedelta(seconds=1)).astimezone(BEIJING)


def entry(client_id: str, kind: str, seq: str, body: Mapping[str, object], at: datetime) -> Event:
    """An event of the desk; the same `seq` twice is one."""
    return Event(
        source=SOURCE,
        source_seq=f"{kind}-{seq}",
        client_id=client_id,
        ts=at,
        known_at=at,
        kind=kind,
        body=body,
    )


def clean(house: House, words: str, at: datetime, *, empty: bool, rule: str = "desk_note_length_max") -> str:
    """Typed words as lines of printable characters.

    Raises `DeskRefusedError`: `too_long`, and `empty` where words are needed.
    """
    most = house.book.rules.number(rule, at.date())
    if len(words) > 2 * most:
        raise DeskRefusedError("too_long")
    lines = (
        " ".join("".join(char if char.isprintable() else " " for char in line).split())
        for line in words.splitlines()
    )
    said = "\n".join(lines).strip("\n")
    if len(said) > most:
        raise DeskRefusedError("too_long")
    if not said and not empty:
        raise DeskRefusedError("empty")
    return said
