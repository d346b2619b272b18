"""Scheduler, workers, the processes beside and the web server, all from one process, and a clean stop."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress

from feeds import app, claiming, hook, reload, sdnotify, serving, statusrows, word
from feeds.child import Beat
from feeds.children import Children
from feeds.claiming import Claimer
from feeds.configuration import Config
from feeds.errors import CommandFailed, ConfigError, PublishError, StoreError
from feeds.heartbeat import Heartbeat
from feeds.presence import Sole
from feeds.reload import Followed
from feeds.scheduler import Scheduler
from feeds.secrets import redacted
from feeds.share import Share, shares
from feeds.update import LEASE, Updater
from feeds.web.hub import Hub
from feeds.web.published import Published
from feeds.web.sight import Work
from feeds.worklog import complain, told
from scraper.errors import FeedwrightError

log = logging.getLogger("feedwright")

# What is of all feeds is written anew this often at most; where it takes long, after so many times what it took, but
# within a minute: the front page of 10,000 feeds takes a second.
SETTLE_SECONDS, SETTLE_TIMES, SETTLE_LATEST = 5, 50, 60
# Where that failed it is tried again after so long.
AGAIN_SECONDS = 30


class Daemon:
    """Has what is due updated, here and in the processes beside, and follows up on that. `counted` counts seconds."""

    def __init__(
        self,
        updater: Updater,
        hub: Hub | None = None,
        followed: Followed | None = None,
        sole: Sole | None = None,
        counted: Callable[[], float] = time.monotonic,
    ) -> None:
        self._updater = updater
        self._hub = hub
        self._followed = followed
        self._sole = sole
        self._reading: Future[Config] | None = None
        self._web: Published | None = None
        self._shares = self._shared()
        self._counted = counted
        self._claimer = Claimer(updater, self._shares[0], counted)
        self._troubles = self._claimer.troubles
        self._left: tuple[str, ...] | None = None  # what stands in the way, as we left word of it
        self._children = Children(self._heard, self._lost)
        self._ended: dict[str, bool] = {}  # processes whose work is still to be made up for, and whether they told all
        self._scheduler = Scheduler(self._tick, self._maintain)
        self._settler = ThreadPoolExecutor(1, thread_name_prefix="settle")
        self._refresher = ThreadPoolExecutor(1, thread_name_prefix="refresh")
        self._refreshing: Future[None] | None = None
        self._settle_at = float("-inf")
        self._settling: Future[None] | None = None
        self._down = False
        self.heartbeat = Heartbeat(self._claimer.hangs, alive=sdnotify.alive)

    @property
    def _stopping(self) -> threading.Event:
        return self._updater.stopping

    def run(self, listener: socket.socket) -> bool:
        """Work and serve until a signal asks to stop. False where something was given up that took too long to end.

        Raises StoreError and PublishError before the work begins.
        """
        self._updater.tidy()
        if self._followed:
            self._followed.complain(None)
        self._refreshing = self._refresher.submit(self._refresh, self._updater)
        config, slug = self._updater.config, self._updater.store.slug
        again = self._followed.ask if self._followed else None
        work = Work(lambda: self.heartbeat.silent, self._claimer.tally.counts, self._standing)
        web = serving.serving(config, listener, slug, self._hub, work, self._updater.store)
        with serving.signals(self._stopping, again) as until_asked, web as self._web, self.heartbeat:
            self._children.use(config, self._shares)
            self._scheduler.start()
            host, port = listener.getsockname()[:2]
            sdnotify.ready(f"{len(config.feeds)} feeds at http://{host}:{port}/")
            log.info("started feeds=%d url=http://%s:%d/", len(config.feeds), host, port)
            for sentence in hook.absent(config):
                log.warning("command missing reason=%r", sentence)
            until_asked()
            sdnotify.stopping()
            log.info("stopping: what runs may end seconds=%d", claiming.DRAIN_SECONDS)
            ended = self._stop()
        log.info("stopped")
        return ended

    def _mind_the_clock(self) -> None:
        """What was to be done by a clock that has been put back since is not waited for."""
        if (jump := self._claimer.mind_the_clock()) is not None:
            log.warning("clock jumped seconds=%+d", jump.total_seconds())
            self._updater.sync()

    def _mind_the_network(self) -> None:
        before, self._down = self._down, self._claimer.down
        if self._down and not before:
            log.warning("network down: a few sources are tried now and then until it is up")
        elif before and not self._down:
            log.info("network up")

    def _maintain(self) -> None:
        try:
            complain(self._updater.maintain())
        except FeedwrightError as error:
            self._troubles.met("store", error)

    def _tick(self) -> None:
        self.heartbeat.beat()
        try:
            if self._sole is not None:
                self._sole.keep()
            self._mind_the_clock()
            self._mind_the_network()
            self._children.look()
            self._make_up()
            if self._followed is not None:
                self._follow(self._followed)
            if (self._settling is None or self._settling.done()) and self._counted() >= self._settle_at:
                self._settling = self._settler.submit(self._settle)
            if not self._updater.store.in_place():
                self._put_back()
            self._claimer.tick()
        except FeedwrightError as error:
            self._troubles.met("store", error)
        else:
            self._troubles.are("store")

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
            followed.complain(error)
        except StoreError:
            followed.ask()  # it is not forgotten
            raise
        else:
            followed.config = config
            followed.complain(None)

    def _reconfigure(self, config: Config) -> None:
        """Go by another configuration. What runs by one that has changed is begun anew. Raises StoreError."""
        before = self._updater
        updater = app.reconfigured(before, app.on_port(config, before.config.web.port))
        updater.sync()
        names = reload.concerned(before.config, updater.config)
        self._updater = updater
        self._shares = self._shared()
        self._claimer.use(updater, self._shares[0])
        self._children.use(updater.config, self._shares)
        # Last, when nobody here begins anything by the configuration before any more.
        updater.store.take_back(names, updater.clock())
        if self._web is not None:
            self._web.use(updater.config)
        if self._hub is not None:
            self._hub.use(updater.config)
        self._refreshing = self._refresher.submit(self._refresh, updater, names)
        sdnotify.ready(f"{len(updater.config.feeds)} feeds")
        made = reload.difference(before.config, updater.config)
        log.info(
            "config reloaded feeds=%d changed=%d added=%s removed=%s renamed=%s paused=%s resumed=%s",
            len(updater.config.feeds),
            len(names),
            reload.short(made.added),
            reload.short(made.removed),
            reload.short([f"{former}->{name}" for former, name in made.renamed]),
            reload.short(made.paused),
            reload.short(made.resumed),
        )

    def _refresh(self, updater: Updater, names: frozenset[str] | None = None) -> None:
        """Bring files up to date, beside all else: of thousands of feeds that takes minutes."""
        try:
            complain(updater.refresh(names))
        except FeedwrightError as error:
            log.error("refresh failed reason=%r", str(error))
        except Exception:  # a bug is told, and the others are served
            log.exception("refresh crashed")

    def _shared(self) -> tuple[Share, ...]:
        """What each process is to have of the work. Where the system tells, only processors count that we may use."""
        usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return shares(self._updater.config, usable)

    def _heard(self, beat: Beat) -> None:
        """What a process beside this one did."""
        self._claimer.tally.add(beat.ended)
        self._updater.pending.add(beat.changed)
        if beat.unsettled:
            self._updater.unsettled.set()

    def _lost(self, name: str, status: int) -> None:
        """A process beside this one may have saved what it did not publish, or published what it did not tell."""
        self._ended[name] = status == 0

    def _make_up(self) -> None:
        """Have others do what processes had begun that have ended. Raises StoreError."""
        if not self._ended:
            return
        for name, told_all in tuple(self._ended.items()):
            changed = self._updater.store.release_all(name, self._updater.clock() - LEASE)
            del self._ended[name]
            if not told_all:
                self._updater.publisher.tell_again(changed)
        self._refreshing = self._refresher.submit(self._refresh, self._updater)

    def _put_back(self) -> None:
        """What somebody deleted is written anew, as long as we hold it. Raises StoreError."""
        log.error("store deleted: it is written anew, and so are the feeds")
        self._updater.store.put_back()
        self._refreshing = self._refresher.submit(self._refresh, self._updater)

    def _settle(self) -> None:
        """Write what is of all feeds, and what could not be written before; tell the user's commands."""
        wrong, began = list[FeedwrightError](), self._counted()
        try:
            self._updater.write_again()
            after = self._updater.settle()
            for report in after.merged:
                if report.written or report.error or report.problems:
                    told(report)
            self._runs("publish.command", after.failed)
            self._runs("notify.command", self._updater.notify())
        except FeedwrightError as error:
            wrong.append(error)
        except Exception:  # as above
            log.exception("front crashed")
        wrong.extend(tuple(self._updater.pending.unwritten.values()))
        self._troubles.are("publishing", wrong)
        self._leave_word()
        ended = self._counted()
        rest = min(SETTLE_TIMES * (ended - began), SETTLE_LATEST)
        self._settle_at = ended + max(AGAIN_SECONDS if wrong else SETTLE_SECONDS, rest)

    def _runs(self, key: str, failed: str | None) -> None:
        """Whether the user's command at a key goes well; `failed` says why not."""
        self._troubles.are(key, [CommandFailed(failed, key=key)] if failed else ())

    def _standing(self) -> tuple[str, ...]:
        """What stands in the way, for all who ask how the sources are."""
        return tuple(redacted(said, self._updater.config.secrets) for said in self._troubles.standing())

    def _leave_word(self) -> None:
        """For who asks while we are not asked: `feedwright status` reads files alone."""
        if (standing := self._standing()) != self._left:
            with suppress(PublishError):  # one of them says why it can't be written; it is tried again
                word.leave(self._updater.config.out / statusrows.TROUBLES, standing)
                self._left = standing

    def _stop(self) -> bool:
        """Begin nothing more, let what runs end, and give back what did not begin."""
        ends = time.monotonic() + claiming.DRAIN_SECONDS
        self._scheduler.stop()
        self._children.stop(claiming.DRAIN_SECONDS)
        ended = self._claimer.stop(claiming.DRAIN_SECONDS)
        ended &= self._children.wait(max(0.0, ends - time.monotonic()) + claiming.GRACE_SECONDS)
        idle = self._scheduler.idle  # or a tick, such as one that reloads, hands in more than is waited for
        settled = self._settler.submit(self._settle)
        last = {settled} if self._refreshing is None else {settled, self._refreshing}
        unfinished = wait(last, timeout=max(1.0, ends - time.monotonic())).not_done
        return ended and not unfinished and idle
