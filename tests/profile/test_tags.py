"""The client's word on labels: deleted stays deleted, corrected counts in full, duties and grades stand."""

from datetime import date

import pytest
from label_cases import held, stated
from profile_events import Make, moment
from profile_people import AS_OF, courses, facts, names, of, person

from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.domain.grades import Tolerance
from tongxing.profile import fold
from tongxing.profile.glance import signs_after
from tongxing.profile.tags import Said, canonical, said

SHORT, LONG = "短期交易型", "长期持有型"


def corrected(happen: Make, label: str, value: str, at: str = "2026-05-01 10:00") -> Event:
    return happen(at, "tag_corrected", label=label, value=value)


def deleted(happen: Make, label: str, at: str = "2026-05-01 10:00") -> Event:
    return happen(at, "tag_deleted", label=label)


def consented(happen: Make, at: str, **rest: str) -> Event:
    return happen(at, "consent_given", **{"purpose": "personalised_service", "source": "*", **rest})


def test_a_deleted_label_stays_away_when_new_evidence_comes(happen: Make, book: Book) -> None:
    events = [*person(happen), *courses(happen), deleted(happen, "学习能力强", "2026-04-10 10:00")]
    more = [happen(f"2026-05-0{day} 20:00", "course_done", course=f"n{day}") for day in range(1, 5)]
    assert "学习能力强" not in names(of([*events, *more], book))


@pytest.mark.parametrize(
    ("purpose", "source", "back"),
    [
        ("personalised_service", "*", True),
        ("profiling", "*", True),
        ("marketing", "*", False),
        ("personalised_service", "card_bill_seen", False),
    ],
)
def test_only_a_new_consent_to_profiling_as_a_whole_lets_a_label_back_in(
    happen: Make, book: Book, *, purpose: str, source: str, back: bool
) -> None:
    events = [*person(happen), *facts(happen), deleted(happen, SHORT)]
    given = consented(happen, "2026-05-02 10:00", purpose=purpose, source=source)
    assert (SHORT in names(of([*events, given], book))) is back
    before = consented(happen, "2026-04-30 10:00", purpose=purpose, source=source)
    assert SHORT not in names(of([*events, before], book))


def test_a_client_lets_a_label_back_in_by_confirming_it(happen: Make, book: Book) -> None:
    events = [*person(happen), *facts(happen), deleted(happen, SHORT)]
    found = of([*events, corrected(happen, SHORT, SHORT, "2026-05-02 10:00")], book)
    assert SHORT in names(found)
    assert found.tags_removed == ()


def test_a_fact_of_the_account_that_was_deleted_comes_back_as_our_record_says(
    happen: Make, book: Book
) -> None:
    events = [*stated(mean_assets_20d_fen=300_000_000)(happen), deleted(happen, "高净值")]
    assert names(of(events, book)) == []
    (back,) = of([*events, corrected(happen, "高净值", "是", "2026-05-02 10:00")], book).labels
    assert (back.name, back.source) == ("高净值", "house")


def test_the_clients_value_is_shown_in_full_with_the_client_as_source(happen: Make, book: Book) -> None:
    events = [*person(happen), *facts(happen)]
    found = of([*events, corrected(happen, SHORT, LONG)], book)
    label = next(one for one in found.labels if one.name == LONG)
    assert (label.confidence_bp, label.source) == (10_000, "client")
    assert [ref.kind for ref in label.evidence] == ["tag_corrected"]
    assert SHORT not in names(found)
    assert found.tags_removed == (SHORT,)
    own = of([*events, corrected(happen, SHORT, "价值投资者")], book)
    assert names(own)[-1] == "价值投资者"
    assert names(of([*events, corrected(happen, SHORT, "不是")], book)) == ["风险偏好中高", "有稳定负债"]


def test_a_confirmed_label_keeps_its_evidence_and_gains_the_clients_word(happen: Make, book: Book) -> None:
    found = of([*person(happen), *facts(happen), corrected(happen, SHORT, "是")], book)
    label = next(one for one in found.labels if one.name == SHORT)
    assert (label.confidence_bp, label.source) == (10_000, "client")
    assert [ref.kind for ref in label.evidence] == ["account_facts", "tag_corrected"]


@pytest.mark.parametrize(
    ("label", "value", "shown"),
    [
        ("短线", "买入持有", LONG),
        ("高换手", "是", SHORT),
        ("频繁交易", "LONG term", "LONG term"),
        ("房贷", "否", None),
        ("偏好etf", "yes", "ETF偏好"),
    ],
)
def test_other_names_of_a_label_are_understood(
    happen: Make, book: Book, label: str, value: str, shown: str | None
) -> None:
    found = of([*person(happen), *facts(happen), corrected(happen, label, value)], book)
    assert {one.name for one in found.labels if one.source == "client"} == ({shown} if shown else set())
    assert label not in names(found)


