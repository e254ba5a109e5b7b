"""Commands on one client of a store: import a statement, look at the profile."""

from typing import Annotated

import typer
from rich.table import Table

from tongxing.adapters.clock import WallClock
from tongxing.cli.doors import instant_of, profile_of_file
from tongxing.cli.opening import Live, StorePath, fold_what_waits, opened
from tongxing.cli.output import DONE, NOTHING, PARTLY, errors, print_line, read_bytes, screen, stop
from tongxing.service.client_view import client_view
from tongxing.service.file_doors import client_profile_line
from tongxing.service.house import House
from tongxing.service.import_statement import ImportRefusedError, ImportReport, import_statement


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("import")(import_)
    app.command("profile")(profile)


def import_(
    file: Annotated[str, typer.Argument(help="a broker statement (交割单, 历史成交, 资金流水)")],
    client: Annotated[str | None, typer.Option("--client", help="an existing client's id")] = None,
    new_client: Annotated[str | None, typer.Option("--new-client", help="name of a client to open")] = None,
    consent: Annotated[
        list[str] | None,
        typer.Option("--consent", help="a purpose the client agreed to; repeatable"),
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="read and check only")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
    store: StorePath = None,
    live: Live = False,
) -> None:
    """Read a broker statement into the log; holdings, profile and cards follow from it.

    Most cards need the client's consent: without one the house stays silent and records why.

    Example: tongxing import 交割单.csv --new-client 林晓 --consent personalised_service
    """
    if (client is None) == (new_client is None):
        stop("say whose statement it is: --client ID or --new-client NAME")
    data = read_bytes(file)
    with opened(store, live=live) as (house, path):
        try:
            report = import_statement(
                house,
                data,
                client_id=client,
                new_client=new_client,
                now=house.clock.now(),
                wall=WallClock().now(),
                dry_run=dry_run,
                consents=tuple(consent or ()),
            )
        except ImportRefusedError as problem:
            stop(f"{file}: {problem}")
        if not dry_run:
            fold_what_waits(house, path, value=report.client_id)
        if json:
            print_line(report.as_json())
        else:
            _show(house, report, dry_run=dry_run)
    raise typer.Exit(_ending(report))


def profile(
    file: Annotated[str | None, typer.Argument(help="JSON lines of events; `-` reads standard input")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="an instant with zone")] = None,
    client: Annotated[str | None, typer.Option("--client", help="a client of the store instead")] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON lines (the only format)")] = True,  # noqa: ARG001, FBT002
    store: StorePath = None,
) -> None:
    """What the house understands of each client: labels, needs, risk, preferences, with evidence.

    Example: tongxing profile events.jsonl --as-of 2026-05-06T16:00:00+08:00 --json
    """
    if (file is None) == (client is None):
        stop("name a file of events or --client ID")
    if file is not None:
        profile_of_file(file, as_of)
        return
    with opened(store) as (house, _path):
        found = client_profile_line(house, str(client), as_of=instant_of(as_of))
        if found is None:
            stop(f"{client}: no such client in this store")
        print_line(found)


def _ending(report: ImportReport) -> int:
    """All in, partly, or nothing."""
    if not report.hard_rejects:
        return DONE
    return PARTLY if report.statement.records else NOTHING


def _show(house: House, report: ImportReport, *, dry_run: bool) -> None:
    """What a person wants to know after an import."""
    screen.print(
        f"{'would import' if dry_run else 'imported'} {report.imported} · duplicates {report.duplicates} · "
        f"rejected {len(report.rejected)} · client {report.client_id}",
        markup=False,
    )
    for entry in report.rejected:
        errors.print(f"✗ line {entry.line}: {entry.reason} {entry.detail}".rstrip(), markup=False)
    if dry_run:
        return
    view = client_view(house, report.client_id, now=house.clock.now())
    if view is None:
        return
    table = Table("代码", "名称", "数量", "价格", "价格日", "市值(元)", title="持仓")
    for holding in view.holdings:
        table.add_row(
            holding.code, holding.name, holding.quantity, holding.price, holding.price_note, holding.value
        )
    screen.print(table)
    screen.print("标签 " + (" · ".join(label.name for label in view.labels) or "（暂无）"), markup=False)
    if not view.cards:
        hint = "" if view.consented else "（没有授权；客户同意后用 --consent personalised_service 记录）"
        screen.print(f"卡片 暂无{hint}", markup=False)
    for card in view.cards:
        screen.print(f"卡片 {card.title}（记录 #{card.leaf_index}）", markup=False)
