"""The whole application: endpoints, the operator's side, the description, and the doorman before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from identity_match.errors import OptionError
from identity_match.service import admin, description
from identity_match.service.app import ENDPOINTS, Service, endpoint_route, refuse
from identity_match.service.guard import Doorman

if TYPE_CHECKING:
    from identity_match.service.settings import Settings
    from identity_match.service.store import Store

KEY_LEAST = 16  # characters of the operator's key; our choice: what is shorter can be tried out


def application(store: Store, settings: Settings, admin_key: str) -> Starlette:
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
    service = Service(store, settings)
    routes = [endpoint_route(service, endpoint) for endpoint in ENDPOINTS]
    routes += [*admin.routes(service, admin_key), *description.routes()]
    app = Starlette(routes=routes, lifespan=service.lifespan, exception_handlers={HTTPException: refuse})
    app.router.redirect_slashes = False  # a redirect would repeat the header Host
    app.add_middleware(Doorman, settings=settings)
    return app
