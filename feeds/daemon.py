"""Scheduler, workers and web server in one process, and a clean stop."""

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

import uvicorn

from feeds.config import Config
from feeds.errors import StoreError
from feeds.model import Lease, Slug
from feeds.scheduler import Scheduler
from feeds.store import Store
from feeds.update import Report, Updater
from feeds.web.app import application
from feeds.web.hub import Hub
from feeds.web.published import Published
from feeds.web.quick import Connection
from scraper.errors import FeedwrightError

log = logging.getLogger("feedwright")

# What is running may take this long to end once a stop is asked for: less than what systemd grants (30 s).
DRAIN_SECONDS = 25
# A clock is corrected by less than this all the time.
CLOCK_PUT_BACK = timedelta(seconds=5)
# How often the hub looks for something to do: a look at a row that is not there.
PUSH_SECONDS = 0.5
# What is of all feeds is written anew this often at most: it takes the longer, the more feeds there are.
SETTLE_SECONDS = 5


class Daemon:
    """Claims what is due at each tick and hands it to a bounded pool."""

    def __init__(self, updater: Updater, hub: Hub | None = None) -> None:
        self._updater = updater
        self._hub = hub
        self._pool = ThreadPoolExecutor(updater.config.workers, thread_name_prefix="update")
        self._running: dict[Future[Report], Lease] = {}
        self._scheduler = Scheduler(self._tick, self._maintain)
        self._stopping = threading.Event()
        self._ticked = updater.clock()
        self._settler = ThreadPoolExecutor(1, thread_name_prefix="settle")
        self._settled = time.monotonic()
        self._settling: Future[None] | None = None
        self._failure = ""

    def run(self, listener: socket.socket) -> bool:
        """Work and serve until a signal asks to stop. False where updates were given up that took too long to end.

        Raises StoreError and PublishError before the work begins.
        """
        self._updater.refresh()
        self._settle()
        with _signals(self._stopping), serving(self._updater.config, listener, self._updater.store.slug, self._hub):
            self._scheduler.start()
            host, port = listener.getsockname()[:2]
            log.info("started feeds=%d url=http://%s:%d/", len(self._updater.config.feeds), host, port)
            self._stopping.wait()
            log.info("stopping running=%d", len(self._running))
            ended = self._stop()
        log.info("stopped")
        return ended

    def _mind_the_clock(self) -> None:
        """What was to be done by a clock that has been put back since is not waited for."""
        now, before = self._updater.clock(), self._ticked
        self._ticked = now
        if before - now > CLOCK_PUT_BACK:
            log.warning("clock put back seconds=%d", (before - now).total_seconds())
            self._updater.sync()

    def _maintain(self) -> None:
        self._updater.maintain()

    def _tick(self) -> None:
        self._mind_the_clock()
        if (self._settling is None or self._settling.done()) and time.monotonic() >= self._settled + SETTLE_SECONDS:
            self._settling = self._settler.submit(self._settle)
        free = self._updater.config.workers - len(self._running)
        if free <= 0 or self._stopping.is_set():
            return
        try:
            if not self._updater.store.in_place():
                self._put_back()
            leases = self._updater.claim(free)
        except FeedwrightError as error:
            if str(error) != self._failure:  # said once, and not at every tick
                log.error("store failed reason=%r advice=%r", str(error), error.advice)
            self._failure = str(error)
            return
        self._failure = ""
        for lease in leases:
            future = self._pool.submit(self._updater.update, lease)
            self._running[future] = lease
            future.add_done_callback(self._done)

    def _put_back(self) -> None:
        """What somebody deleted is written anew, as long as we hold it. Raises StoreError and PublishError."""
        log.error("store deleted: it is written anew, and so are the feeds")
        self._updater.store.put_back()
        self._updater.refresh()

    def _done(self, future: Future[Report]) -> None:
        lease = self._running.pop(future, None)
        if future.cancelled():
            return
        if (error := future.exception()) is not None:
            log.error("update crashed feed=%s", lease.source.name if lease else "?", exc_info=error)
            return
        told(future.result())

    def _settle(self) -> None:
        try:
            if failed := self._updater.settle():
                log.error("publish.command failed reason=%r", failed)
        except FeedwrightError as error:
            log.error("front failed reason=%r", str(error))
        self._settled = time.monotonic()

    def _stop(self) -> bool:
        """Begin nothing more, let what runs end, and give back what did not begin."""
        self._scheduler.stop()
        for future, lease in list(self._running.items()):
            if future.cancel():
                self._updater.store.release(lease)
        ends = time.monotonic() + DRAIN_SECONDS
        while self._running and time.monotonic() < ends:
            time.sleep(0.05)
        abandoned = list(self._running.values())
        for lease in abandoned:
            log.warning("abandoned feed=%s", lease.source.name)
            self._updater.store.release(lease)
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._settler.submit(self._settle)
        self._settler.shutdown(wait=True)
        return not abandoned


def told(report: Report) -> None:
    """One line of log for one update."""
    if report.error:
        log.warning("%s feed=%s reason=%r", "held" if report.held else "failed", report.name, report.error)
        return
    log.info(
        "updated feed=%s new=%d changed=%d problems=%d written=%s",
        report.name, report.new, report.changed, len(report.problems), str(report.written).lower(),
    )  # fmt: skip
    for problem in report.problems:
        log.info("problem feed=%s kind=%s reason=%r", report.name, problem.kind, problem.message)


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
) -> Iterator[Published]:
    """The web server in a thread of its own, and the hub in another."""
    web = application(config, became, hub)
    settings = uvicorn.Config(
        web,
        http=Connection,
        ws="none",
        lifespan="off",
        proxy_headers=False,  # who is behind a proxy is asked where it matters only
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, args=([listener],), name="web", daemon=True)
    thread.start()
    try:
        with _pushing(hub):
            yield web
    finally:
        server.should_exit = True
        thread.join(timeout=5)
        web.close()


@contextmanager
def _pushing(hub: Hub | None) -> Iterator[None]:
    """What the hub has to do is done as long as this lasts."""
    stopping = threading.Event()

    def push(hub: Hub) -> None:
        while not stopping.wait(PUSH_SECONDS):
            try:
                hub.work()
            except StoreError as error:
                log.error("store failed reason=%r", str(error))

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
    with _signals(stopping), serving(config, listener, store.slug if store else lambda _: None, hub):
        host, port = listener.getsockname()[:2]
        log.info("serving url=http://%s:%d/", host, port)
        stopping.wait()


def degraded(config: Config, listener: socket.socket, reason: StoreError) -> None:
    """Serve out/ as it is, where the store can't be used, until a signal asks to stop. Nothing is fetched meanwhile."""
    log.error("degraded: nothing is fetched reason=%r advice=%r", str(reason), reason.advice)
    serve(config, listener, None, None)


@contextmanager
def _signals(stopping: threading.Event) -> Iterator[None]:
    """SIGTERM and Ctrl-C set `stopping`; a second one ends the process at once."""

    def asked(number: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stopping.set()

    before = {number: signal.signal(number, asked) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
