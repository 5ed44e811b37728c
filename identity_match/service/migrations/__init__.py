"""Steps that bring the schema of a store from one version to the next, run by alembic when a store is opened."""
