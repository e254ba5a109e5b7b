"""Signs of life and of dates: the day each turns, what keeps it off, and what it rests on."""

from datetime import date, timedelta

import pytest
from profile_events import Make
from profile_lives import EPOCH, person, sign

from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.profile.turning_days import months_after


@pytest.mark.parametrize(
    ("on", "signs"), [("2026-03-11", []), ("2026-03-12", ["birthday"]), ("2026-03-13", [])]
)
def test_a_birthday_lasts_a_day(happen: Make, book: Book, on: str, signs: list[str]) -> None:
    found = sign("birthday", person(happen), book, on)
    assert ([] if found is None else [found.name]) == signs


def test_who_was_born_on_29_february_is_greeted_on_1_march_of_common_years(happen: Make, book: Book) -> None:
    events = person(happen, birth="1960-02-29")
    found = [
        on
        for on in ("2026-02-28", "2026-03-01", "2028-02-29", "2028-03-01")
        if sign("birthday", events, book, on)
    ]
    assert found == ["2026-03-01", "2028-02-29"]


def test_greetings_rest_for_ninety_days_after_a_death(happen: Make, book: Book) -> None:
    told = {"name": "bereavement", "date": "2025-12-01", "stated_by": "client"}
    near = [*person(happen), happen("2025-12-20 10:00", "life_event", **told)]
    far = [*person(happen), happen("2025-12-01 10:00", "life_event", **told)]
    assert sign("birthday", near, book, "2026-03-12") is None
    assert sign("birthday", far, book, "2026-03-12") is not None


def test_greetings_have_a_switch_of_their_own(happen: Make, book: Book) -> None:
    off = [*person(happen), happen("2026-01-02 10:00", "contact_set", channel="greeting", allowed=False)]
    assert sign("birthday", off, book, "2026-03-12") is None
    assert sign("account_anniversary", off, book, "2026-01-06") is None
    on_again = [*off, happen("2026-01-03 10:00", "contact_set", channel="greeting", allowed=True)]
    assert sign("birthday", on_again, book, "2026-03-12") is not None


def test_an_anniversary_counts_years_and_the_opening_day_is_none(happen: Make, book: Book) -> None:
    found = sign("account_anniversary", person(happen), book, "2026-01-06")
    assert found is not None
    assert found.detail == {"years": 6}
    assert sign("account_anniversary", person(happen), book, "2020-01-06") is None


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-02-05", None),
        ("2026-02-06", "id_expiring"),
        ("2026-04-06", "id_expiring"),
        ("2026-04-07", "id_expiring_soon"),
        ("2026-05-07", "id_expiring_soon"),
        ("2026-05-08", "id_expired"),
        ("2027-05-08", "id_expired"),
    ],
)
def test_a_document_passes_three_stages_and_is_in_one_at_a_time(
    happen: Make, book: Book, on: str, expected: str | None
) -> None:
    events = [happen(EPOCH, "id_document", type="id_card", valid_to="2026-05-07")]
    names = ("id_expiring", "id_expiring_soon", "id_expired")
    assert [name for name in names if sign(name, events, book, on)] == [expected] * (expected is not None)


def test_the_document_that_ends_first_counts_and_a_renewed_one_does_not(happen: Make, book: Book) -> None:
    card = happen(EPOCH, "id_document", type="id_card", valid_to="2026-05-07")
    passport = happen(EPOCH, "id_document", type="passport", valid_to="2026-03-30")
    found = sign("id_expiring_soon", [card, passport], book, "2026-03-20")
    assert found is not None
    assert (found.detail["valid_to"], found.evidence[0].source_seq) == ("2026-03-30", passport.source_seq)
    renewed = happen("2026-03-19 10:00", "id_document", type="passport", valid_to="2036-03-30")
    assert sign("id_expiring_soon", [card, passport, renewed], book, "2026-03-20") is None


def test_a_consent_is_asked_for_once_a_month_before_its_end(happen: Make, book: Book) -> None:
    events = [
        *person(happen),
        happen("2025-06-01 10:00", "consent_given", purpose="marketing", until="2026-06-06"),
    ]
    assert sign("consent_expiring", events, book, "2026-05-06") is None
    found = sign("consent_expiring", events, book, "2026-05-07")
    assert found is not None
    assert found.detail == {"purpose": "marketing", "valid_to": "2026-06-06"}
    assert sign("consent_expiring", events, book, "2026-06-07") is None


def test_a_no_rests_for_thirty_days(happen: Make, book: Book) -> None:
    """Statement 18."""
    events = [
        *person(happen),
        happen("2025-06-01 10:00", "consent_given", purpose="marketing", until="2026-06-06"),
        happen("2026-05-01 10:00", "consent_withdrawn", purpose="share_grade"),
    ]
    assert sign("consent_expiring", events, book, "2026-05-30") is None
    assert sign("consent_expiring", events, book, "2026-05-31") is not None


