"""The web server, in a thread of its own, over whatever runs beside it."""

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import uvicorn

from feeds import logs
from feeds.configuration import Config
from feeds.errors import StoreError
from feeds.model import Slug
from feeds.store import Store
from feeds.troubles import Troubles
from feeds.web.app import application
from feeds.web.desk import Desk
from feeds.web.hub import Hub
from feeds.web.published import Published
from feeds.web.quick import Connection
from feeds.web.sight import Sight, Work
from scraper.errors import FeedwrightError

log = logging.getLogger("feedwright")

# How often the hub looks for something to do: a look at a row that is not there.
PUSH_SECONDS = 0.5
# How long it is waited before the server is begun again that could not be.
AGAIN_SECONDS = 1.0
ENDING = frozenset({signal.SIGTERM, signal.SIGINT})
MOST_SIGNALS = 64  # of those that came meanwhile


def listen(host: str, port: int) -> socket.socket:
    """A socket to serve on. Raises FeedwrightError where the port is taken or forbidden."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise FeedwrightError(
            f"Can't serve on {host} port {port}: {(error.strerror or str(error)).lower()}.",
            advice="Is Feedwright running already? Choose another port with --port or web.port.",
        ) from error


@contextmanager
def serving(
    config: Config,
    listener: socket.socket,
    became: Callable[[str], Slug | None] = lambda _: None,
    hub: Hub | None = None,
    work: Work | None = None,
    store: Store | None = None,
) -> Iterator[Published]:
    """The web server in a thread of its own, and the hub in another.

    `work` is what is done beside it; None where nothing is scheduled. Without a `store` nothing can be changed on the
    status page.
    """
    sight = Sight(config, lambda: datetime.now(UTC), work)
    web = application(config, became, hub, Desk(config, sight, store))
    settings = uvicorn.Config(
        web,
        http=Connection,
        ws="none",
        lifespan="off",
        proxy_headers=False,  # who is behind a proxy is asked where it matters only
        log_level="warning",
        log_config=None,  # it writes where all others do: with our keys, and with secrets masked
        access_log=False,
        server_header=False,
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=_run, args=(server, listener), name="web", daemon=True)
    thread.start()
    try:
        with _pushing(hub):
            yield web
    finally:
        server.should_exit = True
        thread.join(timeout=5)
        web.close()


def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    """Serve until that is to end. Where no file is left to begin with it is tried again."""
    troubles = Troubles()
    while not server.should_exit:
        try:
            server.run(sockets=[listener])
        except OSError as error:
            troubles.met("web server", FeedwrightError(f"It could not be begun ({error.strerror or error})."))
            time.sleep(AGAIN_SECONDS)
        else:
            return


@contextmanager
def _pushing(hub: Hub | None) -> Iterator[None]:
    """What the hub has to do is done as long as this lasts."""
    stopping = threading.Event()

    troubles = Troubles()

    def push(hub: Hub) -> None:
        while not stopping.wait(PUSH_SECONDS):
            try:
                hub.work()
            except StoreError as error:
                troubles.met("hub", error)
            except Exception:  # a bug is told, and what is due is tried again
                log.exception("hub crashed")
            else:
                troubles.are("hub")

    thread = threading.Thread(target=push, args=(hub,), name="hub", daemon=True)
    if hub is not None:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        if hub is not None:
            thread.join(timeout=5)


def serve(config: Config, listener: socket.socket, store: Store | None, hub: Hub | None) -> None:
    """Serve out/ and fetch nothing, until a signal asks to stop. The store, if there is one, knows former names."""
    stopping = threading.Event()
    became = store.slug if store else lambda _: None
    with signals(stopping) as until_asked, serving(config, listener, became, hub, store=store):
        host, port = listener.getsockname()[:2]
        log.info("serving url=http://%s:%d/", host, port)
        until_asked()


def degraded(config: Config, listener: socket.socket, reason: StoreError) -> None:
    """Serve out/ as it is, where the store can't be used, until a signal asks to stop. Nothing is fetched meanwhile."""
    log.error("degraded: nothing is fetched reason=%r advice=%r", str(reason), reason.advice)
    serve(config, listener, None, None)


@contextmanager
def signals(stopping: threading.Event, again: Callable[[], None] | None = None) -> Iterator[Callable[[], None]]:
    """Gives what waits for SIGTERM or Ctrl-C and then sets `stopping`; a second one ends the process at once.

    SIGHUP calls `again`.
    """
    came = False
    woken, waking = socket.socketpair()
    waking.setblocking(False)

    def asked(number: int, _frame: FrameType | None) -> None:
        nonlocal came
        if came:
            logs.at_once("ended at once: a second signal came signal=%s", signal.Signals(number).name)
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        came = True

    def wait() -> None:
        # Python calls a handler when the main thread comes back to it, and one that has just begun to wait for a lock
        # does not: so it reads what the signal itself writes, its number.
        while ENDING.isdisjoint(woken.recv(MOST_SIGNALS)):
            pass
        stopping.set()

    with woken, waking:
        before: dict[int, Any] = {number: signal.signal(number, asked) for number in ENDING}
        if again is not None:
            before[signal.SIGHUP] = signal.signal(signal.SIGHUP, lambda *_: again())
        others = signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
        try:
            yield wait
        finally:
            signal.set_wakeup_fd(others)
            for number, handler in before.items():
                signal.signal(number, handler)
