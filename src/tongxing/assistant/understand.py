"""One message -> what is asked, how the writer feels, and whether someone must be called."""

import re
from dataclasses import dataclass

from tongxing.assistant.heads import Encoder, Heads
from tongxing.assistant.signals import Signals
from tongxing.assistant.slots import slots_in
from tongxing.domain.utterances import TradeFacts, Understanding

BP = 10_000
GLAD = "happy"
"""Tears and sleepless nights of joy are no distress; gallows humour and crisis stand whatever the mood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rows of `rules/assistant.yaml` in force."""

    intent_bp: int
    distress_bp: int
    distress_facts_bp: int
    crisis_bp: int
    loss_today_bp: int
    sign_ins_hour: int
    choices: int

    def speak_for_distress(self, facts: TradeFacts) -> bool:
        """Whether what is known of the day makes distress likelier: a large loss or repeated log-ins."""
        return facts.loss_today_bp >= self.loss_today_bp or facts.sign_ins_hour >= self.sign_ins_hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Mind:
    """What judging needs: what was learnt, the book's expressions, the limits, and the encoder if any."""

    heads: Heads
    signals: Signals
    limits: Limits
    encoder: Encoder | None

    def __post_init__(self) -> None:
        if self.heads.with_encoder != (self.encoder is not None):
            raise ValueError("these heads were trained with other features: train them again")


def understand(text: str, mind: Mind, facts: TradeFacts) -> Understanding:
    """Judge one message; a message without a letter or digit is asked back and alarms nobody."""
    read = mind.signals.read(text)
    scores = mind.heads.scores(read, mind.encoder)
    worded = re.search(r"\w", read.text) is not None
    head = mind.heads.intent
    ranked = sorted(zip(head.probabilities(scores), head.classes, strict=True), reverse=True)
    felt = max(zip(mind.heads.emotion.probabilities(scores), mind.heads.emotion.classes, strict=True))
    distress_p = float(mind.heads.distress.probabilities(scores)[-1])
    crisis_p = float(mind.heads.crisis.probabilities(scores)[-1])
    limits = mind.limits
    if read.courtesy:
        return _courtesy(ranked[0][1], tuple(name for _p, name in ranked[: limits.choices]))
    crisis = worded and (read.crisis or crisis_p * BP >= limits.crisis_bp)
    least = limits.distress_facts_bp if limits.speak_for_distress(facts) else limits.distress_bp
    p = float(ranked[0][0]) if worded else 0.0
    abstained = p * BP < limits.intent_bp
    return Understanding(
        intent=ranked[0][1],
        p=round(p, 4),
        abstained=abstained,
        choices=tuple(name for _p, name in ranked[: limits.choices]) if abstained else (),
        slots=slots_in(read.text),
        emotion=felt[1] if worded else "neutral",
        distress=crisis or (worded and (read.care or (felt[1] != GLAD and distress_p * BP >= least))),
        distress_p=round(distress_p, 4),
        crisis=crisis,
        crisis_p=round(crisis_p, 4),
    )


def _courtesy(intent: str, choices: tuple[str, ...]) -> Understanding:
    """A greeting asks for nothing and alarms nobody."""
    return Understanding(
        intent=intent,
        p=0.0,
        abstained=True,
        choices=choices,
        slots={},
        emotion="neutral",
        distress=False,
        distress_p=0.0,
        crisis=False,
        crisis_p=0.0,
        courtesy=True,
    )
