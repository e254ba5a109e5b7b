"""The worker's round: a trigger becomes a sealed card once, whatever is repeated, late or refused."""

from datetime import timedelta

import pytest
from people import at, event, opening

from tongxing.domain.event import Event
from tongxing.ledger.leaves import encode, leaf_hash, opens
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.sealing import receipt_groups, record_groups
from tongxing.service.stored import decode_decision, decode_message
from tongxing.service.work import PRESSED_AT_MOST, PRESSED_STEPS, Cache, work


def searched(number: int = 10, *, minutes: int = 1, client: str = "C1") -> Event:
    return event(number, "searched", {"text": "个人养老金怎么开户"}, minutes=minutes, client=client)


def test_a_pension_search_becomes_one_card(house: House) -> None:
    append(house, [*opening(), searched()])
    report = work(house, now=at(2))
    assert (report.decisions, report.cleared, report.delivered) == (1, 1, 1)
    cards = house.store.messages("C1", now=at(3))
    assert [card.playbook for card in cards] == ["pension_guide"]


def test_working_again_does_nothing_again(house: House) -> None:
    append(house, [*opening(), searched()])
    work(house, now=at(2))
    before = (house.store.count_events(), house.store.count_leaves())
    again = work(house, now=at(3))
    assert (again.events, again.decisions, again.delivered) == (0, 0, 0)
    assert (house.store.count_events(), house.store.count_leaves()) == before


def test_the_same_event_twice_gives_one_card(house: House) -> None:
    append(house, [*opening(), searched()])
    answer = append(house, [searched()])
    assert answer.duplicates == (0,)
    work(house, now=at(2))
    assert len(house.store.messages("C1", now=at(3))) == 1


def test_the_same_key_with_other_content_is_refused(house: House) -> None:
    append(house, [*opening(), searched()])
    other = event(10, "searched", {"text": "股票"}, minutes=1)
    assert append(house, [other]).conflicts == (0,)


def test_without_consent_nothing_is_said_and_the_silence_is_sealed(house: House) -> None:
    append(house, [*opening(consents=()), searched()])
    report = work(house, now=at(2))
    assert (report.decisions, report.cleared) == (1, 0)
    assert [sealed.leaf.kind for sealed in house.store.leaves()].count("decision") == 1
    record = decode_decision(house.store.decisions()[0].payload)
    answers = [row for row in record.decision.considered if row.playbook == "pension_guide"]
    assert any("not given" in reason for reason in answers[-1].reasons)


def test_every_group_of_the_sealed_record_opens_and_no_other_words_do(house: House) -> None:
    append(house, [*opening(), searched()])
    work(house, now=at(2))
    row = house.store.decisions()[0]
    groups = record_groups(decode_decision(row.payload))
    found = house.store.leaf(row.leaf_index)
    assert found is not None
    sealed, client_id, key = found
    assert client_id == "C1"
    assert leaf_hash(encode(sealed.leaf)) == sealed.leaf_hash
    assert set(sealed.leaf.groups) == set(groups)
    assert all(opens(sealed.leaf, name, fields, key) for name, fields in groups.items())
    words = next(name for name in groups if name.startswith("words:"))
    changed = dict(groups[words]) | {"text": "稳赚不赔"}
    assert not opens(sealed.leaf, words, changed, key)


def test_the_receipt_proves_what_was_delivered(house: House) -> None:
    append(house, [*opening(), searched()])
    work(house, now=at(2))
    card = house.store.messages("C1", now=at(3))[0]
    found = house.store.leaf(card.receipt_index)
    assert found is not None
    sealed, _client, key = found
    assert sealed.leaf.kind == "receipt"
    message = decode_message(card.payload)
    assert all(opens(sealed.leaf, name, fields, key) for name, fields in receipt_groups(message).items())
    assert card.receipt_index > card.leaf_index


def test_leaves_never_hold_personal_data(house: House) -> None:
    append(house, [*opening(), searched()])
    work(house, now=at(2))
    for sealed in house.store.leaves():
        assert b"C1" not in sealed.encoded
        assert "养老".encode() not in sealed.encoded


def test_a_withdrawal_before_delivery_stops_the_card(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The outbox is asked once more: consent withdrawn after clearing withdraws the words."""
    import tongxing.service.work as worker  # noqa: PLC0415 - patched below

    append(house, [*opening(), searched()])
    with monkeypatch.context() as crash:
        crash.setattr(worker, "deliver_waiting", _die)
        with pytest.raises(KeyboardInterrupt):
            work(house, now=at(2))
    withdrawn = {"purpose": "personalised_service", "source": "*"}
    append(house, [event(20, "consent_withdrawn", withdrawn, minutes=3)])
    with house.store.batch() as batch:
        from tongxing.service.round import Round, fold_batch  # noqa: PLC0415

        this = Round(house=house, batch=batch, states={})
        fold_batch(this, batch.unfolded(100))
        this.save()
    report = work(house, now=at(4))
    assert (report.delivered, report.withdrawn) == (0, 1)
    assert house.store.messages("C1", now=at(5)) == ()


def _die(*_arguments: object, **_named: object) -> int:
    raise KeyboardInterrupt


def test_a_newcomer_hears_once_a_day_for_a_week(house: House) -> None:
    registered = {"name": "陈立", "birth": "2003-02-01", "opened_on": "2026-05-06"}
    append(
        house,
        [
            event(1, "client_registered", dict(registered)),
            event(2, "assessment_taken", {"grade": "C2", "valid_to": "2028-01-01"}),
            event(3, "consent_given", {"purpose": "personalised_service", "source": "*"}),
        ],
    )
    sent = []
    for day in range(10):
        report = work(house, now=at(day * 24 * 60 + 5))
        sent.append(report.delivered)
    assert sent == [1, 1, 1, 1, 1, 1, 1, 0, 0, 0]


def test_clients_do_not_touch_one_another(house: House) -> None:
    events = [entry for number in range(5) for entry in opening(f"C{number}")]
    append(house, [*events, searched(client="C3")])
    work(house, now=at(2))
    assert [len(house.store.messages(f"C{number}", now=at(3))) for number in range(5)] == [0, 0, 0, 1, 0]


def test_cards_go_when_their_clearance_ends(house: House) -> None:
    append(house, [*opening(), searched()])
    work(house, now=at(2))
    valid_until = house.store.messages("C1", now=at(3))[0].valid_until
    assert house.store.messages("C1", now=valid_until + timedelta(seconds=1)) == ()


def test_steps_stay_small_for_a_while_after_somebody_waited(house: House) -> None:
    cache = Cache(states={})
    assert cache.at_most(500) == 500
    cache.felt(pressed=True)
    assert cache.at_most(500) == PRESSED_AT_MOST
    assert cache.at_most(1) == 1
    for _ in range(PRESSED_STEPS):
        assert cache.at_most(500) == PRESSED_AT_MOST
        cache.felt(pressed=False)
    assert cache.at_most(500) == 500
    cache.felt(pressed=True)
    append(house, [*opening(), *(searched(100 + n, minutes=n) for n in range(40))])
    pressed = work(house, now=at(60), cache=cache)
    assert pressed.events >= 40, "small steps take everything in, too"
