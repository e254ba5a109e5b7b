"""Keys of C2SP signed notes: the vkey line somebody trusts, and the secret line somebody signs with."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tongxing.ledger.hashing import SHA256, HashAlgorithm
from tongxing.ledger.lines import TextError, base64_bytes, base64_text
from tongxing.ledger.note_schemes import OWN, SignatureScheme, scheme_of

ED25519 = 0x01
"""An Ed25519 signature over the text of a note (signed-note)."""
COSIGNATURE = 0x04
"""An Ed25519 signature with a time over a checkpoint, by a witness (tlog-cosignature)."""
KEY_BYTES = 32
KEY_ID_BYTES = 4
PIECES = 3
NAME_BYTES_MAX = 255
SECRET_PREFIX = "PRIVATE+KEY+"  # noqa: S105 - the fixed beginning of a key line, no secret

_KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)
_KINDS = {ED25519: "an Ed25519 key", COSIGNATURE: "a witness key"}


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key that is trusted under a name: `<name>+<key id in hex>+<base64 of type and key>`."""

    name: str
    kind: int
    public: bytes
    """Of type 0xff with the identifier of its scheme before it."""
    scheme: SignatureScheme | None = field(default=None, compare=False, repr=False)
    """Of type 0xff alone."""

    def __post_init__(self) -> None:
        """Refuse names and keys that no line can carry."""
        check_name(self.name, "key")
        length = _length(self.name, self.kind, self.public, self.scheme)
        if len(self.public) != length:
            raise TextError(f"key {self.name}: a key has {length} bytes, not {len(self.public)}")

    @property
    def algorithm(self) -> HashAlgorithm:
        """Hash of the trees whose checkpoints this key signs: the type of the key decides it."""
        return SHA256 if self.scheme is None else self.scheme.algorithm

    @property
    def key_id(self) -> bytes:
        """Four bytes that say which key signed; no fingerprint to rely on."""
        return key_id(self.name, self.kind, self.public)

    @property
    def line(self) -> str:
        """The vkey line."""
        return f"{self.name}+{self.key_id.hex()}+{base64_text(bytes((self.kind,)) + self.public)}"

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made that signature over these very bytes."""
        if self.scheme is not None:
            return self.scheme.verify(self.public[len(self.scheme.identifier) :], message, signature)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The secret half; its line has the form of Go's `note` package and belongs in a file of its own."""

    name: str
    kind: int
    seed: bytes = field(repr=False)
    """Of type 0xff the identifier of its scheme, and the secret as that scheme defines it."""
    scheme: SignatureScheme | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse what the public half would refuse."""
        length = _length(self.name, self.kind, self.seed, self.scheme, secret=True)
        if len(self.seed) != length:
            raise TextError(f"key {self.name}: a secret has {length} bytes, not {len(self.seed)}")
        check_name(self.name, "key")

    @property
    def verifier(self) -> VerifierKey:
        """The half that everybody may know."""
        if self.scheme is not None:
            made = self.scheme.identifier + self.scheme.public_of(self._secret(self.scheme))
            return VerifierKey(self.name, self.kind, made, self.scheme)
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, self.kind, public)

    @property
    def secret_line(self) -> str:
        """The line to keep to oneself."""
        secret = base64_text(bytes((self.kind,)) + self.seed)
        return f"{SECRET_PREFIX}{self.name}+{self.verifier.key_id.hex()}+{secret}"

    def signature(self, message: bytes) -> bytes:
        """The signature over these bytes; Ed25519 gives the same for the same bytes."""
        if self.scheme is not None:
            return self.scheme.sign(self._secret(self.scheme), message)
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def _secret(self, scheme: SignatureScheme) -> bytes:
        return self.seed[len(scheme.identifier) :]


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """First four bytes of SHA-256 over name, newline, type and public key (signed-note)."""
    return sha256(name.encode() + b"\n" + bytes((kind,)) + public).digest()[:KEY_ID_BYTES]


def verifier_key(line: str, schemes: Iterable[SignatureScheme] = ()) -> VerifierKey:
    """The key of a vkey line; raises `TextError` for any other text, also for a wrong id.

    `schemes` are those of type 0xff that are known; a key of another raises `UnsupportedError`.
    """
    name, stated, kind, public = _parts(line.strip("\n"), "vkey")
    scheme = scheme_of(public, schemes, f"vkey {name}") if kind == OWN else None
    key = VerifierKey(name, kind, public, scheme)
    if key.key_id.hex() != stated:
        raise TextError(f"vkey {name}: its id is {key.key_id.hex()}, not {stated}")
    return key


def signing_key(line: str, schemes: Iterable[SignatureScheme] = ()) -> SigningKey:
    """The key of a secret line; raises `TextError`, which never repeats the secret; `schemes` as above."""
    text = line.strip("\n")
    if not text.startswith(SECRET_PREFIX):
        raise TextError(f"secret key: does not begin with {SECRET_PREFIX}")
    try:
        name, stated, kind, seed = _parts(text.removeprefix(SECRET_PREFIX), "secret key")
    except TextError:
        raise TextError(f"secret key: not of the form {SECRET_PREFIX}<name>+<key id>+<base64>") from None
    scheme = scheme_of(seed, schemes, f"secret key {name}") if kind == OWN else None
    key = SigningKey(name, kind, seed, scheme)
    if key.verifier.key_id.hex() != stated:
        raise TextError(f"secret key {name}: its id is {key.verifier.key_id.hex()}, not {stated}")
    return key


def check_name(name: str, where: str) -> None:
    """Raises `TextError` for a key name that is empty, too long, or has a space, a plus or a control."""
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        raise TextError(f"{where}: a key name that is not UTF-8") from None
    if not 1 <= length <= NAME_BYTES_MAX:
        raise TextError(f"{where}: a key name has 1 to {NAME_BYTES_MAX} bytes")
    if any(letter.isspace() or letter == "+" or letter < " " for letter in name):
        raise TextError(f"{where}: key name {name[:40]!r} has a space, a plus or a control character")


def _length(name: str, kind: int, key: bytes, scheme: SignatureScheme | None, *, secret: bool = False) -> int:
    """How many bytes a key of this type has; raises `TextError` for a type that nothing here verifies."""
    if scheme is None and kind in _KINDS:
        return KEY_BYTES
    if scheme is not None and kind == OWN and key.startswith(scheme.identifier):
        return len(scheme.identifier) + (scheme.secret_bytes if secret else scheme.public_bytes)
    raise TextError(f"key {name}: signature type 0x{kind:02x} is not supported")


def _parts(text: str, what: str) -> tuple[str, str, int, bytes]:
    pieces = text.split("+", 2)
    if len(pieces) != PIECES or _KEY_ID.fullmatch(pieces[1]) is None:
        raise TextError(f"{what}: not of the form <name>+<8 hex digits>+<base64>")
    check_name(pieces[0], what)
    data = base64_bytes(pieces[2], what)
    if not data:
        raise TextError(f"{what}: no key after the id")
    return pieces[0], pieces[1], data[0], data[1:]
