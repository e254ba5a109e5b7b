"""Command line: every room has a file door, and a store has its use cases."""

import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is first imported; see docs/measured.md

import typer

from tongxing.adapters.book_files import BookError
from tongxing.adapters.logging_output import LoggingError, configure
from tongxing.app import HouseError
from tongxing.cli import (
    advise,
    articles,
    aside,
    assistant,
    backup,
    book,
    converse,
    demo,
    devices,
    doors,
    explain,
    import_,
    ingest,
    keys,
    ledger,
    mcp,
    nightly,
    people,
    privacy,
    replay,
    rules,
    serve,
    simulate,
    stores,
    stream,
    understand,
)
from tongxing.cli.output import NOTHING, errors
from tongxing.service.ports import StoreError

app = typer.Typer(
    name="tongxing",
    help="Tongxing 同行: everything that reaches a client passes one corridor, and can be proved.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.add_typer(book.app, name="book")
app.add_typer(articles.app, name="articles")
app.add_typer(aside.app, name="aside")
app.add_typer(assistant.app, name="assistant")
app.add_typer(stream.app, name="stream")
app.add_typer(ledger.app, name="ledger")
app.add_typer(keys.app, name="keys")
app.add_typer(devices.app, name="devices")
app.add_typer(privacy.app, name="privacy")
advise.register(app)
doors.register(app)
import_.register(app)
stores.register(app)
ingest.register(app)
explain.register(app)
mcp.register(app)
nightly.register(app)
replay.register(app)
rules.register(app)
simulate.register(app)
demo.register(app)
people.register(app)
serve.register(app)
backup.register(app)
understand.register(app)
converse.register(app)


def main() -> None:
    """Run the command line; a mistake of ours is told in one line, and in full with TONGXING_DEBUG=1."""
    try:
        configure()
        app()
    except (StoreError, BookError, HouseError, LoggingError) as problem:
        errors.print(f"✗ {problem}", markup=False)
        sys.exit(NOTHING)
    except Exception as mistake:
        if os.environ.get("TONGXING_DEBUG"):
            raise
        errors.print(f"✗ unexpected {type(mistake).__name__}: {mistake}", markup=False)
        errors.print("  this is a mistake of ours; TONGXING_DEBUG=1 shows where", markup=False)
        sys.exit(NOTHING)
