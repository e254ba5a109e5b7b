"""Reads the price history and the trading calendar from the package, or a history from a folder."""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from tongxing.book.nodes import tree
from tongxing.book.problem import Problem
from tongxing.book.rules import rules as read_rules
from tongxing.book.section import Section
from tongxing.domain.book import Rulebook
from tongxing.market.coding import HistoryFormatError
from tongxing.market.history import Market, build

FILE_BYTES_MAX = 8 * 1024 * 1024
FILES_MAX = 2_000
RULES_PAGE = "rules/market.yaml"


def load(root: Path | None = None, *, rules: Rulebook | None = None) -> Market:
    """The market of the shipped history, or of a folder that `tools/make_history.py` wrote.

    Args:
        root: a folder of coded files; None takes the ones in the package.
        rules: the dated rules of the book in force, which say limits, lots, settlement and costs; None takes
            `rules/market.yaml` of the packaged book.

    Raises:
        HistoryFormatError: a file is missing, cut short, edited or too large.
        CalendarError: the shipped calendar is broken.
        ValueError: the packaged rules are broken; the text lists every problem.
    """
    folder: Traversable = files("tongxing.market") / "data" if root is None else root
    calendar = files("tongxing.book") / "calendars" / "xshg.csv"
    return build(
        texts=read_texts(folder),
        calendar_text=calendar.read_text(encoding="utf-8"),
        rules=packaged_rules() if rules is None else rules,
    )


def packaged_rules() -> Rulebook:
    """The dated rules of the exchanges in the packaged book; raises `ValueError` with every problem."""
    problems: list[Problem] = []
    text = files("tongxing.book").joinpath(RULES_PAGE).read_text(encoding="utf-8")
    root = tree(RULES_PAGE, text, problems)
    found = read_rules(Section(RULES_PAGE, root, problems)) if root is not None else {}
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    return Rulebook(rows={rule_id: rows for rule_id, (_line, rows) in found.items()})


def read_texts(folder: Traversable) -> Mapping[str, str]:
    """All coded files of a folder by name; raises `HistoryFormatError` where one cannot be a history."""
    if not folder.is_dir():
        raise HistoryFormatError(f"{folder} is not a folder with a price history")
    paths = [path for path in folder.iterdir() if path.name.endswith(".csv")]
    if len(paths) > FILES_MAX:
        raise HistoryFormatError(f"{folder} holds more than {FILES_MAX} files")
    return {path.name: _text(path) for path in paths}


def _text(path: Traversable) -> str:
    with path.open("rb") as file:
        data = file.read(FILE_BYTES_MAX + 1)
    if len(data) > FILE_BYTES_MAX:
        raise HistoryFormatError(f"{path.name} is larger than {FILE_BYTES_MAX} bytes")
    try:
        return data.decode("ascii").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise HistoryFormatError(f"{path.name}: byte {error.start} is not ASCII") from error
