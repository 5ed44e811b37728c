"""The whole application: endpoints, the operator's side, the description, and the doorman before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request

from identity_match.errors import OptionError
from identity_match.service import admin, description
from identity_match.service.app import ENDPOINTS, Service, answered, endpoint_route, refuse
from identity_match.service.faults import Code, RequestError
from identity_match.service.guard import Doorman

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from identity_match.service.answers import Answer
    from identity_match.service.settings import Settings
    from identity_match.service.store import Store

KEY_LEAST = 16  # characters of the operator's key; our choice: what is shorter can be tried out


class Application(Starlette):
    """Starlette, with the doorman before it, and the endpoints by their path: its layers find nothing to do there.

    Args:
        service: What the endpoints share.
        admin_key: What the operator's requests carry.
    """

    def __init__(self, service: Service, admin_key: str) -> None:
        endpoints = [endpoint_route(service, endpoint) for endpoint in ENDPOINTS]
        super().__init__(
            routes=[*endpoints, *admin.routes(service, admin_key), *description.routes()],
            lifespan=service.lifespan,
            exception_handlers={HTTPException: refuse},
        )
        self.router.redirect_slashes = False  # a redirect would repeat the header Host
        self._doorman = Doorman(service.settings)
        self._endpoints = {route.path: route.endpoint for route in endpoints}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or begin and end."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        request = Request(scope, receive)
        if not self._doorman.admits(scope):
            response = await answered(request, "-", _wrong_host)
        elif scope["method"] == "POST" and scope["path"] in self._endpoints:
            response = await self._endpoints[scope["path"]](request)
        else:
            await super().__call__(scope, receive, send)
            return
        await response(scope, receive, send)


async def _wrong_host() -> Answer:
    raise RequestError(Code.INVALID_HEADERS, "Host")


def application(store: Store, settings: Settings, admin_key: str) -> Application:
    """Make the application.

    Args:
        store: Where everything is.
        settings: Settings.
        admin_key: What the operator's requests carry as a bearer token; ASCII, 16 characters or more.

    Raises:
        OptionError: The key is shorter than that.
    """
    if len(admin_key) < KEY_LEAST or not admin_key.isascii():
        message = f"admin key: expected {KEY_LEAST} or more characters of ASCII"
        raise OptionError(message)
    return Application(Service(store, settings), admin_key)
