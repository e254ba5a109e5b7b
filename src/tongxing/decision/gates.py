"""The questions other rooms answer for a decision, handed in as functions."""

from collections.abc import Callable
from dataclasses import dataclass

from tongxing.domain.book import Book
from tongxing.domain.pages import Playbook
from tongxing.domain.profile import Profile
from tongxing.domain.touch import Trigger

GateCheck = Callable[[Playbook, Profile, Trigger, Book], tuple[str, ...]]
"""Reasons against a playbook, each `name: words`; none means pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Cheap checks before any words exist; compliance asks the words themselves again."""

    consent: GateCheck
    eligibility: GateCheck
    suitability: GateCheck
    contact: GateCheck
