from pathlib import Path

import pytest
from page_house import Browser

from tongxing.web import files


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "static"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "app.css").write_text("body{}", encoding="utf-8")
    (folder / "icons.svg").write_text("<svg/>", encoding="utf-8")
    (folder / "app.js.LEGAL.txt").write_text("thanks", encoding="utf-8")
    monkeypatch.setattr(files, "STATIC", folder)
    return folder


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("app.css", "text/css; charset=utf-8"),
        ("icons.svg", "image/svg+xml"),
        ("app.js.LEGAL.txt", "text/plain; charset=utf-8"),
    ],
)
def test_built_files_have_their_types(client: Browser, built: Path, name: str, kind: str) -> None:
    answer = client.get(f"/static/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert answer.content == (built / name).read_bytes()


@pytest.mark.usefixtures("built")
def test_a_file_asked_for_by_its_hash_is_kept_for_ever(client: Browser) -> None:
    assert "immutable" in client.get("/static/app.css?v=abc").headers["cache-control"]
    assert client.get("/static/app.css").headers["cache-control"] == "no-cache"


def test_a_file_built_anew_is_served_anew(client: Browser, built: Path) -> None:
    assert client.get("/static/app.css").text == "body{}"
    (built / "app.css").write_text("html{color:red}", encoding="utf-8")
    assert client.get("/static/app.css").text == "html{color:red}"


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "name", ["..%2fsecret.txt", "%2e%2e%2fsecret.txt", "secret.txt", "app.css%00", "...", "a" * 300]
)
def test_nothing_outside_the_built_files_is_served(client: Browser, name: str) -> None:
    answer = client.get(f"/static/{name}")
    assert answer.status_code == 404
    assert "secret" not in answer.text.replace("secret.txt", "")
