"""Which records belong to one person: merges and splits, replayed in the order in which they happened.

The order of arrival does not count. A merge that would close a circle is refused, as is one of a record with
itself; both halves of a merge (`merged_away`, `merged_in`) say the same, so either is enough.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from tongxing.domain.clock import seconds
from tongxing.domain.event import Event

MERGED_AWAY, MERGED_IN, SPLIT_OUT = "merged_away", "merged_in", "split_out"
LINK_KINDS = frozenset((MERGED_AWAY, MERGED_IN, SPLIT_OUT))
REPEATED = "house.merge"
"""Source of the words that the house repeats to the other record, dated as they were first said."""
NOWHERE = ("", 0, 0)


class Word(NamedTuple):
    """One merge or split, as its event tells it; words are ordered by time, then by name."""

    ts: int
    known_at: int
    source: str
    source_seq: str
    kind: str
    client_id: str
    other: str


@dataclass(frozen=True, slots=True)
class Bond:
    """What merges and splits have made of one record."""

    into: str = ""
    """The record it is part of now; empty: it speaks for itself."""
    merged: tuple[int, int] = (0, 0)
    """When it became part of that record and when the house learned of it, epoch seconds."""
    members: frozenset[str] = frozenset()
    """The records merged into it, directly or through others."""
    since: int = 0
    """When the last of those merges happened, epoch seconds."""
    changed: int = 0
    """When the house last learned of a merge or split that concerned it, epoch seconds."""
    changes: int = 0
    """How many there were."""
    shared: tuple[tuple[int, int], ...] = ()
    """Times (known from, known until) in which it stood for a record that has left it again."""


@dataclass(slots=True)
class _Replay:
    client_id: str
    into: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    """Record -> the record it is part of, since when, and when that became known."""
    joined: dict[str, int] = field(default_factory=dict)
    """Member of the record looked at -> when its merge became known."""
    changed: int = 0
    changes: int = 0
    shared: list[tuple[int, int]] = field(default_factory=list)

    def above(self, client_id: str) -> list[str]:
        """The record itself and those it is part of, the nearest first."""
        found = [client_id]
        while found[-1] in self.into:
            found.append(self.into[found[-1]][0])
        return found

    def take(self, word: Word) -> None:
        if word.kind == SPLIT_OUT:
            for away, rest in ((word.client_id, word.other), (word.other, word.client_id)):
                if self.into.get(away, NOWHERE)[0] == rest:
                    self._move(away, None, word)
            return
        one, other = word.client_id, word.other
        away, into = (one, other) if word.kind == MERGED_AWAY else (other, one)
        if away not in self.above(into) and self.into.get(away, NOWHERE)[0] != into:
            self._move(away, into, word)

    def _move(self, away: str, into: str | None, word: Word) -> None:
        concerned = self.above(away)
        if into is None:
            del self.into[away]
        else:
            self.into[away] = (into, word.ts, word.known_at)
            concerned += self.above(into)
        if self.client_id not in concerned:
            return
        self.changes += 1
        self.changed = max(self.changed, word.known_at)
        members = self.members()
        left = [self.joined.pop(name) for name in sorted(self.joined.keys() - members)]
        self.shared += [(since, word.known_at) for since in left]
        self.joined |= dict.fromkeys(members - self.joined.keys(), word.known_at)

    def members(self) -> frozenset[str]:
        return frozenset(name for name in self.into if self.client_id in self.above(name)[1:])


def word(event: Event) -> Word:
    """What an event of `LINK_KINDS` says; what was repeated stands before what was said in that second."""
    ts = seconds(event.ts)
    return Word(
        ts,
        max(ts, seconds(event.known_at)),
        "" if event.source == REPEATED else event.source,
        event.source_seq,
        event.kind,
        event.client_id,
        str(event.body["other_client_id"]),
    )


def kin(words: Iterable[Word]) -> dict[str, frozenset[str]]:
    """Record -> all records that merges and splits ever named together with it, itself included."""
    found: dict[str, frozenset[str]] = {}
    for one in words:
        names = (one.client_id, one.other)
        together = frozenset(names).union(*(found.get(name, ()) for name in names))
        found |= dict.fromkeys(together, together)
    return found


def bond(client_id: str, words: Iterable[Word]) -> Bond | None:
    """What all these words make of a record; None where none of them ever concerned it."""
    replay = _Replay(client_id)
    for one in sorted(set(words)):
        replay.take(one)
    if not replay.changes:
        return None
    members = replay.members()
    into, *merged = replay.into.get(client_id, NOWHERE)
    return Bond(
        into=into,
        merged=(merged[0], merged[1]),
        members=members,
        since=max((replay.into[name][1] for name in members), default=0),
        changed=replay.changed,
        changes=replay.changes,
        shared=tuple(sorted(set(replay.shared))),
    )
