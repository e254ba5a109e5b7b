"""`tongxing import`: a broker statement into the log, and what follows from it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from tongxing.adapters.clock import WallClock
from tongxing.cli.opening import Live, StorePath, fold_what_waits, opened
from tongxing.cli.output import DONE, NOTHING, PARTLY, errors, print_line, read_bytes, screen, stop
from tongxing.service.client_view import client_view
from tongxing.service.given_lists import GivenListError, GivenLists, given_lists
from tongxing.service.house import House
from tongxing.service.import_statement import Chunks, ImportRefusedError, ImportReport, import_statement
from tongxing.service.state_holdings import Stated, state_holdings

PROBLEMS_SHOWN_MAX = 100
CHUNK_BYTES = 1024 * 1024
WHOLE_BYTES_MAX = 64 * 1024 * 1024
"""A larger file is read and appended part by part."""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("import")(import_)


def import_(  # noqa: PLR0913 - the options of the command
    file: Annotated[str, typer.Argument(help="a broker statement (交割单, 历史成交, 资金流水)")],
    client: Annotated[str | None, typer.Option("--client", help="an existing client's id")] = None,
    new_client: Annotated[str | None, typer.Option("--new-client", help="name of a client to open")] = None,
    consent: Annotated[
        list[str] | None,
        typer.Option("--consent", help="a purpose the client agreed to; repeatable"),
    ] = None,
    prices: Annotated[
        str | None,
        typer.Option("--prices", help="CSV code,price[,date] (证券代码,价格,日期)", metavar="F"),
    ] = None,
    sectors: Annotated[
        str | None, typer.Option("--sectors", help="CSV code,sector (证券代码,行业)", metavar="F")
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="read and check only")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
    store: StorePath = None,
    live: Live = False,
) -> None:
    """Read a broker statement into the log; holdings, profile and cards follow from it.

    Most cards need the client's consent: without one the house stays silent and records why.
    --prices and --sectors tell what products without a shipped price or a page in the book are worth and
    made of: UTF-8 or GB18030 with a line of headings. One bad line there, and nothing is imported.

    A file of up to 64 MiB goes in as a whole or not at all; a larger one part by part in bounded memory, its
    list of records cut after the first 20,000. Stopped, the same command again goes on where it was.

    Example: tongxing import 交割单.csv --new-client 林晓 --consent personalised_service --prices 价格.csv
    """
    if (client is None) == (new_client is None):
        stop("say whose statement it is: --client ID or --new-client NAME")
    data, lists = _data(file), _lists(prices, sectors)
    with opened(store, live=live) as (house, path):
        report = _imported(
            house,
            data,
            file=file,
            client=client,
            new_client=new_client,
            dry_run=dry_run,
            consents=tuple(consent or ()),
        )
        stated = Stated() if dry_run else _followed(house, path, report, lists)
        _show(house, report, stated, dry_run=dry_run, json=json)
    raise typer.Exit(_ending(report, stated))


def _imported(
    house: House,
    data: bytes | Chunks,
    *,
    file: str,
    client: str | None,
    new_client: str | None,
    dry_run: bool,
    consents: tuple[str, ...],
) -> ImportReport:
    """The report of an import; what refuses the whole file ends with 2. A large file says how far it is."""
    with errors.status("reading …") as status:

        def tell(records: int, imported: int) -> None:
            status.update(f"{records} records, {imported} new in the log")

        try:
            return import_statement(
                house,
                data,
                client_id=client,
                new_client=new_client,
                now=house.clock.now(),
                wall=WallClock().now(),
                dry_run=dry_run,
                consents=consents,
                progress=tell,
            )
        except ImportRefusedError as problem:
            stop(f"{file}: {problem}")


def _data(file: str) -> bytes | Chunks:
    """A small file as a whole, a large one piece by piece."""
    path = Path(file)
    if file == "-" or not path.is_file() or path.stat().st_size <= WHOLE_BYTES_MAX:
        return read_bytes(file)

    def pieces() -> Iterator[bytes]:
        with path.open("rb") as handle:
            while piece := handle.read(CHUNK_BYTES):
                yield piece

    return pieces


def _lists(prices: str | None, sectors: str | None) -> GivenLists:
    """Prices and sectors, read and checked before anything else; what is wrong with them ends with 2."""
    try:
        return given_lists(
            prices=None if prices is None else read_bytes(prices),
            sectors=None if sectors is None else read_bytes(sectors),
            wall=WallClock().now(),
        )
    except GivenListError as problem:
        for line in problem.problems[:PROBLEMS_SHOWN_MAX]:
            errors.print(f"✗ {line}", markup=False)
        stop(f"nothing was imported: {len(problem.problems)} problems with prices or sectors")


def _followed(house: House, path: Path, report: ImportReport, lists: GivenLists) -> Stated:
    """Fold what was imported, state what is held at the prices given, value the client."""
    if not report.statement.records:
        return Stated()
    fold_what_waits(house, path)
    stated = state_holdings(
        house,
        report.client_id,
        lists,
        opening_known=report.statement.opening.status == "from_balance",
        now=house.clock.now(),
    )
    if stated.why_not and lists:
        errors.print(f"✗ prices and sectors were not applied: {stated.why_not}", markup=False)
    fold_what_waits(house, path, value=report.client_id)
    return stated


def _ending(report: ImportReport, stated: Stated) -> int:
    """All in, partly, or nothing."""
    if not report.records_count:
        return NOTHING
    return PARTLY if report.hard_count or stated.why_not else DONE


def _show(house: House, report: ImportReport, stated: Stated, *, dry_run: bool, json: bool) -> None:
    """What a program or a person wants to know after an import."""
    if json:
        day = None if stated.as_of is None else stated.as_of.isoformat()
        print_line({**report.as_json(), "stated": day and {"as_of": day, "holdings": stated.holdings}})
        return
    screen.print(
        f"{'would import' if dry_run else 'imported'} {report.imported} · duplicates {report.duplicates} · "
        f"rejected {report.rejected_count} · client {report.client_id}",
        markup=False,
    )
    if report.recognised_count:
        screen.print(
            f"recognised {report.recognised_count} lines that another statement told: counted once",
            markup=False,
        )
    for entry in report.rejected:
        errors.print(f"✗ line {entry.line}: {entry.reason} {entry.detail}".rstrip(), markup=False)
    if not dry_run:
        _show_client(house, report.client_id)


def _show_client(house: House, client_id: str) -> None:
    """Holdings, labels and cards as they are now."""
    view = client_view(house, client_id, now=house.clock.now())
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
