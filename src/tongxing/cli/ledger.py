"""`tongxing ledger`: the file doors of the ledger; they read any log in C2SP tlog-tiles layout."""

from collections.abc import Mapping
from typing import Annotated, NoReturn

import typer

from tongxing.adapters.tlog.sm2 import SCHEMES
from tongxing.adapters.tlog.sources import CHECKPOINT, Source, source_of, tile_reader
from tongxing.cli import ledger_anchor, ledger_open, ledger_policy, ledger_serving
from tongxing.cli.output import (
    ending,
    json_object,
    numbered_lines,
    print_line,
    read_bytes,
    reject_lines,
    stop,
)
from tongxing.cli.tlog_keys import key_of
from tongxing.ledger.auditing import audit as audit_of
from tongxing.ledger.checkpoints import Opened, open_checkpoint, parse_checkpoint
from tongxing.ledger.claims import HASH, judge
from tongxing.ledger.hashing import SHA256
from tongxing.ledger.lines import HASH_BYTES, ProofError, TextError, base64_text
from tongxing.ledger.notes import parse_note, verify_note
from tongxing.ledger.proving import Prover
from tongxing.ledger.quorum import Policy, parse_policy
from tongxing.ledger.receipts import Receipt, parse_receipt, verify_receipt
from tongxing.ledger.receipts import receipt as receipt_of
from tongxing.ledger.tiles import WIDTH, Tile, decode_bundle
from tongxing.service.record_check import check_record, is_record

NOT_VALID = 1
"""Exit code of a text that reads well and does not hold."""

app = typer.Typer(
    no_args_is_help=True, help="Proofs that a record stands in a log, and audits of whole logs."
)
Json = Annotated[bool, typer.Option("--json", help="one JSON line (the only format of this door)")]
Place = Annotated[str, typer.Argument(metavar="DIR|URL", help="a log: its directory or http(s) address")]
Key = Annotated[str, typer.Option("--vkey", help="key of the log: name+id+base64, or a file that holds it")]
ledger_serving.register(app)
ledger_open.register(app)
ledger_policy.register(app)
ledger_anchor.register(app)


@app.command()
def verify(
    receipt: Annotated[
        str, typer.Argument(metavar="RECEIPT", help="a .tlog-proof file, or a record as JSON")
    ],
    *,
    policy: Annotated[str, typer.Option("--policy", help="logs, witnesses and quorum (C2SP tlog-policy)")],
    entry: Annotated[
        str | None, typer.Option("--entry", help="file with the very bytes of the entry")
    ] = None,
    leaf: Annotated[str | None, typer.Option("--leaf-hash", help="its leaf hash instead, in hex")] = None,
    json: Json = True,  # noqa: ARG001 - the contract names the flag
) -> None:
    """Verify a receipt offline: the entry stands in a log that the policy trusts. 0 valid, 1 not, 2 unusable.

    A receipt of this house carries its entry; for one that does not, name it with --entry.

    Example: tongxing ledger verify trade.tlog-proof --policy policy.txt

    prints {"valid":true,"origin":"log.example/records","index":137,"size":300,"leaf_hash":"…",
    "witnesses":["w1.example"],"error":null}. A policy for one log and one witness:
    `log log.example/records+…`, `witness w1 w1.example+…`, `quorum w1`, each on a line of its own. A record
    taken away as JSON is checked as well: its opened groups are what was sealed; it names "opened", "closed".
    """
    data = read_bytes(receipt)
    try:
        found, groups = _taken(data)
        rules = parse_policy(read_bytes(policy), SCHEMES)
        digest = _leaf(found, rules, entry, leaf)
    except ProofError as wrong:
        _not_valid({}, wrong)
    except TextError as malformed:
        stop(str(malformed))
    try:
        opened = verify_receipt(found, digest, rules)
    except ProofError as wrong:
        _not_valid({"index": found.index, "leaf_hash": digest.hex()}, wrong)
    except TextError as malformed:
        stop(str(malformed))
    tree = opened.checkpoint
    told = {"origin": tree.origin, "index": found.index, "size": tree.size, "leaf_hash": digest.hex()}
    print_line({"valid": True, **told, **groups, "witnesses": _names(opened), "error": None})


