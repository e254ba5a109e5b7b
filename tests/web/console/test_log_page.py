"""The console's page of the log: witnesses in words, a banner without their quorum, a proof to take away."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from console_app import PERSON, browser

from tongxing.adapters.clock import machine_time
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.published import KEY_FILE, PublishedLog
from tongxing.adapters.tlog.witness_state import STATE_FILE, FiledWitnesses, write_others, write_state
from tongxing.app import temporary_house
from tongxing.ledger.note_keys import COSIGNATURE, ED25519, SigningKey
from tongxing.service.house import House
from tongxing.service.ports_log import CheckpointLine, OtherView, QuorumState, WitnessAnswer, WitnessLine

LOG = SigningKey("log.example/records", ED25519, bytes(range(32)))
WITNESSES = {
    name: SigningKey(f"w{n}.example", COSIGNATURE, bytes((n,)) * 32)
    for n, name in enumerate(("结算公司", "托管银行", "行业协会"), 1)
}
PAGES = ("/console", "/console/health", "/console/rules", "/console/log")


@pytest.fixture(scope="module")
def plain() -> Iterator[House]:
    with temporary_house(seed=7) as found:
        yield found


@pytest.fixture
def watched(plain: House, tmp_path: Path) -> House:
    """A house whose log has three entries and whose witnesses agreed a minute ago."""
    directory = tmp_path / "records"
    with TileLog(directory, LOG) as log:
        log.append([b"a", b"b", b"c"])
    (directory / KEY_FILE).write_text(LOG.verifier.line)
    lines = [f"witness {name} {key.verifier.line} http://w.example" for name, key in WITNESSES.items()]
    group = f"group enough 2 {' '.join(WITNESSES)}"
    (tmp_path / "policy").write_text("\n".join((*lines, group, "quorum enough", "")))
    keep(tmp_path, machine_time() - timedelta(minutes=1))
    return replace(
        plain, log=PublishedLog(directory), witnesses=FiledWitnesses(directory, tmp_path / "policy")
    )


def keep(folder: Path, quorum_at: datetime) -> None:
    now = machine_time()
    answers = (WitnessAnswer.COSIGNED, WitnessAnswer.SILENT, WitnessAnswer.AHEAD)
    lines = tuple(
        WitnessLine(
            name=name,
            key=key.verifier.line,
            answer=answer,
            words="connection refused",
            refused="connection refused",
            refused_at=now,
        )
        for answer, (name, key) in zip(answers, WITNESSES.items(), strict=True)
    )
    shown = CheckpointLine(at=now, size=3, root="ab" * 32, cosigned_by=("结算公司",))
    state = QuorumState(
        origin=LOG.name, asked_at=now, quorum_at=quorum_at, size=3, witnesses=lines, checkpoints=(shown,)
    )
    write_state(folder / "records", state)


def test_the_page_names_each_witness_and_what_it_says(watched: House) -> None:
    with browser(watched) as client:
        page = client.get("/console/log").text
    for words in ("结算公司", "已连署", "没有答复", "见过更大的日志", "至少需要 2 位", LOG.verifier.name):
        assert words in page
    assert "见证齐备" in page
    assert "no-quorum" not in page


@pytest.mark.parametrize("damaged", [False, True])
def test_every_page_of_the_console_says_that_the_quorum_is_lost(
    watched: House, tmp_path: Path, *, damaged: bool
) -> None:
    if damaged:
        (tmp_path / "records" / STATE_FILE).write_text("{")
    else:
        keep(tmp_path, machine_time() - timedelta(minutes=11))
    with browser(watched) as client:
        for path in PAGES:
            page = client.get(path).text
            assert 'class="no-quorum"' in page, path
            assert "主动联系已暂停；答复、通知和求助照常" in page, path
        assert ("读不到见证人的答复" in client.get("/console/log").text) is damaged


def test_a_proof_of_two_histories_is_shown_and_taken_away(watched: House, tmp_path: Path) -> None:
    found = OtherView(place="/copy", at=machine_time(), size=3, result="two histories", proof="the proof\n")
    same = OtherView(place="/other", at=machine_time(), size=2, result="one history")
    write_others(tmp_path / "records", (same, found))
    with browser(watched) as client:
        page = client.get("/console/log").text
        assert "两种历史" in page
        assert "同一历史" in page
        assert 'href="/console/log/proof/1"' in page
        taken = client.get("/console/log/proof/1")
        assert (taken.status_code, taken.text) == (200, "the proof\n")
        for number in ("0", "2", "-1", "x", "99999"):
            assert client.get(f"/console/log/proof/{number}").status_code == 404


def test_without_a_policy_the_page_says_so_and_no_page_warns(watched: House) -> None:
    with browser(replace(watched, witnesses=None)) as client:
        page = client.get("/console/log").text
        assert "没有设置见证人" in page
        assert "no-quorum" not in client.get("/console").text


def test_before_the_log_has_begun_the_page_is_empty_and_whole(plain: House) -> None:
    with browser(replace(plain, log=None)) as client:
        answer = client.get("/console/log", headers={PERSON: "auditor-1"})
    assert answer.status_code == 200
    assert "还没有开始写存证日志" in answer.text
