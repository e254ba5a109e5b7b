"""What the doors of understanding share: heads from the corpus of the book, the encoder if it is there."""

from datetime import date

from tongxing.adapters.corpus_files import load_corpus
from tongxing.adapters.encoder import sentence_encoder
from tongxing.cli.output import errors
from tongxing.domain.book import Book
from tongxing.service.understand import Listener


def listener_of(book: Book, day: date) -> Listener:
    """Trained in seconds under the rules of a day; says so when it must do without the encoder."""
    encoder = sentence_encoder()
    if encoder is None:
        errors.print("without the sentence encoder: character n-grams alone (extra `language`)")
    return Listener(load_corpus()[0], book, day, encoder)
