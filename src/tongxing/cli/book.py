"""`tongxing book check`: every mistake in the pages at once, with file and line."""

from pathlib import Path
from typing import Annotated

import typer

from tongxing.adapters.book_files import problems
from tongxing.cli.output import NOTHING, errors, screen
from tongxing.profile.signs import NAMES

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
