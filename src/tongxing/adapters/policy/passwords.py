"""Passwords: argon2id with the library's parameters (RFC 9106, low-memory profile)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2:
    """The port `Passwords`."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobodys = self._hasher.hash("nobody's")

    def hashed(self, password: str) -> str:
        """A hash to keep."""
        return self._hasher.hash(password)

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the password; as slow for somebody who has none, so that time tells nothing."""
        try:
            self._hasher.verify(kept or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None
