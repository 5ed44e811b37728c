"""Runs the steps on the connection that the store has open, in its transaction."""

from __future__ import annotations

from alembic import context

from identity_match.service.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
