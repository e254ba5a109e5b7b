"""One mapping of a page, read key by key: what is wrong is noted with its line, and reading goes on.

A faulty value is answered with a harmless one of the right type. It never leaves the reader: a book with
one problem is no book.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from tongxing.book.nodes import Fields, Items, Node, Scalar
from tongxing.book.problem import Problem

TEXT_LENGTH_MAX = 4_000
ITEMS_MAX = 20_000
NUMBER_MAX = 10**15
NO_DAY = date.min

Choice = TypeVar("Choice")


@dataclass(slots=True)
class Section:
    """A mapping, where it stands, and the list that problems are added to."""

    path: str
    node: Fields
    problems: list[Problem]
    asked: set[str] = field(default_factory=set)

    @property
    def line(self) -> int:
        """Where the mapping begins."""
        return self.node.line

    def note(self, line: int, what: str) -> None:
        """Add a problem."""
        self.problems.append(Problem(path=self.path, line=line, what=what))

    def line_of(self, key: str) -> int:
        """The line of a key; of the mapping where the key is missing."""
        found = self.node.fields.get(key)
        return found[0] if found is not None else self.line

    def has(self, key: str) -> bool:
        """Whether the page gives a key that may be left out."""
        self.asked.add(key)
        return key in self.node.fields

    def end(self) -> None:
        """All known keys were asked for: what is left is unknown."""
        for key, (line, _value) in self.node.fields.items():
            if key not in self.asked:
                self.note(line, f"unknown key {key!r}")

    def text(self, key: str, *, pattern: str | None = None) -> str:
        """A word or sentence."""
        node = self._node(key)
        return "" if node is None else self.text_of(node, key, pattern=pattern)

    def texts(self, key: str, *, least: int = 0) -> tuple[str, ...]:
        """A list of words, each different."""
        node = self._node(key)
        return () if node is None else self.texts_of(node, key, least=least)

    def integer(self, key: str, *, low: int = 0, high: int = NUMBER_MAX) -> int:
        """A whole number within bounds."""
        node = self._node(key)
        return low if node is None else self.integer_of(node, key, low=low, high=high)

    def day(self, key: str) -> date:
        """A date."""
        node = self._node(key)
        if node is None:
            return NO_DAY
        value = self._scalar(node, key)
        if isinstance(value, date):
            return value
        if value is not None:
            self.note(node.line, f"{key}: a date YYYY-MM-DD without quotes is needed, not {value!r}")
        return NO_DAY

    def flag(self, key: str) -> bool:
        """True or false."""
        node = self._node(key)
        value = None if node is None else self._scalar(node, key)
        if node is not None and value is not None and not isinstance(value, bool):
            self.note(node.line, f"{key}: true or false is needed, not {value!r}")
        return value is True

    def choice(self, key: str, choices: Mapping[str, Choice]) -> Choice:
        """One of a closed set of words."""
        node = self._node(key)
        first = next(iter(choices.values()))
        return first if node is None else self.choice_of(node, key, choices)

    def choices(self, key: str, choices: Mapping[str, Choice]) -> tuple[Choice, ...]:
        """A list, not empty, of words of a closed set."""
        node = self._node(key)
        if node is None:
            return ()
        if not isinstance(node, Items) or not node.items:
            self.note(node.line, f"{key}: a list of {_listed(choices)} is needed")
            return ()
        found = tuple(self.choice_of(item, key, choices) for item in node.items)
        if len(set(found)) != len(found):
            self.note(node.line, f"{key}: the same word twice")
        return found

    def section(self, key: str) -> "Section":
        """A mapping within; an empty one where it is missing or no mapping."""
        node = self._node(key)
        if isinstance(node, Fields):
            return self.within(node)
        if node is not None:
            self.note(node.line, f"{key}: a mapping is needed")
        return _Absent(self.path, Fields(self.line), self.problems)

    def sections(self, key: str, *, least: int = 1) -> Sequence["Section"]:
        """A list of mappings."""
        node = self._node(key)
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.note(node.line, f"{key}: a list is needed")
            return ()
        if len(node.items) < least or len(node.items) > ITEMS_MAX:
            self.note(node.line, f"{key}: {least} to {ITEMS_MAX} entries are needed")
        if len(node.items) > ITEMS_MAX:
            return ()
        for item in node.items:
            if not isinstance(item, Fields):
                self.note(item.line, f"{key}: each entry is a mapping")
        return tuple(self.within(item) for item in node.items if isinstance(item, Fields))

    def entries(self, *, pattern: str | None = None) -> Iterator[tuple[str, int, Node]]:
        """Every key the author chose freely, with its line and value."""
        for key, (line, value) in self.node.fields.items():
            self.asked.add(key)
            if pattern is not None and not re.fullmatch(pattern, key):
                self.note(line, f"{key!r} is not a name of the form {pattern}")
            yield key, line, value

    def within(self, node: Fields) -> "Section":
        """The section of an inner mapping."""
        return Section(self.path, node, self.problems)

    def text_of(self, node: Node, key: str, *, pattern: str | None = None) -> str:
        """A word or sentence at a node."""
        value = self._scalar(node, key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.note(node.line, f'{key}: words are needed: quote "{_as_written(value)}"')
            return ""
        if not value.strip() or len(value) > TEXT_LENGTH_MAX:
            self.note(node.line, f"{key}: 1 to {TEXT_LENGTH_MAX} characters are needed")
        elif pattern is not None and not re.fullmatch(pattern, value):
            self.note(node.line, f"{key}: {value!r} is not of the form {pattern}")
        return value

    def integer_of(self, node: Node, key: str, *, low: int = 0, high: int = NUMBER_MAX) -> int:
        """A whole number within bounds at a node."""
        value = self._scalar(node, key)
        if value is None:
            return low
        if isinstance(value, bool) or not isinstance(value, int):
            self.note(node.line, f"{key}: a whole number is needed, not {value!r}")
            return low
        if not low <= value <= high:
            self.note(node.line, f"{key}: {value} is not between {low} and {high}")
            return low
        return value

    def texts_of(self, node: Node, key: str, *, least: int = 0) -> tuple[str, ...]:
        """A list of different words at a node."""
        if not isinstance(node, Items):
            self.note(node.line, f"{key}: a list is needed")
            return ()
        if not least <= len(node.items) <= ITEMS_MAX:
            self.note(node.line, f"{key}: {least} to {ITEMS_MAX} entries are needed")
        if len(node.items) > ITEMS_MAX:
            return ()
        found: dict[str, None] = {}
        for item in node.items:
            text = self.text_of(item, key)
            if text and text in found:
                self.note(item.line, f"{key}: {text!r} stands here twice")
            found[text] = None
        return tuple(found)

    def choice_of(self, node: Node, key: str, choices: Mapping[str, Choice]) -> Choice:
        """One of a closed set of words at a node."""
        value = self._scalar(node, key)
        if isinstance(value, str) and value in choices:
            return choices[value]
        if value is not None:
            self.note(node.line, f"{key}: {value!r} is none of {_listed(choices)}")
        return next(iter(choices.values()))

    def _node(self, key: str) -> Node | None:
        self.asked.add(key)
        found = self.node.fields.get(key)
        if found is None:
            self.missing(key)
            return None
        return found[1]

    def missing(self, key: str) -> None:
        """Note a missing key."""
        self.note(self.line, f"missing key {key!r}")

    def _scalar(self, node: Node, key: str) -> str | int | bool | date | None:
        if not isinstance(node, Scalar):
            self.note(node.line, f"{key}: one value is needed, not a {_kind(node)}")
            return None
        return None if node.broken else node.value


class _Absent(Section):
    """A section that is not there: its absence is already noted, what it lacks is not listed again."""

    __slots__ = ()

    def missing(self, key: str) -> None:
        """Say nothing more."""


def _kind(node: Node) -> str:
    return "list" if isinstance(node, Items) else "mapping"


def _listed(choices: Mapping[str, object]) -> str:
    return ", ".join(choices)


def _as_written(value: float | date) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
