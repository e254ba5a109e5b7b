"""The vault: what is sealed opens in its own row, under its own key, until that key is destroyed."""

from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from tongxing.adapters.entropy import OsEntropy, SeededEntropy
from tongxing.adapters.vault import cipher, key_file
from tongxing.adapters.vault.cipher import SealBrokenError
from tongxing.adapters.vault.envelope import EnvelopeVault, KeyRing, KeyRow
from tongxing.adapters.vault.key_file import KeyFileError
from tongxing.adapters.vault.roots import Roots
from tongxing.domain.event import Retention
from tongxing.service.ports import ErasedError

MASTER = bytes(range(32))


class Rows:
    """Key rows in memory, counting how often they are asked."""

    def __init__(self) -> None:
        self.kept: list[KeyRow] = []
        self.destroyed = 0
        self.asked = 0

    def erasures(self) -> int:
        return self.destroyed

    def of_clients(self, client_ids: Collection[str]) -> Sequence[KeyRow]:
        self.asked += 1
        return [row for row in self.kept if row.client_id in client_ids]

    def add(self, rows: Sequence[KeyRow]) -> None:
        self.kept.extend(rows)

    def destroy(self, client_id: str, retention: str) -> int:
        hit = [row for row in self.kept if (row.client_id, row.retention) == (client_id, retention)]
        self.kept = [row._replace(wrapped=None) if row in hit else row for row in self.kept]
        self.destroyed += 1
        return len(hit)


def seal(vault: EnvelopeVault, client_id: str = "C1", source: str = "app", row: bytes = b"row1") -> bytes:
    return vault.seal(client_id, Retention.BEHAVIOUR, source, b"secret", row)


def test_a_sealed_value_opens_for_its_row_only() -> None:
    vault = EnvelopeVault(KeyRing(Roots((MASTER,)), OsEntropy()), Rows())
    sealed = seal(vault)
    assert b"secret" not in sealed
    assert vault.open("C1", Retention.BEHAVIOUR, "app", sealed, b"row1") == b"secret"
    with pytest.raises(SealBrokenError):
        vault.open("C1", Retention.BEHAVIOUR, "app", sealed, b"row2")


def test_every_changed_byte_is_noticed() -> None:
    vault = EnvelopeVault(KeyRing(Roots((MASTER,)), OsEntropy()), Rows())
    sealed = seal(vault)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises((SealBrokenError, ErasedError)):
            vault.open("C1", Retention.BEHAVIOUR, "app", bytes(changed), b"row1")


def test_each_client_class_and_source_has_a_key_of_its_own() -> None:
    rows = Rows()
    vault = EnvelopeVault(KeyRing(Roots((MASTER,)), OsEntropy()), rows)
    seal(vault)
    seal(vault)
    seal(vault, source="chat")
    seal(vault, client_id="C2")
    vault.seal("C1", Retention.TRADING, "app", b"x", b"row")
    keys = [Roots((MASTER,)).unwrap(row.wrapped or b"") for row in rows.kept]
    assert len(keys) == len(set(keys)) == 4


def test_a_destroyed_key_erases_one_class_of_one_client() -> None:
    rows = Rows()
    vault = EnvelopeVault(KeyRing(Roots((MASTER,)), OsEntropy()), rows)
    gone, kept, other = seal(vault), vault.seal("C1", Retention.TRADING, "app", b"t", b"r"), seal(vault, "C2")
    assert vault.destroy("C1", Retention.BEHAVIOUR) == 1
    with pytest.raises(ErasedError, match="behaviour records"):
        vault.open("C1", Retention.BEHAVIOUR, "app", gone, b"row1")
    assert vault.open("C1", Retention.TRADING, "app", kept, b"r") == b"t"
    assert vault.open("C2", Retention.BEHAVIOUR, "app", other, b"row1") == b"secret"


def test_what_comes_after_an_erasure_is_kept_under_a_new_key() -> None:
    rows = Rows()
    vault = EnvelopeVault(KeyRing(Roots((MASTER,)), OsEntropy()), rows)
    before = seal(vault)
    vault.destroy("C1", Retention.BEHAVIOUR)
    after = seal(vault)
    assert [(row.version, row.wrapped is None) for row in rows.kept] == [(1, True), (2, False)]
    fresh = EnvelopeVault(KeyRing(Roots((MASTER,)), OsEntropy()), rows)
    assert fresh.open("C1", Retention.BEHAVIOUR, "app", after, b"row1") == b"secret"
    with pytest.raises(ErasedError):
        fresh.open("C1", Retention.BEHAVIOUR, "app", before, b"row1")


