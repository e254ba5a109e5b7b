"""The pages `rules/<area>.yaml`: dated numbers and words of law and of the house, each with its source."""

import itertools
from collections.abc import Sequence
from datetime import date

from tongxing.book.nodes import Fields, Items, Node, Scalar
from tongxing.book.section import NO_DAY, Section
from tongxing.domain.pages import RuleRow, RuleStatus, RuleValue

RULE_ID = "[a-z][a-z0-9_]{0,63}"
STATUSES: dict[str, RuleStatus] = {
    "read": "read",
    "secondary": "secondary",
    "unverified": "unverified",
    "house": "house",
}


def rules(page: Section) -> dict[str, tuple[int, tuple[RuleRow, ...]]]:
    """Every rule of an area: id -> (line, its rows, oldest first)."""
    found: dict[str, tuple[int, tuple[RuleRow, ...]]] = {}
    for rule_id, line, node in page.entries(pattern=RULE_ID):
        if isinstance(node, Fields):
            found[rule_id] = (line, _rule(rule_id, page.within(node)))
        else:
            page.note(line, f"{rule_id}: unit and rows are needed")
    return found


def _rule(rule_id: str, section: Section) -> tuple[RuleRow, ...]:
    unit = section.text("unit")
    sections = section.sections("rows")
    rows = [_row(rule_id, unit, row) for row in sections]
    section.end()
    _seamless(rule_id, sections, rows)
    return tuple(sorted(rows, key=lambda row: row.valid_from))


def _row(rule_id: str, unit: str, section: Section) -> RuleRow:
    row = RuleRow(
        rule_id=rule_id,
        value=_value(section),
        unit=unit,
        valid_from=_since(rule_id, section),
        valid_to=section.day("to") if section.has("to") else None,
        instrument=section.text("instrument"),
        article=section.text("article"),
        status=section.choice("status", STATUSES),
        area=section.path.removeprefix("rules/").removesuffix(".yaml"),
    )
    section.end()
    return row


def _since(rule_id: str, section: Section) -> date:
    if section.has("from"):
        return section.day("from")
    section.note(section.line, f"{rule_id}: an undated value: since when does it hold? (missing key 'from')")
    return NO_DAY


def _value(section: Section) -> RuleValue:
    if not section.has("value"):
        section.missing("value")
        return 0
    node: Node = section.node.fields["value"][1]
    if isinstance(node, Items):
        return section.texts_of(node, "value", least=1)
    if isinstance(node, Scalar) and isinstance(node.value, date):
        section.note(node.line, f'value: quote the date "{node.value}"')
        return 0
    if isinstance(node, Scalar):
        return 0 if node.broken or isinstance(node.value, date) else node.value
    section.note(node.line, "value: a whole number, a word, true or false, or a list of words is needed")
    return 0


def _seamless(rule_id: str, sections: Sequence[Section], rows: Sequence[RuleRow]) -> None:
    """Rows follow one another by date: no day has two values, no day between two rows has none."""
    dated = sorted(
        ((row, section) for row, section in zip(rows, sections, strict=True) if row.valid_from != NO_DAY),
        key=lambda pair: pair[0].valid_from,
    )
    for row, section in dated:
        if row.valid_to is not None and row.valid_to <= row.valid_from:
            section.note(section.line, f"{rule_id}: ends on {row.valid_to}, before it begins")
    for (row, _section), (later, section) in itertools.pairwise(dated):
        if row.valid_to is None or row.valid_to > later.valid_from:
            until = "for ever" if row.valid_to is None else f"until {row.valid_to}"
            section.note(
                section.line, f"{rule_id}: overlaps the row from {row.valid_from}, which holds {until}"
            )
        elif row.valid_to < later.valid_from:
            section.note(
                section.line,
                f"{rule_id}: no value from {row.valid_to} to {later.valid_from}: a gap between rows",
            )
