"""A process beside the daemon's own: it has its share of the work, and ends with that process, however that ends."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

from feeds import app, logs, secrets
from feeds.aftermath import Changed
from feeds.claiming import Claimer
from feeds.configuration import Config
from feeds.errors import StoreError
from feeds.heartbeat import Heartbeat
from feeds.scheduler import TICK
from feeds.share import Share
from feeds.tally import Ending
from feeds.update import Updater
from scraper.errors import FeedwrightError

log = logging.getLogger("feedwright")

# What ends the daemon's process ends this one too, by way of it: a terminal and systemd tell all of a group.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The exit status of one whose store was deleted: whoever began it puts that back, and begins another.
ASTRAY = 3
# That of one that can't work with the store.
FAILED = 1


@dataclass(frozen=True, slots=True)
class Begin:
    """What a child is told first: what is configured, its share, and the least level that is logged."""

    config: Config
    share: Share
    level: int


@dataclass(frozen=True, slots=True)
class Stop:
    """What it is told last, and in how many seconds what runs may come to an end."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Beat:
    """What a child tells every second, of the time since the last one: how updates ended, whether any did at all, and
    what changed."""

    ended: Mapping[Ending, int]
    unsettled: bool
    changed: Changed


class Child:
    """The work of this process. `parent` is told of it, and tells when it is over."""

    def __init__(self, updater: Updater, share: Share, parent: Connection) -> None:
        self._updater = updater
        self._claimer = Claimer(updater, share)
        self._parent = parent
        self._stop = Stop(0)
        self._heartbeat = Heartbeat(self._claimer.hangs)

    def run(self) -> None:
        """Work until it is told to stop. Raises StoreError."""
        threading.Thread(target=self._listen, name="parent", daemon=True).start()
        with self._heartbeat:
            while not self._updater.stopping.wait(TICK.total_seconds()):
                self._tick()
            self._claimer.stop(self._stop.seconds)
        self._tell()

    def _listen(self) -> None:
        """Who was killed sends nothing more: then nobody follows up on what is made here, and another may begin.

        It is listened for also while what runs comes to an end: the parent may not wait for that.
        """
        with suppress(EOFError, OSError):
            while True:
                self._stop = self._parent.recv()
                self._updater.stopping.set()
        os._exit(0)

    def _tick(self) -> None:
        self._heartbeat.beat()
        self._tell()
        if not self._updater.store.in_place():
            os._exit(ASTRAY)
        self._claimer.mind_the_clock()
        try:
            self._claimer.tick()
        except FeedwrightError as error:
            self._claimer.troubles.met("store", error)
        except Exception:  # a bug is told, and the next tick is another one
            log.exception("tick failed")
        else:
            self._claimer.troubles.are("store")

    def _tell(self) -> None:
        unsettled = self._updater.unsettled.is_set()
        self._updater.unsettled.clear()
        with suppress(OSError):  # nobody hears it any more: who listens for the parent ends this process
            self._parent.send(Beat(self._claimer.tally.take(), unsettled, self._updater.pending.take()))


def main() -> None:
    """The process itself: its one argument is the number of the file through which it hears of its parent."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    parent = Connection(int(sys.argv[1]))
    try:
        begin: Begin = parent.recv()
    except EOFError:
        os._exit(0)
    logs.begin(begin.level)
    logs.use(begin.config.log.format)
    secrets.hide(begin.config.secrets)
    status = 0
    try:
        with app.joined(begin.config) as updater:
            Child(updater, begin.share, parent).run()
    except StoreError as error:
        log.error("process ends reason=%r advice=%r", str(error), error.advice)
        status = FAILED
    logging.shutdown()
    os._exit(status)  # Python would wait for what was given up
