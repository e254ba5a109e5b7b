"""A decision made again from its own record is the same decision, and a changed one says where."""

from collections.abc import Iterator
from dataclasses import replace as changed

import pytest
from view_house import CONSENTS, REFUSES, fill, searches

from tongxing.adapters.entropy import SeededEntropy
from tongxing.app.house import house_for, temporary_house
from tongxing.domain.event import Retention
from tongxing.service import console_books
from tongxing.service.console_replay import DIFFERENT, EQUAL, ERASED, replay
from tongxing.service.house import House
from tongxing.service.ports import DecisionRow
from tongxing.simulation.demo import demo_start


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house() as house:
        fill(house)
        searches(house, REFUSES)
        searches(house, CONSENTS)
        yield house


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = house_for(tmp_path_factory.mktemp("replay") / "demo.db", entropy=SeededEntropy(3))
    demo_start(house, count=60, sessions_before=12)
    yield house
    house.store.close()


def every_decision(house: House) -> list[DecisionRow]:
    found: list[DecisionRow] = []
    while page := house.store.decisions(before=found[-1].decision_id if found else "", limit=200):
        found.extend(page)
    return found


def test_every_decision_of_a_demo_is_made_again_the_same(demo: House) -> None:
    rows = every_decision(demo)
    assert len(rows) > 30
    answers = [replay(demo, row.decision_id) for row in rows]
    odd = [answer for answer in answers if answer is None or answer.result != EQUAL or not answer.sealed]
    assert odd == []
    assert {row.chosen > 0 for row in rows} == {True, False}
    assert min(answer.compared for answer in answers if answer is not None) > 20


def test_another_version_of_the_program_is_told_although_the_answer_is_the_same(house: House) -> None:
    (row, *_rest) = house.store.decisions(client_id=CONSENTS)
    answer = replay(changed(house, code_version="9.9"), row.decision_id)
    assert answer is not None
    assert (answer.result, answer.code_differs, answer.code_recorded) == (EQUAL, True, house.code_version)


def test_a_book_that_says_otherwise_shows_in_the_field_it_changed(house: House) -> None:
    row = next(row for row in house.store.decisions(client_id=CONSENTS) if row.chosen)
    page = house.book.playbooks["pension_guide"]
    pages = {**house.book.playbooks, page.name: changed(page, lift_bp=page.lift_bp + 7)}
    forged = changed(house, book=changed(house.book, playbooks=pages))
    answer = replay(forged, row.decision_id)
    assert answer is not None
    assert answer.result == DIFFERENT
    assert [(one.field, int(one.recomputed) - int(one.recorded)) for one in answer.differences] == [
        ("decision/touches/0/net_bp", 7)
    ]


def test_a_decision_under_an_older_book_is_judged_by_that_book(house: House) -> None:
    row = next(row for row in house.store.decisions(client_id=CONSENTS) if row.chosen)
    page = house.book.playbooks["pension_guide"]
    pages = {**house.book.playbooks, page.name: changed(page, lift_bp=page.lift_bp + 7)}
    later = changed(house, book=changed(house.book, playbooks=pages, digest="f" * 64))
    answer = replay(later, row.decision_id)
    assert answer is not None
    assert (answer.result, answer.book_in_force) == (EQUAL, False)


def test_a_book_that_was_not_kept_or_was_changed_is_no_book(house: House) -> None:
    with pytest.raises(console_books.BookGoneError):
        console_books.book_of(house, "e" * 64)
    house.store.keep_book("e" * 64, house.store.book_copy(house.book.digest))  # type: ignore[attr-defined]
    with pytest.raises(console_books.BookGoneError, match="pages were changed"):
        console_books.book_of(house, "e" * 64)


def test_a_record_whose_keys_are_gone_answers_erased_and_an_unknown_one_nothing(house: House) -> None:
    (row, *_rest) = house.store.decisions(client_id=CONSENTS)
    with house.store.batch() as batch:
        batch.erase(CONSENTS, Retention.CONDUCT)
    answer = replay(house, row.decision_id)
    assert answer is not None
    assert (answer.result, answer.differences) == (ERASED, ())
    assert replay(house, "no-such-decision") is None
