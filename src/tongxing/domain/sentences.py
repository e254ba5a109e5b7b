"""Where a sentence ends."""

ENDS = "。！？.!?"


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of a text, each with its mark; a line is one, a point inside a number ends none."""
    found: list[str] = []
    for line in text.splitlines():
        start = 0
        for place, mark in enumerate(line):
            inside = mark == "." and line[place + 1 : place + 2].isdigit()
            if mark in ENDS and not inside:
                found.append(line[start : place + 1].strip())
                start = place + 1
        found.append(line[start:].strip())
    return tuple(sentence for sentence in found if sentence)
