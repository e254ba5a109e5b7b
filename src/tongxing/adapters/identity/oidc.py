"""The port `Issuer` over authlib: discovery, code with PKCE, id tokens proved before they are read."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final

import structlog
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.errors import MissingTokenException  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from tongxing.adapters.clock import machine_time
from tongxing.adapters.identity.oidc_settings import OidcSettings, SettingsError, is_safe
from tongxing.service.ports_issuer import Bounds, ClaimRules, IssuerDownError, IssuerRefusedError

try:
    import httpx2 as http
except ImportError:
    import httpx as http  # type: ignore[no-redef]  # authlib makes the same choice

DISCOVERY: Final = "/.well-known/openid-configuration"
KNOWN_FOR: Final = timedelta(hours=1)
"""How long a discovery document and its keys are believed."""
KEYS_AGAIN_AFTER: Final = timedelta(seconds=30)
"""Keys are asked for anew when a token names one that is not known, and not more often than so."""
BYTES_MAX: Final = 262_144
PUBLIC_KEYS: Final = frozenset({"RSA", "EC", "OKP"})
NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
log = structlog.get_logger()


class OidcIssuer:
    """One provider, asked when somebody signs in; what it says of itself is kept for an hour."""

    def __init__(
        self, settings: OidcSettings, secret: str, *, machine: Callable[[], datetime] = machine_time
    ) -> None:
        self._settings, self._secret, self._machine = settings, secret, machine
        self._turn = Lock()
        self._about: tuple[datetime, Mapping[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None
        self.rules: ClaimRules = settings.claim_rules()
        self.secure: bool = settings.redirect.startswith("https:")

    def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to sign in; raises `IssuerDownError`."""
        about = self.about()
        with self._client(about) as client:
            found, _state = client.create_authorization_url(
                about["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
            )
        return str(found)

    def claims(
        self, code: str, *, answered_by: str, nonce: str, verifier: str, bounds: Bounds
    ) -> Mapping[str, object]:
        """The claims of the proved id token for a code; raises `IssuerDownError`, `IssuerRefusedError`."""
        about = self.about()
        named = about.get("authorization_response_iss_parameter_supported") is True
        if (answered_by or named) and answered_by != self._settings.issuer:
            raise IssuerRefusedError("iss of the answer")  # RFC 9207
        token = self._exchanged(about, code, verifier)
        given = token.get("id_token")
        if not isinstance(given, str) or len(given) > BYTES_MAX:
            raise IssuerRefusedError("no id_token")
        proved = self._proved(about, given)
        return self._checked(proved, nonce, str(token.get("access_token") or ""), bounds)

    def way_out(self) -> str:
        """Where the sign-in at the issuer is ended too; empty where it offers none or does not answer."""
        try:
            where = self.about().get("end_session_endpoint")
        except IssuerDownError:
            return ""
        if not isinstance(where, str) or not is_safe(where):
            return ""
        back = self._settings.redirect.removesuffix("/sign-in/oidc/back") + "/signed-out"
        asked = {"client_id": self._settings.client_id, "post_logout_redirect_uri": back}
        return str(http.URL(where).copy_merge_params(asked))

    def about(self) -> Mapping[str, Any]:
        """The discovery document; raises `IssuerDownError` where it is not there or not of this issuer."""
        now = self._machine()
        with self._turn:
            if self._about is not None and now - self._about[0] < KNOWN_FOR:
                return self._about[1]
        found = self._json(self._settings.issuer.rstrip("/") + DISCOVERY)
        if found.get("issuer") != self._settings.issuer:
            raise IssuerDownError("the discovery document is of another issuer")
        for name in NEEDED:
            if not isinstance(found.get(name), str) or not is_safe(found[name]):
                raise IssuerDownError(f"the discovery document has no safe {name}")
        methods = found.get("code_challenge_methods_supported")
        if isinstance(methods, list) and "S256" not in methods:
            raise IssuerDownError("the issuer does not do PKCE with S256")
        with self._turn:
            self._about = now, found
        return found

    def _client(self, about: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a class without types
        offered = about.get("token_endpoint_auth_methods_supported")
        posts = isinstance(offered, list) and "client_secret_basic" not in offered
        way = "client_secret_post" if posts else "client_secret_basic"
        return OAuth2Client(
            client_id=self._settings.client_id,
            client_secret=self._secret or None,
            token_endpoint_auth_method=way if self._secret else "none",
            scope=" ".join(self._settings.scopes),
            redirect_uri=self._settings.redirect,
            code_challenge_method="S256",
            timeout=self._settings.seconds_max,
            follow_redirects=False,
        )

    def _exchanged(self, about: Mapping[str, Any], code: str, verifier: str) -> Mapping[str, Any]:
        try:
            with self._client(about) as client:
                found = client.fetch_token(
                    about["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                )
        except (OAuthError, MissingTokenException) as refused:
            raise IssuerRefusedError("code") from refused
        except (http.HTTPError, ValueError, UnicodeError) as down:
            raise IssuerDownError("the token endpoint does not answer") from down
        if not isinstance(found, Mapping):
            raise IssuerDownError("the token endpoint answers something else")
        return found

    def _proved(self, about: Mapping[str, Any], token: str) -> jwt.Token:
        """The token under a key of the issuer; keys are asked for anew where its key is not known."""
        registry = JWSRegistry(algorithms=list(self._settings.algorithms), strict_check_header=False)
        keys, fresh = self._key_set(about, anew=False)
        try:
            try:
                return jwt.decode(token, keys, registry=registry)
            except InvalidKeyIdError:
                if fresh:
                    raise
                keys, _fresh = self._key_set(about, anew=True)
                return jwt.decode(token, keys, registry=registry)
        except (JoseError, ValueError, TypeError, KeyError) as bad:
            raise IssuerRefusedError(type(bad).__name__) from bad

    def _checked(
        self, token: jwt.Token, nonce: str, access_token: str, bounds: Bounds
    ) -> Mapping[str, object]:
        """iss, aud, azp, exp, nbf, iat, nonce and at_hash."""
        options = {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "value": self._settings.client_id},
        }
        params = {"client_id": self._settings.client_id, "nonce": nonce, "access_token": access_token}
        claims = CodeIDToken(token.claims, token.header, options, params)
        now = int(bounds.now.timestamp())
        try:
            claims.validate(now=now, leeway=bounds.skew_seconds)
        except (JoseError, ValueError, TypeError, AttributeError) as bad:
            raise IssuerRefusedError(str(getattr(bad, "claim", "") or type(bad).__name__)) from bad
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if several and claims.get("azp") != self._settings.client_id:
            raise IssuerRefusedError("azp")
        if now - int(claims["iat"]) > bounds.old_seconds_max + bounds.skew_seconds:
            raise IssuerRefusedError("iat")
        return dict(claims)

    def _key_set(self, about: Mapping[str, Any], *, anew: bool) -> tuple[KeySet, bool]:
        """The issuer's public keys, and whether they were asked for just now."""
        now = self._machine()
        with self._turn:
            kept = self._keys
        if kept is not None and now - kept[0] < (KEYS_AGAIN_AFTER if anew else KNOWN_FOR):
            return kept[1], False
        told = self._json(about["jwks_uri"]).get("keys")
        keys = [one for one in told if _is_public(one)] if isinstance(told, list) else []
        try:
            found = KeySet.import_key_set({"keys": keys})
        except (JoseError, ValueError, TypeError, KeyError) as bad:
            raise IssuerDownError("the issuer's keys cannot be read") from bad
        with self._turn:
            self._keys = now, found
        return found, True

    def _json(self, address: str) -> Mapping[str, Any]:
        """One document of the issuer, bounded in size and in the time of each step."""
        try:
            with (
                http.Client(timeout=self._settings.seconds_max, follow_redirects=False) as client,
                client.stream("GET", address, headers={"Accept": "application/json"}) as answer,
            ):
                answer.raise_for_status()
                data = bytearray()
                for piece in answer.iter_bytes():
                    data += piece
                    if len(data) > BYTES_MAX:
                        raise IssuerDownError("the issuer answers too much")
            found = json.loads(bytes(data))
        except (http.HTTPError, http.InvalidURL, ValueError) as down:
            log.warning("the issuer does not answer", why=type(down).__name__)
            raise IssuerDownError("the issuer does not answer") from down
        if not isinstance(found, dict):
            raise IssuerDownError("the issuer answers something else")
        return found


def believed(settings: OidcSettings, secret: str) -> OidcIssuer:
    """The issuer of the settings. It need not answer yet: a house starts while its issuer is down.

    Raises `SettingsError` for an answer that shows the settings to be wrong.
    """
    issuer = OidcIssuer(settings, secret)
    try:
        issuer.about()
    except IssuerDownError as down:
        if not isinstance(down.__cause__, http.HTTPError):
            raise SettingsError(f"{settings.issuer}: {down}") from down
        log.warning("the issuer does not answer yet", why=str(down))
    return issuer


def _is_public(key: object) -> bool:
    """A public key for signatures: a shared secret in a public list is no key."""
    return isinstance(key, dict) and key.get("kty") in PUBLIC_KEYS and key.get("use", "sig") == "sig"
