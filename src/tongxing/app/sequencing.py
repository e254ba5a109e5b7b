"""The part of a worker that writes the log of records: leaves of the store under signed checkpoints.

It is a thread of its own: a decision is sealed in the store before anything is sent, and stands under a
checkpoint within a second, while the worker goes on. Of several workers of one store one writes; another
takes over when it is gone.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Self

import structlog

from tongxing.adapters.store import is_postgres
from tongxing.adapters.tlog.head import LogError
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.published import KEY_FILE
from tongxing.adapters.tlog.sequencer import Sequencer, SetBackError
from tongxing.app.comparing import Comparing, places_of
from tongxing.app.witnessing import Asking, check_names, policy_of
from tongxing.domain.leaf import SealedLeaf
from tongxing.ledger.lines import TextError
from tongxing.ledger.note_keys import ED25519, KEY_BYTES, SigningKey, signing_key
from tongxing.service.house import House
from tongxing.service.ports import Entropy, StoreError

LINGER_SECONDS = 0.2
RETRY_SECONDS = 5.0
JOIN_SECONDS = 5.0
RECORDS = "records"
NAMED, DIRECTORY = "TONGXING_LOG_NAME", "TONGXING_LOG_DIR"
LOCAL_NAME = "tongxing.local"
log = structlog.get_logger()


def log_directory(place: Path | str) -> Path | None:
    """Where the log of a store lies: beside its file, or where `TONGXING_LOG_DIR` says; None: nowhere."""
    named = os.environ.get(DIRECTORY)
    if named:
        return Path(named) / RECORDS
    return None if is_postgres(place) else Path(f"{place}.log") / RECORDS


def log_key(directory: Path, entropy: Entropy) -> SigningKey:
    """The key of a log, made when it is first asked for; it lies beside the directory, never inside.

    Raises:
        LogError: the key cannot be read or made.
    """
    path = key_path(directory)
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        try:
            return signing_key(path.read_text(encoding="ascii").strip())
        except FileNotFoundError:
            name = os.environ.get(NAMED) or f"{LOCAL_NAME}/{entropy.token(4).hex()}"
            made = SigningKey(f"{name}/{directory.name}", ED25519, entropy.token(KEY_BYTES))
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{made.secret_line}\n")
            file.flush()
            os.fsync(file.fileno())
    except (OSError, UnicodeDecodeError, TextError) as wrong:
        raise LogError(f"{path.name}: {wrong}") from wrong
    return made


def key_path(directory: Path) -> Path:
    """Where the secret of a log lies."""
    return directory.parent / f"{directory.name}.key"


class Sequencing:
    """Writes the log of a house until it is stopped."""

    def __init__(self, house: House, directory: Path, asking: Asking | None = None) -> None:
        self._house, self._directory, self._asking = house, directory, asking
        self._stop = threading.Event()
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)

    def __enter__(self) -> Self:
        """Begin; with witnesses, when they were asked once, so that nothing is refused for want of asking."""
        self._thread.start()
        if self._asking is not None:
            self._asked.wait(JOIN_SECONDS)
        return self

    def __exit__(self, *_raised: object) -> None:
        """End after the batch under way."""
        self._stop.set()
        self._thread.join(timeout=JOIN_SECONDS)

    def _run(self) -> None:
        told = ""
        while not self._stop.is_set():
            try:
                self._write()
            except SetBackError as problem:
                self._begin_anew(str(problem))
            except (LogError, StoreError, OSError) as problem:
                if str(problem) != told:
                    told = str(problem)
                    log.error("the log of records waits", why=told)  # noqa: TRY400 - for a person
                self._stop.wait(RETRY_SECONDS)
            except Exception:
                log.exception("the log of records failed")
                self._stop.wait(RETRY_SECONDS)

    def _write(self) -> None:
        """Hold the log and follow the store; raises when either fails."""
        key = log_key(self._directory, self._house.entropy)
        asking = self._asking
        with TileLog(self._directory, key, cosign=None if asking is None else asking.cosign) as records:
            (self._directory / KEY_FILE).write_text(f"{key.verifier.line}\n", encoding="ascii")
            sequencer = Sequencer(records, self._leaves)
            while not self._stop.is_set():
                wrote = sequencer.catch_up()
                if asking is not None and asking.due():
                    records.publish()
                self._asked.set()
                if wrote == 0:
                    self._stop.wait(LINGER_SECONDS)

    def _begin_anew(self, why: str) -> None:
        """A demo that was restarted begins another log under another name; other stores wait for a person.

        The old log and its key are put aside, never deleted: what was published stays checkable.
        """
        if self._house.store.setting("clock") != "market":
            log.error("the log of records stands still: the store was set back", why=why)
            self._stop.wait(RETRY_SECONDS)
            return
        beside = self._directory.parent
        number = 1 + sum(1 for _ in beside.glob(f"{self._directory.name}.old-*[0-9]"))
        aside = beside / f"{self._directory.name}.old-{number}"
        self._directory.rename(aside)
        key_path(self._directory).rename(key_path(aside))
        log.warning("another log of records is begun; the one before is put aside", why=why, aside=aside.name)

    def _leaves(self, after: int, limit: int) -> Sequence[SealedLeaf]:
        return self._house.store.leaves(after=after, limit=limit)


def sequencing_of(house: House, place: Path | str) -> AbstractContextManager[object]:
    """The log of a store, written while the worker works; nothing where no directory is named.

    Raises:
        LogError: the policy of its witnesses cannot be used; nothing was begun.
    """
    directory = log_directory(place)
    policy = policy_of(directory)
    if directory is None:
        return nullcontext()
    if policy is None:
        return Sequencing(house, directory)
    key = log_key(directory, house.entropy).verifier
    check_names(policy, key)
    return _both(
        Sequencing(house, directory, Asking(directory, policy)), Comparing(directory, key, places_of())
    )


@contextmanager
def _both(sequencing: Sequencing, comparing: Comparing) -> Iterator[None]:
    """The log is written, and compared with what other places show of it."""
    with sequencing, comparing:
        yield
