"""Clocks: the wall clock of live mode, and the market clock that a demo or a simulation moves."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from tongxing.domain.clock import BEIJING

MARKET_NOW = "market_now"
"""Name of the setting that holds the market clock, an ISO instant with zone."""


FOLLOWED_MAX = timedelta(days=1)
"""How far ahead of the machine the last instant written may lie for the clock to wait for it."""


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


def machine_time() -> datetime:
    """What the machine says, in Beijing time."""
    return datetime.now(BEIJING)  # noqa: TID251 - the one place that asks the machine for the time


class WallClock:
    """The clock on the wall, in Beijing time, that never goes back.

    Where the machine's clock is set back it stands still until the machine has caught up, so that what is
    written later is never dated earlier. Nor does it begin before `floor`, the last instant already written,
    unless that lies more than a day ahead: then the machine was wrong when it was written.
    """

    def __init__(
        self, floor: datetime | None = None, *, machine: Callable[[], datetime] = machine_time
    ) -> None:
        self._machine = machine
        ahead = timedelta(0) if floor is None else floor - machine()
        self._last = None if ahead > FOLLOWED_MAX else floor
        self._turn = Lock()

    def now(self) -> datetime:
        """The instant now."""
        with self._turn:
            said = self._machine()
            self._last = said if self._last is None else max(said, self._last)
            return self._last

    def behind(self) -> timedelta:
        """How far the machine's clock lies behind what was already written; zero when it does not."""
        return max(timedelta(0), self.now() - self._machine())


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
