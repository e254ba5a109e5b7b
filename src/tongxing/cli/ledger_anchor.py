"""`tongxing ledger anchor` and `anchor-check`: the root of a log in a contract of a chain."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tongxing.adapters.tlog.sources import CHECKPOINT, source_of, tile_reader
from tongxing.cli.output import print_line, stop
from tongxing.cli.tlog_keys import key_of
from tongxing.ledger.checkpoints import Checkpoint, open_checkpoint
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.proving import Prover

if TYPE_CHECKING:
    from tongxing.adapters.chain.anchor import ChainAnchor

NOT_VALID = 1
KEY_BYTES = 32
OTHERS = 0o077
Place = Annotated[str, typer.Argument(metavar="DIR|URL", help="a log: its directory or http(s) address")]
Key = Annotated[str, typer.Option("--vkey", help="key of the log: name+id+base64, or a file that holds it")]
Rpc = Annotated[str, typer.Option("--rpc", help="JSON-RPC address of a node of the chain")]
Contract = Annotated[str, typer.Option("--contract", help="address of the contract CheckpointAnchor")]
ChainId = Annotated[int, typer.Option("--chain-id", help="number of the chain", min=1)]


def register(app: typer.Typer) -> None:
    """Add the commands to `tongxing ledger`."""
    app.command()(anchor)
    app.command("anchor-check")(anchor_check)


def anchor(
    place: Place,
    *,
    vkey: Key,
    rpc: Rpc,
    contract: Contract,
    chain_id: ChainId,
    key_file: Annotated[
        Path, typer.Option("--key-file", help="the owner's key as 64 hex digits, rights 600")
    ],
) -> None:
    """Write size and root of the newest checkpoint to a chain. 0 done or there, 1 they differ, 2 not done.

    What the chain holds must begin what the log holds, or nothing is written. Run it once an hour.
    Example: tongxing ledger anchor ./records --vkey records.vkey --rpc http://127.0.0.1:8545
    --contract 0x5FbD… --chain-id 20200 --key-file anchor.key

    prints {"anchored":true,"size":70000,"root":"…","before":69000,"transaction":"0x…","error":null}
    """
    secret = _secret(key_file)
    tree, prover = _log(place, vkey)
    held = _chain(rpc, contract, tree.origin, chain_id)
    from tongxing.adapters.chain.anchor import AnchorError  # noqa: PLC0415 - the extra `chain`

    try:
        before = held.newest()
        _agrees(prover, tree, before.size, before.root)
        told = {"size": tree.size, "root": tree.root.hex(), "before": before.size}
        if tree.size == before.size:
            print_line({"anchored": False, **told, "transaction": None, "error": None})
            return
        name = held.anchor(tree.size, tree.root, secret)
    except AnchorError as refused:
        stop(str(refused))
    print_line({"anchored": True, **told, "transaction": name, "error": None})


def anchor_check(place: Place, *, vkey: Key, rpc: Rpc, contract: Contract, chain_id: ChainId) -> None:
    """Compare a log with what the chain holds of it. 0 they agree, 1 they differ, 2 unusable.

    The root at the size on the chain is computed anew from the tiles of the log.
    Example: tongxing ledger anchor-check https://log.example --vkey records.vkey --rpc http://127.0.0.1:8545
    --contract 0x5FbD… --chain-id 20200

    prints {"valid":true,"origin":"…","anchored":69000,"size":70000,"root":"…","error":null}
    """
    tree, prover = _log(place, vkey)
    held = _chain(rpc, contract, tree.origin, chain_id)
    from tongxing.adapters.chain.anchor import AnchorError  # noqa: PLC0415 - the extra `chain`

    try:
        found = held.newest()
    except AnchorError as refused:
        stop(str(refused))
    _agrees(prover, tree, found.size, found.root)
    told = {"origin": tree.origin, "anchored": found.size, "size": tree.size, "root": found.root.hex()}
    print_line({"valid": True, **told, "error": None})


def _log(place: str, vkey: str) -> tuple[Checkpoint, Prover]:
    """The newest checkpoint, signed by the log, and its tiles, which give the same root."""
    try:
        source, key = source_of(place), key_of(vkey)
        tree = open_checkpoint(source(CHECKPOINT), [key]).checkpoint
        prover = Prover(tree.size, tile_reader(source), key.algorithm)
        if prover.root() != tree.root:
            _differs({}, "the tiles of the log do not give the root of its own checkpoint")
    except (OSError, TextError) as unusable:
        stop(f"{place}: {unusable}")
    except ProofError as wrong:
        _differs({}, str(wrong))
    return tree, prover


def _chain(rpc: str, contract: str, origin: str, chain_id: int) -> "ChainAnchor":
    try:
        from tongxing.adapters.chain.anchor import AnchorError, ChainAnchor, chain_at  # noqa: PLC0415
    except ImportError:
        stop("anchors need the extra `chain`: pip install 'tongxing[chain]'")
    try:
        return ChainAnchor(chain_at(rpc), contract, origin, chain_id)
    except AnchorError as refused:
        stop(str(refused))


def _agrees(prover: Prover, tree: Checkpoint, size: int, root: bytes) -> None:
    """What the chain holds begins the log; ends the command where it does not."""
    told = {"origin": tree.origin, "anchored": size, "size": tree.size, "root": root.hex()}
    if size > tree.size:
        _differs(told, f"the chain holds {size} entries and the log {tree.size}: the log was cut or set back")
    if size and prover.root(size) != root:
        _differs(told, f"the first {size} entries of the log are not those that were anchored")


def _differs(told: dict[str, object], why: str) -> None:
    print_line({"valid": False, **told, "error": why})
    raise typer.Exit(NOT_VALID)


def _secret(path: Path) -> bytes:
    """The owner's key; a file that others can read is refused."""
    try:
        if path.stat().st_mode & OTHERS:
            stop(f"{path}: others can read this key (chmod 600)")
        text = path.read_text(encoding="ascii").strip().removeprefix("0x")
        found = bytes.fromhex(text)
    except OSError as problem:
        stop(f"{path}: {problem.strerror}")
    except ValueError:
        stop(f"{path}: no key of 64 hex digits")
    if len(found) != KEY_BYTES:
        stop(f"{path}: no key of 64 hex digits")
    return found
