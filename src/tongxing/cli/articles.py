"""`tongxing articles`: whether each may be shown, and which one answers a question."""

from pathlib import Path
from typing import Annotated

import typer

from tongxing.adapters.book_files import BookError, load
from tongxing.app import temporary_house
from tongxing.cli.output import NOTHING, errors, print_line, screen, stop
from tongxing.domain.book import Book
from tongxing.profile.signs import NAMES
from tongxing.service.learn import find
from tongxing.service.learn_check import ArticleCheck, check_articles

app = typer.Typer(help="Articles of investor education.", no_args_is_help=True)


@app.callback()
def articles() -> None:
    """Articles of investor education."""


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="a book folder; default: the packaged book")] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="a JSON line for each article")] = False,
) -> None:
    """Length, reading level, day of review, numbers and words of every article; exit code 2 for a problem.

    Example: tongxing articles check
    """
    with temporary_house() as house:
        found = check_articles(_book(folder) if folder else house.book, at=house.clock.now())
    for one in found:
        if json:
            print_line(_line(one))
        for problem in one.problems:
            errors.print(f"✗ {one.article.topic}/{one.article.name}: {problem}", markup=False, soft_wrap=True)
    if any(one.problems for one in found):
        raise typer.Exit(NOTHING)
    if not json:
        screen.print(f"✓ {len(found)} articles are in order")


@app.command("find")
def find_articles(
    text: Annotated[str, typer.Argument(help="a question as a client writes it")],
    intent: Annotated[str, typer.Option("--intent", help="what the client came for, if it is known")] = "",
    *,
    json: Annotated[bool, typer.Option("--json", help="a JSON line for each article")] = False,
) -> None:
    """Articles that answer a question, best first; exit code 2 when none does.

    Example: tongxing articles find 钱卖出来转不出去 --json
    """
    with temporary_house() as house:
        found = find(house, text, intent=intent)
    for one in found:
        if json:
            article = one.article
            print_line(
                {"name": article.name, "topic": article.topic, "title": one.title, "intents": article.intents}
            )
        else:
            screen.print(f"{one.article.name:<24} {one.title}", markup=False)
    if not found:
        raise typer.Exit(NOTHING)


def _line(one: ArticleCheck) -> dict[str, object]:
    return {
        "name": one.article.name,
        "topic": one.article.topic,
        "characters": one.characters,
        "sentence_mean": one.sentence_mean,
        "reviewed": one.article.reviewed.isoformat(),
        "problems": one.problems,
    }


def _book(folder: Path) -> Book:
    try:
        return load(folder, sign_names=NAMES)
    except BookError as problem:
        stop(str(problem))
