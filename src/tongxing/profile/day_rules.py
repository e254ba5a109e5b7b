"""The rules of one book on one day, each looked up once: thousands of clients are judged by the same few."""

from datetime import date

from tongxing.domain.book import Book

DAYS_REMEMBERED_MAX = 64


class Numbers(dict[str, int]):
    """Rule id -> its number on a day, looked up when first asked for."""

    def __init__(self, book: Book, on: date) -> None:
        """Nothing is looked up yet."""
        super().__init__()
        self._book, self._on = book, on

    def __missing__(self, name: str) -> int:
        """Look one up; raises `RuleMissingError` where there is none."""
        found = self[name] = self._book.rules.number(name, self._on)
        return found


class DayRules:
    """Numbers and word lists in force on a day."""

    def __init__(self, book: Book, on: date) -> None:
        """The rules of a book on a day; nothing is looked up yet."""
        self.book, self.on = book, on
        self.numbers = Numbers(book, on)
        self._words: dict[str, tuple[str, ...]] = {}

    def words(self, name: str) -> tuple[str, ...]:
        """The value of a word-list rule; raises `RuleMissingError` where there is none."""
        found = self._words.get(name)
        if found is None:
            found = self._words[name] = self.book.rules.words(name, self.on)
        return found


_remembered: dict[tuple[int, date], DayRules] = {}


def day_rules(book: Book, on: date) -> DayRules:
    """The rules of a book on a day; of a few books and days at a time."""
    found = _remembered.get((id(book), on))
    if found is not None and found.book is book:
        return found
    if len(_remembered) >= DAYS_REMEMBERED_MAX:
        _remembered.clear()
    made = _remembered[id(book), on] = DayRules(book, on)
    return made
