"""Scheduler, workers and web server in one process, and a clean stop."""

import logging
import socket
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from feeds import app, crew, reload, sdnotify, serving, tally, timekeeping
from feeds.configuration import Config
from feeds.errors import ConfigError, StoreError
from feeds.heartbeat import Heartbeat
from feeds.model import Lease
from feeds.reload import Followed
from feeds.report import Report
from feeds.scheduler import Scheduler
from feeds.tally import Tally
from feeds.timekeeping import Moment
from feeds.update import Updater
from feeds.web.hub import Hub
from feeds.web.published import Published
from feeds.web.sight import Work
from feeds.workers import Workers
from scraper.errors import FeedwrightError

log = logging.getLogger("feedwright")

# What is running may take this long to end once a stop is asked for: less than what systemd grants (30 s).
DRAIN_SECONDS = 25
# What is of all feeds is written anew this often at most: it takes the longer, the more feeds there are.
SETTLE_SECONDS = 5
# While the network is down so many updates are tried at a time, and no more than that a second: with thousands of
# sources the log would hold nothing else, and they are due still when it is up again.
TRIED_WHILE_DOWN = 2
# So many updates are claimed ahead for each worker: with one write to the store for them all.
AHEAD = 4


@dataclass(frozen=True, slots=True)
class Task:
    """A source to be updated, as it was configured when it was claimed."""

    updater: Updater
    lease: Lease


