from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from compliance_cases import BOOK, NOON, grant, standing, without_rule

from tongxing.compliance import gates
from tongxing.domain.book import Book, RuleMissingError
from tongxing.domain.clock import seconds
from tongxing.domain.grades import Channel, Nature, ProductRisk, Tolerance
from tongxing.domain.pages import Playbook
from tongxing.domain.profile import Profile, RiskView, TouchMemory
from tongxing.domain.touch import Trigger

Gate = Callable[[Playbook, Profile, Trigger, Book], tuple[str, ...]]
GUIDE = BOOK.playbooks["pension_guide"]
DUTY = BOOK.playbooks["assessment_expiring"]
CARE = BOOK.playbooks["distress_offer"]


def profile(**client: Any) -> Profile:
    known = standing(**client)
    return Profile(
        client_id=known.client_id,
        as_of=seconds(NOON),
        age=known.age,
        tier="mass",
        newcomer_day=None,
        labels=(),
        needs=(),
        risk=RiskView(
            grade=known.grade,
            assessment_valid_to=known.assessment_valid_to,
            confidence_bp=10_000,
            drawdown_90d_ppm=None,
            turnover_annual_bp=None,
            max_sector=None,
            max_sector_ppm=None,
            repayment_to_income_bp=None,
        ),
        preferences=(),
        signs=(),
        sector_ppm={},
        features={},
        standing=known,
    )


def ask(gate: Gate, playbook: Playbook = GUIDE, *, at: datetime = NOON, **client: Any) -> tuple[str, ...]:
    trigger = Trigger(name="sign:pension_searched", cause="app/1", at=at)
    return gate(playbook, profile(**client), trigger, BOOK)


def touched(days_ago: int, *, playbook: str = "loss_care", nature: str = "information") -> TouchMemory:
    at = seconds(NOON - timedelta(days=days_ago))
    return TouchMemory(touch_id=f"t{days_ago}", playbook=playbook, channel="home", nature=nature, at=at)


@pytest.mark.parametrize("gate", [gates.consent, gates.eligibility, gates.suitability, gates.contact])
def test_a_suitable_consenting_client_passes(gate: Gate) -> None:
    assert ask(gate) == ()
    assert ask(gate, DUTY) == ()


def test_without_consent_the_reason_says_which() -> None:
    assert ask(gates.consent, consents=()) == ("consent: personalised_service not given",)
    ended = (grant("personalised_service", until=date(2026, 5, 5)),)
    assert ask(gates.consent, consents=ended) == ("consent: personalised_service not given",)


def test_marketing_asks_for_its_own_consent_whatever_the_page_says() -> None:
    selling = replace(GUIDE, nature=Nature.MARKETING)
    service_only = (grant("personalised_service"),)
    assert ask(gates.consent, selling, consents=service_only) == ("consent: marketing not given",)


def test_the_switch_stops_service_but_no_duty() -> None:
    off = ("personalisation_off: personalisation is switched off",)
    assert ask(gates.consent, personalisation=False) == off
    assert ask(gates.consent, DUTY, personalisation=False, consents=()) == ()


def test_a_minor_is_served_duties_only() -> None:
    assert ask(gates.eligibility, age=17) == ("eligibility: under 18",)
    assert ask(gates.eligibility, age=18) == ()
    assert ask(gates.eligibility, DUTY, age=17) == ()


def test_what_names_products_needs_a_valid_assessment() -> None:
    graded = replace(GUIDE, risk=ProductRisk.R2)
    ended = ("assessment_expired: no valid risk assessment",)
    assert ask(gates.eligibility, graded, assessment_valid_to=date(2026, 5, 5)) == ended
    assert ask(gates.eligibility, graded, assessment_valid_to=None) == ended
    assert ask(gates.eligibility, graded, assessment_valid_to=date(2026, 5, 6)) == ()
    assert ask(gates.eligibility, assessment_valid_to=None) == ()


