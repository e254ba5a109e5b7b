"""`tongxing ledger serve`, `witness serve`, `monitor` and `key`: what runs, watches and signs."""

import os
from pathlib import Path
from typing import Annotated

import typer

from tongxing.adapters.clock import machine_time
from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.tlog.log_app import LogApp
from tongxing.adapters.tlog.sm2 import MISSING, SCHEMES, available, sm2_key
from tongxing.adapters.tlog.sources import CHECKPOINT, source_of, tile_reader
from tongxing.adapters.tlog.witness import Witness, WitnessApp
from tongxing.cli import ledger_watching
from tongxing.cli.output import DONE, PARTLY, errors, print_line, read_bytes, stop
from tongxing.ledger.checkpoints import Opened, open_checkpoint
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.monitoring import Misbehaviour, compare
from tongxing.ledger.note_keys import (
    COSIGNATURE,
    ED25519,
    KEY_BYTES,
    SigningKey,
    VerifierKey,
    signing_key,
    verifier_key,
)
from tongxing.ledger.proving import Prover

MISBEHAVED = 1
PLACES_MIN = 2
SECRET_MODE = 0o600

witness_app = typer.Typer(no_args_is_help=True, help="A witness of other logs (C2SP tlog-witness).")
Host = Annotated[str, typer.Option("--host", help="address to listen on")]


def register(app: typer.Typer) -> None:
    """Add the commands to `tongxing ledger`."""
    app.command()(key)
    app.command()(serve)
    app.command()(monitor)
    ledger_watching.register(app)
    app.add_typer(witness_app, name="witness")


def key(
    name: Annotated[str, typer.Argument(help="name of the log or witness, an address without https://")],
    *,
    out: Annotated[Path, typer.Option("--out", help="new file for the secret; readable by its owner alone")],
    witness: Annotated[bool, typer.Option("--witness", help="a key that cosigns, not one of a log")] = False,
    sm2: Annotated[
        bool, typer.Option("--sm2", help="a log over SM3 signed by SM2; not certified, for interoperability")
    ] = False,
) -> None:
    """Make a key: the secret goes into a new file, the line to hand out is printed. 0 done, 2 not.

    Example: tongxing ledger key w1.example --witness --out w1.key

    With --sm2 the log is a tree over SM3 signed by SM2 (extra gm). It is not certified for cryptographic
    products (商用密码): an option for interoperability.
    """
    try:
        made = _made(name, witness=witness, sm2=sm2)
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_MODE)
    except (OSError, TextError) as wrong:
        stop(f"{out}: {wrong}")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(made.secret_line + "\n")
    typer.echo(made.verifier.line)


def _made(name: str, *, witness: bool, sm2: bool) -> SigningKey:
    if sm2 and witness:
        raise TextError("a witness signs with Ed25519 (tlog-cosignature); --sm2 is for logs")
    if sm2:
        return sm2_key(name)
    return SigningKey(name, COSIGNATURE if witness else ED25519, OsEntropy().token(KEY_BYTES))


def serve(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="directory of a log")],
    *,
    port: Annotated[int, typer.Option("--port")] = 8011,
    host: Host = "127.0.0.1",
) -> None:
    """Serve the files of a log over HTTP until stopped.

    Example: tongxing ledger serve ./log --port 8011
    """
    import uvicorn  # noqa: PLC0415 - other commands do without

    if not (directory / CHECKPOINT).is_file():
        stop(f"{directory}: no checkpoint; not a log")
    uvicorn.run(LogApp(directory), host=host, port=port, log_level="warning")


@witness_app.command("serve")
def witness_serve(
    *,
    key_file: Annotated[str, typer.Option("--key", help="file with the secret of a witness key")],
    log: Annotated[list[str], typer.Option("--log", help="vkey of a log it watches; repeat")],
    store: Annotated[Path, typer.Option("--store", help="folder for what it saw last")],
    port: Annotated[int, typer.Option("--port")] = 8012,
    host: Host = "127.0.0.1",
) -> None:
    """Answer `POST /add-checkpoint` until stopped; signs only what continues the checkpoint seen last.

    Example: tongxing ledger witness serve --key w1.key --log log.example/records+a1b2c3d4+AQ… --store w1
    """
    import uvicorn  # noqa: PLC0415 - other commands do without

    try:
        secret = signing_key(read_bytes(key_file).decode(errors="replace").partition("\n")[0])
        if secret.kind != COSIGNATURE:
            stop(f"{key_file}: is the key of a log, not of a witness")
        logs = [verifier_key(line, SCHEMES) for line in log]
        if any(one.scheme is not None for one in logs) and not available():
            stop(MISSING)
        witness = Witness(store, secret, logs, clock=lambda: int(machine_time().timestamp()))
    except (OSError, TextError) as wrong:
        stop(str(wrong))
    errors.print(f"witness {secret.verifier.line} on {host}:{port}", markup=False)
    uvicorn.run(WitnessApp(witness.add_checkpoint), host=host, port=port, log_level="warning")


def monitor(
    places: Annotated[
        list[str], typer.Argument(metavar="DIR|URL...", help="the same log at two or more places")
    ],
    *,
    vkey: Annotated[str, typer.Option("--vkey", help="key of the log")],
    out: Annotated[Path | None, typer.Option("--out", help="file for a proof of misbehaviour")] = None,
) -> None:
    """Compare the checkpoints of one log at several places. 0 one history, 1 two, 2 nothing read, 3 partly.

    Example: tongxing ledger monitor https://log.example ./copy --vkey log.example/records+a1b2c3d4+AQ…

    prints a line for each pair: {"places":["…","…"],"sizes":[9,30],"result":"one history"}.
    """
    try:
        known = verifier_key(vkey, SCHEMES)
    except TextError as wrong:
        stop(str(wrong))
    opened = [(place, found) for place in places if (found := _read(place, known)) is not None]
    if len(opened) < PLACES_MIN:
        stop("fewer than two checkpoints could be read")
    partly, guilty = len(opened) < len(places), False
    for at, (place, found) in enumerate(opened):
        for other, second in opened[at + 1 :]:
            words, proof = _compared((place, found), (other, second))
            partly, guilty = partly or words == "unknown", guilty or proof is not None
            sizes = [found.checkpoint.size, second.checkpoint.size]
            print_line({"places": [place, other], "sizes": sizes, "result": words})
            if proof is not None and out is not None:
                out.write_bytes(proof.encode())
    raise typer.Exit(MISBEHAVED if guilty else PARTLY if partly else DONE)


def _read(place: str, known: VerifierKey) -> Opened | None:
    try:
        return open_checkpoint(source_of(place)(CHECKPOINT), [known])
    except (OSError, TextError, ProofError) as wrong:
        errors.print(f"✗ {place}: {wrong}", markup=False)
        return None


def _compared(first: tuple[str, Opened], second: tuple[str, Opened]) -> tuple[str, Misbehaviour | None]:
    place, later = max(first, second, key=lambda pair: pair[1].checkpoint.size)
    tree = Prover(later.checkpoint.size, tile_reader(source_of(place)), later.log.algorithm)
    try:
        found = compare(first[1], second[1], tree)
    except (OSError, TextError, ProofError) as wrong:
        errors.print(f"✗ {place}: {wrong}", markup=False)
        return "unknown", None
    return ("one history", None) if found is None else ("two histories", found)
