"""`tongxing assistant`: words agreed on for the corpus, and versions: evaluated, approved, gone back from."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer

from tongxing.adapters.book_files import BookError, load
from tongxing.adapters.corpus_files import Pages, corpus_pages, packed, read_pages
from tongxing.cli.opening import StorePath, opened
from tongxing.cli.output import print_line, stop
from tongxing.profile.signs import NAMES
from tongxing.service.assistant_corrections import proposals as agreed_lines
from tongxing.service.assistant_versions import (
    VersionRefusedError,
    acts,
    in_force,
    judge,
    keep_evaluation,
)
from tongxing.service.assistant_versions import approve as put_in_force
from tongxing.service.assistant_versions import roll_back as go_back

Done = TypeVar("Done")
SAID = {
    "role": "a person of operations or compliance of this store",
    "no_reason": "say why: --why",
    "not_evaluated": "this corpus was not evaluated: use `assistant evaluate`",
    "same_person": "who evaluated it cannot approve it",
    "in_force": "this corpus is in force",
    "nothing_before": "nothing was approved before",
}
app = typer.Typer(help="What the assistant is taught.", no_args_is_help=True)
Corpus = Annotated[
    Path | None, typer.Option("--corpus", help="folder of pages; default: the packaged corpus")
]
By = Annotated[str, typer.Option("--by", help="id of the person", metavar="PERSON")]
Why = Annotated[str, typer.Option("--why", help="the reason, kept with the act")]


@app.callback()
def assistant() -> None:
    """What the assistant is taught."""


@app.command()
def proposals(store: StorePath = None) -> None:
    """Masked words of consenting clients that two persons agreed on, as a page for `book/corpus`.

    Example: tongxing assistant proposals --store house.db > proposed.tsv
    """
    with opened(store) as (house, _path):
        for line in agreed_lines(house, now=house.clock.now()):
            typer.echo(line)


@app.command()
def evaluate(by: By, store: StorePath = None, corpus: Corpus = None) -> None:
    """Train on a corpus and measure it on the style kept for the test; the figures are kept and sealed.

    Example: tongxing assistant evaluate --by operations-1 --store house.db
    """
    pages = _pages(corpus)
    said, digest = read_pages(pages)
    with opened(store) as (house, _path):
        from tongxing.adapters.encoder import sentence_encoder  # noqa: PLC0415 - heavy
        from tongxing.service.assistant_evaluation import evaluate as measured  # noqa: PLC0415 - heavy
        from tongxing.service.understand import Listener  # noqa: PLC0415 - heavy

        _done(lambda: judge(house, by))
        encoder = sentence_encoder()
        listener = Listener(said, load(sign_names=NAMES), house.clock.now().date(), encoder)
        try:
            found = measured(listener, said)
        except ValueError as wrong:
            stop(str(wrong))
        shares = {one.name: one.value_ppm for one in found.shares if one.value_ppm is not None}
        act = _done(lambda: keep_evaluation(house, by, digest, shares))
    print_line(
        {
            "corpus": digest,
            "features": "grams" if encoder is None else "sentences",
            "shares": [
                {
                    "name": one.name,
                    "part": one.part,
                    "whole": one.whole,
                    "ppm": one.value_ppm,
                    "low_ppm": one.low_ppm,
                    "high_ppm": one.high_ppm,
                }
                for one in found.shares
            ],
            "confused": [
                {"intent": intent, "taken_for": given, "times": n} for intent, given, n in found.confused
            ],
            "leaf": act.leaf_index,
        }
    )


@app.command()
def approve(by: By, why: Why, store: StorePath = None, corpus: Corpus = None) -> None:
    """Put an evaluated corpus in force, from the next start of the processes on; by another person.

    Example: tongxing assistant approve --by compliance-1 --why "recall held" --store house.db
    """
    pages = _pages(corpus)
    _said, digest = read_pages(pages)
    with opened(store) as (house, _path):
        print_line(msgspec.to_builtins(_done(lambda: put_in_force(house, by, digest, packed(pages), why))))


@app.command("roll-back")
def roll_back(by: By, why: Why, store: StorePath = None) -> None:
    """Go back to the corpus approved before, from the next start of the processes on.

    Example: tongxing assistant roll-back --by operations-1 --why "complaints of 2026-05-06" --store house.db
    """
    with opened(store) as (house, _path):
        print_line(msgspec.to_builtins(_done(lambda: go_back(house, by, why))))


@app.command("list")
def list_versions(store: StorePath = None) -> None:
    """Every act on a version, the oldest first, and at the end what is in force."""
    packaged = read_pages(corpus_pages())[1]
    with opened(store) as (house, _path):
        for one in acts(house.store):
            print_line(msgspec.to_builtins(one))
        print_line({"in_force": in_force(house.store) or packaged, "packaged": packaged})


def _pages(corpus: Path | None) -> Pages:
    pages = corpus_pages(corpus)
    try:
        read_pages(pages)
    except BookError as wrong:
        stop(str(wrong))
    return pages


def _done(doing: Callable[[], Done]) -> Done:
    try:
        return doing()
    except VersionRefusedError as refused:
        stop(SAID[str(refused)])
