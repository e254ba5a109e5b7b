from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from view_house import CONSENTS, ID_NUMBER, NOW, PHONE, REFUSES, fill, registered, searches

from tongxing.app.house import temporary_house
from tongxing.domain.event import Retention
from tongxing.service import client_acts
from tongxing.service.append import append
from tongxing.service.client_view import client_view
from tongxing.service.clock_view import ADVANCE, RESTART, ask_for, clock_view
from tongxing.service.corridor_view import corridor_lines, corridor_totals
from tongxing.service.decision_view import decision_view
from tongxing.service.fingerprint import ledger_root
from tongxing.service.house import House
from tongxing.service.leaf_view import leaf_view, tree_head
from tongxing.service.ports import ErasedError
from tongxing.service.views import DecisionLine, DecisionView
from tongxing.service.work import work


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house() as house:
        fill(house)
        searches(house, REFUSES)
        searches(house, CONSENTS)
        yield house


def line(house: House, client_id: str) -> DecisionLine:
    lines = corridor_lines(house)
    return next(one for one in lines if one.client_id == client_id and one.trigger == "sign:pension_searched")


def decision(house: House, client_id: str) -> DecisionView:
    view = decision_view(house, line(house, client_id).decision_id)
    assert view is not None
    return view


def test_what_was_sent_and_what_was_refused_stand_in_the_list_newest_first(house: House) -> None:
    sent, refused = line(house, CONSENTS), line(house, REFUSES)
    assert (sent.outcome, sent.client, sent.reasons) == ("sent", "林**", ())
    assert sent.playbooks == (house.book.playbooks["pension_guide"].title,)
    assert sent.trigger_words == house.book.labels["sign_pension_searched"]
    assert (refused.outcome, refused.playbooks) == ("refused", ())
    assert refused.reasons == ("consent: personalised_service not given",)
    leaves = [one.leaf_index for one in corridor_lines(house)]
    assert leaves == sorted(leaves, reverse=True)


def test_counts_follow_the_log_and_the_ledger(house: House) -> None:
    first = corridor_totals(house)
    assert (first.events, first.lag, first.leaves) == (
        house.store.count_events(),
        0,
        house.store.count_leaves(),
    )
    assert first.root == ledger_root(house)
    before = dict(first.by_outcome)
    assert sum(before.values()) == len(corridor_lines(house))
    client_acts.ask(house, "C000003", "养老金", now=NOW)
    work(house, now=NOW)
    after = corridor_totals(house)
    assert dict(after.by_outcome)["refused"] == before["refused"] + 1
    assert dict(after.by_outcome)["sent"] == before["sent"]
    assert after.root == ledger_root(house) != first.root


def test_older_decisions_follow_where_a_page_ended(house: House) -> None:
    every = corridor_lines(house)
    first = corridor_lines(house, limit=1)
    rest = corridor_lines(house, before=first[-1].decision_id)
    assert (*first, *rest) == every


def test_a_decision_lies_open_from_the_event_to_the_leaf(house: House) -> None:
    view = decision(house, CONSENTS)
    assert view.cause is not None
    assert view.cause.kind == "searched"
    assert view.cause_body == (("text", "养老金怎么开户"),)
    chosen = [one for one in view.considered if one.chosen]
    assert [one.playbook for one in chosen] == ["pension_guide"]
    assert [gate.gate for gate in chosen[0].gates] == [
        "consent",
        "eligibility",
        "applicability",
        "suitability",
        "contact",
        "arbitration",
    ]
    assert {gate.answer for gate in chosen[0].gates} == {"pass"}
    (verdict,) = view.verdicts
    assert verdict.cleared
    assert "个人养老金" in verdict.text
    assert view.leaf is not None
    assert view.leaf.intact
    assert {one.opened for one in view.leaf.commitments} == {True}
    assert [title for title, _leaf in view.receipts] == [house.book.playbooks["pension_guide"].title]


def test_a_refusal_shows_the_gate_that_stopped_it_and_is_sealed_as_well(house: House) -> None:
    view = decision(house, REFUSES)
    asked = next(one for one in view.considered if one.playbook == "pension_guide")
    assert (asked.gates[-1].gate, asked.gates[-1].answer) == ("consent", "stop")
    assert view.outcome == "refused"
    assert [one.playbook for one in view.considered if one.called_for] == ["pension_guide"]
    assert (view.verdicts, view.receipts) == ((), ())
    assert view.leaf is not None
    assert view.leaf.intact


