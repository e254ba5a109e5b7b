"""The assistant's understanding, joined from the corpus, the encoder and the rules in force."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tongxing.assistant.heads import Encoder, train
from tongxing.assistant.signals import read_signals
from tongxing.assistant.understand import Limits, Mind, understand
from tongxing.domain.book import Book
from tongxing.domain.utterances import TradeFacts, Understanding, Utterance

TEST_STYLES = frozenset({"street"})
"""Ways of writing kept from every fit and calibration: what is reported was measured on these."""
NOTHING_KNOWN = TradeFacts()


class Listener:
    """Reads messages with heads trained once from the corpus, without the styles kept for the test."""

    def __init__(
        self,
        corpus: Sequence[Utterance],
        book: Book,
        on: date,
        encoder: Encoder | None,
        *,
        unseen: frozenset[str] = TEST_STYLES,
    ) -> None:
        signals = read_signals(lambda rule: book.rules.words(rule, on))
        known = [one for one in corpus if one.style not in unseen]
        self.mind = Mind(
            heads=train(known, signals, encoder), signals=signals, limits=_limits(book, on), encoder=encoder
        )

    def read(
        self, text: str, facts: TradeFacts = NOTHING_KNOWN, history: Sequence[str] = ()
    ) -> Understanding:
        """Judge one message; what it asks is read with the message before it where it says too little alone.

        How the writer feels is told by the message itself.
        """
        alone = understand(text, self.mind, facts)
        if not history or not alone.abstained or alone.courtesy:
            return alone
        both = understand(f"{history[-1]} {text}", self.mind, facts)
        if both.abstained:
            return alone
        slots = {**both.slots, **alone.slots}
        return replace(alone, intent=both.intent, p=both.p, abstained=False, choices=(), slots=slots)


def _limits(book: Book, on: date) -> Limits:
    number = book.rules.number
    return Limits(
        intent_bp=number("assistant_intent_p_min_bp", on),
        distress_bp=number("assistant_distress_p_min_bp", on),
        distress_facts_bp=number("assistant_distress_p_min_facts_bp", on),
        crisis_bp=number("assistant_crisis_p_min_bp", on),
        loss_today_bp=number("assistant_loss_today_bp", on),
        sign_ins_hour=number("assistant_sign_ins_hour", on),
        choices=number("assistant_choices_max", on),
    )
