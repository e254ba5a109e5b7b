"""C2SP signed notes: a text, a blank line, and one line for each signature.

Signatures of unknown keys are ignored. A false signature of a known key spoils the whole note, and so
does the lack of any true one.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tongxing.ledger.lines import NUMBER_MAX, ProofError, TextError, base64_bytes, base64_text, utf8
from tongxing.ledger.note_keys import (
    COSIGNATURE,
    KEY_ID_BYTES,
    PIECES,
    SigningKey,
    VerifierKey,
    check_name,
)

NOTE_BYTES_MAX = 1_000_000
SIGNATURES_MAX = 100
"""More than the 16 that every verifier must take, few enough to check."""
DASH = "\u2014"
"""The em dash before each signature."""
SIGNATURE_BYTES = 64
TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who, which of their keys, and the signature as the key's type defines it."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line with its newline."""
        return f"{DASH} {self.name} {base64_text(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signatures, none of them checked yet."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The very bytes of the note."""
        return (self.text + "\n" + "".join(one.line for one in self.signatures)).encode()

    def signed_also(self, *signatures: Signature) -> "Note":
        """The same note with more signatures behind; one that is there already is not repeated."""
        more = tuple(one for one in dict.fromkeys(signatures) if one not in self.signatures)
        return replace(self, signatures=self.signatures + more)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that holds; `at` is the witness's time in seconds since 1970, None for other types."""

    key: VerifierKey
    at: int | None


def parse_note(data: bytes) -> Note:
    """A note from its bytes; raises `TextError` saying where it is malformed."""
    if len(data) > NOTE_BYTES_MAX:
        raise TextError(f"note: more than {NOTE_BYTES_MAX} bytes")
    text = utf8(data, "note")
    for at, letter in enumerate(text):
        if letter < " " and letter != "\n":
            raise TextError(f"note: control character 0x{ord(letter):02x} at character {at}")
    split = text.rfind("\n\n")
    if split < 0:
        raise TextError("note: no blank line before the signatures")
    signatures = parse_signatures(text[split + 2 :])
    if not signatures:
        raise TextError("note: no signature after the blank line")
    return Note(text[: split + 1], signatures)


def parse_signatures(text: str) -> tuple[Signature, ...]:
    """Signature lines, each ended by a newline; raises `TextError` naming the line."""
    lines = text.split("\n")
    if lines.pop():
        raise TextError("signatures: the last line is not ended by a newline")
    if len(lines) > SIGNATURES_MAX:
        raise TextError(f"signatures: more than {SIGNATURES_MAX}")
    return tuple(_signature(line, f"signature {number}") for number, line in enumerate(lines, start=1))


def verify_note(note: Note, keys: Sequence[VerifierKey]) -> tuple[Signed, ...]:
    """Who of the known keys signed; raises `ProofError` for a false signature of one, and for none at all."""
    known = {(key.name, key.key_id): key for key in keys}
    if len(known) != len(set(keys)):
        raise TextError("keys: two different keys with one name and one id")
    found: list[Signed] = []
    for one in note.signatures:
        key = known.get((one.name, one.key_id))
        if key is None:
            continue
        signed = _check(note.text, one, key)
        if signed not in found:
            found.append(signed)
    if not found:
        raise ProofError("note: no signature by a known key")
    return tuple(found)


def sign(text: str, key: SigningKey) -> Signature:
    """The signature of a note's text by the key of a log; raises `TextError` for that of a witness."""
    _text_of_a_note(text)
    if key.kind == COSIGNATURE:
        raise TextError(f"key {key.name}: signs checkpoints as a witness, not notes")
    return Signature(key.name, key.verifier.key_id, key.signature(text.encode()))


def cosign(text: str, key: SigningKey, *, at: int) -> Signature:
    """The cosignature of a checkpoint's text at a POSIX time in seconds (tlog-cosignature, v1)."""
    _text_of_a_note(text)
    if key.kind != COSIGNATURE:
        raise TextError(f"key {key.name}: is no witness key")
    if not 0 <= at <= NUMBER_MAX:
        raise TextError(f"time {at} is not within 0 and 2^63 - 1")
    value = struct.pack(">Q", at) + key.signature(cosigned_message(text, at))
    return Signature(key.name, key.verifier.key_id, value)


def cosigned_message(text: str, at: int) -> bytes:
    """What a witness signs with Ed25519: two lines of its own and the text of the note."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _check(text: str, one: Signature, key: VerifierKey) -> Signed:
    at: int | None = None
    message, value = text.encode(), one.value
    if key.kind == COSIGNATURE:
        if len(value) != TIME_BYTES + SIGNATURE_BYTES:
            raise ProofError(f"note: the cosignature of {key.name} has {len(value)} bytes")
        (at,) = struct.unpack(">Q", value[:TIME_BYTES])
        if at > NUMBER_MAX:
            raise ProofError(f"note: the cosignature of {key.name} has a time beyond 2^63 - 1")
        message, value = cosigned_message(text, at), value[TIME_BYTES:]
    if len(value) != SIGNATURE_BYTES or not key.signed(message, value):
        raise ProofError(f"note: the signature of {key.name} is false")
    return Signed(key, at)


def _signature(line: str, where: str) -> Signature:
    pieces = line.split(" ")
    if len(pieces) != PIECES or pieces[0] != DASH:
        raise TextError(f"{where}: not of the form {DASH} <key name> <base64>")
    check_name(pieces[1], where)
    data = base64_bytes(pieces[2], where)
    if len(data) <= KEY_ID_BYTES:
        raise TextError(f"{where}: too short for a key id and a signature")
    return Signature(pieces[1], data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def _text_of_a_note(text: str) -> None:
    if not text.endswith("\n") or any(letter < " " and letter != "\n" for letter in text):
        raise TextError("note: its text ends in a newline and has no other control character")