@app.command()
def note(
    file: Annotated[str, typer.Argument(metavar="FILE", help="a signed note; `-` reads standard input")],
    *,
    vkey: Annotated[list[str], typer.Option("--vkey", help="a known key, or a file that holds it; repeat")],
    json: Json = True,  # noqa: ARG001 - the contract names the flag
) -> None:
    """Tell who of the known keys signed a note. 0 valid, 1 not, 2 unusable.

    Example: tongxing ledger note checkpoint --vkey log.example/records+a1b2c3d4+AQ…

    prints {"valid":true,"signers":[{"name":"log.example/records","key_id":"a1b2c3d4","time":null}],
    "text":"…","error":null}; `time` is the POSIX second a witness states.
    """
    try:
        found = parse_note(read_bytes(file))
        keys = [key_of(line) for line in vkey]
        signed = verify_note(found, keys)
    except ProofError as wrong:
        _not_valid({"signers": [], "text": found.text}, wrong)
    except TextError as malformed:
        stop(str(malformed))
    signers = [{"name": one.key.name, "key_id": one.key.key_id.hex(), "time": one.at} for one in signed]
    print_line({"valid": True, "signers": signers, "text": found.text, "error": None})


@app.command()
def check(
    file: Annotated[str, typer.Argument(metavar="FILE.jsonl", help="JSON lines; `-` reads standard input")],
    *,
    json: Json = True,  # noqa: ARG001 - the contract names the flag
) -> None:
    """Check bare proofs; an answer for each line in order. 0 all were lines of this kind, 3 some, 2 none.

    Example line: {"op":"inclusion","index":1,"size":2,"leaf_hash":"…","root":"…","proof":["…"]}
    or {"op":"consistency","size1":1,"size2":2,"root1":"…","root2":"…","proof":["…"]};
    hashes in hex or base64; for a tree over SM3 add "hash":"SM3". It prints {"valid":true,"error":null} or
    {"valid":false,"error":"why"}.
    """
    good, rejected = 0, list[tuple[int, str]]()
    for number, data in numbered_lines(read_bytes(file)):
        try:
            wrong = judge(_claim(data, number))
        except TextError as malformed:
            rejected.append((number, str(malformed)))
            print_line({"valid": False, "error": str(malformed)})
            continue
        good += 1
        print_line({"valid": wrong is None, "error": wrong})
    bad = reject_lines(rejected)
    if not good and not bad:
        stop(f"{file}: no lines")
    raise typer.Exit(ending(good, bad))


@app.command()
def audit(place: Place, *, vkey: Key, json: Json = True) -> None:  # noqa: ARG001 - the contract names the flag
    """Hash every entry of a log again and compare every tile. 0 clean, 1 findings, 2 unusable.

    Example: tongxing ledger audit ./log --vkey log.example/records+a1b2c3d4+AQ…

    prints {"valid":true,"origin":"…","size":70000,"root":"…","bundles":274,"tiles":277,"findings":[]}.
    """
    source, opened = _opened(place, vkey)
    tree = opened.checkpoint
    found = audit_of(tree, tile_reader(source), opened.log.algorithm)
    told = {"origin": tree.origin, "size": tree.size, "root": base64_text(tree.root)}
    counts = {"bundles": found.bundles, "tiles": found.tiles, "findings": list(found.findings)}
    print_line({"valid": found.clean, **told, **counts})
    raise typer.Exit(0 if found.clean else NOT_VALID)


@app.command()
def checkpoint(place: Place, *, vkey: Key) -> None:
    """Print the checkpoint of a log when the log signed it. 0 valid, 1 not, 2 unusable.

    Example: tongxing ledger checkpoint https://log.example --vkey log.example/records+a1b2c3d4+AQ…
    """
    _, opened = _opened(place, vkey)
    typer.echo(opened.note.encode(), nl=False)


