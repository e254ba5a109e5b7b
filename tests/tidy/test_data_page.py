"""docs/rules/data.md says what every column is; it, the rulebook and the store agree."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tongxing.adapters.book_files import load
from tongxing.adapters.store.plain_rows import columns
from tongxing.domain.bodies import BODIES
from tongxing.domain.book import Rulebook
from tongxing.domain.event import Retention
from tongxing.profile.restriction import is_kept, kept_by
from tongxing.profile.signs import NAMES

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "data.md"
ON = date(2026, 5, 6)
NAME = re.compile(r"`([^`]+)`")
IDS_ONLY = {("webhook_call", "payload")}
SEALED = ("body", "blob", "payload", "sealed", "reason", "secret", "wrapped", "one_time", "answer")


@pytest.fixture(scope="module")
def rules() -> Rulebook:
    return load(None, sign_names=NAMES).rules


def section(number: int) -> Iterator[list[str]]:
    """Cells of each row of the table in a section."""
    part = PAGE.read_text(encoding="utf-8").split(f"\n## {number}. ")[1].split("\n## ")[0]
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and not line.startswith("| ---"):
            yield cells


def test_every_column_of_a_store_has_one_row_and_none_is_invented() -> None:
    told = [
        (NAME.findall(cells[0])[0], name) for cells in [*section(2)][1:] for name in NAME.findall(cells[1])
    ]
    assert [one for one, count in Counter(told).items() if count > 1] == []
    assert sorted(told) == sorted(columns())


def test_columns_that_hold_what_is_personal_are_said_to_be_sealed() -> None:
    rest = {NAME.findall(cells[0])[0]: cells[3] for cells in [*section(2)][1:] if "plain" not in cells[3]}
    for table, column in columns():
        if column in SEALED and (table, column) not in IDS_ONLY:
            assert re.search("sealed|wrapped|argon2", rest[table]), (table, column)


def test_each_class_is_kept_by_the_rules_the_book_names(rules: Rulebook) -> None:
    told: dict[str, set[str]] = {}
    for cells in [*section(1)][1:]:
        (retention,) = NAME.findall(cells[0])
        told.setdefault(retention, set()).update(NAME.findall(cells[3]))
    assert told.keys() == {one.value for one in Retention}
    for one in Retention:
        if is_kept(rules, one, ON):
            assert told[one.value] == set(kept_by(rules, one, ON))
        else:
            assert not any(name.endswith("_years") for name in told[one.value])
    assert {retention for _body, retention in BODIES.values()} <= set(Retention)


def test_each_figure_is_that_of_the_book(rules: Rulebook) -> None:
    figures = {NAME.findall(cells[3])[0]: cells[4] for cells in [*section(1)][1:] if NAME.findall(cells[3])}
    assert figures
    for rule, figure in figures.items():
        assert rules.number(rule, ON) == int(figure), rule


def test_each_rule_named_as_a_time_is_in_the_book(rules: Rulebook) -> None:
    named = {name for number in (2, 3) for cells in section(number) for name in NAME.findall(cells[-1])}
    assert {"keep_looks_years", "keep_backups_days"} <= named
    for name in named:
        assert rules.number(name, ON) > 0
