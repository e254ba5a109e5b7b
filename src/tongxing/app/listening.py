"""The assistant of a house: trained once a process from the corpus in force, when it is first needed."""

from collections.abc import Callable
from datetime import date
from threading import Lock, Thread

from tongxing.adapters.corpus_files import Corpus, load_corpus, read_pages, unpacked
from tongxing.adapters.encoder import sentence_encoder
from tongxing.domain.book import Book
from tongxing.domain.utterances import TradeFacts, Understanding
from tongxing.service.assistant_versions import CORPUS, in_force
from tongxing.service.ports import Store
from tongxing.service.understand import Listener

VERSION_LENGTH = 12
WARMING = "OK"


class TrainedAssistant:
    """The port `Assistant`: the first message waits for the training, unless it was begun before."""

    def __init__(self, book: Book, on: date, corpus: Callable[[], Corpus] = load_corpus) -> None:
        self._book, self._on, self._corpus = book, on, corpus
        self._lock = Lock()
        self._trained: tuple[Listener, str] | None = None

    @property
    def version(self) -> str:
        """Digest of the corpus, and with which features it was read."""
        return self._ready()[1]

    def read(self, text: str, facts: TradeFacts) -> Understanding:
        """What the words mean, beside what is known of the writer's day."""
        return self._ready()[0].read(text, facts)

    def warm(self, then: Callable[[], object]) -> None:
        """Begin the training beside other work; something else follows it there."""

        def work() -> None:
            self.read(WARMING, TradeFacts())
            then()

        Thread(target=work, name="listening", daemon=True).start()

    def _ready(self) -> tuple[Listener, str]:
        with self._lock:
            if self._trained is None:
                encoder = sentence_encoder()
                said, digest = self._corpus()
                features = "grams" if encoder is None else "sentences"
                listener = Listener(said, self._book, self._on, encoder)
                self._trained = listener, f"{digest[:VERSION_LENGTH]}-{features}"
            return self._trained


def corpus_of(store: Store) -> Corpus:
    """The corpus a store approved; the packaged one where none ever was."""
    approved = in_force(store)
    kept = store.setting(f"{CORPUS}{approved}") if approved else None
    return load_corpus() if kept is None else read_pages(unpacked(kept))