@pytest.mark.parametrize(
    ("birth", "sex", "retires"),
    [
        ("1964-12-31", "male", "2024-12-31"),
        ("1965-01-15", "male", "2025-02-15"),
        ("1965-05-15", "male", "2025-07-15"),
        ("1970-01-07", "male", "2031-05-07"),
        ("1980-06-30", "male", "2043-06-30"),
        ("1975-06-15", "female", "2031-11-15"),
    ],
)
def test_retirement_near_begins_five_years_before_the_legal_age(
    happen: Make, book: Book, birth: str, sex: str, retires: str
) -> None:
    events = person(happen, birth=birth, sex=sex)
    begins = months_after(date.fromisoformat(retires), -60)
    days = [begins, date.fromisoformat(retires)]
    for day in days:
        if day > date(2025, 1, 1):
            assert sign("retirement_near", events, book, day.isoformat()) is not None
    if begins > date(2025, 1, 1):
        assert sign("retirement_near", events, book, (begins - timedelta(days=1)).isoformat()) is None
    assert sign("retirement_near", events, book, (days[1] + timedelta(days=1)).isoformat()) is None


def test_before_the_law_the_former_age_counts(happen: Make, book: Book) -> None:
    events = person(happen, birth="1965-06-15", sex="male")
    assert sign("retirement_near", events, book, "2024-12-01") is not None
    assert sign("retirement_near", events, book, "2020-06-14") is None
    assert sign("retirement_near", events, book, "2020-06-15") is not None


def test_the_clients_own_word_on_retirement_comes_before_the_age(happen: Make, book: Book) -> None:
    told = {"name": "retirement", "date": "2036-01-01", "stated_by": "client"}
    events = [
        *person(happen, birth="1970-01-07", sex="male"),
        happen("2026-01-05 10:00", "life_event", **told),
    ]
    assert sign("retirement_near", events, book, "2026-06-01") is None
    found = sign("retirement_near", events, book, "2031-01-01")
    assert found is not None
    assert found.detail == {"basis": "stated"}
    by_partner = happen("2026-01-06 10:00", "life_event", **{**told, "stated_by": "partner"})
    assert sign("retirement_near", [*events[:-1], by_partner], book, "2026-06-01") is not None


def test_without_a_known_sex_the_age_says_nothing(happen: Make, book: Book) -> None:
    assert sign("retirement_near", person(happen, birth="1970-01-07"), book, "2026-06-01") is None


def test_one_question_is_enough_beside_a_child_who_is_not_grown_up(happen: Make, book: Book) -> None:
    asked = happen("2026-05-06 10:00", "searched", text="教育金 怎么存")

    def family(birth: str, relation: str = "daughter") -> Event:
        return happen("2026-05-01 10:00", "family_stated", members=[{"relation": relation, "birth": birth}])

    def found(*more: Event) -> bool:
        return sign("education_planned", [*person(happen), *more], book, "2026-05-06") is not None

    assert not found(asked)
    assert found(asked, happen("2026-05-06 11:00", "asked", text="孩子学费怎么准备"))
    assert found(family("2018-09-01"), asked)
    assert not found(family("2018-09-01"))
    assert not found(family("2005-09-01"), asked)
    assert not found(family("2018-09-01", "nephew"), asked)


def test_words_lapse_after_thirty_days_and_consent_is_asked_for(happen: Make, book: Book) -> None:
    said = [
        happen("2026-05-01 10:00", "searched", text="首付 比例"),
        happen("2026-05-06 10:00", "searched", text="买房 流程"),
    ]
    assert sign("house_planned", [*person(happen), *said], book, "2026-05-30") is not None
    assert sign("house_planned", [*person(happen), *said], book, "2026-06-01") is None
    assert sign("house_planned", said, book, "2026-05-06") is None


def test_a_home_that_was_bought_is_planned_no_more(happen: Make, book: Book) -> None:
    told = happen("2026-04-01 10:00", "life_event", name="house", date="2026-05-06", stated_by="client")
    assert sign("house_planned", [*person(happen), told], book, "2026-05-06") is not None
    assert sign("house_planned", [*person(happen), told], book, "2026-05-07") is None


def test_a_newcomer_is_busy_from_the_tenth_trade_on(happen: Make, book: Book) -> None:
    deal = {"code": "510300", "side": "buy", "quantity": "100", "price": "4.012", "gross_fen": 40_120}
    trades = [happen(f"2026-05-06 10:{minute:02d}", "trade", **deal) for minute in range(10)]
    new = person(happen, opened_on="2026-05-01")
    assert sign("newcomer_busy", [*new, *trades[:9]], book, "2026-05-06") is None
    found = sign("newcomer_busy", [*new, *trades], book, "2026-05-06")
    assert found is not None
    assert found.detail == {"day": 6, "basis": "trades"}
    assert sign("newcomer_busy", [*person(happen), *trades], book, "2026-05-06") is None
