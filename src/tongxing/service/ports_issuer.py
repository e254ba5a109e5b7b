"""The ways to sign in: passwords kept here, or an OpenID provider whose claims name people of this house."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tongxing.domain.person import Role
from tongxing.service.sign_in import Passwords


class IssuerDownError(Exception):
    """The issuer did not answer, or not as an OpenID provider does."""


class IssuerRefusedError(ValueError):
    """The code was not taken or the id token does not hold; the word says what failed, for the log."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRules:
    """How claims name a person of this house, and what follows from them."""

    person_claim: str
    """The claim that holds the account's id."""
    role_claim: str = ""
    """The claim that holds groups or roles; empty: the role is the one this house keeps."""
    roles: Mapping[str, Role]
    """A value of that claim -> a role here."""
    create: bool = False
    """Whether staff whom this house does not know yet are added at their first sign-in."""
    team_claim: str = ""
    """The claim that holds the team of advisers and managers who are added."""
    passwords_too: bool = False
    """Whether the form for password and one-time code stays open beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """When an id token was made at most, and how far clocks may differ."""

    now: datetime
    skew_seconds: int
    old_seconds_max: int


class Issuer(Protocol):
    """An OpenID provider whom this house believes."""

    @property
    def rules(self) -> ClaimRules:
        """How its claims are read."""
        ...

    @property
    def secure(self) -> bool:
        """Whether browsers come back over TLS."""
        ...

    def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to sign in; raises `IssuerDownError`."""
        ...

    def claims(
        self, code: str, *, answered_by: str, nonce: str, verifier: str, bounds: Bounds
    ) -> Mapping[str, object]:
        """The claims of the proved id token for a code; `answered_by`: what the answer says of its issuer.

        Raises `IssuerDownError`, `IssuerRefusedError`.
        """
        ...

    def way_out(self) -> str:
        """Where the sign-in at the issuer is ended too; empty where it offers none or does not answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInWays:
    """How people sign in to a house."""

    passwords: Passwords
    issuer: Issuer | None = None

    @property
    def by_password(self) -> bool:
        """Whether the form for password and one-time code is open."""
        return self.issuer is None or self.issuer.rules.passwords_too
