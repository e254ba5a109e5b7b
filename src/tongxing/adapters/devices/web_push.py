"""Web push (RFC 8030): encrypted for one browser (RFC 8291), signed by the house (RFC 8292)."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib.util import find_spec

from cryptography.hazmat.primitives.asymmetric import ec

from tongxing.adapters.devices.vapid import public_of
from tongxing.adapters.posting import Poster
from tongxing.delivery.forms import push_form
from tongxing.domain.message import Message
from tongxing.service.ports_devices import Carried, Stage
from tongxing.service.webhooks_addresses import Place

GONE = frozenset({404, 410})
"""The subscription has ended (RFC 8030, 7.3)."""
AGAIN = frozenset({408, 425, 429})
OK, BROKEN = range(200, 300), range(500, 600)
SIGNED_FOR = timedelta(hours=2)
TTL_SECONDS_MAX = 86_400


def installed() -> bool:
    """Whether the libraries of the extra `push` are there."""
    return find_spec("pywebpush") is not None


class WebPush:
    """The port `Carrier`; a message carries a topic, so that a second copy replaces the first."""

    repeats = True

    def __init__(
        self,
        *,
        key: ec.EllipticCurvePrivateKey,
        contact: str,
        poster: Poster,
        machine: Callable[[], datetime],
    ) -> None:
        self._key, self._contact, self._poster, self._machine = key, contact, poster, machine

    @property
    def public_key(self) -> str:
        """What browsers subscribe with."""
        return public_of(self._key)

    def send(self, message: Message, address: str) -> Carried:
        """One try; `address` is the subscription as the browser gave it."""
        from pywebpush import WebPusher  # noqa: PLC0415 - an extra, and slow to import

        try:
            subscription = json.loads(address)
            endpoint = str(subscription["endpoint"])
            plain = json.dumps(push_form(message), ensure_ascii=False).encode()
            body = bytes(WebPusher(subscription).encode(plain)["body"])
        except Exception as broken:  # noqa: BLE001 - whatever a browser gave us: such keys encrypt nothing
            words = f"a broken subscription: {type(broken).__name__}"
            return Carried(stage=Stage.REFUSED, words=words, gone=True)
        left = int((message.valid_until - message.sent_at).total_seconds())
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(max(0, min(left, TTL_SECONDS_MAX))),
            "Urgency": "normal",
            "Topic": message.message_id,
        }
        posted = self._poster.post(endpoint, lambda place: {**headers, **self._signed(place)}, body)
        if posted.barred:
            return Carried(stage=Stage.REFUSED, words=posted.words, gone=True)
        return Carried(stage=stage_of(posted.status), words=posted.words, gone=posted.status in GONE)

    def _signed(self, place: Place) -> Mapping[str, str]:
        """Who sends, to whom this push service may believe it, and until when."""
        from py_vapid import Vapid02  # noqa: PLC0415 - as above

        default = 443 if place.secure else 80
        port = "" if place.port == default else f":{place.port}"
        claims = {
            "aud": f"{'https' if place.secure else 'http'}://{place.host}{port}",
            "exp": int((self._machine() + SIGNED_FOR).timestamp()),
            "sub": self._contact,
        }
        return {str(name): str(value) for name, value in Vapid02(self._key).sign(claims).items()}


def stage_of(status: int | None) -> Stage:
    """What an answer means: taken, not now, or never."""
    if status is None or status in AGAIN or status in BROKEN:
        return Stage.LATER
    return Stage.SENT if status in OK else Stage.REFUSED
