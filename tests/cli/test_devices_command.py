"""The door of devices: a key for its owner alone, and a file of carriers that is right or says why not."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from tongxing.adapters.devices import web_push
from tongxing.cli import app

SECRET = "whsec_" + "A" * 43 + "="
RUN = CliRunner()


def told(*words: str) -> tuple[int, str]:
    done = RUN.invoke(app, ["devices", *words])
    return done.exit_code, done.output


def carriers(folder: Path, **parts: object) -> Path:
    path = folder / "devices.yaml"
    path.write_text(yaml.safe_dump(parts), encoding="utf-8")
    return path


def secret(folder: Path, mode: int = 0o600) -> str:
    path = folder / "secret"
    path.write_text(SECRET, encoding="utf-8")
    path.chmod(mode)
    return str(path)


def test_a_key_is_made_once_and_its_public_half_is_told(tmp_path: Path) -> None:
    path = tmp_path / "vapid.pem"
    code, output = told("key", str(path))
    assert code == 0
    assert len(json.loads(output)["public_key"]) == 87
    assert path.stat().st_mode & 0o777 == 0o600
    assert told("key", str(path))[0] == 2


@pytest.mark.skipif(not web_push.installed(), reason="the extra `push` is not installed")
def test_a_file_of_all_carriers_is_read_as_the_house_reads_it(tmp_path: Path) -> None:
    key = tmp_path / "vapid.pem"
    told("key", str(key))
    path = carriers(
        tmp_path,
        push={"key_file": str(key), "contact": "mailto:desk@broker.example"},
        mail={"host": "mail.broker.com", "port": 465, "sender": "hello@broker.com"},
        sms={"url": "https://sms.broker.com/send", "secret_file": secret(tmp_path)},
    )
    code, output = told("check", str(path))
    assert code == 0
    assert json.loads(output)["carried"] == ["email", "push", "sms"]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"mail": {"host": "m.broker.com", "port": 25, "sender": "a@b.com", "security": "none"}}, "TLS"),
        ({"mail": {"host": "m.broker.com", "port": 25, "sender": "nobody"}}, "sender"),
        ({"mail": {"host": "m.broker.com", "port": 25, "sender": "a@b.com", "user": "x"}}, "password"),
        ({"sms": {"url": "https://sms.broker.com/send"}}, "secret"),
        ({"sms": {"url": "http://sms.broker.com/send"}}, "scheme"),
        ({"fax": {}}, "fax"),
        ({"mail": {"host": "m.broker.com", "port": "many", "sender": "a@b.com"}}, "int"),
    ],
)
def test_a_mistake_in_the_file_is_named_and_nothing_starts(
    tmp_path: Path, part: dict[str, object], words: str
) -> None:
    code, output = told("check", str(carriers(tmp_path, **part)))
    assert code == 2
    assert words in output


def test_a_secret_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    part = {"url": "https://sms.broker.com/send", "secret_file": secret(tmp_path, 0o644)}
    code, output = told("check", str(carriers(tmp_path, sms=part)))
    assert (code, "chmod 600" in output) == (2, True)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    code, output = told("check", str(tmp_path / "none.yaml"))
    assert code == 2
    assert "none.yaml" in output
