"""What the chat needs of the store: the one dialogue of a client, as it was left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tongxing.domain.utterances import TradeFacts, Understanding


class Assistant(Protocol):
    """What understands a message."""

    @property
    def version(self) -> str:
        """Names corpus, rules and encoder it was made of."""
        ...

    def read(self, text: str, facts: TradeFacts) -> Understanding:
        """What the words mean, beside what is known of the writer's day."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueRow:
    """A dialogue as kept."""

    version: int
    """Grows by one with each turn."""
    at: datetime
    body: bytes
    """The state of the dialogue, encoded by `service.talk_kept`."""


class Dialogues(Protocol):
    """Dialogues as last committed."""

    def of_client(self, client_id: str) -> DialogueRow | None:
        """The dialogue of a client, without body where it was erased; None where there was none."""
        ...


class DialogueBatch(Protocol):
    """Dialogues inside a write transaction."""

    def keep(self, client_id: str, row: DialogueRow) -> bool:
        """Keep the state after a turn, if the one before is still the last; False: another turn came."""
        ...
