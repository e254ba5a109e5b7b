"""Pages of forbidden ways of speaking: single patterns, and frames that put classes of words together.

A class is a list of words (or short patterns) of one meaning; `{name}` inside one means an earlier class.
A frame is a row of pieces and gaps: `{certain} <8> {gain}`. A gap is the most characters that may stand
between: `8` within the clause, `~8` within the sentence, in brackets (`<8>`, `<~8>`) in either order.
"""

import re
from collections.abc import Mapping

from tongxing.book.nodes import Fields
from tongxing.book.patterns import PATTERN_LENGTH_MAX, complaint
from tongxing.book.section import Section
from tongxing.domain.pages import LearnedRule, LearnedWords, PhraseRule

NAME = "[a-z][a-z0-9_]{0,63}"
GAPS = {False: (r"[^,。;!?\n]", r"[^。!?\n]"), True: (r"[^.,;!?\n]", r"[^.!?\n]")}
"""What may stand between within a clause and within a sentence, for Chinese and for spaced scripts."""
GAP_MAX = 60
LEARNED_MAX = 10**6
_LEARNED = re.compile(r"([^\s|]{1,40}) (-?\d{1,6})")
_REFERENCE = re.compile(r"\{([a-z][a-z0-9_]{0,63})\}")
_GAP = re.compile(r"(<?)(~?)(\d{1,2})(>?)")


class FrameError(ValueError):
    """A frame is not written as frames are."""


def phrases(locale: str, page: Section) -> list[PhraseRule]:
    """Forbidden ways of speaking in one locale."""
    found = []
    classes = _classes(page.section("classes")) if page.has("classes") else {}
    for entry in page.sections("phrases", least=1) if page.has("phrases") or not classes else ():
        found.append(_phrase(locale, entry))
        entry.end()
    for entry in page.sections("frames", least=1) if page.has("frames") else ():
        found.append(_frame(locale, entry, classes))
        entry.end()
    page.end()
    return found


def learned(locale: str, page: Section) -> LearnedWords:
    """What was learned of forbidden drafts: rows of `trait number` with bars between."""
    inside = page.section("learned")
    rules = {}
    naming = inside.section("rules")
    for rule, line, node in naming.entries(pattern=NAME):
        if not isinstance(node, Fields):
            naming.note(line, f"{rule}: a mapping is needed")
            continue
        of_rule = naming.within(node)
        rules[rule] = LearnedRule(
            before=of_rule.integer("before", low=-LEARNED_MAX, high=LEARNED_MAX),
            each=of_rule.integer("each", low=-LEARNED_MAX, high=LEARNED_MAX),
            typical=_rows(of_rule, "typical"),
        )
        of_rule.end()
    found = LearnedWords(
        locale=locale,
        bar=inside.integer("bar", low=-LEARNED_MAX, high=LEARNED_MAX),
        excuse=inside.integer("excuse", low=-LEARNED_MAX, high=LEARNED_MAX),
        weights=_rows(inside, "weights"),
        rules=rules,
        source=inside.text("source"),
    )
    inside.end()
    page.end()
    return found


