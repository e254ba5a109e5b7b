"""`tongxing ledger open` and `opened`: one group of fields of a sealed record for somebody outside."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
import typer

from tongxing.adapters.policy.cedar import CedarAccess
from tongxing.app.assistants import is_demo
from tongxing.cli.opening import StorePath, opened
from tongxing.cli.output import print_line, read_bytes, stop
from tongxing.ledger.leaves import leaf_hash
from tongxing.service.disclose import DiscloseRefusedError, check_opening, disclose
from tongxing.service.record_check import CheckedRecord, check_record, is_record

NOT_VALID = 1


def register(app: typer.Typer) -> None:
    """Add the commands to `tongxing ledger`."""
    app.command("open")(open_)
    app.command("opened")(opened_)


def open_(
    leaf: Annotated[int, typer.Option(help="index of the leaf")],
    group: Annotated[str, typer.Option(help="the group of fields: time, amount, counterparty, words:0, …")],
    by: Annotated[str, typer.Option(help="who of the house opens it (compliance)")],
    to: Annotated[str, typer.Option(help="who is given it")],
    why: Annotated[str, typer.Option(help="what for; goes on the client's record of looks")],
    store: StorePath = None,
) -> None:
    """Open one group of a sealed record: its fields and its salt, and nothing else. 0 opened, 2 refused.

    Example: tongxing ledger open --leaf 137 --group amount --by compliance-1 --to "People's court" \
    --why "case 2026-17" --store house.db > amount.json
    """
    with opened(store) as (house, _path):
        person = house.store.people.person(by)
        if person is None:
            stop(f"{by}: nobody of this house")
        access = CedarAccess(house.book, demo=is_demo(house))
        try:
            made = disclose(
                house, access, person, leaf, group, receiver=to, reason=why, now=house.clock.now()
            )
        except DiscloseRefusedError as refused:
            stop(f"leaf {leaf}, {group}: not opened ({refused})")
        print_line(msgspec.to_builtins(made))


def opened_(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="an opening or a record; `-` reads standard input")
    ],
) -> None:
    """Check an opening, or a record as JSON, without the store: was this sealed? 0 valid, 1 not.

    Example: tongxing ledger opened amount.json

    prints {"valid":true,"leaf_index":137,"leaf_hash":"…","kind":"trade","group":"amount","fields":{…}}; that
    the leaf stands in the log is for `tongxing ledger verify` with its receipt. Of a record a client took
    away it prints "groups":{group:fields} and "closed":[groups with a commitment only].
    """
    data = read_bytes(file)
    try:
        if is_record(data):
            print_line(_told(check_record(data)))
            return
        found = check_opening(data)
    except ValueError as wrong:
        print_line({"valid": False, "error": str(wrong)})
        raise typer.Exit(NOT_VALID) from wrong
    told = {"leaf_index": found.leaf_index, "leaf_hash": found.leaf_hash, "kind": found.kind}
    print_line(
        {
            "valid": True,
            **told,
            "at": found.at.isoformat(),
            "group": found.group,
            "fields": dict(found.fields),
        }
    )


def _told(record: CheckedRecord) -> Mapping[str, object]:
    return {
        "valid": True,
        "leaf_index": record.file.leaf_index,
        "leaf_hash": leaf_hash(record.entry).hex(),
        "kind": record.leaf.kind,
        "at": record.leaf.at.isoformat(),
        "groups": {one.group: one.fields for one in record.file.groups},
        "closed": list(record.file.closed),
    }
