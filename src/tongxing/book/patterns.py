"""Which regular expressions a page may hold: short ones that compile and cannot run away."""

import re

PATTERN_LENGTH_MAX = 12_000
WIDE_REPEATS_MAX = 1
"""How often one pattern may say `.*`: two in a row already need time by the square of the text."""

COUNTED_MAX = 10_000
"""How often the innermost of nested counted repetitions may be asked for: (a{100}){100} and no more."""

_COUNTED = re.compile(r"\{([0-9]{0,12})(?:,([0-9]{0,12}))?\}")
_UNBOUNDED = re.compile(r"\*|\+|\{[0-9]*,\}")
_WIDE = re.compile(r"(?<!\\)\.(?:\*|\+|\{[0-9]*,\})")


def complaint(pattern: str) -> str | None:
    """Why a pattern is not taken, or None."""
    if len(pattern) > PATTERN_LENGTH_MAX or _counts_up(pattern):
        return (
            f"a pattern has at most {PATTERN_LENGTH_MAX} characters, "
            f"and its nested counts multiply to {COUNTED_MAX} at most"
        )
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


def _counts_up(pattern: str) -> bool:
    """Whether counted repetitions, nested, multiply to more than a match can be waited for."""
    within: list[int] = [1]
    """Of each open group, the most that anything in it is repeated."""
    before, at = 1, 0
    while at < len(pattern):
        mark = pattern[at]
        counted = _COUNTED.match(pattern, at) if mark == "{" else None
        if counted is not None and any(counted.groups()):
            before *= max(1, *(int(count) for count in counted.groups() if count))
            if before > COUNTED_MAX:
                return True
            within[-1] = max(within[-1], before)
            at = counted.end()
            continue
        if mark == "(":
            within.append(1)
        before = within.pop() if mark == ")" and len(within) > 1 else 1
        within[-1] = max(within[-1], before)
        at = _class_end(pattern, at) if mark == "[" else at + (2 if mark == "\\" else 1)
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
