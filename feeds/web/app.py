"""ASGI application: the feeds in out/, and a page that lists them."""

import asyncio
import re
import time
from html import escape

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from feeds.config import Config
from feeds.web import served

FILE = re.compile(r"^[a-z0-9][a-z0-9-]{0,63}\.atom$")

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


def application(config: Config) -> Starlette:
    """The application over what stands in `config.out`. Nothing but published feeds can be reached."""

    async def feed(request: Request) -> Response:
        name = request.path_params["file"]
        if not FILE.match(name):
            return _missing()
        found = await run_in_threadpool(served.load, config.out / name)
        if found is None:
            return _missing()
        # A file that changed twice in one second is dated into the next: it may be told of when that has come.
        if 0 < (ahead := found.modified - time.time()) <= 1:
            await asyncio.sleep(ahead)
        return served.answer(found, request.headers)

    async def index(request: Request) -> Response:
        published = [f for f in config.feeds if (config.out / f"{f.name}.atom").is_file()]
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

    made = Starlette(routes=[Route("/", index), Route("/{file}", feed)])
    made.router.redirect_slashes = False  # an address is right or wrong
    return made


def _missing() -> Response:
    return PlainTextResponse("There is no such feed here.\n", status_code=404)
