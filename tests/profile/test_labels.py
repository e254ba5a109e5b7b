"""The whole catalogue: every label comes at its threshold, rests on its events, and goes."""

from datetime import timedelta

import pytest
from label_cases import CASES, GONE, LOWER, Case
from profile_events import Make
from profile_people import AS_OF, names, of

from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.domain.profile import Label, Profile
from tongxing.profile.catalogue import CATALOGUE, FIXED, PREFERENCES, UNCLAIMED
from tongxing.profile.door import from_events
from tongxing.profile.signs import NAMES
from tongxing.profile.tags import pairs

EVERY = pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)


def label(found: Profile, name: str) -> Label:
    return next(one for one in found.labels if one.name == name)


def later(events: list[Event], book: Book, days: int) -> Profile:
    (found,) = from_events(events, as_of=AS_OF + timedelta(days=days), book=book)
    return found


def test_every_label_of_the_catalogue_has_a_case_a_meaning_and_other_names(book: Book) -> None:
    assert len(CATALOGUE) == 31
    assert [case.label for case in CASES] == list(CATALOGUE)
    for rule in ("label_meaning", "label_also"):
        words = book.rules.words(rule, AS_OF.date())
        assert list(pairs(words)) == list(CATALOGUE)
    assert set(CATALOGUE) >= FIXED | UNCLAIMED | PREFERENCES


def test_no_other_name_means_two_labels(book: Book) -> None:
    others = [
        other
        for names in pairs(book.rules.words("label_also", AS_OF.date())).values()
        for other in names.split("|")
    ]
    assert len(others) == len(set(others))
    assert not set(others) & set(CATALOGUE)


def test_signs_that_rest_on_labels_exist(book: Book) -> None:
    signs = pairs(book.rules.words("label_signs", AS_OF.date()))
    assert set(signs) <= set(CATALOGUE) - FIXED
    resting = [sign for names in signs.values() for sign in names.split("|")]
    assert set(resting) <= NAMES
    assert len(set(resting)) == len(resting)


@EVERY
def test_a_label_comes_at_its_threshold_and_not_just_below(happen: Make, book: Book, case: Case) -> None:
    assert case.label in names(of(case.on(happen), book))
    assert case.label not in names(of(case.below(happen), book))


@EVERY
def test_a_label_names_the_events_it_rests_on(happen: Make, book: Book, case: Case) -> None:
    events = case.on(happen)
    found = label(of(events, book), case.label)
    assert {ref.kind for ref in found.evidence} == case.rests_on
    keys = {(event.source, event.source_seq, event.kind) for event in events}
    assert all((ref.source, ref.source_seq, ref.kind) in keys for ref in found.evidence)
    assert len(set(found.evidence)) == len(found.evidence)
    assert found.source == "house"


@EVERY
def test_a_label_from_a_source_without_consent_does_not_exist(happen: Make, book: Book, case: Case) -> None:
    refused = happen("2026-05-06 15:59", "consent_withdrawn", purpose="personalised_service", source="*")
    off = happen("2026-05-06 15:59", "personalisation_set", on=False)
    for word in (refused, off):
        assert (case.label in names(of([*case.on(happen), word], book))) is not case.consented


@EVERY
def test_a_label_fades_or_ends(happen: Make, book: Book, case: Case) -> None:
    events = case.on(happen)
    now = label(of(events, book), case.label)
    then = later(events, book, case.after_days)
    assert (case.label in names(then)) is (case.then != GONE)
    if case.then != GONE:
        left = label(then, case.label).confidence_bp
        assert left < now.confidence_bp if case.then == LOWER else left == now.confidence_bp


@EVERY
def test_a_deleted_label_stays_away_and_a_duty_cannot_be_deleted(
    happen: Make, book: Book, case: Case
) -> None:
    deleted = happen("2026-05-06 15:58", "tag_deleted", label=case.label)
    found = of([*case.on(happen), deleted], book)
    assert (case.label in names(found)) is (case.label in FIXED)
    assert (case.label in found.tags_removed) is (case.label not in FIXED)


@EVERY
def test_a_client_cannot_claim_a_duty_or_a_fact_of_the_account(happen: Make, book: Book, case: Case) -> None:
    claimed = happen("2026-05-06 15:58", "tag_corrected", label=case.label, value="是")
    found = of([*case.below(happen), claimed], book)
    assert (case.label in names(found)) is (case.label not in UNCLAIMED)
    assert found.risk.grade == of(case.below(happen), book).risk.grade
