"""The state of the witnesses in one small file beside the log: the worker writes it, everybody else reads."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from tongxing.adapters.clock import machine_time
from tongxing.adapters.tlog.files import replace_file
from tongxing.adapters.tlog.published import KEY_FILE
from tongxing.ledger.lines import TextError
from tongxing.ledger.note_keys import verifier_key
from tongxing.ledger.quorum import parse_policy, policy_text
from tongxing.service.ports_log import OtherView, QuorumState, WitnessesUnreadableError

STATE_FILE, OTHERS_FILE = "witnesses.json", "others.json"
_decoder = msgspec.json.Decoder(QuorumState)
_others = msgspec.json.Decoder(tuple[OtherView, ...])


def read_state(directory: Path) -> QuorumState:
    """What was written last; raises `WitnessesUnreadableError`."""
    try:
        found = _decoder.decode((directory / STATE_FILE).read_bytes())
    except (OSError, msgspec.DecodeError) as wrong:
        raise WitnessesUnreadableError(f"{STATE_FILE}: {wrong}") from wrong
    if found.asked_at.tzinfo is None or (found.quorum_at is not None and found.quorum_at.tzinfo is None):
        raise WitnessesUnreadableError(f"{STATE_FILE}: an instant without a zone")
    return found


def write_state(directory: Path, state: QuorumState) -> None:
    """Readers see the old state or this one."""
    replace_file(directory / STATE_FILE, msgspec.json.encode(state))


def read_others(directory: Path) -> tuple[OtherView, ...]:
    """What was found at other places; empty while nothing was."""
    try:
        return _others.decode((directory / OTHERS_FILE).read_bytes())
    except (OSError, msgspec.DecodeError):
        return ()


def write_others(directory: Path, found: tuple[OtherView, ...]) -> None:
    """Readers see what was found before, or this."""
    replace_file(directory / OTHERS_FILE, msgspec.json.encode(found))


class FiledWitnesses:
    """The `WitnessWatch` port over the directory of a log and the policy of its operator."""

    def __init__(
        self, directory: Path, policy: Path, *, machine: Callable[[], datetime] = machine_time
    ) -> None:
        self._directory, self._policy, self._machine = directory, policy, machine

    def state(self) -> QuorumState:
        """What the worker wrote last; raises `WitnessesUnreadableError`."""
        return read_state(self._directory)

    def machine_now(self) -> datetime:
        """The machine's time."""
        return self._machine()

    def others(self) -> tuple[OtherView, ...]:
        """What the worker found at other places; empty where it compares with none."""
        return read_others(self._directory)

    def policy(self) -> str:
        """The policy for others; empty while file or key cannot be used, or where it is not for this log."""
        try:
            key = verifier_key((self._directory / KEY_FILE).read_text(encoding="ascii").strip())
            found = parse_policy(self._policy.read_bytes())
            return policy_text(found, key) if found.names(key) else ""
        except (OSError, UnicodeDecodeError, TextError):
            return ""
