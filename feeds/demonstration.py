"""The sample site on loopback, growing by a post every few seconds, and the daemon that follows it."""

import http.server
import logging
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from feeds import app, daemon, serving
from feeds.configuration import Config, FeedConfig
from feeds.sections import Network, Web
from scraper.sample import ORIGIN, document, posts

log = logging.getLogger("feedwright")

# How much of the site is there from the beginning.
FIRST_POSTS = 6


def run(port: int, every: int) -> None:
    """Serve and follow until a signal asks to stop. Everything that is made is in a temporary folder."""
    with (
        tempfile.TemporaryDirectory(prefix="feedwright-demo-") as folder,
        growing_site(every) as site,
        serving.listen("127.0.0.1", port) as listener,
    ):
        port = listener.getsockname()[1]
        config = Config(
            (FeedConfig(name="lantern", url=f"{site}/", every=timedelta(seconds=every)),),
            base_url=f"http://127.0.0.1:{port}",
            out=Path(folder),
            network=Network(allow_private=True),
            web=Web(port=port),
        )
        log.info("the sample site is at %s/, with a new post every %d s", site, every)
        log.info("subscribe to %s/lantern.atom in a feed reader; Ctrl-C ends the demo", config.base_url)
        with app.opened(config) as updater:
            daemon.Daemon(updater).run(listener)


@contextmanager
def growing_site(every: float, first: int = FIRST_POSTS) -> Iterator[str]:
    """Serve the sample site, a post more each `every` seconds. Yields its address, without a slash at the end."""
    began = time.monotonic()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visible = min(len(posts()), first + int((time.monotonic() - began) / every))
            found = document(self.path, visible)
            body = found.content.replace(ORIGIN.encode(), address.encode()) if found else b"There is no such page.\n"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", found.content_type if found else "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """The log is for what the daemon does."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield address
        server.shutdown()
