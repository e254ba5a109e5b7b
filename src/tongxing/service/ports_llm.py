"""A language model beside the assistant: it may choose from what is offered, and say words otherwise."""

from collections.abc import Sequence
from typing import Protocol


class ModelFailedError(RuntimeError):
    """Nothing that can be used came; `reason` is one word: late, down, resting, busy, unreadable."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LanguageModel(Protocol):
    """One model behind an address; each call has one time limit of the house for everything."""

    @property
    def name(self) -> str:
        """What the model is called, for the record."""
        ...

    def choose(self, text: str, intents: Sequence[str]) -> str:
        """The intent of a masked message, one of those given, or empty; raises `ModelFailedError`."""
        ...

    def rephrase(self, paragraphs: Sequence[str]) -> Sequence[str]:
        """The same paragraphs in other words, placeholders untouched; raises `ModelFailedError`."""
        ...
