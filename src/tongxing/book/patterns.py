"""Which regular expressions a page may hold: short ones that compile and cannot run away."""

import re

PATTERN_LENGTH_MAX = 600
WIDE_REPEATS_MAX = 1
"""How often one pattern may say `.*`: two in a row already need time by the square of the text."""

_UNBOUNDED = re.compile(r"\*|\+|\{[0-9]*,\}")
_WIDE = re.compile(r"(?<!\\)\.(?:\*|\+|\{[0-9]*,\})")


def complaint(pattern: str) -> str | None:
    """Why a pattern is not taken, or None."""
    if len(pattern) > PATTERN_LENGTH_MAX:
        return f"a pattern has at most {PATTERN_LENGTH_MAX} characters"
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as mistake:
        return f"the pattern {pattern!r} does not compile: {mistake}"
    if re.fullmatch(pattern, "") is not None:
        return f"the pattern {pattern!r} matches nothing at all, so everything"
    if _repeats_a_repeat(pattern):
        return f"the pattern {pattern!r} repeats a repetition and may never end: bound it, e.g. {{0,20}}"
    if len(_WIDE.findall(pattern)) > WIDE_REPEATS_MAX:
        return f"the pattern {pattern!r} says .* more than once: bound it, e.g. .{{0,20}}"
    return None


def _repeats_a_repeat(pattern: str) -> bool:
    """Whether a group that holds an unbounded repetition is itself repeated without bound."""
    open_groups: list[bool] = []
    closed_repeats = False
    at = 0
    while at < len(pattern):
        mark = pattern[at]
        if mark == "\\":
            at += 2
            closed_repeats = False
            continue
        if mark == "[":
            at = _class_end(pattern, at)
            closed_repeats = False
            continue
        unbounded = _UNBOUNDED.match(pattern, at)
        if unbounded is not None:
            if closed_repeats:
                return True
            open_groups = [True] * len(open_groups)
            at = unbounded.end()
            closed_repeats = False
            continue
        if mark == "(":
            open_groups.append(False)
        closed_repeats = mark == ")" and bool(open_groups) and open_groups.pop()
        at += 1
    return False


def _class_end(pattern: str, start: int) -> int:
    """The place after a character class that begins at `start`."""
    at = start + 1
    if pattern.startswith("^", at):
        at += 1
    if pattern.startswith("]", at):
        at += 1
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1
