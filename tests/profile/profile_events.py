"""Instants and the type of the maker of events, for tests of the room."""

from collections.abc import Callable
from datetime import datetime

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event

Make = Callable[..., Event]


def moment(text: str) -> datetime:
    """A Beijing instant."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)
