"""One message -> what is asked, how the writer feels, and whether someone must be called."""

import re
from dataclasses import dataclass

from tongxing.assistant.heads import Encoder, Heads, features
from tongxing.assistant.slots import slots_in
from tongxing.domain.utterances import Understanding

BP = 10_000
TEXT_MAX = 2_000
"""Characters read; what follows in a longer message does not change the judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rows of `rules/assistant.yaml` in force."""

    intent_bp: int
    distress_bp: int
    distress_loss_bp: int
    crisis_bp: int
    choices: int


def understand(
    text: str,
    heads: Heads,
    limits: Limits,
    *,
    encoder: Encoder | None,
    trade_facts: bool = False,
) -> Understanding:
    """Judge one message; `trade_facts`: a large loss today or repeated log-ins speak for distress."""
    if heads.with_encoder != (encoder is not None):
        raise ValueError("these heads were trained with other features: train them again")
    read = normalised(text)
    matrix = features(heads.grams, [read], encoder)
    intents = sorted(
        zip(heads.intent.probabilities(matrix)[0], heads.intent.model.classes_, strict=True), reverse=True
    )
    emotions = zip(heads.emotion.probabilities(matrix)[0], heads.emotion.model.classes_, strict=True)
    distress_p = float(heads.distress.probabilities(matrix)[0][1])
    crisis_p = float(heads.crisis.probabilities(matrix)[0][1])
    wordless = not re.search(r"\w", read)
    p = 0.0 if wordless else float(intents[0][0])
    abstained = p * BP < limits.intent_bp
    crisis = not wordless and crisis_p * BP >= limits.crisis_bp
    least = limits.distress_loss_bp if trade_facts else limits.distress_bp
    return Understanding(
        intent=str(intents[0][1]),
        p=round(p, 4),
        abstained=abstained,
        choices=tuple(str(name) for _, name in intents[: limits.choices]) if abstained else (),
        slots=slots_in(read),
        emotion="neutral" if wordless else str(max(emotions)[1]),
        distress=crisis or (not wordless and distress_p * BP >= least),
        distress_p=round(distress_p, 4),
        crisis=crisis,
        crisis_p=round(crisis_p, 4),
    )


def normalised(text: str) -> str:
    """Lower case, half-width, single spaces, at most `TEXT_MAX` characters."""
    halved = "".join(chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else one for one in text[:TEXT_MAX])
    return " ".join(halved.lower().split())
