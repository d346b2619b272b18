"""The web application: what is published, and around it the pages that are made when they are asked for."""

import hashlib
import logging
from collections.abc import Callable
from html import escape
from importlib.resources import files

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from feeds.config import OWN_HUB, Config
from feeds.errors import StoreError
from feeds.model import Slug
from feeds.statusrows import Unreadable
from feeds.web.desk import Desk
from feeds.web.hub import PATH, Hub
from feeds.web.hubdoor import HubDoor
from feeds.web.published import Published
from feeds.web.styled import SHEET

log = logging.getLogger("feedwright")

PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Feeds</title>
<meta name="color-scheme" content="light dark">
<style>body{{font:1.1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}}
li{{margin:.6rem 0}}code{{font-size:.85em;opacity:.75;word-break:break-all}}</style>
{links}
<h1>Feeds</h1>
<p>Subscribe to these addresses in your feed reader.</p>
<ul>{items}</ul></html>
"""


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
        published = [f for f in config.published if not f.token and (config.out / f"{f.name}.atom").is_file()]
        rows = [(f"{config.base_url}/{f.name}.atom", f.title or f.name) for f in published]
        items = "".join(
            f'<li><a href="{escape(url)}">{escape(title)}</a><br><code>{escape(url)}</code></li>' for url, title in rows
        )
        links = "".join(
            f'<link rel="alternate" type="application/atom+xml" title="{escape(title)}" href="{escape(url)}">'
            for url, title in rows
        )
        empty = "<li>None yet: the first update is on its way.</li>"
        return HTMLResponse(
            PAGE.format(items=items or empty, links=links),
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        )

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
