"""Runs the application: opens the store, loads what is to be loaded, listens, and says where."""

from __future__ import annotations

import gc
import json
import logging
import os
import secrets
import signal
import sys
import tempfile
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import uvicorn
from pydantic import Field

from identity_match.errors import FileError, InputError, OptionError
from identity_match.service import wire
from identity_match.service.admin import load_item
from identity_match.service.connection import protocol
from identity_match.service.faults import RequestError
from identity_match.service.scorer import YOUNG_OBJECTS
from identity_match.service.store import Store
from identity_match.service.web import application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from identity_match.service.settings import Settings

CATALOGUE = "service.json"  # what a folder of data holds
MOST_BYTES = 64 * 2**20  # as the command's other files
ADMIN_KEY = "IDENTITY_MATCH_ADMIN_KEY"


class CatalogueClient(wire.NewClient):
    """A client to be there."""

    client_id: wire.Id


class CatalogueToken(wire.Command):
    """A processor token to be there."""

    account_id: wire.Id
    processor_token: wire.Token


class CatalogueItem(wire.Command):
    """An Item to be there."""

    client_id: wire.Id
    access_token: wire.Token
    file: Annotated[str, Field(pattern=r"^[\w-][\w.-]*\.json$")]
    processor_tokens: tuple[CatalogueToken, ...] = ()


class Catalogue(wire.Command):
    """What a folder of data holds: clients, and Items in files beside it, in the shape of /identity/get."""

    clients: list[CatalogueClient]
    items: tuple[CatalogueItem, ...] = ()


def load_folder(store: Store, folder: Path) -> int:
    """Load what is not in the store yet; what is there stays as it is.

    Args:
        store: Where to.
        folder: Folder with ``service.json``.

    Returns:
        How many Items were added.

    Raises:
        FileError: A file cannot be read or has the wrong shape; the message names its role and the path inside.
    """
    catalogue: Catalogue = _read(Catalogue, _bytes(folder / CATALOGUE, CATALOGUE), CATALOGUE)
    for client in catalogue.clients:
        if store.client(client.client_id) is None:
            store.put_client(client.client_id, client.secret, client.products)
    there = _there(store)
    added = 0
    for i, entry in enumerate(catalogue.items):
        name = f"{CATALOGUE}, items[{i}].file"
        held = _json(_bytes(folder / entry.file, name), name)
        if not isinstance(held, dict):
            raise FileError(_said(name, "expected an object"))
        own = {"client_id": entry.client_id, "access_token": entry.access_token}
        body: wire.NewItem = _read(wire.NewItem, json.dumps(held | own).encode(), name)
        if body.item.item_id in there:
            continue
        problem = ""
        try:
            load_item(store, body, entry.access_token)
        except RequestError as fault:
            problem = str(fault)
        if problem and body.item.item_id in _there(store):
            continue  # another process that starts on the same store was quicker
        if not problem and (problem := _add_tokens(store, body.item.item_id, entry.processor_tokens)):
            store.delete_item(body.item.item_id)  # or the next start would take it for loaded
        if problem:
            raise FileError(_said(name, problem))
        added += 1
    return added


def _there(store: Store) -> set[str]:
    return {row["item_id"] for row in store.items()}


def _add_tokens(store: Store, item_id: str, tokens: Iterable[CatalogueToken]) -> str:
    """Make processor tokens; gives what is wrong with one of them, or nothing."""
    for token in tokens:
        try:
            added = store.add_processor_token(item_id, token.account_id, token.processor_token)
        except InputError as fault:
            return str(fault)
        if not added:
            return "processor_tokens: no such account"
    return ""


def _bytes(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        content = None
    if content is None or len(content) > MOST_BYTES:
        raise FileError(_said(name, "cannot be read, or is too long"))
    return content


def _json(content: bytes, name: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        pass
    raise FileError(_said(name, "not JSON"))


def _read(model: Any, content: bytes, name: str) -> Any:
    try:
        return wire.read(model, content)
    except RequestError as fault:
        problem = str(fault)
    raise FileError(_said(name, problem))


def _said(name: str, problem: str) -> str:
    return f"{name}: {problem}"


class Server(uvicorn.Server):
    """A server that says when it answers, and where."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[str], object]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: Any = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")


def serve(
    settings: Settings, *, where: str | None = None, data: Path | None = None, log: str = "warning",
    say: Callable[[str], object] = lambda line: print(line, file=sys.stderr, flush=True),  # noqa: T201 - its voice
) -> None:  # fmt: skip
    """Serve until the process is told to end.

    Args:
        settings: Settings.
        where: Path or URL of the store; None takes a file that is deleted in the end.
        data: Folder to load, as ``load_folder``.
        log: ``info`` writes a line a request to standard error, without any value.
        say: Told where the service answers and, if none was set, the operator's key.

    Raises:
        OptionError: The store cannot be opened, or nothing can listen there.
        FileError: As for ``load_folder``.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=log.upper(), stream=sys.stderr)
    for name in ("alembic", "sqlalchemy", "httpx", "httpcore"):  # the last two write the whole URL
        logging.getLogger(name).setLevel(logging.ERROR)
    given = os.environ.get(ADMIN_KEY)
    key = given or secrets.token_urlsafe(24)
    with ExitStack() as stack:
        if where is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="identity_match_"))
            where = str(Path(folder) / "store.sqlite")
        store = stack.enter_context(Store(where))
        if data is not None:
            load_folder(store, data)

        def ready(url: str) -> None:
            if not given:
                say(f"admin key: {key}")
            say(f"listening on {url}")

        config = uvicorn.Config(
            application(store, settings, key), host=settings.host, port=settings.port, http=protocol(settings),
            ws="none", access_log=False, server_header=False, proxy_headers=False, log_config=None, lifespan="on",
            timeout_keep_alive=int(settings.idle_seconds) or 1, timeout_graceful_shutdown=10,
        )  # fmt: skip
        server = Server(config, ready)
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS)
        if threading.current_thread() is threading.main_thread():
            # The server ends in peace and then sends itself the signal again, which must not skip what comes below.
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt, SystemExit):  # the second where it cannot listen, of which we tell
            server.run()
    if not server.started:
        message = "serve: nothing can listen on this address and port"
        raise OptionError(message)
