"""The file that says which OpenID provider a house believes; a mistake in it stops the start."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec
import yaml

from tongxing.domain.person import Role
from tongxing.service.ports_issuer import ClaimRules

BACK = "/sign-in/oidc/back"
"""The path to which browsers come back."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
FILE_BYTES_MAX = 65_536
Algorithm = Literal["RS256", "ES256", "EdDSA"]


class SettingsError(ValueError):
    """The file cannot be used; the words say what and where."""


class OidcSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file as it is written."""

    issuer: str
    """As its discovery document names itself."""
    client_id: str
    redirect: str
    """The full address of `/sign-in/oidc/back` as browsers reach it."""
    secret_environment: str = ""
    """The environment variable that holds the client's secret."""
    secret_file: str = ""
    """The file that holds it; without either this is a public client, held by PKCE alone."""
    person_claim: str = "sub"
    role_claim: str = ""
    roles: dict[str, Role] = {}
    create: bool = False
    team_claim: str = ""
    scopes: tuple[str, ...] = ("openid", "profile")
    algorithms: tuple[Algorithm, ...] = ("RS256", "ES256", "EdDSA")
    passwords_too: bool = False
    seconds_max: float = 5.0
    """How long one answer of the issuer is waited for."""

    def claim_rules(self) -> ClaimRules:
        """How claims name people."""
        return ClaimRules(
            person_claim=self.person_claim,
            role_claim=self.role_claim,
            roles=self.roles,
            create=self.create,
            team_claim=self.team_claim,
            passwords_too=self.passwords_too,
        )


def read_settings(path: Path) -> OidcSettings:
    """The settings of a YAML file; raises `SettingsError`."""
    try:
        with path.open("rb") as file:
            found = yaml.safe_load(file.read(FILE_BYTES_MAX))
    except (OSError, yaml.YAMLError) as problem:
        raise SettingsError(f"{path}: {problem}") from problem
    try:
        settings = msgspec.convert(found, OidcSettings)
    except msgspec.ValidationError as problem:
        raise SettingsError(f"{path}: {problem}") from problem
    for complaint in _complaints(settings):
        raise SettingsError(f"{path}: {complaint}")
    return settings


def secret_of(settings: OidcSettings, environment: Mapping[str, str] = os.environ) -> str:
    """The client's secret; empty for a public client. Raises `SettingsError` where a named one is missing."""
    if settings.secret_environment:
        found = environment.get(settings.secret_environment, "").strip()
        if not found:
            raise SettingsError(f"the environment has no {settings.secret_environment}")
        return found
    if not settings.secret_file:
        return ""
    path = Path(settings.secret_file)
    try:
        if path.stat().st_mode & 0o077:
            raise SettingsError(f"{path} may be read by others: chmod 600")
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{path}: {problem}") from problem
    if not found:
        raise SettingsError(f"{path} is empty")
    return found


def is_safe(address: str) -> bool:
    """Whether an address goes over TLS, or stays on this machine; it names nobody and no fragment."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)


def _complaints(settings: OidcSettings) -> list[str]:
    """What is wrong with the whole, the first thing first."""
    back = urlsplit(settings.redirect)
    wrong = {
        "issuer: an https address (http only on the loopback address)": not is_safe(settings.issuer),
        "redirect: an https address (http only on the loopback address)": not is_safe(settings.redirect),
        f"redirect: its path is {BACK}": back.path != BACK or bool(back.query),
        "client_id and person_claim cannot be empty": not (settings.client_id and settings.person_claim),
        "secret_environment or secret_file, not both": bool(
            settings.secret_environment and settings.secret_file
        ),
        "scopes: `openid` is one of them": "openid" not in settings.scopes,
        "algorithms: at least one": not settings.algorithms,
        "roles: a partner is a system and comes with a key": Role.PARTNER in settings.roles.values(),
        "role_claim and roles: one means nothing without the other": bool(settings.roles)
        != bool(settings.role_claim),
        "create: needs role_claim and roles": settings.create and not settings.roles,
    }
    return [words for words, is_so in wrong.items() if is_so]
