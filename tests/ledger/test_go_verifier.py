"""A program that shares no line with ours, over Go's sumdb packages, judges our logs, receipts and proofs."""

import json
import os
import shutil
import subprocess
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tongxing.adapters.tlog.log import TileLog
from tongxing.ledger.growth import Growth
from tongxing.ledger.note_keys import ED25519, SigningKey
from tongxing.ledger.proving import Prover

SOURCE = Path(__file__).parent / "go" / "main.go"
PACKAGES = Path("/usr/share/gocode")
GO = shutil.which("go")
pytestmark = pytest.mark.skipif(
    GO is None or not (PACKAGES / "src/golang.org/x/mod/sumdb/tlog").is_dir(),
    reason="Go is not installed (Debian: apt-get install golang-go golang-golang-x-mod-dev)",
)
KEY = SigningKey("log.example/records", ED25519, bytes(range(32)))
VKEY = KEY.verifier.line
SIZE_MAX = 130
STEPS = (1, 254, 2, 9_743, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000)
"""Sizes 1, 255, 257, 10,000 … 70,000: three levels of tiles, partial ones on each."""


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("go") / "verifier"
    settings = {"GO111MODULE": "off", "GOPATH": str(PACKAGES), "GOFLAGS": "", "CGO_ENABLED": "0"}
    environment = os.environ | settings | {"GOCACHE": str(made.parent / "cache")}
    subprocess.run([str(GO), "build", "-o", made, SOURCE], env=environment, check=True)  # noqa: S603
    return made


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of 70,000 entries with all its checkpoints beside it, and a receipt of entry 12,345."""
    place = tmp_path_factory.mktemp("log")
    with TileLog(place / "log", KEY) as opened:
        for step in STEPS:
            opened.append([f"entry {opened.size + at}".encode() for at in range(step)])
            (place / f"checkpoint-{opened.size}").write_bytes(opened.checkpoint)
        (place / "receipt").write_bytes(replace(opened.receipt(12_345), extra=b"entry 12345").encode())
    return place


def judged(verifier: Path, *words: str | Path) -> tuple[int, str, str]:
    done = subprocess.run([verifier, *words], capture_output=True, text=True, check=False)  # noqa: S603
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def test_every_entry_and_tile_of_a_log_of_70000_and_all_its_earlier_checkpoints_hold(
    verifier: Path, log: Path
) -> None:
    older = sorted(log.glob("checkpoint-*"))
    assert len(older) == len(STEPS)
    for one in older:
        assert judged(verifier, "log", log / "log", VKEY, one) == (0, "70000", "")


@pytest.mark.parametrize(
    "path", ["tile/0/000", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]
)
def test_one_altered_byte_of_a_tile_is_found(verifier: Path, log: Path, tmp_path: Path, path: str) -> None:
    copy = tmp_path / "log"
    shutil.copytree(log / "log", copy)
    flip(copy / path, 20)
    code, _, words = judged(verifier, "log", copy, VKEY)
    assert (code, words.endswith("is not what its entries make")) == (1, True), words


@pytest.mark.parametrize(("path", "place"), [("000", 0), ("000", 5), ("100", 1_000), ("273.p/112", 45)])
def test_one_altered_byte_of_an_entry_is_found(
    verifier: Path, log: Path, tmp_path: Path, path: str, place: int
) -> None:
    copy = tmp_path / "log"
    shutil.copytree(log / "log", copy)
    flip(copy / "tile/entries" / path, place)
    code, _, words = judged(verifier, "log", copy, VKEY)
    assert code == 1
    assert "is cut" in words if place == 0 else words == "the entries do not make the root of the checkpoint"


def test_another_key_and_an_altered_checkpoint_are_refused(verifier: Path, log: Path, tmp_path: Path) -> None:
    stranger = SigningKey(KEY.name, ED25519, bytes(32)).verifier.line
    assert "verifiable signatures" in judged(verifier, "log", log / "log", stranger)[2]
    old = tmp_path / "old"
    old.write_bytes((log / "checkpoint-10000").read_bytes().replace(b"\n10000\n", b"\n10001\n"))
    assert "invalid signature" in judged(verifier, "log", log / "log", VKEY, old)[2]


def test_a_fork_does_not_continue_an_earlier_checkpoint(verifier: Path, log: Path, tmp_path: Path) -> None:
    with TileLog(tmp_path / "fork", KEY) as forked:
        forked.append([b"another"] * 300)
    code, _, words = judged(verifier, "log", tmp_path / "fork", VKEY, log / "checkpoint-257")
    assert (code, words) == (1, "invalid transparency proof")


def test_a_receipt_holds_and_no_altered_one_does(verifier: Path, log: Path, tmp_path: Path) -> None:
    assert judged(verifier, "receipt", log / "receipt", VKEY) == (0, "", "")
    data = (log / "receipt").read_bytes()
    altered = tmp_path / "altered"
    for at in range(0, len(data), 17):
        altered.write_bytes(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :])
        assert judged(verifier, "receipt", altered, VKEY)[0] == 1, f"byte {at}"


def test_every_inclusion_and_consistency_proof_up_to_130_leaves_holds(verifier: Path, tmp_path: Path) -> None:
    claims = every_claim()
    assert len(claims) == 2 * SIZE_MAX * (SIZE_MAX + 1) // 2
    file = tmp_path / "claims.jsonl"
    file.write_text("\n".join(json.dumps(one) for one in claims), encoding="utf-8")
    assert judged(verifier, "proofs", file) == (0, str(len(claims)), "")
    last = claims[-1] | {"root1": claims[-2]["root1"]}
    file.write_text("\n".join(json.dumps(one) for one in [*claims[:5], last]), encoding="utf-8")
    assert judged(verifier, "proofs", file) == (1, "", "line 6: invalid transparency proof")


def every_claim() -> list[dict[str, object]]:
    leaves = [sha256(b"\x00" + number.to_bytes(2, "big")).digest() for number in range(SIZE_MAX)]
    growth = Growth()
    tiles = dict(growth.append(b"".join(leaves))) | dict(growth.partial_tiles())
    tree = Prover(SIZE_MAX, tiles.__getitem__)
    roots = [text(tree.root(size)) for size in range(SIZE_MAX + 1)]
    sizes = range(1, SIZE_MAX + 1)
    found: list[dict[str, object]] = [
        {
            "op": "inclusion",
            "index": index,
            "size": size,
            "leaf_hash": text(leaves[index]),
            "root": roots[size],
            "proof": [text(digest) for digest in tree.inclusion(index, size)],
        }
        for size in sizes
        for index in range(size)
    ]
    return found + [
        {
            "op": "consistency",
            "size1": old,
            "size2": size,
            "root1": roots[old],
            "root2": roots[size],
            "proof": [text(digest) for digest in tree.consistency(old, size)],
        }
        for size in sizes
        for old in range(1, size + 1)
    ]


def text(digest: bytes) -> str:
    return b64encode(digest).decode()


def flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
