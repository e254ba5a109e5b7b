"""Questions that were not answered well, those in nearly the same words together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from tongxing.service.assistant_turns import Turn
from tongxing.service.assistant_words import words_of
from tongxing.service.house import House

BP = 10_000
SHARED_MIN = 2
"""Characters: less in common says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Open questions in nearly the same words, the latest first."""

    turns: tuple[Turn, ...]
    shared: str
    """Masked words that every one of them has, where at least two clients asked; else empty."""

    @property
    def clients(self) -> int:
        """How many clients asked."""
        return len({turn.client_id for turn in self.turns})

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why they are here, each once."""
        return tuple(dict.fromkeys(reason for turn in self.turns for reason in turn.reasons))

    @property
    def key(self) -> str:
        """The record of the latest of them."""
        return self.turns[0].decision_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with its masked words."""

    turn: Turn
    words: str


def grouped(house: House, turns: Sequence[Turn]) -> tuple[Group, ...]:
    """The open questions among these turns, the largest group first."""
    rules, on = house.book.rules, house.clock.now().date()
    waiting = [turn for turn in turns if turn.open][: rules.number("assistant_loop_questions_max", on)]
    words = words_of(house, waiting)
    kept = [turn for turn in waiting if turn.of in words]
    near = rules.number("assistant_loop_near_bp", on)
    groups = [
        Group(turns=tuple(found), shared=_shared(found, words)) for found in near_groups(kept, words, near)
    ]
    return tuple(sorted(groups, key=lambda group: -len(group.turns)))


def opened(house: House, turns: Sequence[Turn], key: str) -> tuple[Question, ...]:
    """The masked words of the group that holds this record; empty where none does."""
    group = next((one for one in grouped(house, turns) if any(t.decision_id == key for t in one.turns)), None)
    return () if group is None else questions(house, group.turns)


def questions(house: House, turns: Sequence[Turn]) -> tuple[Question, ...]:
    """Turns with their masked words, without those that were erased."""
    words = words_of(house, turns)
    return tuple(Question(turn=turn, words=words[turn.of]) for turn in turns if turn.of in words)


def near_groups(turns: Sequence[Turn], words: Mapping[str, str], near_bp: int) -> list[list[Turn]]:
    """Each question joins the first group whose first question is near; pairs of characters decide."""
    groups: list[tuple[frozenset[str], list[Turn]]] = []
    for turn in turns:
        pairs = _pairs(words[turn.of])
        found = next((group for first, group in groups if _near(first, pairs, near_bp)), None)
        if found is None:
            groups.append((pairs, [turn]))
        else:
            found.append(turn)
    return [group for _pairs_of_first, group in groups]


def _pairs(words: str) -> frozenset[str]:
    letters = [char for char in words.casefold() if char.isalnum()]
    return frozenset("".join(pair) for pair in pairwise(letters)) or frozenset(letters)


def _near(one: frozenset[str], other: frozenset[str], near_bp: int) -> bool:
    """Jaccard's share: what both have of what either has; words without letters are near one another."""
    either = len(one | other)
    return len(one & other) * BP >= near_bp * either


def _shared(turns: Sequence[Turn], words: Mapping[str, str]) -> str:
    """What all have in common, shown only where it is not the words of one client."""
    if len({turn.client_id for turn in turns}) < SHARED_MIN:
        return ""
    common = words[turns[0].of]
    for turn in turns[1:]:
        other = words[turn.of]
        found = SequenceMatcher(None, common, other, autojunk=False).find_longest_match()
        common = common[found.a : found.a + found.size]
    return common if len(common) >= SHARED_MIN else ""
