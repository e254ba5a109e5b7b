"""Labels: named traits the client may see, correct, delete and switch off, each with its evidence.

Names and meanings: the label catalogue of the book (`label_meaning`), explained in docs/labels.md. A label
from a source without consent does not exist. Facts the law makes us keep are not the client's to delete.
"""

from collections.abc import Callable, Iterator, Mapping

from tongxing.domain.profile import Label
from tongxing.profile import labels_account, labels_person, labels_told
from tongxing.profile.catalogue import FIXED, UNCLAIMED, shown_order
from tongxing.profile.debts import Repayment
from tongxing.profile.found import FACT, Found, confidence_bp
from tongxing.profile.view import View

_MAKERS: tuple[Callable[[View, Repayment], Iterator[Found]], ...] = (
    labels_person.of_grade,
    labels_account.of_trading,
    labels_told.of_debts,
    labels_told.of_learning,
    labels_account.of_holdings,
    labels_told.of_needs,
    labels_account.of_sleep,
    labels_account.of_habits,
    labels_person.of_person,
    labels_person.of_tier,
    labels_person.of_care,
    labels_person.of_leaving,
    labels_person.of_professional,
)


def labels(client: View, repayment: Repayment) -> tuple[Label, ...]:
    """Every label, corrected by the client, in order of the catalogue; what has faded is left out."""
    found = {one.name: one for make in _MAKERS for one in make(client, repayment)}
    kept = _corrected(client, found)
    least = client.rule("confidence_shown_bp_min")
    made: list[Label] = []
    for name in sorted(kept, key=shown_order):
        one = kept[name]
        sure = confidence_bp(client, one)
        if sure >= least or one.kind == FACT or name in FIXED:
            made.append(Label(name=name, confidence_bp=sure, evidence=one.evidence, source=one.source))
    return tuple(made)


def _corrected(client: View, found: Mapping[str, Found]) -> dict[str, Found]:
    """The labels after the client's words on them, in the order they were said."""
    kept = dict(found)
    for word in client.tags:
        here = kept.pop(word.label, None)
        instead = word.instead
        if word.confirms and word.label in UNCLAIMED:
            kept |= {} if here is None else {word.label: here}
        elif word.confirms:
            evidence = (*(() if here is None else here.evidence), word.entry.ref)
            kept[word.label] = Found(word.label, FACT, evidence, source="client")
        elif instead is not None and instead not in UNCLAIMED:
            kept[instead] = Found(instead, FACT, (word.entry.ref,), source="client")
    return kept
