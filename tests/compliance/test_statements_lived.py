"""Statements of the officer's checklist that words alone cannot show: clients of a real house live them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from importlib.resources import files

import pytest
from statement_house import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    OPENED,
    PENSION,
    cards,
    event,
    happens,
    home,
    kept_back,
    opening,
    trade,
)

from tongxing.app import temporary_house
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Rejected
from tongxing.domain.grades import ProductRisk
from tongxing.intake.events import parse
from tongxing.ledger.leaves import opens
from tongxing.service import client_acts, tags
from tongxing.service.close_day import close_day
from tongxing.service.file_doors import profile_lines
from tongxing.service.house import House
from tongxing.service.ports import ErasedError
from tongxing.service.stored import decode_message
from tongxing.service.work import work

SERVICE = {"purpose": "personalised_service"}
CHIPS = "512480"


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house(seed=7) as found:
        yield found


def retests(*grades: str) -> list[str]:
    """Labels of a client who took these assessments within ten days and then bought an R4 fund."""
    days = [NOW - (len(grades) - number) * DAY for number in range(len(grades))]
    happened = [
        *opening(grade="C1"),
        *(
            event("assessment_taken", {"grade": grade, "valid_to": "2028-03-01"}, day)
            for grade, day in zip(grades, days, strict=True)
        ),
        trade(CHIPS, "1.00", NOW),
    ]
    with temporary_house(seed=7) as found:
        (line,) = profile_lines(happened, as_of=NOW + MINUTE, book=found.book)
        return [str(label["name"]) for label in line["labels"]]  # type: ignore[attr-defined]


def test_statement_06_two_upward_retests_before_a_riskier_purchase_stand_out() -> None:
    assert "测评异常" in retests("C3", "C4")
    assert "测评异常" not in retests("C4")
    assert "测评异常" not in retests("C4", "C3")


def test_statement_07_a_lowered_assessment_is_matched_anew_the_same_day(house: House) -> None:
    happens(house, *opening(grade="C4", consents=()), trade(CHIPS, "1.00"))
    assert "grade_above" not in cards(house)
    happens(house, event("assessment_taken", {"grade": "C2", "valid_to": "2028-03-01"}))
    (card,) = [card for card in home(house, now=NOW + MINUTE).cards if card.playbook == "grade_above"]
    assert card.sent_at.date() == NOW.date()
    assert house.book.products[CHIPS].name in "".join(card.body)


def test_statement_07_a_raised_product_grade_reaches_holders_at_the_next_close(house: House) -> None:
    happens(house, *opening(grade="C3", consents=()), trade("510300", "4.50"))
    close_day(house, NOW.date())
    work(house, now=NOW + 6 * HOUR)
    assert "grade_above" not in cards(house, now=NOW + 7 * HOUR)
    raised = replace(house.book.products["510300"], risk=ProductRisk.R4)
    stricter = replace(house, book=replace(house.book, products={**house.book.products, "510300": raised}))
    following = house.market.next_session(NOW.date())
    close_day(stricter, following)
    at = datetime.combine(following, time(16, 0), BEIJING)
    work(stricter, now=at)
    assert "grade_above" in cards(stricter, now=at)


def test_statement_10_a_card_shows_its_mark_and_its_message_carries_the_label(house: House) -> None:
    happens(house, *opening(), event("asked", {"text": "这几天亏得整夜没睡，心慌得很", "channel": "home"}))
    (card,) = home(house, now=NOW + MINUTE).cards
    (row,) = house.store.messages("C000001", now=NOW + MINUTE)
    assert "人工智能" in card.ai_mark
    assert "ai" in decode_message(row.payload).labels


def test_statement_14_after_the_switch_nothing_personal_is_shown_or_sent(house: House) -> None:
    happens(house, *opening(), event("searched", {"text": PENSION}))
    assert cards(house) == {"pension_guide"}
    client_acts.set_personalisation(house, "C000001", on=False, now=NOW + MINUTE)
    assert cards(house, now=NOW + MINUTE) == set(), "the next response, before the worker has come to it"
    work(house, now=NOW + 2 * MINUTE)
    assert cards(house, now=NOW + 3 * MINUTE) == set()
    happens(house, event("searched", {"text": PENSION}, NOW + 40 * DAY))
    assert cards(house, now=NOW + 40 * DAY + MINUTE) == set()


def test_statement_14_the_switch_is_one_button_on_the_clients_own_page() -> None:
    templates = files("tongxing.web") / "templates"
    page = (templates / "me_privacy.html").read_text(encoding="utf-8")
    (_call,) = re.findall(r"m\.switch\([^\n]*'/me/privacy/personalisation', page\.personalisation", page)
    macros = (templates / "_macros.html").read_text(encoding="utf-8")
    (form,) = re.findall(r"macro switch\(.*?</form>", macros, re.DOTALL)
    assert form.count("<button") == 1
    assert re.findall(r"<(?:input|select)[^>]*>", form) == [
        """<input type="hidden" name="{{ name }}" value="{{ '0' if on else '1' }}">"""
    ]


def labels(house: House, at: datetime) -> set[str]:
    return {label.name for label in home(house, now=at).labels}


def test_statement_15_a_tag_is_seen_deleted_and_stays_away_until_a_new_consent(house: House) -> None:
    happens(house, *opening())
    happens(house, *(event("searched", {"text": PENSION}, NOW + number * MINUTE) for number in range(3)))
    seen = tags.tags(house, "C000001", NOW + HOUR)
    assert [(tag.label, tag.state, bool(tag.evidence)) for tag in seen] == [("养老需求", "shown", True)]
    tags.delete(house, "C000001", "养老需求", now=NOW + HOUR)
    work(house, now=NOW + HOUR + MINUTE)
    assert "养老需求" not in labels(house, NOW + 2 * HOUR)
    assert cards(house, now=NOW + 2 * HOUR) == set()
    happens(
        house, *(event("searched", {"text": PENSION}, NOW + DAY + number * MINUTE) for number in range(3))
    )
    assert "养老需求" not in labels(house, NOW + 2 * DAY)
    happens(house, event("consent_given", SERVICE, NOW + 3 * DAY))
    assert "养老需求" in labels(house, NOW + 3 * DAY + HOUR)


def told_by(kind: str, body: dict[str, object], *consents: dict[str, object]) -> dict[str, object]:
    """What the house understands of a client of whom only this was imported, under these consents."""
    given = [
        event("consent_given", consent, OPENED + number * MINUTE) for number, consent in enumerate(consents)
    ]
    seen = [event(kind, body, NOW + number * MINUTE) for number in range(3)]
    with temporary_house(seed=7) as found:
        (line,) = profile_lines([*opening(consents=()), *given, *seen], as_of=NOW + HOUR, book=found.book)
    return {name: line[name] for name in ("labels", "needs", "signs", "preferences")}


NOTHING = {"labels": [], "needs": [], "signs": [], "preferences": []}


@pytest.mark.parametrize(
    ("kind", "body", "source", "other"),
    [
        ("social_seen", {"topic": "买房"}, "social", "card_bill"),
        ("card_bill_seen", {"category": "买房", "amount_fen": 100}, "card_bill", "social"),
    ],
)
def test_statement_17_imported_data_count_only_by_a_consent_that_names_their_source(
    kind: str, body: dict[str, object], source: str, other: str
) -> None:
    for consents in (
        [],
        [SERVICE],
        [SERVICE | {"source": other}],
        [{"purpose": "marketing", "source": source}],
    ):
        assert told_by(kind, body, *consents) == NOTHING, consents
    assert told_by(kind, body, SERVICE | {"source": source})["needs"]
    ended = SERVICE | {"source": source, "until": (NOW - DAY).date().isoformat()}
    assert told_by(kind, body, ended) == NOTHING


@pytest.mark.parametrize("kind", ["location_seen", "health_seen", "face_seen", "voice_seen", "contacts_seen"])
def test_statement_17_what_no_consent_is_kept_for_does_not_come_in_at_all(kind: str) -> None:
    raw = {
        "source": "app", "source_seq": "1", "client_id": "C000001", "ts": NOW.isoformat(), "kind": kind,
        "body": {},
    }  # fmt: skip
    found = parse(raw, line=1, now=NOW)
    assert isinstance(found, Rejected)
    assert found.reason == "unknown_kind"


@pytest.mark.parametrize("source", ["*", "behaviour"])
def test_statement_18_a_withdrawal_stops_use_with_the_next_event(house: House, source: str) -> None:
    given = event("consent_given", SERVICE | {"source": source}, OPENED)
    happens(house, *opening(consents=()), given, event("searched", {"text": PENSION}))
    assert cards(house) == {"pension_guide"}
    happens(house, event("consent_withdrawn", SERVICE, NOW + MINUTE))
    assert cards(house, now=NOW + 2 * MINUTE) == set()
    happens(house, event("searched", {"text": "怎么分散一点风险"}, NOW + 3 * MINUTE))
    shown = home(house, now=NOW + 4 * MINUTE)
    assert (shown.needs, shown.labels) == ((), ())


def ending_consent(purpose: str = "personalised_service") -> dict[str, object]:
    return {"purpose": purpose, "until": (NOW + 10 * DAY).date().isoformat()}


def asked_again(house: House, *before: tuple[str, dict[str, object], datetime]) -> bool:
    """Whether a client whose consent ends in ten days is asked about it, after what happened before."""
    happens(house, *opening(consents=()), event("consent_given", ending_consent(), OPENED))
    happens(house, *(event(kind, body, at) for kind, body, at in before))
    work(house, now=NOW)
    return "consent_expiring" in cards(house, now=NOW)


def test_statement_18_an_ending_consent_is_asked_about_once(house: House) -> None:
    assert asked_again(house)


def test_statement_18_nobody_is_asked_within_thirty_days_of_a_no(house: House) -> None:
    no = ("consent_withdrawn", {"purpose": "marketing"}, NOW - 29 * DAY)
    assert not asked_again(house, no)
    work(house, now=NOW + 2 * DAY)
    assert "consent_expiring" in cards(house, now=NOW + 2 * DAY), "the rest is over"


def test_statement_29_after_distress_nothing_is_sold_for_a_day(house: House) -> None:
    happens(house, *opening(consents=("personalised_service", "marketing")))
    happens(house, event("asked", {"text": "这几天亏得整夜没睡，心慌得很", "channel": "home"}))
    assert cards(house, now=NOW + MINUTE) == {"distress_offer"}
    happens(house, event("searched", {"text": PENSION}, NOW + HOUR))
    assert cards(house, now=NOW + 2 * HOUR) == {"distress_offer"}
    assert any("distress_hold" in reason for reason in kept_back(house, "pension_guide"))


def messages(house: House) -> set[tuple[str, str, datetime]]:
    """What was sent so far: playbook, channel, instant."""
    return {
        (row.playbook, row.channel, row.sent_at)
        for row in house.store.messages("C000001", now=OPENED, limit=99)
    }


def test_statement_29_words_of_self_harm_reach_a_human_at_once_by_night_and_without_consent(
    house: House,
) -> None:
    night = NOW.replace(hour=3)
    refused = event("contact_set", {"channel": "adviser", "allowed": False}, OPENED)
    happens(house, *opening(consents=()), refused)
    happens(house, event("asked", {"text": "亏了一辈子的钱，活着没意思", "channel": "home"}, night))
    assert messages(house) == {("crisis_hand_over", "adviser", night), ("crisis_words", "home", night)}
    (card,) = home(house, now=night + MINUTE).cards
    assert "12356" in "".join(card.body)
    assert card.human is not None


def test_statement_29_after_words_of_self_harm_nothing_else_is_said_for_a_day(house: House) -> None:
    happens(house, *opening(consents=("personalised_service", "marketing")))
    happens(house, event("asked", {"text": "不想活了", "channel": "home"}))
    for hours in (1, 12, 23):
        happens(house, event("searched", {"text": PENSION}, NOW + hours * HOUR))
    assert {playbook for playbook, _channel, _at in messages(house)} == {"crisis_hand_over", "crisis_words"}
    assert any("distress_hold" in reason for reason in kept_back(house, "pension_guide"))


def test_statement_19_what_the_law_keeps_is_not_destroyed_and_no_longer_used(house: House) -> None:
    happens(house, *opening(), trade(CHIPS, "1.00"), event("searched", {"text": PENSION}))
    close_day(house, NOW.date())
    work(house, now=NOW + 6 * HOUR)
    assert "sector_notice" in cards(house, now=NOW + 7 * HOUR)
    happens(house, event("erasure_requested", {"classes": ["behaviour", "trading"]}, NOW + 8 * HOUR))
    kinds = [stored.event.kind for stored in house.store.kept_events_of("C000001")]
    assert ("trade" in kinds, "searched" in kinds) == (True, False)
    view = home(house, now=NOW + 9 * HOUR)
    assert "sector_notice" not in {card.playbook for card in view.cards}
    assert not any(ref.kind in {"trade", "day_valued"} for label in view.labels for ref in label.evidence)
    assert [holding.code for holding in view.holdings] == [CHIPS], "the account is still the client's to see"
    with pytest.raises(ErasedError):
        list(house.store.events_of("C000001"))


def test_statement_19_the_ledger_holds_what_was_erased_and_what_is_kept(house: House) -> None:
    happens(house, *opening(), trade(CHIPS, "1.00"))
    happens(house, event("erasure_requested", {"classes": ["behaviour", "trading", "sensitive"]}))
    log = [stored.event for stored in house.store.kept_events_of("C000001")]
    (said,) = [one.body for one in log if one.kind == "erasure_done"]
    assert said["erased"] == ["behaviour", "sensitive"]
    (found,) = [
        house.store.leaf(sealed.index)
        for sealed in house.store.leaves(limit=99)
        if sealed.leaf.kind == "erasure"
    ]
    assert found is not None
    assert opens(found[0].leaf, "erasure", said, found[2])
