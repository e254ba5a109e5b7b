"""A key service on this machine wraps the roots; when it fails or stalls nothing is lost and it is said."""

import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest
from store_kit import searched

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import open_store
from tongxing.adapters.vault import cipher, key_file
from tongxing.adapters.vault.kms import HttpKms, KmsError
from tongxing.app import keys

SERVICE_KEY = bytes(range(32))


class Service(ThreadingHTTPServer):
    """Wraps under a key of its own; `mood` says how it behaves."""

    daemon_threads = True
    mood = "well"
    asked = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        self.server.asked += 1
        asked = msgspec.json.decode(self.rfile.read(int(self.headers["Content-Length"])), type=dict[str, str])
        data = b64decode(asked["data"])
        if self.server.mood == "stalls":
            time.sleep(3)
            return
        if self.server.mood == "fails":
            self.send_error(503)
            return
        worked = (
            cipher.wrap(SERVICE_KEY, data) if self.path == "/v1/wrap" else cipher.unwrap(SERVICE_KEY, data)
        )
        body = (
            b"no json"
            if self.server.mood == "babbles"
            else msgspec.json.encode({"data": b64encode(worked).decode()})
        )
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_given: object) -> None:
        """Nothing on the test's screen."""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service(("127.0.0.1", 0), Handler) as found:
        threading.Thread(target=found.serve_forever, args=(0.01,), daemon=True).start()
        yield found
        found.shutdown()


@pytest.fixture
def path(tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store whose root is wrapped by the service."""
    monkeypatch.setattr("tongxing.adapters.vault.kms.SECONDS_MAX", 0.5)
    store = open_store(tmp_path / "house.db", entropy=OsEntropy(), synchronous="OFF")
    store.append([searched(1)])
    store.close()
    keys.to_service(tmp_path / "house.db", service.url, "house")
    return tmp_path / "house.db"


def opens(path: Path) -> int:
    store = open_store(path, entropy=OsEntropy(), synchronous="OFF")
    try:
        return len(store.events())
    finally:
        store.close()


def test_the_root_stands_nowhere_in_the_key_file(path: Path, service: Service) -> None:
    holds = key_file.read_all(path.with_name("house.db.key"))
    written = path.with_name("house.db.key").read_text()
    assert holds.service == (service.url, "house")
    assert all(root.hex() not in written for root in holds.roots)
    assert opens(path) == 1


def test_a_rotation_goes_through_the_service(path: Path) -> None:
    keys.rotate(path)
    assert keys.drop_old(path) == 1
    assert opens(path) == 1


@pytest.mark.parametrize("mood", ["fails", "stalls", "babbles"])
def test_a_service_that_does_not_work_is_named_soon_and_nothing_changes(
    path: Path, service: Service, mood: str
) -> None:
    before = path.with_name("house.db.key").read_bytes()
    service.mood = mood
    for act in (opens, keys.rotate):
        began = time.monotonic()
        with pytest.raises(KmsError, match="key service"):
            act(path)
        assert time.monotonic() - began < 2.5
    service.mood = "well"
    assert path.with_name("house.db.key").read_bytes() == before
    assert opens(path) == 1


def test_who_is_at_work_does_not_ask_the_service(path: Path, service: Service) -> None:
    store = open_store(path, entropy=OsEntropy(), synchronous="OFF")
    service.mood, asked = "fails", service.asked
    store.append([searched(2), searched(3, client_id="C000009")])
    assert len(store.events()) == 3
    assert service.asked == asked
    store.close()


def test_a_service_far_away_is_asked_over_https_only() -> None:
    with pytest.raises(KmsError, match="https"):
        HttpKms("http://kms.example/v1", "house")
