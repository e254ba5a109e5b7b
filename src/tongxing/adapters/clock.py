"""Clocks: the wall clock of live mode, and the market clock that a demo or a simulation moves."""

from datetime import datetime
from typing import Protocol

from tongxing.domain.clock import BEIJING

MARKET_NOW = "market_now"
"""Name of the setting that holds the market clock, an ISO instant with zone."""


class ClockError(RuntimeError):
    """The clock in force cannot say what time it is."""


class Settings(Protocol):
    """The two words a market clock needs of a store."""

    def setting(self, name: str) -> str | None:
        """The value, or None when it was never set."""
        ...

    def set_setting(self, name: str, value: str) -> None:
        """Keep a value under a name."""
        ...


class WallClock:
    """The clock on the wall, in Beijing time."""

    def now(self) -> datetime:
        """The instant now."""
        return datetime.now(BEIJING)  # noqa: TID251 - the one place that asks the machine for the time


class MarketClock:
    """A clock that stands still inside the real history until somebody moves it."""

    def __init__(self, store: Settings) -> None:
        self._store = store

    def now(self) -> datetime:
        """Where the clock stands; raises `ClockError` while it was never set."""
        text = self._store.setting(MARKET_NOW)
        if text is None:
            raise ClockError("the market clock of this store was never set; make a demo store anew")
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise ClockError(f"the market clock has no zone: {text}")
        return instant.astimezone(BEIJING)

    def move(self, to: datetime) -> None:
        """Set the clock; an instant without zone is a mistake of ours."""
        if to.tzinfo is None:
            raise ClockError(f"the market clock needs a zone: {to.isoformat()}")
        self._store.set_setting(MARKET_NOW, to.astimezone(BEIJING).isoformat())
