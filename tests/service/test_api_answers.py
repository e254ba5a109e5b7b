"""What other systems read: what is known, no more than they reach, and reading changes nothing."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from view_house import CONSENTS, ID_NUMBER, NOW, OPENED, PHONE, REFUSES, UNKNOWN, event, fill, searches

from tongxing.app import temporary_house
from tongxing.domain.event import Retention
from tongxing.domain.person import Person, Role
from tongxing.service.api_clients import MomentError, client_detail, client_profile, list_clients
from tongxing.service.api_consents import ConsentRefusedError, StaleError, consents_of, say_consent
from tongxing.service.api_next import next_service
from tongxing.service.api_reach import OutOfReachError, Reach
from tongxing.service.api_repeats import KeyReusedError
from tongxing.service.api_shapes_doors import ConsentAct
from tongxing.service.api_verdicts import list_touches, list_verdicts, proof, verdict_detail
from tongxing.service.house import House
from tongxing.service.ports import ErasedError, SetAside

STAFF = Person(person_id="compliance-1", name="许静之", role=Role.COMPLIANCE)
PARTNER = Person(person_id="partner-1", name="晨光银行", role=Role.PARTNER)
ALL = {CONSENTS, REFUSES, UNKNOWN}


def reach(*clients: str, house_wide: bool = False, person: Person = STAFF) -> Reach:
    return Reach(
        person=person,
        may=lambda client_id: house_wide if client_id is None else client_id in clients,
        shown=lambda _field, value: f"{value[:1]}*",
    )


@pytest.fixture
def filled() -> Iterator[House]:
    with temporary_house(seed=7) as house:
        fill(house)
        searches(house, CONSENTS)
        yield house


def tables(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the store."""
    with sqlite3.connect(house.store.path) as connection:  # type: ignore[attr-defined]
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        return {name: list(connection.execute(f'SELECT * FROM "{name}"')) for name in names}  # noqa: S608


def test_the_next_service_is_what_the_corridor_would_choose_and_leaves_no_trace(filled: House) -> None:
    before = tables(filled)
    found = next_service(filled, CONSENTS, moment=None, now=NOW)
    assert tables(filled) == before
    assert found.dry
    assert (found.moment, found.silent) == (NOW, "")
    asked = {one.playbook for one in found.considered}
    assert {"pension_guide", "idle_cash"} <= asked
    by_gate = {(one.playbook, one.gate): one for one in found.considered}
    told = by_gate["pension_guide", "contact"]
    assert told.answer == "stop", "the guide was sent a moment ago and rests"
    assert any(reason.startswith("cooldown") for reason in told.reasons)


def test_what_consent_alone_kept_back_is_offered_once_the_client_agrees(filled: House) -> None:
    searches(filled, REFUSES, at=NOW + timedelta(seconds=5))
    agreed = {"purpose": "personalised_service"}
    filled.store.append((event(REFUSES, 91, "consent_given", agreed, NOW + timedelta(seconds=10)),))
    later = NOW + timedelta(minutes=1)
    found = next_service(filled, REFUSES, moment=later, now=later)
    offered = {one.playbook: one for one in found.services}
    assert offered["pension_guide"].cleared
    assert offered["pension_guide"].signs == ["pension_searched"]
    assert {"words", "text", "parts"}.isdisjoint(offered["pension_guide"].__struct_fields__)


def test_a_client_without_consent_is_offered_nothing_but_duties(filled: House) -> None:
    found = next_service(filled, REFUSES, moment=None, now=NOW)
    assert {one.nature for one in found.services} <= {"service"}
    stopped = [one for one in found.considered if one.gate == "consent" and one.answer == "stop"]
    assert stopped


def test_a_past_moment_is_judged_by_what_was_known_then(filled: House) -> None:
    then = next_service(filled, CONSENTS, moment=NOW - timedelta(minutes=5), now=NOW)
    answers = {(one.playbook, one.gate): one for one in then.considered}
    assert ("pension_guide", "contact") not in answers
    assert answers["pension_guide", "applicability"].answer == "stop"
    with pytest.raises(OutOfReachError):
        next_service(filled, CONSENTS, moment=OPENED - timedelta(days=1), now=NOW)


