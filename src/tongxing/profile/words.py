"""What a client's own words hint at: topics, distress and fraud, by the word lists of the book."""

import re
from dataclasses import dataclass

from tongxing.domain.pages import WordTable
from tongxing.profile.codes import DEGREES, TOPICS

READERS_MAX = 8
TEXT_READ_MAX = 4_000
SENTENCE_ENDS = re.compile(r"[。！？!?；;\n]")


@dataclass(frozen=True, slots=True)
class Reader:
    """The word lists of one book, ready to read with."""

    table: WordTable
    topics: tuple[tuple[int, re.Pattern[str]], ...]
    distress: tuple[tuple[int, re.Pattern[str]], ...]
    """Gravest degree first."""
    unless: re.Pattern[str] | None
    fraud: tuple[tuple[re.Pattern[str], ...], ...] = ()
    """Patterns of a solicitation: all parts in one sentence."""
    fraud_unless: re.Pattern[str] | None = None

    def topics_of(self, text: str) -> tuple[int, ...]:
        """Codes of the topics a text names, in order."""
        read = text[:TEXT_READ_MAX].lower()
        return tuple(code for code, pattern in self.topics if pattern.search(read))

    def degree_of(self, text: str) -> int:
        """How grave the distress in a text is; 0 where there is none.

        The market's own slang for losses (`unless`) is taken out first: it is no distress by itself.
        """
        read = text[:TEXT_READ_MAX].lower()
        if self.unless is not None:
            read = self.unless.sub("…", read)
        return next((degree for degree, pattern in self.distress if pattern.search(read)), 0)

    def solicited(self, text: str) -> bool:
        """Whether a text describes that somebody wants the client's money, code or screen.

        All parts of a pattern must stand in one sentence; look-alikes are taken out first.
        """
        read = text[:TEXT_READ_MAX].lower()
        if not any(pattern[0].search(read) for pattern in self.fraud):
            return False
        if self.fraud_unless is not None:
            read = self.fraud_unless.sub("…", read)
        return any(
            all(part.search(sentence) for part in pattern)
            for sentence in SENTENCE_ENDS.split(read)
            for pattern in self.fraud
        )


_readers: dict[int, Reader] = {}


def reader(table: WordTable) -> Reader:
    """The reader of a word table, made once for each loaded book."""
    found = _readers.get(id(table))
    if found is not None and found.table is table:
        return found
    if len(_readers) >= READERS_MAX:
        _readers.clear()
    made = Reader(
        table=table,
        topics=tuple(
            (code, _any_of(table.topics[name])) for name, code in TOPICS.items() if table.topics.get(name)
        ),
        distress=tuple(
            (degree, _any_of(table.distress[name]))
            for name, degree in sorted(DEGREES.items(), key=lambda pair: -pair[1])
            if table.distress.get(name)
        ),
        unless=_any_of(table.distress_unless) if table.distress_unless else None,
        fraud=tuple(tuple(_any_of(part) for part in pattern) for pattern in table.fraud),
        fraud_unless=_any_of(table.fraud_unless) if table.fraud_unless else None,
    )
    _readers[id(table)] = made
    return made


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted((word.lower() for word in words), key=lambda word: (-len(word), word))
    return re.compile("|".join(re.escape(word) for word in longest_first))
