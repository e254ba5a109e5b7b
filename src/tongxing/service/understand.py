"""The assistant's understanding, joined from the corpus, the encoder and the rules in force."""

from collections.abc import Sequence
from datetime import date

from tongxing.assistant.heads import Encoder, Heads, train
from tongxing.assistant.understand import Limits, understand
from tongxing.domain.book import Book
from tongxing.domain.utterances import Understanding, Utterance

TEST_STYLES = frozenset({"voice", "polite"})
"""Ways of writing kept from every fit and calibration: what is reported was measured on these."""


class Listener:
    """Reads messages with heads trained once from the corpus, without the styles kept for the test."""

    def __init__(self, corpus: Sequence[Utterance], book: Book, on: date, encoder: Encoder | None) -> None:
        self.encoder = encoder
        self.heads: Heads = train([one for one in corpus if one.style not in TEST_STYLES], encoder)
        self.limits = Limits(
            intent_bp=book.rules.number("assistant_intent_p_min_bp", on),
            distress_bp=book.rules.number("assistant_distress_p_min_bp", on),
            distress_loss_bp=book.rules.number("assistant_distress_p_min_loss_bp", on),
            crisis_bp=book.rules.number("assistant_crisis_p_min_bp", on),
            choices=book.rules.number("assistant_choices_max", on),
        )

    def read(self, text: str, *, trade_facts: bool = False) -> Understanding:
        """Judge one message; `trade_facts`: a large loss today or repeated log-ins."""
        return understand(text, self.heads, self.limits, encoder=self.encoder, trade_facts=trade_facts)
