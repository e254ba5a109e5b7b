"""`tongxing ledger mirror` and `misbehaviour`: whoever has the key of a log copies and judges it alone."""

from pathlib import Path
from typing import Annotated

import typer

from tongxing.adapters.tlog.mirror import mirror as copy_log
from tongxing.adapters.tlog.sources import source_of
from tongxing.cli.output import print_line, read_bytes, stop
from tongxing.cli.tlog_keys import key_of
from tongxing.ledger.lines import ProofError, TextError, base64_text
from tongxing.ledger.monitoring import parse_misbehaviour

NOT_VALID = 1
Key = Annotated[str, typer.Option("--vkey", help="key of the log: name+id+base64, or a file that holds it")]


def register(app: typer.Typer) -> None:
    """Add the commands to `tongxing ledger`."""
    app.command()(mirror)
    app.command()(misbehaviour)


def mirror(
    place: Annotated[str, typer.Argument(metavar="DIR|URL", help="a log: its directory or http(s) address")],
    directory: Annotated[Path, typer.Argument(metavar="COPY", help="folder of the copy; begun when empty")],
    *,
    vkey: Key,
    out: Annotated[Path | None, typer.Option("--out", help="file for a proof of misbehaviour")] = None,
) -> None:
    """Bring a copy of a log up to date; no file is written unverified. 0 done, 1 not true, 2 not.

    Broken off, it goes on where it stopped. A copy is a log directory: `audit`, `serve`, `receipt`,
    `monitor` take it. When the log has forked since the last time, the copy stays as it is.

    Example: tongxing ledger mirror https://log.example ./copy --vkey log.example/records+a1b2c3d4+AQ…

    prints {"origin":"…","before":12345,"size":70000,"fetched":229,"error":null}
    """
    try:
        done = copy_log(source_of(place), directory, key_of(vkey))
    except (OSError, TextError) as unusable:
        stop(f"{place}: {unusable}")
    except ProofError as wrong:
        print_line({"error": str(wrong)})
        raise typer.Exit(NOT_VALID) from None
    forked = done.misbehaviour
    if forked is not None and out is not None:
        out.write_bytes(forked.encode())
    told = {"origin": done.origin, "before": done.before, "size": done.size, "fetched": done.fetched}
    print_line({**told, "error": None if forked is None else "the log tells another history than the copy"})
    raise typer.Exit(0 if forked is None else NOT_VALID)


def misbehaviour(
    file: Annotated[str, typer.Argument(metavar="FILE", help="what `monitor --out` wrote; `-` reads input")],
    *,
    vkey: Key,
) -> None:
    """Judge a proof that a log told two histories; nothing else is asked. 0 it did, 1 not shown, 2 unusable.

    Example: tongxing ledger misbehaviour split.txt --vkey log.example/records+a1b2c3d4+AQ…

    prints {"convicts":true,"origin":"…","sizes":[9,30],"roots":["…","…"],"error":null}: at the smaller
    size the log signed the first root, and what it signed later begins with the second.
    """
    try:
        found = parse_misbehaviour(read_bytes(file), key_of(vkey))
    except TextError as malformed:
        stop(str(malformed))
    except ProofError as wrong:
        print_line({"convicts": False, "error": str(wrong)})
        raise typer.Exit(NOT_VALID) from None
    old, new = found.earlier.checkpoint, found.later.checkpoint
    convicts = found.convicts()
    told = {"origin": old.origin, "sizes": [old.size, new.size]}
    roots = [base64_text(old.root), base64_text(found.other_root)]
    error = None if convicts else "the two checkpoints are not shown to contradict one another"
    print_line({"convicts": convicts, **told, "roots": roots, "error": error})
    raise typer.Exit(0 if convicts else NOT_VALID)
