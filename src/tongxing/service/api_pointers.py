"""JSON pointers (RFC 6901) for what a decoder found: where in a body something is wrong."""

import re

_PLACE = re.compile(r"^(?P<words>.*?)(?: - at `\$?(?P<path>[^`]*)`)?$", re.DOTALL)
_FIELD = re.compile(r"(?:unknown|required) field `(?P<name>[^`]*)`")
_STEP = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<index>\d+|\.\.\.)\]")


def located(words: str, *, under: str = "") -> tuple[str, str]:
    """The pointer and the plain words of a decoder's complaint such as "Expected `int` - at `$.a[0].b`"."""
    found = _PLACE.match(words)
    plain, path = (found["words"], found["path"] or "") if found is not None else (words, "")
    steps = [step["name"] or step["index"] for step in _STEP.finditer(path) if step["index"] != "..."]
    named = _FIELD.search(plain)
    if named is not None:
        steps.append(named["name"])
    return under + "".join(f"/{escaped(step)}" for step in steps), plain


def escaped(step: str) -> str:
    """One step of a pointer."""
    return step.replace("~", "~0").replace("/", "~1")
