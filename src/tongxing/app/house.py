"""Join a store, the packaged book and the packaged market history into a house."""

import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path

import msgspec

from tongxing import __version__
from tongxing.adapters.article_index import WordIndex
from tongxing.adapters.article_meaning import MeaningIndex
from tongxing.adapters.book_files import load as load_book
from tongxing.adapters.book_files import page_texts
from tongxing.adapters.clock import MarketClock, WallClock
from tongxing.adapters.encoder import sentence_encoder
from tongxing.adapters.entropy import OsEntropy, SeededEntropy
from tongxing.adapters.market_files import load as load_market
from tongxing.adapters.store import SqlStore, is_postgres, open_store, postgres_name
from tongxing.adapters.tlog.published import PublishedLog
from tongxing.app.carrying import carriers_named
from tongxing.app.listening import TrainedAssistant, corpus_of
from tongxing.app.sequencing import log_directory, national_directory
from tongxing.app.witnessing import witnesses_of
from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING
from tongxing.domain.leaf import ACCESS
from tongxing.profile.signs import NAMES
from tongxing.service.assistant_versions import in_force
from tongxing.service.event_leaves import sealer_of
from tongxing.service.house import House
from tongxing.service.ports import Entropy, Market, Store
from tongxing.service.ports_devices import Carriers, CarriersError
from tongxing.service.ports_llm import LanguageModel

DEFAULT_START = datetime(2026, 5, 6, 9, 0, tzinfo=BEIJING)
"""Where the market clock of a demo starts: inside the shipped history, three months before its end."""
LLM_URL = "TONGXING_LLM_URL"
BP = 10_000
CLOCK_SETTING = "clock"
"""`market` or `wall`: decided when the store is made, never changed."""


class HouseError(RuntimeError):
    """The house cannot be opened as asked; the text is for the person at the keyboard."""


@cache
def _market(root: Path | None) -> Market:
    return load_market(rules=_book(root).rules)


@cache
def _book(root: Path | None) -> Book:
    return load_book(root, sign_names=NAMES)


@cache
def _articles(root: Path | None) -> WordIndex:
    return WordIndex(_book(root).articles.values())


@cache
def _meanings(root: Path | None, least_bp: int) -> MeaningIndex | None:
    encoder = sentence_encoder()
    if encoder is None:
        return None
    return MeaningIndex(_book(root).articles.values(), encoder, least=least_bp / BP)


@cache
def _language_model(root: Path | None, on: date) -> LanguageModel | None:
    """The operator's language model, if one is named; off by default."""
    if not os.environ.get(LLM_URL):
        return None
    try:
        from tongxing.adapters.llm.chat import ModelSettingsError, model_named  # noqa: PLC0415 - an extra
    except ImportError as missing:
        raise HouseError(f"{LLM_URL} is set: pip install 'tongxing[llm]'") from missing
    try:
        return model_named(_book(root).rules, on)
    except ModelSettingsError as wrong:
        raise HouseError(str(wrong)) from wrong


@cache
def _assistant(root: Path | None, on: date) -> TrainedAssistant:
    return TrainedAssistant(_book(root), on)


def _assistant_of(store: Store, root: Path | None, on: date) -> TrainedAssistant:
    """Of what this store approved; houses that approved nothing share one for each day."""
    if not in_force(store):
        return _assistant(root, on)
    return TrainedAssistant(_book(root), on, lambda: corpus_of(store))


def default_home() -> Path:
    """Where stores are kept: `TONGXING_HOME`, else `.tongxing` in the current folder."""
    return Path(os.environ.get("TONGXING_HOME", ".tongxing"))


def place_of(text: str) -> Path | str:
    """A store as a person names it: a PostgreSQL URL, or a file."""
    return text if is_postgres(text) else Path(text)


def key_path_of(place: Path | str) -> Path:
    """Where the master key of a store lies: beside its file; for PostgreSQL where `TONGXING_KEY` says."""
    if not is_postgres(place):
        return Path(f"{place}.key")
    named = os.environ.get("TONGXING_KEY")
    return Path(named) if named else default_home() / f"{postgres_name(str(place))}.key"


def house_for(
    place: Path | str,
    *,
    live: bool = False,
    entropy: Entropy | None = None,
    book_root: Path | None = None,
    start: datetime = DEFAULT_START,
) -> House:
    """Open (or make) a store, named by its file or its PostgreSQL URL.

    A store keeps the clock it was made with: the market clock, unless `live`.
    """
    entropy = entropy or OsEntropy()
    store = open_store(place, entropy=entropy, key_path=key_path_of(place))
    kind = _clock_kind(store, live=live, start=start)
    _keep_book(store, book_root)
    store.sealer = sealer_of(_book(book_root))
    records, looks = log_directory(place), log_directory(place, ACCESS)
    clock = WallClock(store.last_known_at()) if kind == "wall" else MarketClock(store)
    on = clock.now().astimezone(BEIJING).date()
    national = national_directory(place)
    return House(
        store=store,
        market=_market(book_root),
        book=_book(book_root),
        clock=clock,
        entropy=entropy,
        code_version=__version__,
        log=None if records is None else PublishedLog(records),
        access_log=None if looks is None else PublishedLog(looks),
        national_log=None if national is None else PublishedLog(national),
        witnesses=witnesses_of(records),
        look_witnesses=witnesses_of(looks),
        carriers=_carriers(book_root, demo=kind == "market"),
        article_index=_articles(book_root),
        meaning_index=_meanings(book_root, _book(book_root).rules.number("article_meaning_bp_min", on)),
        language_model=_language_model(book_root, on),
        assistant=_assistant_of(store, book_root, on),
    )


def _carriers(root: Path | None, *, demo: bool) -> Carriers | None:
    try:
        return carriers_named(_book(root).rules, demo=demo)
    except CarriersError as problem:
        raise HouseError(str(problem)) from problem


def _keep_book(store: SqlStore, root: Path | None) -> None:
    """Keep the pages in force under their digest, so that old decisions can be judged by their own book."""
    digest = _book(root).digest
    if store.book_copy(digest) is None:
        texts, _unreadable = page_texts(root)
        store.keep_book(digest, zlib.compress(msgspec.json.encode(texts, order="sorted")))


def _clock_kind(store: Store, *, live: bool, start: datetime) -> str:
    kind = store.setting(CLOCK_SETTING)
    wanted = "wall" if live else "market"
    if kind is None:
        store.set_setting(CLOCK_SETTING, wanted)
        if not live:
            store.set_setting("market_now", start.isoformat())
        return wanted
    if live and kind != "wall":
        raise HouseError("this store is a demo store with a market clock: live mode does not start with it")
    return kind


@contextmanager
def temporary_house(*, seed: int = 1, start: datetime = DEFAULT_START) -> Iterator[House]:
    """A house on a store that is gone afterwards: for file doors, simulations and tests."""
    with tempfile.TemporaryDirectory(prefix="tongxing-") as folder:
        house = house_for(Path(folder) / "store.db", entropy=SeededEntropy(seed), start=start)
        try:
            yield house
        finally:
            house.store.close()