def _rows(section: Section, key: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in section.texts(key, least=1):
        for entry in row.split("|"):
            written = _LEARNED.fullmatch(entry)
            if written is None:
                section.note(section.line_of(key), f"{key}: {entry!r} is not a trait and a number")
            else:
                found[written[1]] = int(written[2])
    return found


def expanded(frame: str, classes: Mapping[str, str], *, spaced: bool = False) -> str:
    """The one pattern of a frame; in `spaced` scripts a piece is made of whole words. Raises FrameError."""
    pieces = frame.split()
    if not pieces or len(pieces) % 2 == 0:
        raise FrameError(f"{frame!r} is not pieces with gaps between them")
    edge = r"\b" if spaced else ""
    words = [f"{edge}(?:{_with_classes(piece, classes)}){edge}" for piece in pieces[::2]]
    gaps = [_gap(piece, spaced=spaced) for piece in pieces[1::2]]
    if any(either for _pattern, either in gaps):
        if len(words) != 2:  # noqa: PLR2004 - "either order" is of two
            raise FrameError(f"{frame!r}: either order is for two pieces")
        between = gaps[0][0]
        return f"{words[0]}{between}{words[1]}|{words[1]}{between}{words[0]}"
    return words[0] + "".join(gap + word for (gap, _either), word in zip(gaps, words[1:], strict=True))


def _gap(piece: str, *, spaced: bool) -> tuple[str, bool]:
    written = _GAP.fullmatch(piece)
    if written is None or bool(written[1]) != bool(written[4]) or int(written[3]) > GAP_MAX:
        raise FrameError(f"{piece!r} is not a gap: write 8, ~8, <8> or <~8>, at most {GAP_MAX}")
    between = GAPS[spaced][bool(written[2])]
    return f"{between}{{0,{int(written[3])}}}", bool(written[1])


def _with_classes(piece: str, classes: Mapping[str, str]) -> str:
    named = _REFERENCE.findall(piece)
    unknown = [name for name in named if name not in classes]
    if unknown:
        raise FrameError(f"no class {unknown[0]!r} stands before its use")
    if sum(len(classes[name]) for name in named) > PATTERN_LENGTH_MAX:
        raise FrameError(f"{piece[:40]!r} names classes of more than {PATTERN_LENGTH_MAX} characters")
    return _REFERENCE.sub(lambda found: f"(?:{classes[found[1]]})", piece)


def _classes(section: Section) -> dict[str, str]:
    """Name -> one pattern of all its words, the longest first."""
    classes: dict[str, str] = {}
    for name, line, node in section.entries(pattern=NAME):
        try:
            words = _words_of_class(section.texts_of(node, name, least=1), classes)
        except FrameError as mistake:
            section.note(line, f"{name}: {mistake}")
            continue
        for word in words:
            found = complaint(word)
            if found is not None:
                section.note(line, f"{name}: {found}")
                break
        else:
            classes[name] = "|".join(sorted(words, key=len, reverse=True))
    return classes


def _words_of_class(words: tuple[str, ...], classes: Mapping[str, str]) -> list[str]:
    """The words with the classes they name put in; together no longer than a pattern may be."""
    found: list[str] = []
    length = 0
    for word in words:
        found.append(_with_classes(word, classes))
        length += len(found[-1]) + 1
        if length > PATTERN_LENGTH_MAX:
            raise FrameError(f"a class has at most {PATTERN_LENGTH_MAX} characters in all")
    return found


def _frame(locale: str, entry: Section, classes: Mapping[str, str]) -> PhraseRule:
    patterns: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    try:
        spaced = not locale.startswith("zh")
        says = entry.texts("says", least=1)
        patterns = tuple(expanded(frame, classes, spaced=spaced) for frame in says)
        beside = tuple(_with_classes(word, classes) for word in _listed(entry, "beside"))
    except FrameError as mistake:
        entry.note(entry.line_of("says"), str(mistake))
    return PhraseRule(
        rule_id=entry.text("rule", pattern=NAME),
        locale=locale,
        patterns=_taken(entry, "says", patterns),
        unless=_taken(entry, "unless", _listed(entry, "unless")),
        beside=_taken(entry, "beside", beside),
        source=entry.text("source"),
        refuses=entry.texts("refuses", least=1),
        passes=entry.texts("passes", least=1),
    )


def _phrase(locale: str, entry: Section) -> PhraseRule:
    return PhraseRule(
        rule_id=entry.text("rule", pattern=NAME),
        locale=locale,
        patterns=_taken(entry, "patterns", entry.texts("patterns", least=1)),
        unless=_taken(entry, "unless", _listed(entry, "unless")),
        source=entry.text("source"),
    )


def _listed(entry: Section, key: str) -> tuple[str, ...]:
    return entry.texts(key) if entry.has(key) else ()


def _taken(entry: Section, key: str, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns of a key; one that is no good is a problem of the page."""
    for pattern in patterns:
        found = complaint(pattern)
        if found is not None:
            entry.note(entry.line_of(key), f"{key}: {found}")
    return patterns