def test_another_process_erasing_is_noticed_at_the_next_look() -> None:
    rows = Rows()
    mine, theirs = KeyRing(Roots((MASTER,)), OsEntropy()), KeyRing(Roots((MASTER,)), OsEntropy())
    sealed = seal(EnvelopeVault(mine, rows))
    assert EnvelopeVault(mine, rows).open("C1", Retention.BEHAVIOUR, "app", sealed, b"row1") == b"secret"
    EnvelopeVault(theirs, rows).destroy("C1", Retention.BEHAVIOUR)
    with pytest.raises(ErasedError):
        EnvelopeVault(mine, rows).open("C1", Retention.BEHAVIOUR, "app", sealed, b"row1")


def test_a_key_made_by_another_process_is_found_though_the_client_is_remembered() -> None:
    rows = Rows()
    mine, theirs = KeyRing(Roots((MASTER,)), OsEntropy()), KeyRing(Roots((MASTER,)), OsEntropy())
    seal(EnvelopeVault(mine, rows))
    sealed = seal(EnvelopeVault(theirs, rows), source="chat")
    assert EnvelopeVault(mine, rows).open("C1", Retention.BEHAVIOUR, "chat", sealed, b"row1") == b"secret"
    seal(EnvelopeVault(mine, rows), source="chat")
    assert len(rows.kept) == 2, "no second first version"


def test_a_key_that_was_rolled_back_is_not_remembered() -> None:
    rows, ring = Rows(), KeyRing(Roots((MASTER,)), OsEntropy())
    seal(EnvelopeVault(ring, rows))
    rows.kept.clear()
    vault = EnvelopeVault(ring, rows)
    sealed = seal(vault)
    vault.settle()
    assert len(rows.kept) == 1
    assert EnvelopeVault(ring, rows).open("C1", Retention.BEHAVIOUR, "app", sealed, b"row1") == b"secret"


def test_the_memory_of_keys_is_bounded_and_refills_itself() -> None:
    rows = Rows()
    ring = KeyRing(Roots((MASTER,)), OsEntropy(), clients_max=10)
    vault = EnvelopeVault(ring, rows)
    sealed = {f"C{number}": seal(vault, f"C{number}") for number in range(30)}
    vault.settle()
    reader = EnvelopeVault(ring, rows)
    asked = rows.asked
    reader.prefetch(sealed)
    assert rows.asked == asked + 1, "one question for all that were forgotten"
    assert all(
        reader.open(name, Retention.BEHAVIOUR, "app", value, b"row1") == b"secret"
        for name, value in sealed.items()
    )
    assert sum(ring.recall(name) is not None for name in sealed) == 10


def test_nothing_is_looked_up_without_a_key() -> None:
    ring = KeyRing(Roots((MASTER,)), OsEntropy())
    for look_up in (lambda: ring.blind("rule:x"), lambda: ring.blind_value("phone", "13900001234")):
        with pytest.raises(ValueError, match="look-ups"):
            look_up()
    one, other = (KeyRing(Roots((MASTER,)), OsEntropy(), blind_key=key) for key in (b"a" * 32, b"b" * 32))
    assert one.blind_value("phone", "1") == one.blind_value("phone", "1")
    assert one.blind_value("phone", "1") != one.blind_value("id_number", "1"), "each field has its own key"
    assert one.blind_value("phone", "1") != other.blind_value("phone", "1")


def test_a_wrong_master_key_opens_no_data_key() -> None:
    rows = Rows()
    sealed = seal(EnvelopeVault(KeyRing(Roots((MASTER,)), OsEntropy()), rows))
    with pytest.raises(SealBrokenError, match="master key"):
        EnvelopeVault(KeyRing(Roots((bytes(32),)), OsEntropy()), rows).open(
            "C1", Retention.BEHAVIOUR, "app", sealed, b"row1"
        )


def test_aes_gcm_opens_where_gcm_siv_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher, "PREFERRED", cipher.GCM)
    sealed = cipher.seal(MASTER, 1, b"secret", b"row")
    assert sealed[0] == cipher.GCM
    assert cipher.unseal(MASTER, sealed, b"row") == b"secret"


def test_a_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "house.key"
    key = key_file.create(path, SeededEntropy(1))
    assert path.stat().st_mode & 0o777 == 0o600
    assert key_file.read(path) == key
    assert key_file.create(path, SeededEntropy(2)) == key, "the second process takes the first one's key"
    assert [item.name for item in tmp_path.iterdir()] == ["house.key"]


@pytest.mark.parametrize(
    "content", [b"", b"tongxing-key-1 abc\n", b"tongxing-key-1 " + b"zz" * 32, b"\xff\xfe binary", b"a b c"]
)
def test_a_damaged_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "house.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=r"house\.key is not a key file"):
        key_file.read(path)


def test_a_key_file_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "house.key"
    key_file.create(path, OsEntropy())
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        key_file.read(path)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="missing"):
        key_file.read(tmp_path / "house.key")
