"""The part of a worker that writes the logs of a house: leaves of the store under signed checkpoints.

It is a thread of its own: a decision is sealed in the store before anything is sent, and stands under a
checkpoint within a second, while the worker goes on. Of several workers of one store one writes; another
takes over when it is gone.
"""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Self

import structlog

from tongxing.adapters.store import is_postgres
from tongxing.adapters.tlog.head import LogError
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.published import KEY_FILE
from tongxing.adapters.tlog.sequencer import Sequencer, SetBackError
from tongxing.adapters.tlog.sm2 import MISSING, SCHEMES, available, sm2_key
from tongxing.app.comparing import Comparing, places_of
from tongxing.app.witnessing import Asking, check_names, policy_of
from tongxing.domain.leaf import ACCESS, LOGS, RECORDS, RECORDS_GM, SealedLeaf, leaves_of
from tongxing.ledger.lines import TextError
from tongxing.ledger.note_keys import ED25519, KEY_BYTES, SigningKey, signing_key
from tongxing.ledger.quorum import Policy
from tongxing.service.house import House
from tongxing.service.ports import Entropy, StoreError

LINGER_SECONDS = 0.2
RETRY_SECONDS = 5.0
JOIN_SECONDS = 5.0
NAMED, DIRECTORY = "TONGXING_LOG_NAME", "TONGXING_LOG_DIR"
NATIONAL, YES = "TONGXING_LOG_GM", "1"
"""Asks for the log of records with national algorithms beside the others."""
LOCAL_NAME = "tongxing.local"
log = structlog.get_logger()


def log_directory(place: Path | str, name: str = RECORDS) -> Path | None:
    """Where a log of a store lies: beside its file, or where `TONGXING_LOG_DIR` says; None: nowhere."""
    named = os.environ.get(DIRECTORY)
    if named:
        return Path(named) / name
    return None if is_postgres(place) else Path(f"{place}.log") / name


def national_directory(place: Path | str) -> Path | None:
    """Where the log with national algorithms lies; None: nobody asked for it."""
    return log_directory(place, RECORDS_GM) if os.environ.get(NATIONAL) == YES else None


def log_key(directory: Path, entropy: Entropy) -> SigningKey:
    """The key of a log, made when it is first asked for; it lies beside the directory, never inside.

    Raises:
        LogError: the key cannot be read or made.
    """
    path = key_path(directory)
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _kept_key(path.read_text(encoding="ascii"), directory.name)
        except FileNotFoundError:
            name = os.environ.get(NAMED) or f"{LOCAL_NAME}/{entropy.token(4).hex()}"
            made = _new_key(f"{name}/{directory.name}", directory.name, entropy)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{made.secret_line}\n")
            file.flush()
            os.fsync(file.fileno())
    except (OSError, UnicodeDecodeError, TextError) as wrong:
        raise LogError(f"{path.name}: {wrong}") from wrong
    return made


def _kept_key(line: str, log: str) -> SigningKey:
    """The key of a file; one that would make the log a tree over another hash raises `TextError`."""
    kept = signing_key(line, SCHEMES)
    if (kept.scheme is None) is (log == RECORDS_GM):
        raise TextError(f"its key is not one for the log {log}")
    return kept


def _new_key(name: str, log: str, entropy: Entropy) -> SigningKey:
    return sm2_key(name) if log == RECORDS_GM else SigningKey(name, ED25519, entropy.token(KEY_BYTES))


def key_path(directory: Path) -> Path:
    """Where the secret of a log lies."""
    return directory.parent / f"{directory.name}.key"


