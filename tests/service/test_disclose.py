"""One group of a sealed record for a third party: by policy, on record, and nothing else with it."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime

import msgspec
import pytest

from tongxing.adapters.policy import CedarAccess
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, Retention
from tongxing.domain.person import Person, Role
from tongxing.ledger.leaves import decode, opens_with, salt
from tongxing.service.disclose import DiscloseRefusedError, Opening, check_opening, disclose
from tongxing.service.house import House
from tongxing.service.leaf_record import kept_groups
from tongxing.service.leaf_view import leaf_view

NOW = datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)
CLIENT = "C000001"
OFFICER = Person(person_id="compliance-1", name="沈", role=Role.COMPLIANCE)
ADVISER = Person(person_id="adviser-1", name="林", role=Role.ADVISER, team="east")
TRADE: Mapping[str, object] = {
    "code": "510300",
    "side": "buy",
    "quantity": "1000",
    "price": "4.012",
    "gross_fen": 401200,
    "deal_no": "D7",
}


@pytest.fixture
def traded(house: House) -> House:
    event = Event(
        source="core", source_seq="1", client_id=CLIENT, ts=NOW, known_at=NOW, kind="trade", body=TRADE
    )
    house.store.append([event])
    return house


def given(house: House, group: str, *, by: Person = OFFICER, why: str = "case 17", leaf: int = 0) -> Opening:
    access = CedarAccess(house.book, demo=False)
    return disclose(house, access, by, leaf, group, receiver="court", reason=why, now=NOW)


def test_an_opening_proves_its_group_without_the_store(traded: House) -> None:
    found = check_opening(msgspec.json.encode(given(traded, "amount")))
    assert (found.kind, found.group, found.fields) == ("trade", "amount", {"gross_fen": 401200})
    assert found.leaf_hash == traded.store.leaves()[0].leaf_hash.hex()
    assert found.at == NOW


def test_nothing_else_can_be_derived_from_an_opening(traded: House) -> None:
    record = traded.store.leaf(0)
    assert record is not None
    groups, key = kept_groups(traded, 0), record[2]
    made = given(traded, "amount")
    told, entry, group_salt = (
        msgspec.json.encode(made),
        decode(b64decode(made.entry)),
        bytes.fromhex(made.salt),
    )
    for name in groups.keys() - {"amount"}:
        assert not opens_with(entry, name, groups[name], group_salt), "the salt of one group opens no other"
        assert salt(key, name).hex().encode() not in told
        for value in groups[name].values():
            assert len(str(value)) < 3 or f'"{value}"'.encode() not in told, name
    assert key.hex().encode() not in told
    assert key not in b64decode(made.entry)
    for side in ("buy", "sell"):
        guess = {**groups["deal"], "side": side}
        assert not opens_with(entry, "deal", guess, group_salt), "few values are no help without the salt"


@pytest.mark.parametrize(
    "changed", [{"fields": {"gross_fen": 401201}}, {"salt": "00" * 16}, {"group": "deal"}, {"fields": {}}]
)
def test_a_changed_opening_is_not_valid(traded: House, changed: Mapping[str, object]) -> None:
    made = msgspec.to_builtins(given(traded, "amount"))
    with pytest.raises(ValueError, match="not the fields"):
        check_opening(msgspec.json.encode({**made, **changed}))


def test_the_client_sees_to_whom_and_why_and_it_is_sealed(traded: House) -> None:
    given(traded, "amount")
    (entry,) = traded.store.people.entries_of(CLIENT)
    assert (entry.act, entry.field, entry.about_leaf, entry.allowed) == ("record.disclose", "amount", 0, True)
    assert entry.reason == "court: case 17"
    assert entry.policies == "disclose_for_a_reason"
    assert entry.leaf_index is not None
    sealed = traded.store.leaves(after=entry.leaf_index, limit=1)[0]
    view = leaf_view(traded, entry.leaf_index)
    assert sealed.leaf.kind == "disclosure"
    assert view is not None
    assert view.intact
    assert b"court" not in sealed.encoded


def test_without_permission_or_reason_nothing_is_opened_and_the_try_is_sealed(traded: House) -> None:
    for by, why in ((ADVISER, "case 17"), (OFFICER, " ")):
        with pytest.raises(DiscloseRefusedError, match="policy"):
            given(traded, "amount", by=by, why=why)
    tries = traded.store.people.entries_of(CLIENT)
    assert [entry.allowed for entry in tries] == [False, False]
    assert {traded.store.leaves(after=entry.leaf_index or 0, limit=1)[0].leaf.kind for entry in tries} == {
        "access"
    }


def test_what_is_not_there_or_erased_is_said_so(traded: House) -> None:
    for leaf, group, word in ((0, "words", "group"), (99, "amount", "unknown")):
        with pytest.raises(DiscloseRefusedError, match=word):
            given(traded, group, leaf=leaf)
    with traded.store.batch() as batch:
        batch.erase(CLIENT, Retention.TRADING)
    with pytest.raises(DiscloseRefusedError, match="erased"):
        given(traded, "amount")
