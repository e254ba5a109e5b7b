"""What one call of the worker did, in counts."""

from dataclasses import dataclass, fields


@dataclass(slots=True)
class WorkReport:
    """What one call of the worker did."""

    events: int = 0
    decisions: int = 0
    cleared: int = 0
    refused: int = 0
    delivered: int = 0
    withdrawn: int = 0
    timers: int = 0
    held: int = 0
    """Triggers of clients of whom something was set aside: not decided."""
    set_aside: int = 0
    cleared_waiting: int = 0

    def add(self, other: "WorkReport") -> None:
        """Add another report's counts to this one."""
        for count in fields(self):
            setattr(self, count.name, getattr(self, count.name) + getattr(other, count.name))
