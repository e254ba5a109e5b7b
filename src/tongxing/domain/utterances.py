"""What clients say, labelled: the closed lists the assistant may choose from."""

from dataclasses import dataclass, field

INTENTS = (
    "why_drop",
    "trapped",
    "top_up",
    "cut_loss",
    "full_position",
    "missed_rally",
    "take_profit",
    "tips",
    "guarantee",
    "suitability",
    "permission",
    "fund_ops",
    "pension",
    "order",
    "transfer",
    "account",
    "close",
    "complaint",
    "human",
    "privacy",
    "elderly",
    "distress",
    "fraud",
    "life_event",
    "hedge_learn",
)
EMOTIONS = ("anxious", "angry", "sad", "happy", "neutral", "confused")
MARKS = ("", "distress", "crisis", "idiom")
"""Idiom: words of death or blood that only speak of prices; never distress, never crisis."""
SLOTS = ("product", "amount", "period", "direction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One invented sentence of a client with what it means; `style` names the way of writing."""

    text: str
    intent: str
    emotion: str
    mark: str = ""
    style: str
    slots: dict[str, str] = field(default_factory=dict)

    @property
    def distressed(self) -> bool:
        """Whether the writer is in need of calm, whatever else is asked."""
        return self.mark in {"distress", "crisis"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFacts:
    """What is known of the writer's day beside the words; nothing known speaks for nothing."""

    loss_today_bp: int = 0
    """Today's loss in bp of the assets of the evening before; a gain is below zero."""
    sign_ins_hour: int = 0
    """Log-ins within the last hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What one message means; probabilities are calibrated on styles the model was not trained on."""

    intent: str
    p: float
    abstained: bool
    choices: tuple[str, ...]
    """When abstained: the intents to offer back, likeliest first."""
    slots: dict[str, str]
    emotion: str
    distress: bool
    distress_p: float
    crisis: bool
    crisis_p: float
    courtesy: bool = False
    """A greeting, a word of thanks or of leaving, and nothing beside it."""
