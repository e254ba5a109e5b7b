"""An article of investor education: plain words the house wrote itself, with its sources."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Reader = Literal["all", "newcomer", "elderly"]
SLOT = r"\{([a-z][a-z0-9_]*)(?:\.([0-9]))?\}"
"""A number of the rulebook: `{rule_id}`, or `{rule_id.0}` for one word of a list, counted from zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article; its paragraphs hold slots where a rule has the number."""

    name: str
    topic: str
    """The page it stands on, e.g. `fees` for `articles/fees.yaml`."""
    title: str
    body: tuple[str, ...]
    """Paragraphs."""
    asks: tuple[str, ...]
    """What a client might type who needs it."""
    intents: tuple[str, ...]
    """What a client may have asked for when it helps; names of `domain.utterances.INTENTS`."""
    reader: Reader
    sources: tuple[str, ...]
    """Law or rule with its article, or what of the house it rests on."""
    reviewed: date

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules whose numbers it tells, each once."""
        found = (match[0] for part in (self.title, *self.body) for match in re.findall(SLOT, part))
        return tuple(dict.fromkeys(found))
