"""Strict reader of the corpus: a page for each style of writing, a sentence a line, by tabs.

Columns: intent, emotion, mark (empty, distress, crisis, idiom), text. Slots stand in the text as
`{value:name}`; the sentence is the text without the braces.
"""

import re

from tongxing.book.problem import Problem
from tongxing.domain.utterances import EMOTIONS, INTENTS, MARKS, SLOTS, Utterance

HEADER = "intent\temotion\tmark\ttext"
TEXT_MAX = 200
_SLOT = re.compile(r"\{([^{}:]+):([a-z]+)\}")


def read_corpus_page(path: str, text: str, *, style: str) -> tuple[list[Utterance], list[Problem]]:
    """The sentences of a page, and every mistake in it with its line."""
    found: list[Utterance] = []
    problems: list[Problem] = []
    lines = text.splitlines()
    if not lines or lines[0] != HEADER:
        return [], [Problem(path=path, line=1, what=f"the first line must be {HEADER!r}")]
    seen: set[str] = set()
    for number, line in enumerate(lines[1:], start=2):
        said = _utterance(line, style=style)
        if isinstance(said, str):
            problems.append(Problem(path=path, line=number, what=said))
        elif said.text in seen:
            problems.append(Problem(path=path, line=number, what=f"said before: {said.text}"))
        else:
            seen.add(said.text)
            found.append(said)
    return found, problems


def _utterance(line: str, *, style: str) -> Utterance | str:
    cells = line.split("\t")
    if len(cells) != HEADER.count("\t") + 1:
        return f"{len(cells)} columns"
    intent, emotion, mark, written = cells
    for value, allowed in ((intent, INTENTS), (emotion, EMOTIONS), (mark, MARKS)):
        if value not in allowed:
            return f"{value!r} is none of {', '.join(allowed)}"
    slots = {name: value for value, name in _SLOT.findall(written)}
    said = _SLOT.sub(r"\1", written)
    unknown = set(slots) - set(SLOTS)
    if unknown or "{" in said or "}" in said:
        return f"a slot is written {{value:name}}, name one of {', '.join(SLOTS)}"
    if not said.strip() or len(said) > TEXT_MAX:
        return f"a sentence has 1 to {TEXT_MAX} characters"
    return Utterance(text=said, intent=intent, emotion=emotion, mark=mark, style=style, slots=slots)
