"""Opening a database: a SQLite file of our own, or another one by URL, and bringing its schema up to this version."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url

from identity_match.errors import MissingExtraError, OptionError

BUSY_SECONDS = 30  # how long a writer waits for another process; our choice
_JSON = {"json_serializer": lambda value: to_json(value).decode(), "json_deserializer": from_json}
READERS = 8  # connections that read; more threads than that wait for one


def engines(where: str) -> tuple[Engine, Engine]:
    """Give the engine that reads and the one that writes."""
    if "://" not in where:
        return _sqlite(Path(where))
    try:
        url = make_url(where)
        if url.get_backend_name() == "sqlite":  # the same as its path
            return _sqlite(Path(url.database or ""))
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        options: dict[str, Any] = {**_JSON, "hide_parameters": True, "pool_pre_ping": True}
        reading = create_engine(url, pool_size=READERS, isolation_level="REPEATABLE READ", **options)  # one moment
        return reading, create_engine(url, pool_size=4, **options)
    except ModuleNotFoundError:
        message = "the store's database needs its driver: install identity-match[service,postgresql]"
        raise MissingExtraError(message) from None
    except Exception:  # noqa: BLE001 - whatever SQLAlchemy says of a URL may repeat its password
        message = "store: not a path and not the URL of a database"
    raise OptionError(message)


def _sqlite(path: Path) -> tuple[Engine, Engine]:
    try:
        # Made by hand, so that nobody else can read it; SQLite's other files take over its mode.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except (OSError, ValueError):
        message = "store: the file cannot be opened or made"
    else:
        message = ""
    if message:
        raise OptionError(message)
    url = URL.create("sqlite", database=str(path.resolve()))  # a path may hold what means something in the text of one
    options: dict[str, Any] = {**_JSON, "hide_parameters": True, "connect_args": {"timeout": BUSY_SECONDS}}
    reading = create_engine(url, pool_size=READERS, max_overflow=0, **options)
    writing = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=BUSY_SECONDS, **options)
    for engine, begin in ((reading, "BEGIN"), (writing, "BEGIN IMMEDIATE")):
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _beginner(begin))
    return reading, writing


def _set_up(connection: Any, _: object) -> None:
    """Leave transactions to us, make what was committed safe from a power cut, and wipe what is deleted."""
    connection.isolation_level = None
    wait = f"busy_timeout={BUSY_SECONDS * 1000}"
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", wait):
        connection.execute(f"PRAGMA {setting}")


def _beginner(statement: str) -> Any:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin


def migrate(engine: Engine) -> None:
    """Bring the schema up to this version; a second process waits for the first."""
    from alembic import command  # noqa: PLC0415 - only when a store is opened
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "identity_match.service:migrations")
    problem = ""
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7013845611)")  # any number, always the same
            there = inspect(connection).get_table_names()
            if connection.dialect.name == "sqlite" and there and "alembic_version" not in there:
                problem = "other tables"  # a file is one program's, a server's schema may be shared
            else:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except Exception as fault:  # noqa: BLE001 - what a driver says may repeat the URL
        problem = type(fault).__name__
    if problem:
        message = f"store: cannot be used ({problem}); is it another program's, a newer version's, or not reachable?"
        raise OptionError(message)
