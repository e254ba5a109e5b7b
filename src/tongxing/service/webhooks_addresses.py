"""Which addresses a receiver may have: public ones, by https; nothing of our own network (SSRF).

An address is judged twice: as it is written, here, when it is kept; and by every number its name stands
for (`adapters.webhooks.numbers`) each time it is called.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

PORTS = frozenset({443, 8443})
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
PRINTABLE = re.compile(r"[\x21-\x7e]+")
Number = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a receiver listens."""

    secure: bool
    host: str
    port: int
    path: str
    """With its query."""
    loopback: bool


def place_of(url: str, *, loopback: bool) -> Place | str:
    """The parts of an address, or in one word why it is never called.

    `loopback` allows this machine's own names, by http and on any port: for demo stores.
    """
    if not PRINTABLE.fullmatch(url):
        return "characters"
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "unreadable"
    if parts.username is not None or parts.password is not None:
        return "credentials"
    if parts.fragment or parts.scheme not in {"https", "http"}:
        return "fragment" if parts.fragment else "scheme"
    own = loopback and host in LOOPBACK_NAMES
    if not own:
        refused = _refused(parts.scheme, host, port)
        if refused:
            return refused
    secure = parts.scheme == "https"
    return Place(
        secure=secure,
        host=host,
        port=port or (443 if secure else 80),
        path=_path(parts),
        loopback=own,
    )


def is_public(number: Number) -> bool:
    """Whether a number may be called: no own, private, shared, reserved or embedded one."""
    if isinstance(number, ipaddress.IPv6Address):
        inside = number.ipv4_mapped or number.sixtofour or (number.teredo or (None, None))[1]
        if inside is not None or number in _TRANSLATED:
            return False
    return number.is_global and not number.is_multicast


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""NAT64 (RFC 6052): an IPv4 number in disguise."""


def _refused(scheme: str, host: str, port: int | None) -> str:
    if scheme != "https":
        return "scheme"
    if port is not None and port not in PORTS:
        return "port"
    try:
        return "" if is_public(ipaddress.ip_address(host)) else "not a public address"
    except ValueError:
        pass
    if not HOST.fullmatch(host) or "." not in host or host.rsplit(".", 1)[1].isdecimal():
        return "host"
    return "not a public address" if host in LOOPBACK_NAMES or host.endswith(_OWN_ENDINGS) else ""


_OWN_ENDINGS = (".localhost", ".local", ".internal", ".home.arpa", ".lan", ".test", ".invalid", ".example")


def _path(parts: SplitResult) -> str:
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
