"""`tongxing backup`, `restore`, `check-store`: copies that were read through before anybody needs them."""

from pathlib import Path
from typing import Annotated

import typer

from tongxing.adapters.clock import machine_time
from tongxing.adapters.store import is_postgres
from tongxing.app.backup import Manifest, back_up, differs, read_manifest, write_manifest
from tongxing.app.backup import restore as restore_store
from tongxing.app.house import key_path_of
from tongxing.cli.opening import opened
from tongxing.cli.output import errors, print_line, stop
from tongxing.service.backup import fingerprint
from tongxing.service.console_health import LAST_BACKUP

Store = Annotated[str, typer.Option("--store", help="store file or PostgreSQL URL", metavar="STORE")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("check-store")(check_store)


def backup(
    store: Store, to: Annotated[Path, typer.Option("--to", help="the backup file, not there yet")]
) -> None:
    """Copy a store file while it is at work; read the whole copy; write its manifest beside it.

    The key file is not in the backup: keep it elsewhere. A backup without its key cannot be read by anybody.

    Example: tongxing backup --store house.db --to /backups/house-2026-05-06.db
    """
    if is_postgres(store):
        stop("PostgreSQL is backed up by pg_dump --format=custom; then: tongxing check-store --write FILE")
    path = Path(store)
    made = back_up(path, to)
    with opened(str(path)) as (house, _place):
        house.store.set_setting(LAST_BACKUP, machine_time().isoformat())
    print_line(made)
    errors.print(f"the key is not in it: keep {key_path_of(path)} elsewhere", markup=False)


def restore(
    backup_file: Annotated[Path, typer.Option("--from", help="the backup, its manifest beside it")],
    to: Annotated[Path, typer.Option("--to", help="where the store shall be; nothing may be there")],
    key: Annotated[Path | None, typer.Option("--key", help="key file; default: beside the store")] = None,
) -> None:
    """Put a backup in place and prove it: file hash, every body, leaves without gaps, the same fingerprint.

    Example: tongxing restore --from /backups/house-2026-05-06.db --to house.db --key /keys/house.db.key
    """
    print_line(restore_store(backup_file, to, key))


def check_store(
    store: Store,
    write: Annotated[Path | None, typer.Option("--write", help="write what the store holds")] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="the store must begin with what this file says")
    ] = None,
) -> None:
    """Read a whole store: every body opens, leaves have no gap, each hashes to its hash; print what it holds.

    With --against the log and the ledger up to the end of a manifest must be the same: for a store restored
    from pg_dump, or one that went on since its backup.

    Example: tongxing check-store --store postgresql://tongxing@db.example/house --against house.manifest.json
    """
    wanted = None if against is None else read_manifest(against).fingerprint
    if not is_postgres(store) and not Path(store).is_file():
        stop(f"{store}: no such store")
    with opened(store) as (house, _path):
        found = fingerprint(house.store, like=wanted)
    if wanted is not None:
        differs(wanted, found)
    if write is not None:
        write_manifest(write, Manifest(sha256="", fingerprint=found))
    print_line(found)
