"""Each class of record has its leaf, in the transaction of its event; one group opens without the others."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, Retention
from tongxing.ledger.leaves import opens, opens_with, salt
from tongxing.service.event_leaves import KINDS, SEALED
from tongxing.service.house import House
from tongxing.service.leaf_record import kept_groups
from tongxing.service.leaf_view import leaf_view
from tongxing.service.ports import ErasedError
from tongxing.service.versions import seal_versions

AT = datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)
BODIES: Mapping[str, Mapping[str, object]] = {
    "trade": {
        "code": "510300",
        "side": "buy",
        "quantity": "1000",
        "price": "4.012",
        "gross_fen": 401200,
        "fees_fen": 500,
        "deal_no": "A1",
    },
    "fund_confirmed": {"code": "F00001", "side": "redeem", "units": "10.5", "nav": "1.1", "gross_fen": 1155},
    "subscribed_ipo": {"code": "688001", "amount_fen": 500, "date": "2026-05-06"},
    "product_matured": {"code": "F00001", "amount_fen": 500, "date": "2026-05-06"},
    "consent_given": {"purpose": "marketing"},
    "consent_withdrawn": {"purpose": "marketing"},
    "personalisation_set": {"on": False},
    "contact_set": {"channel": "push", "allowed": False},
    "assessment_taken": {"grade": "C2", "score": 40, "answers": {"horizon": "b"}, "valid_to": "2028-05-06"},
    "asked": {"text": "基金亏了怎么办"},
    "complaint_made": {"text": "等了很久"},
    "closing_requested": {"reason": "搬家"},
    "closing_withdrawn": {"of": "web-1"},
    "fraud_reported": {"pattern": "冒充客服"},
    "client_registered": {"name": "张三丰", "opened_on": "2020-01-01", "phone": "13800009999"},
    "id_document": {"type": "id_card"},
    "client_changed": {"phone": "13900009999"},
    "tag_corrected": {"label": "risk", "value": "low"},
    "tag_deleted": {"label": "risk"},
    "split_out": {"other_client_id": "C000002"},
    "plan_chosen": {"plan_id": "p1", "choice": "keep"},
    "answer_rated": {"touch_id": "t1", "of": "q1", "helped": False, "why": "unclear"},
    "erasure_requested": {"classes": ["behaviour"]},
    "erasure_done": {"request": "C000001|app|1", "erased": ["behaviour"], "kept": []},
}


def happened(kind: str, *, number: int = 1, client_id: str = "C000001") -> Event:
    at = AT + timedelta(seconds=number)
    return Event(
        source="core",
        source_seq=f"{kind}-{number}",
        client_id=client_id,
        ts=at,
        known_at=at,
        kind=kind,
        body=BODIES[kind],
    )


def sealed_of(house: House, event: Event) -> int:
    house.store.append([event])
    index = house.store.proofs.leaf_of_event(house.store.count_events())
    assert index is not None
    return index


def test_every_sealed_kind_is_tried_here() -> None:
    assert BODIES.keys() == SEALED.keys()


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_an_event_is_sealed_as_it_is_appended_and_opens_as_it_was(house: House, kind: str) -> None:
    index = sealed_of(house, happened(kind))
    found = house.store.leaf(index)
    assert found is not None
    sealed, client_id, key = found
    groups = kept_groups(house, index)
    assert client_id == "C000001"
    assert sealed.leaf.kind in KINDS
    assert set(sealed.leaf.groups) == groups.keys() >= {"time", "client"}
    assert all(opens(sealed.leaf, name, groups[name], key) for name in groups)
    view = leaf_view(house, index)
    assert view is not None
    assert view.intact
    assert all(one.opened for one in view.commitments)


def test_a_trade_names_its_venue_and_clearing_house(house: House) -> None:
    groups = kept_groups(house, sealed_of(house, happened("trade")))
    assert groups["counterparty"] == {"venue": "XSHG", "clearing": "CSDC", "deal_no": "A1"}
    assert groups["amount"] == {"gross_fen": 401200, "fees_fen": 500}
    assert groups["time"]["at"] == 1778032801


def test_a_duplicate_is_sealed_once_and_a_conflict_not_at_all(house: House) -> None:
    event = happened("trade")
    sealed_of(house, event)
    house.store.append([event, happened("trade", client_id="C000009")])
    assert house.store.count_leaves() == 1


def test_what_nobody_must_prove_has_no_leaf(house: House) -> None:
    house.store.append(
        [Event(source="app", source_seq="1", client_id="C1", ts=AT, known_at=AT, kind="logged_in", body={})]
    )
    assert house.store.count_leaves() == 0


def test_a_correction_names_the_leaf_it_corrects(house: House) -> None:
    first = sealed_of(house, happened("client_registered"))
    second = sealed_of(house, happened("client_changed"))
    third = sealed_of(house, happened("client_changed", number=2))
    assert kept_groups(house, second)["corrects"] == {"leaf": first}
    assert kept_groups(house, third)["corrects"] == {"leaf": second}
    house.store.append(
        [happened(kind, client_id="C7") for kind in ("client_registered", "client_changed")][:1]
    )


def test_two_corrections_in_one_batch_follow_one_another(house: House) -> None:
    house.store.append(
        [happened("client_registered"), happened("client_changed"), happened("client_changed", number=2)]
    )
    assert [kept_groups(house, index)["corrects"]["leaf"] for index in (1, 2)] == [0, 1]
    assert all(leaf_view(house, index).intact for index in range(3))  # type: ignore[union-attr]


def test_a_leaf_is_erased_with_its_class_and_only_with_it(house: House) -> None:
    asked, traded = sealed_of(house, happened("asked")), sealed_of(house, happened("trade"))
    with house.store.batch() as batch:
        batch.erase("C000001", Retention.BEHAVIOUR)
    with pytest.raises(ErasedError):
        house.store.leaf(asked)
    gone, kept = leaf_view(house, asked), leaf_view(house, traded)
    assert gone is not None
    assert gone.erased
    assert kept is not None
    assert kept.intact
    assert not kept.erased


def test_a_change_in_the_log_shows_at_the_leaf(house: House) -> None:
    index = sealed_of(house, happened("trade"))
    found = house.store.leaf(index)
    assert found is not None
    other = {**kept_groups(house, index)["amount"], "gross_fen": 401201}
    assert not opens(found[0].leaf, "amount", other, found[2])


def test_the_salt_of_one_group_opens_that_group_alone(house: House) -> None:
    index = sealed_of(house, happened("trade"))
    found = house.store.leaf(index)
    assert found is not None
    sealed, _client, key = found
    groups, given = kept_groups(house, index), salt(found[2], "amount")
    assert [name for name in groups if opens_with(sealed.leaf, name, groups[name], given)] == ["amount"]
    assert key not in given


def test_book_and_model_are_sealed_once_for_each_version(house: House) -> None:
    seal_versions(house, {"understanding": "v1"})
    seal_versions(house, {"understanding": "v1"})
    seal_versions(house, {"understanding": "v2"})
    kinds = [sealed.leaf.kind for sealed in house.store.leaves()]
    assert kinds == ["policy", "model", "model", "model"]
    assert kept_groups(house, 0) == {"policy": {"name": "book", "version": house.book.digest}}
    assert all(leaf_view(house, index).intact for index in range(4))  # type: ignore[union-attr]
