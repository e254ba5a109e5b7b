"""A page as a tree that knows its lines: YAML without anchors, tags, tabs, doubles or depth."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from tongxing.book.problem import Problem
from tongxing.book.scalars import ScalarValue, plain

PAGE_BYTES_MAX = 1_048_576
DEPTH_MAX = 20
KEY_LENGTH_MAX = 200
MISTAKES_A_PAGE_MAX = 1_000
"""A page with more is not what its author meant; listing them all would help nobody."""

_STRAY = re.compile(r"[\t\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Tabs, other control characters, and halves of characters."""

_Events: TypeAlias = Iterator[Any]
"""Events of libyaml, which has no types of its own."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. A value that could not be read is already a problem; `broken` stops a second complaint."""

    line: int
    value: ScalarValue
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping: key -> (line of the key, value)."""

    line: int
    fields: Mapping[str, tuple[int, "Node"]] = field(default_factory=dict)


Node = Scalar | Items | Fields


def tree(path: str, text: str, problems: list[Problem]) -> Fields | None:
    """The page as a mapping; None (with problems noted) where it is none."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > PAGE_BYTES_MAX:
        problems.append(Problem(path=path, line=0, what=f"{size} bytes: at most {PAGE_BYTES_MAX} a page"))
        return None
    stray = _STRAY.search(text)
    if stray is not None:
        line = text.count("\n", 0, stray.start()) + 1
        what = "a tab: indent with spaces" if stray[0] == "\t" else f"not YAML: the character {stray[0]!r}"
        problems.append(Problem(path=path, line=line, what=what))
        return None
    lines = text.count("\n") + 1
    try:
        growing = _Growing(path=path, problems=problems, lines=lines)
        return growing.page(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as mistake:
        mark = mistake.problem_mark or mistake.context_mark
        line = min(mark.line + 1, lines) if mark is not None else 0
        problems.append(Problem(path=path, line=line, what=f"not YAML: {mistake.problem or mistake.context}"))
    except yaml.YAMLError as mistake:
        problems.append(Problem(path=path, line=0, what=f"not YAML: {str(mistake).splitlines()[0]}"))
    except _UnreadableError as stop:
        problems.append(Problem(path=path, line=stop.line, what=stop.what))
    return None


class _UnreadableError(Exception):
    """The page cannot be read beyond this line."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


@dataclass(slots=True)
class _Growing:
    """One page while its tree grows."""

    path: str
    problems: list[Problem]
    lines: int
    """How many the page has; what ends with the page is placed in its last one."""
    noted: int = 0

    def page(self, events: _Events) -> Fields | None:
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _UnreadableError(self.line(event), "a second document: one page a file")
            elif isinstance(event, yaml.NodeEvent):
                root = self.node(event, events, 1)
        if isinstance(root, Fields):
            return root
        line = root.line if root is not None else 0
        raise _UnreadableError(line, "the page is empty" if root is None else "the page is not a mapping")

    def node(self, event: Any, events: _Events, depth: int) -> Node:  # noqa: ANN401 - an event of libyaml
        line = self.line(event)
        if depth > DEPTH_MAX:
            raise _UnreadableError(line, f"deeper than {DEPTH_MAX} levels")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _UnreadableError(line, "an anchor or alias: write the values out")
        if event.tag is not None:
            raise _UnreadableError(line, f"a tag {event.tag}: pages hold plain values only")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(line, tuple(self.items(events, depth)))
        return self.fields(line, events, depth)

    def scalar(self, event: Any) -> Scalar:  # noqa: ANN401 - an event of libyaml
        line, raw = self.line(event), str(event.value)
        if not event.implicit[0]:
            return Scalar(line, raw)
        try:
            return Scalar(line, plain(raw))
        except ValueError as mistake:
            self.note(line, str(mistake))
            return Scalar(line, raw, broken=True)

    def items(self, events: _Events, depth: int) -> Iterator[Node]:
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self.node(event, events, depth + 1)

    def fields(self, line: int, events: _Events, depth: int) -> Fields:
        found: dict[str, tuple[int, Node]] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key_line = self.line(event)
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            name = self.key(key)
            if name is None:
                continue
            if name in found:
                self.note(key_line, f"{name!r} stands here a second time (first in line {found[name][0]})")
                continue
            found[name] = (key_line, value)
        return Fields(line, found)

    def key(self, key: Node) -> str | None:
        """The key's name, or None where it is not a plain word."""
        if not isinstance(key, Scalar):
            self.note(key.line, "a key must be a word")
        elif key.broken:
            pass
        elif not isinstance(key.value, str):
            self.note(key.line, f'quote the key "{key.value}"')
        elif not 0 < len(key.value) <= KEY_LENGTH_MAX:
            self.note(key.line, f"a key has 1 to {KEY_LENGTH_MAX} characters")
        else:
            return key.value
        return None

    def note(self, line: int, what: str) -> None:
        self.noted += 1
        if self.noted > MISTAKES_A_PAGE_MAX:
            raise _UnreadableError(
                line, f"more than {MISTAKES_A_PAGE_MAX} mistakes: what follows is not read"
            )
        self.problems.append(Problem(path=self.path, line=line, what=what))

    def line(self, event: Any) -> int:  # noqa: ANN401 - an event of libyaml
        return min(int(event.start_mark.line) + 1, self.lines)
