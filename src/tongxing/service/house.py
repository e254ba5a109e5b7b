"""The house at work: everything a use case needs, joined once by `app` and handed in."""

from dataclasses import dataclass

from tongxing.domain.book import Book
from tongxing.domain.clock import Clock
from tongxing.domain.leaf import ACCESS, RECORDS, RECORDS_GM
from tongxing.service.ports import Entropy, Log, Market, Store
from tongxing.service.ports_devices import Carriers
from tongxing.service.ports_learn import ArticleIndex
from tongxing.service.ports_llm import LanguageModel
from tongxing.service.ports_log import WitnessWatch
from tongxing.service.ports_talk import Assistant


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A store with its book, its market and its clock."""

    store: Store
    market: Market
    book: Book
    clock: Clock
    entropy: Entropy
    code_version: str
    log: Log | None = None
    """The log of records that the worker of this store writes; None: none is kept."""
    access_log: Log | None = None
    """The log of looks at clients beside it."""
    national_log: Log | None = None
    """A second log over the leaves of `log` with national algorithms; None: nobody asked for it."""
    witnesses: WitnessWatch | None = None
    """The witnesses of the log of records; None: its operator wants none."""
    look_witnesses: WitnessWatch | None = None
    """The witnesses of the log of looks; None: its operator wants none."""
    carriers: Carriers | None = None
    """Who carries words to devices; None: this process has nobody, and nothing goes out."""
    article_index: ArticleIndex | None = None
    """Articles of the book by their words; None: they are found by their titles alone."""
    meaning_index: ArticleIndex | None = None
    """The same by what words mean; None: there is no sentence encoder."""
    language_model: LanguageModel | None = None
    """A language model beside the assistant; None: approved words alone."""
    assistant: Assistant | None = None
    """What understands the chat; None: a person answers."""

    def witnesses_named(self, name: str) -> WitnessWatch | None:
        """The witnesses of the log of that name; None where none are wanted."""
        return {RECORDS: self.witnesses, ACCESS: self.look_witnesses}.get(name)

    def log_named(self, name: str) -> Log | None:
        """The log of that name; None where none is kept."""
        return {RECORDS: self.log, ACCESS: self.access_log, RECORDS_GM: self.national_log}.get(name)
