"""Command line: every room has a file door, and a store has its use cases."""

import typer

from tongxing.cli import book, demo, doors, ingest, rules, simulate, stores

app = typer.Typer(
    name="tongxing",
    help="Tongxing 同行: everything that reaches a client passes one corridor, and can be proved.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.add_typer(book.app, name="book")
doors.register(app)
stores.register(app)
ingest.register(app)
rules.register(app)
simulate.register(app)
demo.register(app)


def main() -> None:
    """Run the command line."""
    app()
