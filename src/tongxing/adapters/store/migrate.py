"""Bring a store up to date, inside the caller's transaction: all of it or nothing."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from tongxing.adapters.store.errors import NewerStoreError

HEAD = "0011"
"""The newest revision in `migrations/versions`; a test holds both equal."""
KNOWN = frozenset({"0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011"})
MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(connection: Connection, place: Path | str) -> None:
    """Apply the migrations a store still lacks; raises `NewerStoreError` for one from a later version."""
    revision = _revision(connection)
    if revision == HEAD:
        return
    if revision is not None and revision not in KNOWN:
        raise NewerStoreError(
            f"{place} was written by a newer version (revision {revision}, this one knows {HEAD}): update"
        )
    _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if "alembic_version" not in inspect(connection).get_table_names():
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - half a second that an up-to-date store need not wait
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")