class Daemon:
    """Claims what is due at each tick, and as soon as workers are free, and hands it to a bounded pool."""

    def __init__(self, updater: Updater, hub: Hub | None = None, followed: Followed | None = None) -> None:
        self._updater = updater
        self._hub = hub
        self._followed = followed
        self._reading: Future[Config] | None = None
        self._web: Published | None = None
        self._tally = Tally()
        self._workers = Workers(updater.config.workers, self._update)
        self._scheduler = Scheduler(self._tick, self._maintain)
        self._claiming = threading.Lock()
        self._more = False  # whether there was more to claim than there was room for
        self._last = self._moment()
        self._waking = 0.0
        self._settler = ThreadPoolExecutor(1, thread_name_prefix="settle")
        self._refresher = ThreadPoolExecutor(1, thread_name_prefix="refresh")
        self._refreshing: Future[None] | None = None
        self._settled = float("-inf")
        self._settling: Future[None] | None = None
        self._failure = ""
        self._down = False
        self.heartbeat = Heartbeat(self._hangs, alive=sdnotify.alive)

    @property
    def _stopping(self) -> threading.Event:
        return self._updater.stopping

    def run(self, listener: socket.socket) -> bool:
        """Work and serve until a signal asks to stop. False where something was given up that took too long to end.

        Raises StoreError and PublishError before the work begins.
        """
        self._updater.tidy()
        if self._followed:
            self._followed.complain("")
        self._refreshing = self._refresher.submit(self._refresh, self._updater)
        config, slug = self._updater.config, self._updater.store.slug
        again = self._followed.ask if self._followed else None
        work = Work(lambda: self.heartbeat.silent, self._tally.counts)
        web = serving.serving(config, listener, slug, self._hub, work, self._updater.store)
        with serving.signals(self._stopping, again) as until_asked, web as self._web, self.heartbeat:
            self._scheduler.start()
            host, port = listener.getsockname()[:2]
            sdnotify.ready(f"{len(config.feeds)} feeds at http://{host}:{port}/")
            log.info("started feeds=%d url=http://%s:%d/", len(config.feeds), host, port)
            until_asked()
            sdnotify.stopping()
            log.info("stopping running=%d", self._workers.outstanding)
            ended = self._stop()
        log.info("stopped")
        return ended

    def _moment(self) -> Moment:
        return Moment(self._updater.clock(), time.monotonic())

    def _mind_the_clock(self) -> None:
        """What was to be done by a clock that has been put back since is not waited for."""
        before, self._last = self._last, self._moment()
        jump = timekeeping.jump(before, self._last)
        if jump is None:
            return
        log.warning("clock jumped seconds=%+d", jump.total_seconds())
        if jump >= timekeeping.SLEPT:
            self._waking = self._last.counted + timekeeping.WAKING_SECONDS
        self._updater.sync()

    def _mind_the_network(self) -> None:
        before, self._down = self._down, self._updater.circuit.down
        if self._down and not before:
            log.warning("network down: a few sources are tried now and then until it is up")
        elif before and not self._down:
            log.info("network up")

    def _maintain(self) -> None:
        complain(self._updater.maintain())

    def _tick(self) -> None:
        self.heartbeat.beat()
        try:
            self._mind_the_clock()
            self._mind_the_network()
            self._leave_behind()
            if self._followed is not None:
                self._follow(self._followed)
            if (self._settling is None or self._settling.done()) and time.monotonic() >= self._settled + SETTLE_SECONDS:
                self._settling = self._settler.submit(self._settle)
            if not self._updater.store.in_place():
                self._put_back()
            self._updater.give_back()
            self._claim()
        except FeedwrightError as error:
            if str(error) != self._failure:  # said once, and not at every tick
                log.error("store failed reason=%r advice=%r", str(error), error.advice)
            self._failure = str(error)
        else:
            self._failure = ""

    def _follow(self, followed: Followed) -> None:
        """Read config.yaml again where it changed, beside all else, and go by it from the next tick on."""
        if self._reading is None:
            if followed.changed():
                sdnotify.reloading()
                self._reading = self._settler.submit(followed.read)
            return
        if not self._reading.done():
            return
        reading, self._reading = self._reading, None
        try:
            config = reading.result()
            self._reconfigure(config)
        except ConfigError as error:
            log.error(
                "config not reloaded: the one before stays in force reason=%r advice=%r", str(error), error.advice
            )
            sdnotify.ready(f"config.yaml is wrong, and the one before is in force: {error}")
            followed.complain(str(error))
        except StoreError:
            followed.ask()  # it is not forgotten
            raise
        else:
            followed.config = config
            followed.complain("")

    def _reconfigure(self, config: Config) -> None:
        """Go by another configuration. What runs ends as it was begun. Raises StoreError."""
        before = self._updater
        updater = app.reconfigured(before, app.on_port(config, before.config.web.port))
        updater.sync()
        with self._claiming:
            self._updater = updater
            self._more = True
        self._workers.resize(updater.config.workers)
        if self._web is not None:
            self._web.use(updater.config)
        if self._hub is not None:
            self._hub.use(updater.config)
        names = reload.concerned(before.config, updater.config)
        self._refreshing = self._refresher.submit(self._refresh, updater, names)
        sdnotify.ready(f"{len(updater.config.feeds)} feeds")
        log.info("config reloaded feeds=%d changed=%d", len(updater.config.feeds), len(names))

    def _refresh(self, updater: Updater, names: frozenset[str] | None = None) -> None:
        """Bring files up to date, beside all else: of thousands of feeds that takes minutes."""
        try:
            complain(updater.refresh(names))
        except FeedwrightError as error:
            log.error("refresh failed reason=%r", str(error))
        except Exception:  # a bug is told, and the others are served
            log.exception("refresh crashed")

    def _claim(self) -> None:
        """Take as much of what is due as there is room for. Raises StoreError."""
        with self._claiming:
            most = TRIED_WHILE_DOWN if self._updater.circuit.down else AHEAD * self._workers.size
            room = most - self._workers.outstanding
            if room <= 0 or self._stopping.is_set() or self._moment().counted < self._waking:
                return
            leases = self._updater.claim(room)
            self._more = len(leases) == room
            self._workers.submit(Task(self._updater, lease) for lease in leases)

    def _update(self, task: Task) -> None:
        """One task, and then more of them where there are."""
        try:
            report = task.updater.update(task.lease)
            self._tally.count(tally.ending(report))
            told(report)
            if self._more and not task.updater.circuit.down and self._workers.waiting < self._workers.size:
                self._claim()
        except FeedwrightError as error:
            log.warning("claim failed reason=%r", str(error))  # the next tick tries again, and tells who must act
        except Exception as error:  # a bug is told, and the others are served; the lease lasts on, and is a rest for it
            self._tally.count("crashed")
            trace = None if crew.exhausted(error) else error
            log.error("update crashed feed=%s reason=%r", task.lease.source.name, repr(error), exc_info=trace)

    def _leave_behind(self) -> None:
        """Give up on what hangs. Raises StoreError."""
        for task in self._workers.leave_behind(crew.HANGS_SECONDS):
            self._tally.count("hung")
            log.error("update hangs feed=%s reason=%r", task.lease.source.name, task.updater.give_up(task.lease).error)

    def _hangs(self) -> str:
        lost = self._workers.lost
        return f"{lost} updates hang, as many as there are workers" if lost >= self._workers.size else ""

    def _put_back(self) -> None:
        """What somebody deleted is written anew, as long as we hold it. Raises StoreError."""
        log.error("store deleted: it is written anew, and so are the feeds")
        self._updater.store.put_back()
        self._refreshing = self._refresher.submit(self._refresh, self._updater)

    def _settle(self) -> None:
        try:
            after = self._updater.settle()
            for report in after.merged:
                if report.written or report.error or report.problems:
                    told(report)
            if after.failed:
                log.error("publish.command failed reason=%r", after.failed)
            if failed := self._updater.notify():
                log.error("notify.command failed reason=%r", failed)
        except FeedwrightError as error:
            log.error("front failed reason=%r", str(error))
        except Exception:  # as above
            log.exception("front crashed")
        self._settled = time.monotonic()

    def _stop(self) -> bool:
        """Begin nothing more, let what runs end, and give back what did not begin."""
        ends = time.monotonic() + DRAIN_SECONDS
        self._scheduler.stop()
        if self._claiming.acquire(timeout=DRAIN_SECONDS):  # whoever claims has handed it in, and nobody claims any more
            self._claiming.release()
        for task in self._workers.withdraw():
            self._updater.store.release(task.lease)
        abandoned = self._workers.drain(max(0.0, ends - time.monotonic()))
        for task in abandoned:
            log.warning("abandoned feed=%s", task.lease.source.name)
            self._updater.store.release(task.lease)
        settled = self._settler.submit(self._settle)
        self._settler.shutdown(wait=False)
        self._refresher.shutdown(wait=False)
        last = {settled} if self._refreshing is None else {settled, self._refreshing}
        unfinished = wait(last, timeout=max(1.0, ends - time.monotonic())).not_done
        return not abandoned and not unfinished and self._scheduler.idle


def complain(reports: Iterable[Report]) -> None:
    """Tell which feeds could not be written."""
    for report in reports:
        if report.error:
            told(report)


def told(report: Report) -> None:
    """One line of log for one update."""
    if report.waits:
        log.info("waits feed=%s reason=%r", report.name, report.error)
        return
    if report.error:
        log.warning("%s feed=%s reason=%r", "held" if report.held else "failed", report.name, report.error)
        return
    log.info(
        "updated feed=%s new=%d changed=%d problems=%d written=%s",
        report.name, report.new, report.changed, len(report.problems), str(report.written).lower(),
    )  # fmt: skip
    for problem in report.problems:
        log.info("problem feed=%s kind=%s reason=%r", report.name, problem.kind, problem.message)
