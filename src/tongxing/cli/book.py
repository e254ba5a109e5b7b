"""`tongxing book check`: every mistake in the pages at once, with file and line."""

from pathlib import Path
from typing import Annotated

import typer

from tongxing.adapters.book_files import BookError, load, problems, products_beside, write_page
from tongxing.cli.output import NOTHING, ending, errors, print_line, read_bytes, screen, stop
from tongxing.domain.book import Book
from tongxing.domain.pages import ProductMap
from tongxing.profile.signs import NAMES
from tongxing.service.product_table import ProductTable, ProductTableError, product_table

app = typer.Typer(help="The book: what the business decides, as data.", no_args_is_help=True)


@app.callback()
def book() -> None:
    """The book: what the business decides, as data."""


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="A book folder; default: the packaged book")] = None,
) -> None:
    """Print every mistake in the book with file and line.

    Example: tongxing book check src/tongxing/book
    """
    if folder is not None and not folder.is_dir():
        errors.print(f"✗ {folder}: no such folder", markup=False)
        raise typer.Exit(NOTHING)
    found = problems(folder, sign_names=NAMES)
    for problem in found:
        errors.print(f"✗ {problem.path}:{problem.line}: {problem.what}", markup=False, soft_wrap=True)
    if found:
        errors.print(f"{len(found)} mistakes")
        raise typer.Exit(NOTHING)
    screen.print("✓ the book is in order")


@app.command()
def products(
    file: Annotated[str, typer.Argument(help="a product table: CSV or tab, UTF-8 or GB18030")],
    out: Annotated[Path, typer.Option("--out", help="the page to write: FOLDER/products/NAME.yaml")],
    source_map: Annotated[
        str, typer.Option("--map", help="a page of sources/ with kind: product")
    ] = "products",
    folder: Annotated[
        Path | None, typer.Option("--book", help="the book that has the map; default: the packaged book")
    ] = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="replace the page if there is one")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Turn a broker's own product table into a page of the book; rejects listed with line and reason.

    A product without a grade is refused, and one that another page of the folder holds stays as it is there.

    Example: tongxing book products 产品信息.csv --map products --out mybook/products/counter.yaml
    """
    if out.suffix != ".yaml" or out.resolve().parent.name != "products":
        stop(f"{out}: pages of products are kept as FOLDER/products/NAME.yaml")
    if out.exists() and not force:
        stop(f"{out}: there is such a page already; --force replaces it")
    data, chosen = read_bytes(file), _product_map(folder, source_map)
    try:
        beside = products_beside(out)
        table = product_table(data, chosen, elsewhere=beside, path=f"products/{out.name}")
        _write(out, table, force=force)
    except ProductTableError as problem:
        stop(f"{file}: {problem}")
    except OSError as problem:
        stop(f"{out}: {problem.strerror or problem}")
    _told(table, out, json=json)
    raise typer.Exit(ending(len(table.products), len(table.hard_rejects)))


def _product_map(folder: Path | None, name: str) -> ProductMap:
    """The map of that name; a broken book or another name ends with 2."""
    try:
        found: Book = load(folder, sign_names=NAMES)
    except BookError as problem:
        stop(str(problem))
    if name not in found.product_maps:
        stop(f"no product map {name!r}; there are: {', '.join(sorted(found.product_maps)) or 'none'}")
    return found.product_maps[name]


def _write(out: Path, table: ProductTable, *, force: bool) -> None:
    """Write a page that has products, if the strict reader will take it."""
    if not table.products:
        return
    if table.problems:
        for problem in table.problems:
            errors.print(f"✗ {problem.path}:{problem.line}: {problem.what}", markup=False, soft_wrap=True)
        stop("the page would not be in order, so it was not written: split a table that is too large")
    write_page(out, table.page, replace=force)


def _told(table: ProductTable, out: Path, *, json: bool) -> None:
    """What was written, and each row that was not taken."""
    if json:
        rejected = [
            {"line": entry.line, "reason": entry.reason, "of": entry.of, "detail": entry.detail}
            for entry in table.rejected
        ]
        page = str(out) if table.products else None
        print_line({"page": page, "products": len(table.products), "rejected": rejected})
        return
    for entry in table.rejected:
        detail = entry.detail or (f"of line {entry.of}" if entry.of is not None else "")
        errors.print(f"✗ line {entry.line}: {entry.reason} {detail}".rstrip(), markup=False)
    where = f" in {out}" if table.products else ", nothing written"
    screen.print(f"{len(table.products)} products{where} · rejected {len(table.rejected)}", markup=False)
