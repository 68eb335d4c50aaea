"""What Alembic runs: migrations on the connection, and in the transaction, that it is handed."""

from __future__ import annotations

from alembic import context

from channelkit.database.price_schema import ALL_TABLES

context.configure(connection=context.config.attributes["connection"], target_metadata=ALL_TABLES)
context.run_migrations()
