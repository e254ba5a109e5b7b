"""Statements of the officer's checklist about what can be proved afterwards: advice that is whole, records
nobody can change unseen, eyes that leave a trace."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from statement_house import ID_NUMBER, NOW, OPENED, PHONE, event, happens, opening, trade

from tongxing.adapters.policy import CedarAccess
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.mirror import mirror
from tongxing.adapters.tlog.sequencer import Sequencer
from tongxing.adapters.tlog.sources import CHECKPOINT, folder_source, tile_reader
from tongxing.app import temporary_house
from tongxing.domain.access import AccessQuestion
from tongxing.domain.person import Person, Role
from tongxing.ledger.auditing import audit
from tongxing.ledger.checkpoints import open_checkpoint
from tongxing.ledger.leaves import leaf_hash, opens_with, salt
from tongxing.ledger.note_keys import ED25519, KEY_BYTES, SigningKey
from tongxing.ledger.quorum import parse_policy
from tongxing.ledger.receipts import verify_receipt
from tongxing.service.access import note
from tongxing.service.console_switches import SwitchRefusedError, ask_on, confirm_on, switch_off
from tongxing.service.house import House
from tongxing.service.masking import shown
from tongxing.service.me_looked import looked
from tongxing.service.me_who import Mine, mine
from tongxing.service.plan_doc import ADVICE, PlanDoc, plan_groups
from tongxing.service.plan_export import plan_json
from tongxing.service.plan_page import plan_page
from tongxing.service.plan_policy import draft_for

CLIENT = "C000001"
KEY = SigningKey("broker.example/records", ED25519, bytes(range(KEY_BYTES)))
"""The administrator has it too."""


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house(seed=11, start=NOW) as found:
        yield found


def advised(house: House) -> tuple[Mine, PlanDoc]:
    """A client with an income, a debt, a holding and money, and the plan drafted for them."""
    happens(
        house,
        *opening(grade="C4"),
        event("income_stated", {"month_fen": 1_500_000}, OPENED),
        event("debt_stated", {"kind": "mortgage", "repayment_month_fen": 500_000}, OPENED),
        event(
            "holding_snapshot",
            {"as_of": "2026-04-01", "cash_fen": 20_000_000, "holdings": [
                {"code": "510300", "quantity": "1000", "price": "4.500"}]},
            OPENED + timedelta(hours=1),
        ),
    )  # fmt: skip
    me = mine(house, CLIENT, now=NOW)
    assert draft_for(me) == ()
    page = plan_page(me, locale="zh-CN")
    assert page.plan is not None
    return me, page.plan


def written(house: House, directory: Path) -> TileLog:
    """The log of records, as a worker writes it."""
    log = TileLog(directory, KEY)
    Sequencer(log, lambda after, limit: house.store.leaves(after=after, limit=limit)).catch_up()
    return log


def test_statement_11_advice_carries_every_field_and_its_proof_verifies(house: House, tmp_path: Path) -> None:
    me, plan = advised(house)
    page = plan_page(me, locale="zh-CN")
    words = "".join(part.text for part in page.parts)
    assert "人工智能生成" in words
    for told in (
        plan.grade,
        "2027年3月1日",
        "收盘价",
        "真实历史里最难熬的",
        "费用合计",
        "什么都不做",
        "过去的表现不预示未来",
        "由您决定",
        "一般信息，不是投资建议",
        "找人工",
        "关掉个性化服务",
    ):
        assert told in words
    kept = json.loads(plan_json(page) or "")
    assert kept["aigc"] == {"Label": "1", "ContentProducer": "tongxing", "ProduceID": plan.plan_id}
    groups = plan_groups(plan)
    assert groups["advice"]["author"] == "ai"
    assert all(groups["versions"].values())
    assert groups["time"]["prices_of"]
    assert groups["costs"]["no_action"] == "offered"
    assert isinstance(groups["costs"]["cost_fen"], int)
    assert any(pocket.worst for pocket in plan.pockets), "the worst real times"
    assert any(pocket.binding for pocket in plan.pockets), "what decided"

    sealed, owner, record_key = house.store.leaf(page.leaf_index or 0) or pytest.fail("no leaf")
    assert (sealed.leaf.kind, owner) == (ADVICE, CLIENT)
    for name, fields in groups.items():
        assert opens_with(sealed.leaf, name, fields, salt(record_key, name)), name
    changed = groups["costs"] | {"cost_fen": plan.cost_fen + 1}
    assert not opens_with(sealed.leaf, "costs", changed, salt(record_key, "costs"))
    with written(house, tmp_path / "records") as log:
        proof = log.receipt(sealed.index, extra=sealed.encoded)
    policy = parse_policy(f"log {KEY.verifier.line}\nquorum none\n".encode())
    assert verify_receipt(proof, leaf_hash(sealed.encoded), policy).checkpoint.size > sealed.index
    with pytest.raises(ValueError, match="root"):
        verify_receipt(proof, leaf_hash(sealed.encoded + b" "), policy)


def test_statement_23_personal_fields_open_for_a_reason_and_leave_a_trace(house: House) -> None:
    happens(house, *opening())
    for role in Role:
        if role is not Role.CLIENT:
            assert ID_NUMBER[3:-2] not in shown("id_number", ID_NUMBER, role=role), role
            assert PHONE[3:-2] not in shown("phone", PHONE, role=role), role
    access = CedarAccess(house.book, demo=False)
    for role in Role:
        person = Person(person_id="p", name="p", role=role)
        asked = AccessQuestion(
            person=person, act="client.reveal", client_id=CLIENT, relation=frozenset({"assigned"}),
            purpose="service",
        )  # fmt: skip
        assert not access.decide(asked).allowed, role
    adviser = Person(person_id="adviser-1", name="周敏", role=Role.ADVISER)
    answer = access.decide(replace(asked, person=adviser, reason="核对预留电话"))
    assert answer.allowed
    note(
        house, adviser, "client.reveal", client_id=CLIENT, answer=answer, now=NOW, purpose="service",
        reason="核对预留电话",
    )  # fmt: skip
    (look,) = looked(mine(house, CLIENT, now=NOW))
    assert (look.act, look.reason, look.allowed) == ("client.reveal", "核对预留电话", True)
    assert look.leaf_index is not None


def test_statement_23_who_asks_for_a_campaign_does_not_release_it(house: House) -> None:
    playbook = next(iter(house.book.playbooks))
    first, second = (Person(person_id=one, name=one, role=Role.COMPLIANCE) for one in ("one", "two"))
    switch_off(house, first, playbook, "复核", now=NOW)
    ask_on(house, first, playbook, "已改好", now=NOW)
    with pytest.raises(SwitchRefusedError) as refused:
        confirm_on(house, first, playbook, now=NOW)
    assert refused.value.reason == "same_person"
    assert confirm_on(house, second, playbook, now=NOW).by == "two"


def test_statement_40_an_administrator_with_every_key_changes_nothing_unseen(
    house: House, tmp_path: Path
) -> None:
    happens(house, *opening(), trade("510300", "4.500"))
    with written(house, tmp_path / "records"):
        pass
    outside = tmp_path / "outside"
    assert mirror(folder_source(tmp_path / "records"), outside, KEY.verifier).misbehaviour is None
    entries = [row.encoded for row in house.store.leaves(limit=10_000)]
    assert len(entries) > 3

    bundle = tmp_path / "records" / "tile" / "entries" / "000.p" / str(len(entries))
    honest = bundle.read_bytes()
    bundle.chmod(0o600)
    bundle.write_bytes(honest[:-1] + bytes((honest[-1] ^ 1,)))
    read = folder_source(tmp_path / "records")
    tree = open_checkpoint(read(CHECKPOINT), [KEY.verifier]).checkpoint
    assert not audit(tree, tile_reader(read)).clean, "a changed record under the old signature"

    with TileLog(tmp_path / "again", KEY) as forged:
        forged.append([*entries[:2], entries[2] + b"!", *entries[3:]])
        forged.append([b"one more"])
    found = mirror(folder_source(tmp_path / "again"), outside, KEY.verifier).misbehaviour
    assert found is not None, "a history written anew under the same key"
    assert found.convicts()
    assert (found.earlier.checkpoint.size, found.later.checkpoint.size) == (len(entries), len(entries) + 1)