def test_from_seventy_risky_products_need_a_branch() -> None:
    risky = replace(GUIDE, risk=ProductRisk.R4)
    assert ask(gates.eligibility, risky, age=70) == ("eligibility: from age 70 such products need a branch",)
    assert ask(gates.eligibility, risky, age=69) == ()


@pytest.mark.parametrize("grade", [None, *Tolerance])
@pytest.mark.parametrize("risk", list(ProductRisk))
def test_the_gate_and_the_matrix_agree(grade: Tolerance | None, risk: ProductRisk) -> None:
    fits = grade is not None and risk <= max(grade, Tolerance.C1)
    assert (ask(gates.suitability, replace(GUIDE, risk=risk), grade=grade) == ()) is fits


def test_the_lowest_category_is_named_in_the_reason() -> None:
    found = ask(gates.suitability, replace(GUIDE, risk=ProductRisk.R2), grade=Tolerance.C1L)
    assert found == ("suitability_c1l: the lowest category is offered R1 only",)


def test_the_same_words_rest_for_their_cooldown() -> None:
    for days, waits in ((29, True), (30, False)):
        found = ask(gates.contact, touches=(touched(days, playbook="pension_guide"),))
        assert (found != ()) is waits
    assert found == ()
    resting = ask(gates.contact, touches=(touched(2, playbook="pension_guide"),))
    assert resting == ("cooldown: sent 2 days ago, rests 30",)


def test_three_proactive_touches_fill_the_week() -> None:
    full = tuple(touched(days) for days in (1, 2, 3))
    assert ask(gates.contact, touches=full) == ("frequency_cap: 3 touches in seven days, 3 allowed",)
    assert ask(gates.contact, touches=(*full[:2], touched(7))) == ()
    assert ask(gates.contact, touches=tuple(touched(day, nature="service") for day in range(1, 6))) == ()
    assert ask(gates.contact, DUTY, touches=full) == ()


def test_after_distress_only_care_and_duties_speak() -> None:
    held = ("distress_hold: within 24 hours of distress",)
    assert ask(gates.contact, distressed_24h=True) == held
    assert ask(gates.contact, BOOK.playbooks["sector_notice"], distressed_24h=True) == held
    assert ask(gates.contact, CARE, distressed_24h=True) == ()
    assert ask(gates.contact, DUTY, distressed_24h=True) == ()


@pytest.mark.parametrize("playbook", [GUIDE, CARE, DUTY])
def test_in_a_crisis_no_playbook_speaks(playbook: Playbook) -> None:
    found = ask(gates.contact, playbook, crisis_24h=True, distressed_24h=True)
    assert found == ("distress_hold: crisis, only a human and the crisis script",)


def test_who_leaves_hears_duties_only() -> None:
    assert ask(gates.contact, closing=True) == ("closing: the client asked to close the account",)
    assert ask(gates.contact, DUTY, closing=True) == ()


def test_a_playbook_needs_an_open_channel() -> None:
    push = replace(GUIDE, channels=(Channel.PUSH,))
    night = NOON.replace(hour=22)
    assert ask(gates.contact, push, contact={"push": False}) == ("channel_refused: no open channel",)
    assert ask(gates.contact, push, at=night) == ("quiet_hours: no open channel at this hour",)
    assert ask(gates.contact, replace(GUIDE, channels=(Channel.PUSH, Channel.HOME)), at=night) == ()
    assert ask(gates.contact, replace(DUTY, channels=(Channel.PUSH,)), at=night) == ()
    assert ask(gates.contact, DUTY, contact={"home": False}) == ()


@pytest.mark.parametrize("row", ["touch_week_max", "quiet_from", "distress_playbooks"])
def test_a_missing_row_stops_the_gate_loudly(row: str) -> None:
    trigger = Trigger(name="sign:x", cause="app/1", at=NOON)
    with pytest.raises(RuleMissingError, match=row):
        gates.contact(GUIDE, profile(), trigger, without_rule(row))