def test_an_unknown_decision_is_no_decision(house: House) -> None:
    assert decision_view(house, "no-such-id") is None


def test_personal_fields_of_the_cause_are_masked(house: House) -> None:
    new = replace(registered("C000009", "孙十一"), ts=NOW, known_at=NOW)
    body = {**new.body, "opened_on": "2026-05-06"}
    append(house, (replace(new, body=body),))
    work(house, now=NOW + timedelta(days=1))
    found = [one for one in corridor_lines(house) if one.client_id == "C000009"]
    for one in found:
        view = decision_view(house, one.decision_id)
        assert view is not None
        shown = str(view)
        assert "孙十一" not in shown
        assert PHONE not in shown
        assert ID_NUMBER not in shown
    assert found


def test_a_receipt_opens_also_after_the_card_was_sent_away(house: House) -> None:
    ((_title, receipt),) = decision(house, CONSENTS).receipts
    before = leaf_view(house, receipt)
    assert before is not None
    assert before.kind == "receipt"
    view = client_view(house, CONSENTS, now=NOW)
    assert view is not None
    client_acts.dismiss(house, CONSENTS, view.cards[0].touch_id, "", now=NOW)
    after = leaf_view(house, receipt)
    assert after is not None
    assert after.intact
    assert {one.opened for one in after.commitments} == {True}
    assert decision(house, CONSENTS).receipts[0][1] == receipt


def test_a_record_that_was_changed_no_longer_matches_its_leaf(house: House) -> None:
    index = line(house, CONSENTS).leaf_index
    other = line(house, REFUSES)
    with house.store._writing() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql(
            "UPDATE leaf SET encoded = (SELECT encoded FROM leaf WHERE leaf_index = ?) WHERE leaf_index = ?",
            (other.leaf_index, index),
        )
    view = leaf_view(house, index)
    assert view is not None
    assert not view.intact


def test_an_erased_record_still_stands_in_the_tree(house: House) -> None:
    index = line(house, CONSENTS).leaf_index
    top = tree_head(house)
    for retention in Retention:
        house.store.erase(CONSENTS, retention)  # type: ignore[attr-defined]
    view = leaf_view(house, index)
    assert view is not None
    assert view.erased
    assert view.intact
    assert {one.opened for one in view.commitments} == {None}
    assert tree_head(house) == top
    erased = next(one for one in corridor_lines(house) if one.leaf_index == index)
    assert (erased.outcome, erased.trigger_words, erased.client) == ("erased", "", CONSENTS)
    with pytest.raises(ErasedError):
        decision_view(house, erased.decision_id)


@pytest.mark.parametrize("index", [-1, 10_000])
def test_there_is_no_leaf_beyond_the_ledger(house: House, index: int) -> None:
    assert leaf_view(house, index) is None


def test_the_root_of_a_long_ledger_is_the_root_over_all_leaves(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongxing.service.leaf_view.BLOCK", 2)
    for number in range(7):
        client_acts.ask(house, "C000003", f"养老金 {number}", now=NOW + timedelta(days=8 * number))
        work(house, now=NOW + timedelta(days=8 * number))
        assert tree_head(house) == (house.store.count_leaves(), ledger_root(house))


def test_the_clock_moves_by_one_job_at_a_time(house: House) -> None:
    calm = clock_view(house, lambda _house: False)
    assert (calm.now, calm.job_state, calm.over) == (NOW, "", False)
    assert ask_for(house, ADVANCE)
    assert not ask_for(house, ADVANCE)
    assert not ask_for(house, RESTART)
    waiting = clock_view(house, lambda _house: True)
    assert (waiting.job_name, waiting.job_state, waiting.over) == (ADVANCE, "queued", True)
    job = house.store.next_job()
    assert job is not None
    house.store.report(job.job_id, done=1, total=3, note="", state="running")
    assert (clock_view(house, lambda _house: False).done, ask_for(house, ADVANCE)) == (1, False)
    house.store.report(job.job_id, done=3, total=3, note="2026-05-07", state="done")
    assert clock_view(house, lambda _house: False).note == "2026-05-07"
    assert ask_for(house, RESTART)


def test_pages_cannot_ask_for_other_jobs(house: House) -> None:
    with pytest.raises(ValueError, match="no job of the clock"):
        ask_for(house, "wipe")
