"""What every rule is asked: one draft, read once, on the day of the act."""

from dataclasses import dataclass
from datetime import date

from tongxing.compliance import phrases
from tongxing.compliance.folding import fold
from tongxing.compliance.phrase_book import compiled
from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Draft
from tongxing.domain.grades import Channel, Initiative, Nature
from tongxing.domain.profile import Standing

PUBLIC_CHANNELS = frozenset({Channel.COMMUNITY, Channel.LIVE})
"""Said to many: not a touch of one client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A draft with its folded words, the book, and the Beijing day whose rules judge it."""

    draft: Draft
    book: Book
    on: date
    said: phrases.Heard
    """All words in their plainest spelling, as the phrase lists hear them."""

    @property
    def text(self) -> str:
        """All words in their plainest spelling."""
        return self.said.text

    @property
    def standing(self) -> Standing:
        """What the house knows of the client."""
        return self.draft.standing

    @property
    def by_firm(self) -> bool:
        """The house reaches out; nobody asked."""
        return self.draft.initiative is Initiative.FIRM

    @property
    def duty(self) -> bool:
        """A notice the house owes: needs no consent and may not be switched off."""
        return self.draft.nature is Nature.SERVICE and self.draft.consent == "none"

    @property
    def to_one_person(self) -> bool:
        """Addressed to this client rather than to a room full of people."""
        return self.draft.channel not in PUBLIC_CHANNELS

    @property
    def selling(self) -> bool:
        """Advice or marketing: words that may move money."""
        return self.draft.nature in (Nature.ADVICE, Nature.MARKETING)

    def number(self, rule_id: str) -> int:
        """A number of the rulebook on the day of the act."""
        return self.book.rules.number(rule_id, self.on)

    def words(self, rule_id: str) -> tuple[str, ...]:
        """A word list of the rulebook on the day of the act."""
        return self.book.rules.words(rule_id, self.on)

    def says_any(self, rule_id: str) -> bool:
        """Whether the text contains a word of a rulebook list."""
        return any(word in self.text for word in self.words(rule_id))

    def phrase(self, rule_id: str) -> str | None:
        """The first words of the text a phrase list objects to."""
        return phrases.first_hit(self.said, rule_id)

    def context(self, name: str) -> bool:
        """Whether the text contains a context of the phrase lists."""
        return phrases.context(self.text, name, book=self.said.book)


def ask_about(draft: Draft, book: Book) -> Question:
    """Read a draft once for all rules; raises when the book cannot tell how to read it."""
    on = draft.at.astimezone(BEIJING).date()
    text = fold(
        draft.text,
        characters=book.rules.words("fold_characters", on) + book.rules.words("fold_look_alikes", on),
        words=book.rules.words("fold_words", on) + book.rules.words("fold_spellings", on),
    )
    said = phrases.heard(text, draft.locale, compiled(book.phrases))
    return Question(draft=draft, book=book, on=on, said=said)
