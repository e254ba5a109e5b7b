"""A small OpenID provider on the loopback address, with its own keys, that can be told to lie."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from tongxing.adapters.clock import machine_time

CLIENT, SECRET = "tongxing", "s3cret of the client"
Made = RSAKey | ECKey | OKPKey


@dataclass
class Provider:
    """What it says and how it lies; `asked` counts requests by path."""

    claims: dict[str, Any] = field(default_factory=dict)
    """Put over the honest ones; None takes one away."""
    alg: str = "RS256"
    down: bool = False
    slow_seconds: float = 0.0
    metadata: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    issuer: str = ""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    stray: RSAKey | None = None
    """Signs instead of the published key, under its name."""

    def __post_init__(self) -> None:
        self.rotate("k1")

    def rotate(self, kid: str) -> None:
        """New keys under a new name; the old ones are gone."""
        self.kid = kid
        self.keys: dict[str, Made] = {
            "RS256": RSAKey.generate_key(2048, {"kid": f"{kid}-rsa", "use": "sig"}),
            "ES256": ECKey.generate_key("P-256", {"kid": f"{kid}-ec", "use": "sig"}),
            "EdDSA": OKPKey.generate_key("Ed25519", {"kid": f"{kid}-ed", "use": "sig"}),
        }

    def authorize(self, query: Mapping[str, str]) -> str:
        """Where the browser is sent back, as after somebody typed a password here."""
        if self.error:
            return f"{query['redirect_uri']}?" + urlencode({"error": self.error, "state": query["state"]})
        code = f"code-{len(self.codes)}-{query['state'][:6]}"
        self.codes[code] = query
        return f"{query['redirect_uri']}?" + urlencode({"code": code, "state": query["state"]})

    def token(self, form: Mapping[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The tokens for a code, once, to who knows the secret and the verifier."""
        wanted = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        query = self.codes.pop(form.get("code", ""), None)
        if query is None or authorization != f"Basic {wanted}":
            return 400, {"error": "invalid_grant"}
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proved = base64.urlsafe_b64encode(challenge).decode().rstrip("=") == query.get("code_challenge")
        same = form.get("redirect_uri") == query["redirect_uri"]
        if not proved or not same or query.get("code_challenge_method") != "S256":
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "at-1", "token_type": "Bearer", "id_token": self.id_token(query)}

    def id_token(self, query: Mapping[str, str]) -> str:
        """What it says of the person who signed in."""
        now = int(machine_time().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": "u-1",
            "aud": query["client_id"],
            "exp": now + 300,
            "iat": now,
            "nonce": query["nonce"],
        } | self.claims
        told = {name: value for name, value in claims.items() if value is not None}
        return self.signed(told)

    def signed(self, claims: dict[str, Any]) -> str:
        """The token in the way of `alg`."""
        if self.alg == "none":
            parts = ({"alg": "none", "kid": f"{self.kid}-rsa"}, claims)
            return ".".join(_b64(json.dumps(part).encode()) for part in parts) + "."
        if self.alg == "HS256":
            header = {"alg": "HS256", "kid": f"{self.kid}-rsa"}
            begun = ".".join(_b64(json.dumps(part).encode()) for part in (header, claims))
            public = self.keys["RS256"].as_pem(private=False)
            return f"{begun}.{_b64(hmac.digest(public, begun.encode(), 'sha256'))}"
        key = self.keys[self.alg]
        header = {"alg": self.alg, "kid": str(key.kid)}
        return jwt.encode(header, claims, self.stray or key, algorithms=[self.alg])

    def document(self) -> dict[str, Any]:
        """The discovery document."""
        here = self.issuer
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/keys",
            "end_session_endpoint": f"{here}/out?from=portal",
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        } | self.metadata


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.provider.asked.append(path)
        time.sleep(self.provider.slow_seconds)
        if path == "/.well-known/openid-configuration":
            self._json(200, self.provider.document())
        elif path == "/keys":
            keys = [key.as_dict(private=False) for key in self.provider.keys.values()]
            self._json(200, {"keys": [*keys, {"kty": "AKP", "kid": "unheard-of"}]})
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        self.provider.asked.append(urlsplit(self.path).path)
        time.sleep(self.provider.slow_seconds)
        length = int(self.headers.get("content-length", "0"))
        form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        self._json(*self.provider.token(form, self.headers.get("authorization", "")))

    def _json(self, status: int, body: object) -> None:
        if self.provider.down:
            status, body = 503, {}
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing is told."""


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    """The provider on a free port."""
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
