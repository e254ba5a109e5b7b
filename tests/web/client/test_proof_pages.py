"""A client's sealed records: proof in the public log, files to take away, and nobody else's."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from own_house import browser_of
from page_house import Browser

from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.published import KEY_FILE, PublishedLog
from tongxing.adapters.tlog.sequencer import Sequencer
from tongxing.app.sequencing import log_key
from tongxing.domain.event import Event
from tongxing.ledger.leaves import leaf_hash
from tongxing.ledger.quorum import parse_policy
from tongxing.ledger.receipts import parse_receipt, verify_receipt
from tongxing.service.append import append
from tongxing.service.house import House


@pytest.fixture(scope="module")
def owner(house: House) -> str:
    """Somebody to whom the house has spoken, and who has just bought something."""
    decided = next(row for row in house.store.leaves(limit=10_000) if row.leaf.kind == "receipt")
    found = house.store.leaf(decided.index)
    assert found is not None
    at = house.clock.now()
    body = {"code": "510300", "side": "buy", "quantity": "100", "price": "4.500", "gross_fen": 45_000}
    bought = Event(
        source="counter",
        source_seq="proof-1",
        client_id=found[1],
        ts=at,
        known_at=at,
        kind="trade",
        body={**body, "fees_fen": 500, "currency": "CNY"},
    )
    append(house, [bought])
    return found[1]


@pytest.fixture
def his(house: House, owner: str) -> Iterator[Browser]:
    with browser_of(house, owner) as browser:
        yield browser


@pytest.fixture(scope="module")
def published(house: House, owner: str) -> PublishedLog:
    """What a worker writes, written once by hand."""
    del owner
    assert isinstance(house.log, PublishedLog)
    directory: Path = house.log._directory
    key = log_key(directory, house.entropy)
    with TileLog(directory, key) as log:
        (directory / KEY_FILE).write_text(f"{key.verifier.line}\n")
        Sequencer(log, lambda after, limit: house.store.leaves(after=after, limit=limit)).catch_up()
    return house.log


def own_leaf(house: House, owner: str, kind: str) -> int:
    for row in house.store.leaves(limit=10_000):
        found = house.store.leaf(row.index)
        if row.leaf.kind == kind and found is not None and found[1] == owner:
            return row.index
    raise LookupError(kind)


@pytest.mark.parametrize("kind", ["trade", "consent", "decision", "receipt"])
def test_a_record_is_proved_by_files_alone(
    house: House, owner: str, his: Browser, published: PublishedLog, kind: str
) -> None:
    number = own_leaf(house, owner, kind)
    page = his.get(f"/me/proofs/{number}").text
    assert "data-verify" in page
    assert "下载凭证" in page
    receipt = parse_receipt(his.get(f"/me/proofs/{number}/receipt").content)
    record = json.loads(his.get(f"/me/proofs/{number}/record").content)
    assert receipt.extra == base64.b64decode(record["entry"])
    policy = parse_policy(f"log {record['log']}\nquorum none\n".encode())
    verify_receipt(receipt, leaf_hash(receipt.extra or b""), policy)
    assert receipt.index == number == record["leaf_index"]
    assert record["groups"]
    assert record["log"] == published.vkey()


def test_a_trade_says_who_stood_on_the_other_side(
    house: House, owner: str, his: Browser, published: PublishedLog
) -> None:
    del published
    number = own_leaf(house, owner, "trade")
    record = json.loads(his.get(f"/me/proofs/{number}/record").content)
    groups = {one["group"]: one["fields"] for one in record["groups"]}
    assert groups["counterparty"]["venue"]
    assert groups["counterparty"]["clearing"]
    text = his.get(f"/me/proofs/{number}").text
    assert groups["counterparty"]["venue"] in text


def test_nobody_elses_record_is_shown_or_handed_out(
    house: House, owner: str, published: PublishedLog
) -> None:
    del published
    number = own_leaf(house, owner, "trade")
    with browser_of(house, "C000001" if owner != "C000001" else "C000002") as other:
        for ending in ("", "/receipt", "/record"):
            assert other.get(f"/me/proofs/{number}{ending}").status_code == 404
            assert other.get(f"/me/proofs/999999999{ending}").status_code == 404
            assert other.get(f"/me/proofs/x{ending}").status_code == 404


def test_anybody_reads_the_files_of_the_log_and_nothing_beside_them(
    client: Browser, published: PublishedLog
) -> None:
    assert client.get("/log/records/checkpoint").content == published.checkpoint()
    assert client.get("/log/records/vkey").text.strip() == published.vkey()
    assert client.get("/log/records/tile/0/000.p/1").status_code in (200, 404)
    for path in ("head", "lock", "journal-0", "%2e%2e/records.key", "tile/..%2f..%2frecords.key", ""):
        assert client.get(f"/log/records/{path}").status_code == 404
