"""Keys of logs as somebody names them on the command line."""

from pathlib import Path

from tongxing.adapters.tlog.sm2 import SCHEMES
from tongxing.cli.output import read_bytes
from tongxing.ledger.note_keys import VerifierKey, verifier_key


def key_of(given: str) -> VerifierKey:
    """A vkey line, or the first line of the file of that name; raises `TextError`."""
    path = Path(given)
    if "+" not in given and path.is_file():
        given = read_bytes(given).decode(errors="replace").partition("\n")[0]
    return verifier_key(given, SCHEMES)
