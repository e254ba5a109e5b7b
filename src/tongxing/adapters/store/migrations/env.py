"""Runs migrations over the connection that opens the store."""

from alembic import context

from tongxing.adapters.store import tables_devices, tables_door, tables_people, tables_proof, tables_talk  # noqa: F401 - register their tables
from tongxing.adapters.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
