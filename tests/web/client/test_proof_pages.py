"""A client's sealed records: proof in the public log, files to take away, and nobody else's."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from own_house import browser_of
from page_house import Browser
from typer.testing import CliRunner

from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.published import KEY_FILE, PublishedLog
from tongxing.adapters.tlog.sequencer import Sequencer
from tongxing.app.sequencing import log_key
from tongxing.cli import app
from tongxing.domain.event import Event
from tongxing.domain.leaf import LOGS, log_of
from tongxing.ledger.leaves import leaf_hash
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.quorum import parse_policy
from tongxing.ledger.receipts import parse_receipt, verify_receipt
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.ports_people import AccessEntry
from tongxing.service.record_check import check_record


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
def logs(house: House, owner: str) -> dict[str, PublishedLog]:
    """What a worker writes, written once by hand; somebody looked at the client before."""
    look = AccessEntry(
        at=house.clock.now(),
        person_id="adviser-1",
        role="adviser",
        act="client.reveal",
        client_id=owner,
        purpose="service",
        reason="客户来电核对",
        allowed=True,
        policies="p1",
        field="phone",
    )
    house.store.people.note(look)
    house.store.people.settle_looks()
    return {name: _written(house, name) for name in LOGS}


def _written(house: House, name: str) -> PublishedLog:
    published = house.log_named(name)
    assert isinstance(published, PublishedLog)
    directory: Path = published._directory
    key = log_key(directory, house.entropy)
    with TileLog(directory, key) as log:
        (directory / KEY_FILE).write_text(f"{key.verifier.line}\n")
        Sequencer(log, lambda after, limit: house.store.entries(name, after=after, limit=limit)).catch_up()
    return published


@pytest.fixture(scope="module")
def published(logs: dict[str, PublishedLog]) -> PublishedLog:
    return logs["records"]


def own_leaf(house: House, owner: str, kind: str) -> int:
    for row in house.store.leaves(limit=10_000):
        found = house.store.leaf(row.index)
        if row.leaf.kind == kind and found is not None and found[1] == owner:
            return row.index
    raise LookupError(kind)


@pytest.mark.parametrize("kind", ["trade", "consent", "decision", "receipt", "access"])
def test_a_record_is_proved_by_files_alone(
    house: House, owner: str, his: Browser, logs: dict[str, PublishedLog], kind: str
) -> None:
    number = own_leaf(house, owner, kind)
    log = logs[log_of(kind)]
    page = his.get(f"/me/proofs/{number}").text
    assert "data-verify" in page
    assert "下载凭证" in page
    receipt = parse_receipt(his.get(f"/me/proofs/{number}/receipt").content)
    record = json.loads(his.get(f"/me/proofs/{number}/record").content)
    assert receipt.extra == base64.b64decode(record["entry"])
    policy = parse_policy(f"log {record['log']}\nquorum none\n".encode())
    opened = verify_receipt(receipt, leaf_hash(receipt.extra or b""), policy)
    assert opened.checkpoint.origin.endswith(f"/{log_of(kind)}")
    assert receipt.index == record["leaf_index"]
    assert record["groups"]
    assert record["closed"] == []
    assert record["log"] == log.vkey()


def test_a_look_says_who_and_why_and_leads_to_its_proof(
    house: House, owner: str, his: Browser, logs: dict[str, PublishedLog]
) -> None:
    del logs
    number = own_leaf(house, owner, "access")
    assert f'href="/me/proofs/{number}"' in his.get("/me/privacy").text
    page = his.get(f"/me/proofs/{number}").text
    assert 'href="/me/privacy#looked"' in page
    assert "None" not in page
    record = json.loads(his.get(f"/me/proofs/{number}/record").content)
    groups = {one["group"]: one["fields"] for one in record["groups"]}
    assert groups["who"]["person_id"] == "adviser-1"
    assert groups["reason"] == {"reason": "客户来电核对"}


def test_a_client_chooses_what_a_record_opens_and_the_file_checks_without_us(
    house: House, owner: str, his: Browser, published: PublishedLog, tmp_path: Path
) -> None:
    number = own_leaf(house, owner, "trade")
    page = his.get(f"/me/proofs/{number}").text
    assert page.count('name="group"') == len(
        json.loads(his.get(f"/me/proofs/{number}/record").content)["groups"]
    )
    content = his.get(f"/me/proofs/{number}/record?chosen=1&group=amount&group=time").content
    for secret in ("counterparty", "510300"):
        assert secret not in json.dumps([one["fields"] for one in json.loads(content)["groups"]])
    taken, policy = tmp_path / "record.json", tmp_path / "policy.txt"
    taken.write_bytes(content)
    policy.write_text(f"log {published.vkey()}\nquorum none\n")
    ran = CliRunner().invoke(app, ["ledger", "verify", str(taken), "--policy", str(policy)])
    told = json.loads(ran.stdout)
    assert (ran.exit_code, told["valid"], sorted(told["opened"])) == (0, True, ["amount", "time"])
    assert "counterparty" in told["closed"]
    ran = CliRunner().invoke(app, ["ledger", "opened", str(taken)])
    told = json.loads(ran.stdout)
    assert (ran.exit_code, sorted(told["groups"])) == (0, ["amount", "time"])


@pytest.mark.parametrize("asked", ["group=nonsense", "group=amount&group=amount%00"])
def test_a_group_that_is_not_there_is_not_handed_out(
    house: House, owner: str, his: Browser, published: PublishedLog, asked: str
) -> None:
    del published
    number = own_leaf(house, owner, "trade")
    assert his.get(f"/me/proofs/{number}/record?chosen=1&{asked}").status_code == 404
    nothing = json.loads(his.get(f"/me/proofs/{number}/record?chosen=1").content)
    assert nothing["groups"] == []
    assert check_record(json.dumps(nothing).encode()).opened == ()


def test_whatever_is_altered_in_a_record_is_found(
    house: House, owner: str, his: Browser, published: PublishedLog
) -> None:
    del published
    number = own_leaf(house, owner, "trade")
    good = json.loads(his.get(f"/me/proofs/{number}/record?chosen=1&group=amount").content)
    check_record(json.dumps(good).encode())
    (amount,) = good["groups"]
    raised = {**amount, "fields": {**amount["fields"], "gross_fen": 1}}
    other = json.loads(his.get(f"/me/proofs/{own_leaf(house, owner, 'consent')}/record").content)
    for change in (
        {"groups": [raised]},
        {"groups": [{**amount, "salt": "00" * 16}]},
        {"groups": [{**amount, "canonical": amount["canonical"] + " "}]},
        {"groups": [amount, amount]},
        {"closed": good["closed"][1:]},
        {"kind": "order"},
        {"at": "2026-01-01T00:00:00+08:00"},
        {"leaf_index": good["leaf_index"] + 1},
        {"receipt": other["receipt"]},
    ):
        with pytest.raises(ProofError):
            check_record(json.dumps({**good, **change}).encode())
    for change in ({"entry": "%"}, {"groups": [{**amount, "salt": "0"}]}, {"receipt": "x"}):
        with pytest.raises(TextError):
            check_record(json.dumps({**good, **change}).encode())


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
    for number in (own_leaf(house, owner, kind) for kind in ("trade", "access")):
        _is_hidden(house, owner, number)


def _is_hidden(house: House, owner: str, number: int) -> None:
    with browser_of(house, "C000001" if owner != "C000001" else "C000002") as other:
        for ending in ("", "/receipt", "/record"):
            assert other.get(f"/me/proofs/{number}{ending}").status_code == 404
            assert other.get(f"/me/proofs/999999999{ending}").status_code == 404
            assert other.get(f"/me/proofs/x{ending}").status_code == 404


@pytest.mark.parametrize("name", LOGS)
def test_anybody_reads_the_files_of_a_log_and_nothing_beside_them(
    client: Browser, logs: dict[str, PublishedLog], name: str
) -> None:
    assert client.get(f"/log/{name}/checkpoint").content == logs[name].checkpoint()
    assert client.get(f"/log/{name}/vkey").text.strip() == logs[name].vkey()
    assert client.get(f"/log/{name}/tile/0/000.p/1").status_code in (200, 404)
    for path in ("head", "lock", "journal-0", f"%2e%2e/{name}.key", f"tile/..%2f..%2f{name}.key", ""):
        assert client.get(f"/log/{name}/{path}").status_code == 404
    assert client.get(f"/log/{name}.old-1/checkpoint").status_code == 404
