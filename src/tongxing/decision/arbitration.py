"""Who may speak when several could: duty first, then the most good for the least harm, one voice a slot."""

from collections.abc import Sequence

from tongxing.domain.grades import Nature
from tongxing.domain.pages import Playbook


def ranked(playbooks: Sequence[Playbook]) -> tuple[Playbook, ...]:
    """Duties, then the greatest expected lift minus harm; equal ones by name."""
    return tuple(sorted(playbooks, key=lambda page: (not duty(page), -net_bp(page), page.name)))


def arbitrate(playbooks: Sequence[Playbook]) -> dict[str, tuple[str, ...]]:
    """Reasons against each playbook by name; the winner of a slot has none.

    Doing nothing is a candidate worth 0: what is expected to harm more than it helps loses to it, unless
    it is a duty.
    """
    winners: dict[str, str] = {}
    reasons: dict[str, tuple[str, ...]] = {}
    for page in ranked(playbooks):
        if net_bp(page) < 0 and not duty(page):
            reasons[page.name] = (
                f"arbitration: harm {page.harm_bp} bp is not covered by lift {page.lift_bp} bp: silence wins",
            )
            continue
        winner = winners.setdefault(page.slot, page.name)
        lost = winner != page.name
        reasons[page.name] = (f"arbitration: {winner} takes slot {page.slot}",) if lost else ()
    return reasons


def net_bp(playbook: Playbook) -> int:
    """Expected lift minus expected harm, as the page states it: a house assumption until measured."""
    return playbook.lift_bp - playbook.harm_bp


def duty(playbook: Playbook) -> bool:
    """Whether the house owes it to the client, rather than offers it."""
    return playbook.nature is Nature.SERVICE