def test_too_far_ahead_the_house_does_not_guess(filled: House) -> None:
    next_service(filled, CONSENTS, moment=NOW + timedelta(days=7), now=NOW)
    with pytest.raises(MomentError):
        next_service(filled, CONSENTS, moment=NOW + timedelta(days=7, seconds=1), now=NOW)


def test_of_a_client_with_something_set_aside_nothing_is_offered(filled: House) -> None:
    with filled.store.batch() as batch:
        batch.set_aside(SetAside(client_id=CONSENTS, seq=1, what="searched", why="ValueError"))
    found = next_service(filled, CONSENTS, moment=None, now=NOW)
    assert (found.silent, found.services) == ("set_aside", [])


def test_clients_are_listed_in_pages_and_nobody_out_of_reach_is_named(filled: House) -> None:
    first, more = list_clients(filled, reach(*ALL), after="", limit=2, scan=100)
    assert [one.client_id for one in first] == [CONSENTS, REFUSES]
    assert (first[0].name, more) == ("林*", REFUSES)
    rest, end = list_clients(filled, reach(*ALL), after=REFUSES, limit=2, scan=100)
    assert ([one.client_id for one in rest], end) == ([UNKNOWN], None)
    few, none = list_clients(filled, reach(UNKNOWN), after="", limit=2, scan=100)
    assert ([one.client_id for one in few], none) == ([UNKNOWN], None)
    short, goes_on = list_clients(filled, reach(UNKNOWN), after="", limit=2, scan=1)
    assert (short, goes_on) == ([], CONSENTS), "a page may be short though more follow"


def test_a_client_is_masked_as_the_role_demands(filled: House) -> None:
    found = client_detail(filled, reach(*ALL), CONSENTS, now=NOW)
    assert (found.name, found.phone, found.id_number, found.birth) == ("林*", "1*", "9*", "1*")
    assert (found.grade, found.age, found.personalisation) == ("C3", 36, True)
    whole = msgspec.json.encode(found).decode()
    assert PHONE not in whole
    assert ID_NUMBER not in whole
    with pytest.raises(OutOfReachError):
        client_detail(filled, reach(*ALL), "C999999", now=NOW)


def test_a_profile_of_now_and_one_of_then_differ_by_what_was_learned(filled: House) -> None:
    now = client_profile(filled, CONSENTS, as_of=None, now=NOW)
    then = client_profile(filled, CONSENTS, as_of=NOW - timedelta(minutes=5), now=NOW)
    assert "pension_searched" in {sign.name for sign in now.signs}
    assert "pension_searched" not in {sign.name for sign in then.signs}
    with pytest.raises(MomentError):
        client_profile(filled, CONSENTS, as_of=NOW + timedelta(seconds=1), now=NOW)


def test_a_past_that_rests_on_erased_records_is_said_to_be_erased(filled: House) -> None:
    with filled.store.batch() as batch:
        batch.erase(CONSENTS, Retention.BEHAVIOUR)
    with pytest.raises(ErasedError):
        client_profile(filled, CONSENTS, as_of=NOW - timedelta(minutes=5), now=NOW)


def test_touches_and_verdicts_lead_to_leaves_that_can_be_checked(filled: House) -> None:
    (touch,), end = list_touches(filled, CONSENTS, before=None, limit=5)
    assert (touch.playbook, end) == ("pension_guide", None)
    found = proof(filled, reach(*ALL), touch.receipt_index)
    assert (found.kind, found.intact, found.erased) == ("receipt", True, False)
    lines, _more = list_verdicts(filled, reach(*ALL), client_id=CONSENTS, before="", limit=50, scan=500)
    sent = next(line for line in lines if line.outcome == "sent")
    detail = verdict_detail(filled, reach(*ALL), sent.decision_id)
    assert detail.receipts == {touch.touch_id: touch.receipt_index}
    assert detail.verdicts[0].cleared
    assert detail.verdicts[0].words is not None
    assert len(detail.verdicts[0].words) == 2, "words as the role may see them"