@app.command()
def receipt(
    place: Place,
    index: Annotated[int, typer.Argument(help="index of the entry, from 0")],
    *,
    vkey: Key,
    entry: Annotated[bool, typer.Option(help="carry the entry in the receipt")] = True,
) -> None:
    """Print the receipt of an entry (C2SP tlog-proof), verified before it is printed. 0, 1 or 2 as above.

    Example: tongxing ledger receipt ./log 137 --vkey log.vkey > trade.tlog-proof
    """
    source, opened = _opened(place, vkey)
    tree, read = opened.checkpoint, tile_reader(source)
    try:
        path = Prover(tree.size, read, opened.log.algorithm).inclusion(index)
        bundle = Tile(None, index // WIDTH, min(WIDTH, tree.size - index // WIDTH * WIDTH))
        bytes_of = decode_bundle(read(bundle), bundle.path, width=bundle.width)[index % WIDTH]
        made = receipt_of(index, path, opened.note.encode(), bytes_of if entry else None)
        trust = parse_policy(f"log {opened.log.line}\nquorum none\n".encode(), SCHEMES)
        verify_receipt(made, opened.log.algorithm.leaf(bytes_of), trust)
    except (OSError, TextError) as wrong:
        stop(str(wrong))
    except ProofError as wrong:
        _not_valid({"index": index}, wrong)
    typer.echo(made.encode(), nl=False)


@app.command()
def consistency(
    place: Place,
    old: Annotated[int, typer.Argument(help="the smaller size")],
    size: Annotated[
        int | None, typer.Argument(help="the larger size; default: that of the checkpoint")
    ] = None,
    *,
    vkey: Key,
) -> None:
    """Print the proof that a log of one size continues an earlier one, as a line for `check`.

    Example: tongxing ledger consistency ./log 12345 --vkey log.vkey | tongxing ledger check -
    """
    source, opened = _opened(place, vkey)
    tree = opened.checkpoint
    try:
        prover = Prover(tree.size, tile_reader(source), opened.log.algorithm)
        if prover.root() != tree.root:
            _not_valid({}, ProofError(f"the tiles do not make the root of size {tree.size}"))
        end = tree.size if size is None else size
        proof = [base64_text(digest) for digest in prover.consistency(old, end)]
        roots = {"root1": base64_text(prover.root(old)), "root2": base64_text(prover.root(end))}
    except (OSError, TextError, ProofError) as wrong:
        stop(str(wrong))
    named = {} if opened.log.algorithm == SHA256 else {HASH: opened.log.algorithm.name}
    print_line({"op": "consistency", **named, "size1": old, "size2": end, **roots, "proof": proof})


def _opened(place: str, vkey: str) -> tuple[Source, Opened]:
    """A log and its checkpoint, signed by the log."""
    source = source_of(place)
    try:
        return source, open_checkpoint(source(CHECKPOINT), [key_of(vkey)])
    except FileNotFoundError:
        stop(f"{place}: no checkpoint; not a log")
    except (OSError, TextError) as unusable:
        stop(f"{place}: {unusable}")
    except ProofError as wrong:
        _not_valid({}, wrong)


def _claim(data: bytes, number: int) -> Mapping[str, object]:
    found = json_object(data, number)
    if isinstance(found, str):
        raise TextError(found)
    return found


def _leaf(found: Receipt, rules: Policy, entry: str | None, leaf: str | None) -> bytes:
    """The leaf hash of what the receipt is for, in the tree of its log."""
    if leaf is not None:
        try:
            digest = bytes.fromhex(leaf)
        except ValueError:
            raise TextError(f"--leaf-hash: {leaf[:80]!r} is not hex") from None
        if len(digest) != HASH_BYTES:
            raise TextError(f"--leaf-hash: a hash has {HASH_BYTES} bytes, not {len(digest)}")
        return digest
    algorithm = rules.algorithm(parse_checkpoint(parse_note(found.checkpoint).text).origin)
    if entry is not None:
        return algorithm.leaf(read_bytes(entry))
    if found.extra is None:
        raise TextError("receipt: carries no entry; name it with --entry or --leaf-hash")
    return algorithm.leaf(found.extra)


def _names(opened: Opened) -> list[str]:
    return [one.key.name for one in opened.witnesses]


def _not_valid(told: Mapping[str, object], wrong: ProofError) -> NoReturn:
    print_line({"valid": False, **told, "error": str(wrong)})
    raise typer.Exit(NOT_VALID)


def _taken(data: bytes) -> tuple[Receipt, Mapping[str, object]]:
    """The receipt of a file, and which groups a record has opened and closed; a bare receipt has none."""
    if not is_record(data):
        return parse_receipt(data), {}
    record = check_record(data)
    if record.receipt is None:
        raise TextError("this record was taken away before a checkpoint covered it: it has no receipt")
    return record.receipt, {"opened": list(record.opened), "closed": list(record.file.closed)}