def test_two_names_of_one_label_are_one_word_and_the_last_counts(happen: Make, book: Book) -> None:
    events = [
        *person(happen),
        *facts(happen),
        corrected(happen, "短线", "是", "2026-05-02 10:00"),
        deleted(happen, SHORT, "2026-05-01 10:00"),
    ]
    assert SHORT in names(of(events, book))
    assert SHORT not in names(of([*events, deleted(happen, "高换手", "2026-05-03 10:00")], book))


@pytest.mark.parametrize("value", ["风险偏好高", "C5", "激进", "风险偏好低", "保守"])
def test_no_word_on_a_label_changes_the_grade(happen: Make, book: Book, value: str) -> None:
    events = [*person(happen), *facts(happen)]
    for label in ("风险偏好中高", SHORT, "C4"):
        found = of([*events, corrected(happen, label, value)], book)
        assert found.risk.grade is Tolerance.C4
        assert found.standing.grade is Tolerance.C4
        assert {name for name in names(found) if name.startswith("风险偏好")} == {"风险偏好中高"}


def test_an_endless_own_word_is_cut(happen: Make, book: Book) -> None:
    found = of([*person(happen), *facts(happen), corrected(happen, SHORT, "稳" * 4_000)], book)
    assert names(found)[-1] == "稳" * 40


SECTOR = held(("512480", 900_000, "etf"), ("600519", 100_000, "stock"))


def test_a_deleted_label_hushes_the_sign_that_rests_on_it_alone(happen: Make, book: Book) -> None:
    events = SECTOR(happen)
    assert of(events, book).sign("sector_concentrated") is not None
    found = of([*events, deleted(happen, "行业集中", "2026-05-06 10:00")], book)
    assert found.sign("sector_concentrated") is None
    assert found.standing.hushed == {"sector_concentrated"}
    back = of(
        [
            *events,
            deleted(happen, "行业集中", "2026-05-06 10:00"),
            corrected(happen, "行业集中", "是", "2026-05-06 11:00"),
        ],
        book,
    )
    assert back.sign("sector_concentrated") is not None
    assert back.standing.hushed == frozenset()


def test_the_sign_turns_off_with_the_deletion_itself(happen: Make, book: Book) -> None:
    state = fold.refold("C1", SECTOR(happen), as_of=AS_OF, book=book)
    assert signs_after(state, "day_valued", as_of=AS_OF, book=book)["sector_concentrated"] is not None
    fold.apply(state, deleted(happen, "行业集中", "2026-05-06 10:00"), book)
    assert signs_after(state, "tag_deleted", as_of=AS_OF, book=book)["sector_concentrated"] is None


def test_a_duty_is_not_hushed(happen: Make, book: Book) -> None:
    events = [
        happen("2025-05-10 10:02", "assessment_taken", grade="C3", valid_to="2026-05-05"),
        deleted(happen, "测评过期"),
        deleted(happen, "需要关怀"),
        happen("2026-05-06 10:00", "asked", text="亏得睡不着"),
    ]
    found = of(events, book)
    assert names(found) == ["测评过期", "需要关怀"]
    assert {sign.name for sign in found.signs} >= {"assessment_expiring", "distress_in_words"}
    assert found.standing.hushed == frozenset()


def test_words_on_labels_survive_packing_and_any_order(happen: Make, book: Book) -> None:
    words = [
        deleted(happen, "短线", "2026-05-01 10:00"),
        corrected(happen, SHORT, "是", "2026-05-02 10:00"),
        corrected(happen, "ETF偏好", "偏好债券", "2026-05-03 10:00"),
    ]
    seen = []
    for order in (words, words[::-1]):
        state = fold.unpack(fold.pack(fold.refold("C1", order, as_of=AS_OF, book=book)))
        also = book.rules.words("label_also", date(2026, 5, 6))
        seen.append(said(state.last, also=also, length_max=40))
    assert seen[0] == seen[1]
    assert [(word.label, word.value, word.confirms) for word in seen[0]] == [
        (SHORT, "是", True),
        ("ETF偏好", "偏好债券", False),
    ]
    assert isinstance(seen[0][0], Said)
    assert canonical("高换手", also) == SHORT
    assert moment("2026-05-03 10:00").timestamp() == seen[0][1].entry.ts
