"""One listener for all tests of understanding: n-grams alone, trained once."""

from datetime import date
from functools import cache

from tongxing.adapters.book_files import load
from tongxing.adapters.corpus_files import load_corpus
from tongxing.profile.signs import NAMES
from tongxing.service.understand import Listener

ON = date(2026, 5, 6)
CORPUS, _ = load_corpus()


@cache
def listener() -> Listener:
    """Without the encoder, as on a machine without the extra."""
    return Listener(CORPUS, load(sign_names=NAMES), ON, None)
