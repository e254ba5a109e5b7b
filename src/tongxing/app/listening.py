"""The assistant of a house: trained once a process from the packaged corpus, when it is first needed."""

from datetime import date
from threading import Lock, Thread

from tongxing.adapters.corpus_files import load_corpus
from tongxing.adapters.encoder import sentence_encoder
from tongxing.domain.book import Book
from tongxing.domain.utterances import TradeFacts, Understanding
from tongxing.service.understand import Listener

VERSION_LENGTH = 12
WARMING = "OK"


class TrainedAssistant:
    """The port `Assistant`: the first message waits for the training, unless it was begun before."""

    def __init__(self, book: Book, on: date) -> None:
        self._book, self._on = book, on
        self._lock = Lock()
        self._trained: tuple[Listener, str] | None = None

    @property
    def version(self) -> str:
        """Digest of the corpus, and with which features it was read."""
        return self._ready()[1]

    def read(self, text: str, facts: TradeFacts) -> Understanding:
        """What the words mean, beside what is known of the writer's day."""
        return self._ready()[0].read(text, facts)

    def warm(self) -> None:
        """Begin the training beside other work."""
        Thread(target=lambda: self.read(WARMING, TradeFacts()), name="listening", daemon=True).start()

    def _ready(self) -> tuple[Listener, str]:
        with self._lock:
            if self._trained is None:
                encoder = sentence_encoder()
                said, digest = load_corpus()
                features = "grams" if encoder is None else "sentences"
                listener = Listener(said, self._book, self._on, encoder)
                self._trained = listener, f"{digest[:VERSION_LENGTH]}-{features}"
            return self._trained
