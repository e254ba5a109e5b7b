"""Root keys: they wrap data keys and nothing else. The first wraps; all of them open while roots change.

    wrapped = 0x01 | first four bytes of the root's check value | AES key wrap (RFC 3394) of the data key

A wrapped key of 40 bytes is of a version that knew one root.
"""

from collections.abc import Callable, Sequence
from hashlib import blake2b

from tongxing.adapters.vault import cipher
from tongxing.adapters.vault.cipher import SealBrokenError

FORM = b"\x01"
ID_BYTES = 4
PLAIN_BYTES = cipher.KEY_BYTES + 8
"""An AES key wrap adds eight bytes."""
ROOTS_MAX = 8
Reload = Callable[[], Sequence[bytes]]


def mark_of(root: bytes) -> bytes:
    """How a wrapped key begins under this root."""
    return FORM + bytes.fromhex(cipher.check_value(root))[:ID_BYTES]


class Roots:
    """The roots of a store as this process knows them; learns of a new one when it meets it."""

    def __init__(self, roots: Sequence[bytes], reload: Reload | None = None) -> None:
        self._reload = reload
        self._by_mark: dict[bytes, bytes] = {}
        self._take(roots)

    @property
    def checks(self) -> tuple[str, ...]:
        """Check value of each root, the one in force first."""
        return tuple(cipher.check_value(root) for root in self._roots)

    def wrap(self, key: bytes) -> bytes:
        """A data key as it is stored from now on."""
        root = self._roots[0]
        return mark_of(root) + cipher.wrap(root, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The data key again; raises `SealBrokenError` under a root that nobody here knows."""
        if len(wrapped) == PLAIN_BYTES:
            return self._first_that_opens(wrapped)
        mark, body = wrapped[: len(FORM) + ID_BYTES], wrapped[len(FORM) + ID_BYTES :]
        if mark not in self._by_mark:
            self.again()
        root = self._by_mark.get(mark)
        if root is None:
            raise SealBrokenError("a data key that this master key does not open")
        return cipher.unwrap(root, body)

    def of_old_look_ups(self) -> bytes:
        """The key for look-ups that an earlier version derived from its one root."""
        return blake2b(self._roots[-1], person=b"blind index", digest_size=cipher.KEY_BYTES).digest()

    def again(self) -> None:
        """Read the roots anew: another process may have changed them."""
        if self._reload is not None:
            self._take(self._reload())

    def _take(self, roots: Sequence[bytes]) -> None:
        if not 1 <= len(roots) <= ROOTS_MAX:
            raise ValueError(f"1 to {ROOTS_MAX} root keys, not {len(roots)}")
        self._roots = tuple(roots)
        # known ones stay: a transaction under way may need an old one
        self._by_mark |= {mark_of(root): root for root in roots}

    def _first_that_opens(self, wrapped: bytes) -> bytes:
        for root in tuple(self._by_mark.values()):
            try:
                return cipher.unwrap(root, wrapped)
            except SealBrokenError:
                continue
        raise SealBrokenError("a data key that this master key does not open")
