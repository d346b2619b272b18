"""The web application: what is published, and around it the pages that are made when they are asked for."""

import hashlib
import logging
from collections.abc import Callable
from importlib.resources import files

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from feeds import page
from feeds.configuration import OWN_HUB, Config
from feeds.errors import StoreError
from feeds.model import Slug
from feeds.page import Listed
from feeds.statusrows import Unreadable
from feeds.web.desk import Desk
from feeds.web.hub import PATH, Hub
from feeds.web.hubdoor import HubDoor
from feeds.web.published import Published
from feeds.web.styled import SHEET

log = logging.getLogger("feedwright")


def application(
    config: Config,
    became: Callable[[str], Slug | None] = lambda _: None,
    hub: Hub | None = None,
    desk: Desk | None = None,
) -> Published:
    """The application over what stands in `config.out`. Nothing but published files can be reached.

    `became` tells what became of a name that is not configured; `hub` takes subscriptions where it is ours to do so;
    `desk` shows how the sources are.
    """
    return Published(config, lambda config: _pages(config, hub, desk), became)


def _pages(config: Config, hub: Hub | None, desk: Desk | None) -> Starlette:
    """The pages that are made when they are asked for."""

    async def index(request: Request) -> Response:
        """As in out/, before it is there."""
        listed = [
            Listed(feed.name, feed.title or feed.name, feed.formats, f"{config.base_url}/{feed.name}.atom", feed.group)
            for feed in config.published
            if not feed.token and (config.out / f"{feed.name}.atom").is_file()
        ]
        return HTMLResponse(page.index(listed), headers={"Content-Security-Policy": page.POLICY})

    routes = [Route("/", index), Route(f"/{SHEET}", _sheet)]
    if hub is not None and OWN_HUB in config.websub.hub:
        routes.append(Route(PATH, HubDoor(hub).answer, methods=["POST"]))
    if desk is not None:
        desk.use(config)
        routes += desk.routes()
    pages = Starlette(
        routes=routes, exception_handlers={404: _missing, Unreadable: _unreadable, StoreError: _unreadable}
    )
    pages.router.redirect_slashes = False  # an address is right or wrong
    return pages


STYLE = files("feeds.web").joinpath(SHEET).read_bytes()
STYLE_HEADERS = {
    "ETag": f'"{hashlib.sha256(STYLE).hexdigest()[:32]}"',
    "Cache-Control": "public, max-age=3600",
    "X-Content-Type-Options": "nosniff",
}


async def _sheet(request: Request) -> Response:
    """The style sheet of feeds that are opened in a browser."""
    if request.headers.get("if-none-match") == STYLE_HEADERS["ETag"]:
        return Response(status_code=304, headers=STYLE_HEADERS)
    return Response(STYLE, media_type="text/css", headers=STYLE_HEADERS)


async def _unreadable(request: Request, error: Exception) -> Response:
    log.error("status failed reason=%r", str(error))
    return PlainTextResponse("That cannot be read or written at the moment.\n", status_code=503)


async def _missing(request: Request, error: Exception) -> Response:
    return PlainTextResponse("There is no such feed here.\n", status_code=404)
