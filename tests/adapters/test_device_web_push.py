"""Web push: only the browser can read it, the push service knows who sends, and what ended is forgotten."""

import base64
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from device_words import message

from receiver import Receiver, receiving
from tongxing.adapters.clock import machine_time
from tongxing.adapters.devices import vapid
from tongxing.adapters.devices.web_push import WebPush
from tongxing.adapters.posting import Poster
from tongxing.domain.grades import Channel
from tongxing.service.ports_devices import Stage

http_ece = pytest.importorskip("http_ece", reason="the extra `push` is not installed")
pytest.importorskip("pywebpush", reason="the extra `push` is not installed")
AUTH = os.urandom(16)


def plain(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def opened(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """A browser's half of a subscription."""

    def __init__(self, endpoint: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.subscription = json.dumps(
            {"endpoint": endpoint, "keys": {"p256dh": plain(point), "auth": plain(AUTH)}}
        )

    def read(self, body: bytes) -> dict[str, str]:
        words = http_ece.decrypt(body, private_key=self.key, auth_secret=AUTH, version="aes128gcm")
        return dict(json.loads(words))


@pytest.fixture
def service() -> Iterator[Receiver]:
    with receiving() as found:
        found.status = 201
        yield found


def carrier(key: ec.EllipticCurvePrivateKey | None = None, *, loopback: bool = True) -> WebPush:
    return WebPush(
        key=key or ec.generate_private_key(ec.SECP256R1()),
        contact="mailto:desk@broker.example",
        poster=Poster(loopback=loopback, seconds_max=0.6),
        machine=machine_time,
    )


def test_only_the_browser_can_read_a_push(service: Receiver) -> None:
    browser = Browser(service.url)
    ended = carrier().send(message(Channel.PUSH), browser.subscription)
    assert (ended.stage, ended.words, ended.gone) == (Stage.SENT, "http 201", False)
    ((headers, body),) = service.got
    assert "您有一条通知".encode() not in body
    assert browser.read(body) == {
        "title": "通知",
        "body": "您有一条通知，方便时再看。\nAI生成",
        "tag": "0123456789abcdef",
        "url": "/me",
        "lang": "zh-CN",
    }
    assert headers["content-encoding"] == "aes128gcm"
    assert headers["topic"] == "0123456789abcdef"
    assert headers["ttl"] == "43200"


def test_a_push_service_can_check_who_sends_and_until_when(service: Receiver) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    carrier(key).send(message(Channel.PUSH), Browser(service.url).subscription)
    ((headers, _body),) = service.got
    scheme, _, rest = headers["authorization"].partition(" ")
    given = dict(piece.strip().split("=", 1) for piece in rest.split(","))
    head, claims, signature = given["t"].split(".")
    assert scheme == "vapid"
    assert given["k"] == vapid.public_of(key)
    found = json.loads(opened(claims))
    assert found["aud"] == f"http://127.0.0.1:{service.port}"
    assert found["sub"] == "mailto:desk@broker.example"
    assert 0 < found["exp"] - machine_time().timestamp() <= 24 * 3_600
    raw = opened(signature)
    pair = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key.public_key().verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))


@pytest.mark.parametrize(
    ("status", "stage", "gone"),
    [
        (201, Stage.SENT, False),
        (404, Stage.REFUSED, True),
        (410, Stage.REFUSED, True),
        (429, Stage.LATER, False),
        (500, Stage.LATER, False),
        (503, Stage.LATER, False),
        (400, Stage.REFUSED, False),
        (403, Stage.REFUSED, False),
        (413, Stage.REFUSED, False),
        (301, Stage.REFUSED, False),
    ],
)
def test_what_a_push_service_answers_decides_what_follows(
    service: Receiver, *, status: int, stage: Stage, gone: bool
) -> None:
    service.status = status
    ended = carrier().send(message(Channel.PUSH), Browser(service.url).subscription)
    assert (ended.stage, ended.gone) == (stage, gone)


@pytest.mark.parametrize("mood", ["hang", "drip"])
def test_a_push_service_that_stalls_is_asked_again_later(service: Receiver, mood: str) -> None:
    service.mood = mood
    started = time.monotonic()
    ended = carrier().send(message(Channel.PUSH), Browser(service.url).subscription)
    assert (ended.stage, ended.words) == (Stage.LATER, "no answer within 0.6 s")
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "no json",
        "{}",
        '{"endpoint":"https://push.example/1"}',
        '{"endpoint":"https://push.example/1","keys":{"p256dh":"AAAA","auth":"AAAA"}}',
    ],
)
def test_a_broken_subscription_is_forgotten(broken: str) -> None:
    ended = carrier().send(message(Channel.PUSH), broken)
    assert (ended.stage, ended.gone) == (Stage.REFUSED, True)


def test_a_subscription_into_our_own_network_is_never_called_and_forgotten(service: Receiver) -> None:
    ended = carrier(loopback=False).send(message(Channel.PUSH), Browser(service.url).subscription)
    assert (ended.stage, ended.gone) == (Stage.REFUSED, True)
    assert service.got == []


def test_a_key_is_made_for_its_owner_alone_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "vapid.pem"
    public = vapid.make(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert vapid.public_of(vapid.read(path)) == public
    assert len(opened(public)) == 65
    with pytest.raises(vapid.KeyFileError):
        vapid.make(path)
    path.chmod(0o644)
    with pytest.raises(vapid.KeyFileError, match="chmod 600"):
        vapid.read(path)


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_file_that_is_no_key_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vapid.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(vapid.KeyFileError):
        vapid.read(path)