class Following:
    """One log of a house, held open while it can be, and what keeps it from being written."""

    def __init__(self, house: House, directory: Path, name: str, asking: Asking | None = None) -> None:
        """`asking`: asks the witnesses of this log about each checkpoint."""
        self._house, self._directory, self._name, self._asking = house, directory, name, asking
        self._open: tuple[TileLog, Sequencer] | None = None
        self._told, self._rests_until = "", 0.0

    def step(self) -> int:
        """Append a batch of what the store has and the log has not; how many. After a failure it rests."""
        if time.monotonic() < self._rests_until:
            return 0
        try:
            written = self._sequencer().step()
            self._show_again()
        except SetBackError as problem:
            self.close()
            self._begin_anew(str(problem))
        except (LogError, StoreError, OSError) as problem:
            self._rest(str(problem))
        except Exception:
            log.exception("a log failed", log=self._name)
            self._rest("")
        else:
            self._told = ""
            return written
        return 0

    def close(self) -> None:
        """Give the log back."""
        if self._open is not None:
            self._open[0].close()
            self._open = None

    def _sequencer(self) -> Sequencer:
        """The open log; raises when it cannot be held."""
        if self._open is None:
            key = log_key(self._directory, self._house.entropy)
            asking = self._asking
            held = TileLog(self._directory, key, cosign=None if asking is None else asking.cosign)
            try:
                (self._directory / KEY_FILE).write_text(f"{key.verifier.line}\n", encoding="ascii")
                self._open = held, Sequencer(held, self._leaves)
            except BaseException:
                held.close()
                raise
        return self._open[1]

    def _show_again(self) -> None:
        """Ask the witnesses about a tree that stands still, when it is time."""
        if self._open is not None and self._asking is not None and self._asking.due():
            self._open[0].publish()

    def _rest(self, why: str) -> None:
        """Try again later; a reason is told once."""
        if why and why != self._told:
            self._told = why
            log.error("a log waits", log=self._name, why=why)
        self.close()
        self._rests_until = time.monotonic() + RETRY_SECONDS

    def _begin_anew(self, why: str) -> None:
        """A demo that was restarted begins another log under another name; other stores wait for a person.

        The old log and its key are put aside, never deleted: what was published stays checkable.
        """
        if self._house.store.setting("clock") != "market":
            self._rest(f"it stands still: the store was set back ({why})")
            return
        beside = self._directory.parent
        number = 1 + sum(1 for _ in beside.glob(f"{self._directory.name}.old-*[0-9]"))
        aside = beside / f"{self._directory.name}.old-{number}"
        self._directory.rename(aside)
        key_path(self._directory).rename(key_path(aside))
        log.warning("another log is begun; the one before is put aside", why=why, aside=aside.name)

    def _leaves(self, after: int, limit: int) -> Sequence[SealedLeaf]:
        return self._house.store.entries(leaves_of(self._name), after=after, limit=limit)


class Sequencing:
    """Writes the logs of a house until it is stopped."""

    def __init__(self, logs: Sequence[Following], *, wait: bool = False) -> None:
        """`wait`: begin when the witnesses were asked once, so that nothing is refused for want of asking."""
        self._logs, self._wait = logs, wait
        self._stop = threading.Event()
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        if self._wait:
            self._asked.wait(JOIN_SECONDS)
        return self

    def __exit__(self, *_raised: object) -> None:
        """End after the batch under way."""
        self._stop.set()
        self._thread.join(timeout=JOIN_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            written = sum(one.step() for one in self._logs)
            self._asked.set()
            if not written:
                self._stop.wait(LINGER_SECONDS)
        for one in self._logs:
            one.close()


def sequencing_of(house: House, place: Path | str) -> AbstractContextManager[object]:
    """The logs of a store, written while the worker works; nothing where no directory is named.

    The log of records is shown to the witnesses of its policy; that of looks as well, where the policy
    names it, or names no log.

    Raises:
        LogError: the policy of its witnesses cannot be used, or the library of a log that is asked for is
            missing; nothing was begun.
    """
    records = log_directory(place)
    policy = policy_of(records)
    beside = _national(house, place)
    if records is None or policy is None:
        named = ((name, log_directory(place, name)) for name in LOGS)
        logs = [Following(house, found, name) for name, found in named if found is not None]
        return _all(*([Sequencing(logs)] if logs else []), *beside)
    key = log_key(records, house.entropy).verifier
    check_names(policy, key)
    first = Sequencing([Following(house, records, RECORDS, Asking(records, policy))], wait=True)
    return _all(first, *_looks(house, place, policy), Comparing(records, key, places_of()), *beside)


def _looks(house: House, place: Path | str, policy: Policy) -> list[Sequencing]:
    """The log of looks in a thread of its own: silent witnesses of one log do not hold up the other."""
    directory = log_directory(place, ACCESS)
    if directory is None:
        return []
    key = log_key(directory, house.entropy).verifier
    asking = Asking(directory, policy) if policy.names(key) else None
    return [Sequencing([Following(house, directory, ACCESS, asking)])]


def _national(house: House, place: Path | str) -> list[Sequencing]:
    """The log with national algorithms, in a thread of its own: begun late, it takes in all old leaves."""
    if os.environ.get(NATIONAL) != YES:
        return []
    directory = national_directory(place)
    if directory is None:
        raise LogError(f"{NATIONAL} is set, and no log is kept: name its directory in {DIRECTORY}")
    if not available():
        raise LogError(f"{NATIONAL} is set: {MISSING}")
    return [Sequencing([Following(house, directory, RECORDS_GM)])]


@contextmanager
def _all(*parts: AbstractContextManager[object]) -> Iterator[None]:
    """Each of them at work at the same time."""
    with ExitStack() as held:
        for one in parts:
            held.enter_context(one)
        yield
