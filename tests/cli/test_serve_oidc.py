"""`tongxing serve --oidc`: settings that cannot be meant stop the start, with words."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tongxing.adapters.identity.oidc_settings import SettingsError, is_safe, read_settings, secret_of
from tongxing.cli import app
from tongxing.domain.person import Role

GOOD = {
    "issuer": "https://login.broker.example",
    "client_id": "tongxing",
    "redirect": "https://app.broker.example/sign-in/oidc/back",
}


def written(path: Path, **other: object) -> Path:
    """A settings file; None leaves a line out."""
    lines = [f"{name}: {value}" for name, value in (GOOD | other).items() if value is not None]
    place = path / "oidc.yaml"
    place.write_text("\n".join(lines), encoding="utf-8")
    return place


def test_good_settings_are_read_with_their_defaults(tmp_path: Path) -> None:
    found = read_settings(
        written(tmp_path, role_claim="groups", roles="{desk: adviser, root: administrator}")
    )
    assert found.person_claim == "sub"
    assert found.algorithms == ("RS256", "ES256", "EdDSA")
    assert found.claim_rules().roles == {"desk": Role.ADVISER, "root": Role.ADMINISTRATOR}
    assert not found.create
    assert not found.passwords_too


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"issuer": "http://login.broker.example"}, "issuer: an https address"),
        ({"issuer": None}, "missing required field `issuer`"),
        ({"issuer": "https://user@login.broker.example"}, "issuer: an https address"),
        ({"redirect": "https://app.broker.example/elsewhere"}, "redirect: its path is /sign-in/oidc/back"),
        ({"redirect": "http://app.broker.example/sign-in/oidc/back"}, "redirect: an https address"),
        ({"client_id": '""'}, "client_id and person_claim"),
        ({"secret_environment": "A", "secret_file": "/b"}, "not both"),
        ({"scopes": "[profile]"}, "scopes"),
        ({"algorithms": "[HS256]"}, "Invalid enum value 'HS256'"),
        ({"algorithms": "[none]"}, "Invalid enum value 'none'"),
        ({"algorithms": "[]"}, "algorithms: at least one"),
        ({"roles": "{a: partner}", "role_claim": "groups"}, "a partner is a system"),
        ({"roles": "{a: king}", "role_claim": "groups"}, "Invalid enum value 'king'"),
        ({"role_claim": "groups"}, "one means nothing without the other"),
        ({"roles": "{a: adviser}"}, "one means nothing without the other"),
        ({"create": "true"}, "create: needs role_claim"),
        ({"typo": "1"}, "unknown field `typo`"),
    ],
    ids=str,
)
def test_settings_that_cannot_be_meant_are_refused_with_words(
    tmp_path: Path, other: dict[str, object], words: str
) -> None:
    with pytest.raises(SettingsError, match=r"oidc\.yaml") as refused:
        read_settings(written(tmp_path, **other))
    assert words in str(refused.value)


def test_the_command_stops_before_it_opens_a_door(tmp_path: Path) -> None:
    place = written(tmp_path, issuer="http://login.broker.example")
    store = tmp_path / "house.db"
    answer = CliRunner().invoke(app, ["serve", "--store", str(store), "--oidc", str(place)])
    assert answer.exit_code == 2
    assert "an https address" in answer.output
    assert not store.exists()


def test_the_secret_comes_from_where_it_was_said(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text("very secret\n", encoding="utf-8")
    kept.chmod(0o600)
    by_file = read_settings(written(tmp_path, secret_file=kept))
    assert secret_of(by_file) == "very secret"
    by_name = read_settings(written(tmp_path, secret_environment="TX_SECRET"))  # noqa: S106 - its name
    assert secret_of(by_name, {"TX_SECRET": "from outside"}) == "from outside"
    assert secret_of(read_settings(written(tmp_path))) == ""


def test_a_secret_that_is_not_there_or_open_to_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="TX_SECRET"):
        secret_of(read_settings(written(tmp_path, secret_environment="TX_SECRET")), {})  # noqa: S106 - its name
    kept = tmp_path / "secret"
    by_file = read_settings(written(tmp_path, secret_file=kept))
    with pytest.raises(SettingsError, match="secret"):
        secret_of(by_file)
    kept.write_text("very secret", encoding="utf-8")
    kept.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        secret_of(by_file)
    kept.chmod(0o600)
    kept.write_text(" \n", encoding="utf-8")
    with pytest.raises(SettingsError, match="empty"):
        secret_of(by_file)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://a.example/x", True),
        ("http://127.0.0.1:9/x", True),
        ("http://localhost/x", True),
        ("http://[::1]:9/x", True),
        ("http://a.example/x", False),
        ("http://127.0.0.1.evil.example/x", False),
        ("https://u:p@a.example/x", False),
        ("https://a.example/x#y", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_an_address_is_safe_over_tls_or_on_this_machine(address: str, safe: bool) -> None:  # noqa: FBT001
    assert is_safe(address) is safe