def test_verdicts_are_paged_without_a_gap_and_without_those_out_of_reach(filled: House) -> None:
    whole, end = list_verdicts(filled, reach(*ALL), client_id=None, before="", limit=500, scan=500)
    assert end is None
    seen, before = [], ""
    for _ in range(len(whole) + 1):
        page, more = list_verdicts(filled, reach(*ALL), client_id=None, before=before, limit=2, scan=3)
        seen += page
        if more is None:
            break
        before = more
    assert seen == whole
    own, _end = list_verdicts(filled, reach(REFUSES), client_id=None, before="", limit=500, scan=500)
    assert {line.client_id for line in own} <= {REFUSES}
    assert len(own) < len(whole)


def test_verdicts_and_proofs_of_others_are_not_there(filled: House) -> None:
    (line, *_rest), _end = list_verdicts(filled, reach(*ALL), client_id=CONSENTS, before="", limit=5, scan=50)
    with pytest.raises(OutOfReachError):
        verdict_detail(filled, reach(REFUSES), line.decision_id)
    with pytest.raises(OutOfReachError):
        proof(filled, reach(REFUSES), line.leaf_index)
    with pytest.raises(OutOfReachError):
        proof(filled, reach(*ALL), 10**9)


def test_of_an_erased_verdict_only_the_house_wide_eye_learns_that_it_was(filled: House) -> None:
    (line, *_rest), _end = list_verdicts(filled, reach(*ALL), client_id=CONSENTS, before="", limit=5, scan=50)
    with filled.store.batch() as batch:
        batch.erase(CONSENTS, Retention.CONDUCT)
    with pytest.raises(OutOfReachError):
        verdict_detail(filled, reach(CONSENTS), line.decision_id)
    with pytest.raises(ErasedError):
        verdict_detail(filled, reach(house_wide=True), line.decision_id)
    assert proof(filled, reach(house_wide=True), line.leaf_index).erased
    with pytest.raises(OutOfReachError):
        proof(filled, reach(CONSENTS), line.leaf_index)


def test_a_consent_is_an_event_that_counts_in_the_next_answer_and_once_for_one_key(filled: House) -> None:
    act = ConsentAct(act="give", purpose="profiling", receiver="partner-1")
    before = consents_of(filled, REFUSES, now=NOW)

    def say(key: str, expected: int | None = None) -> object:
        return say_consent(filled, PARTNER, REFUSES, act, key=key, expected=expected, now=NOW)

    events = filled.store.count_events()
    first = say("k1", before.version)
    assert first
    with pytest.raises(KeyReusedError):
        say("k1")
    assert filled.store.count_events() == events + 1
    after = consents_of(filled, REFUSES, now=NOW)
    assert {(one.purpose, one.receiver) for one in after.items} == {("profiling", "partner-1")}
    assert after.version > before.version
    with pytest.raises(StaleError):
        say("k2", before.version)


def test_a_partner_speaks_for_itself_alone_and_no_consent_begins_after_its_end(filled: House) -> None:
    other = ConsentAct(act="withdraw", purpose="marketing", receiver="house")
    with pytest.raises(ConsentRefusedError) as refused:
        say_consent(filled, PARTNER, CONSENTS, other, key="k", expected=None, now=NOW)
    assert refused.value.field == "receiver"
    say_consent(filled, STAFF, CONSENTS, other, key="k", expected=None, now=NOW)
    over = ConsentAct(act="give", purpose="marketing", until=(NOW - timedelta(days=1)).date())
    with pytest.raises(ConsentRefusedError):
        say_consent(filled, replace(STAFF), CONSENTS, over, key="k2", expected=None, now=NOW)
