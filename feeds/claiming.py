"""What is due is claimed as there is room for it, and updated: this is what each process of the daemon does."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from feeds import crew, tally, timekeeping
from feeds.errors import StoreDamaged, StoreError
from feeds.lanes import Lanes
from feeds.model import Lease
from feeds.share import WHOLE, Share
from feeds.tally import Tally
from feeds.timekeeping import Moment
from feeds.troubles import Troubles
from feeds.update import LEASE, Updater
from feeds.workers import Workers
from feeds.worklog import told
from scraper import urls
from scraper.errors import FeedwrightError

log = logging.getLogger("feedwright")

# What is running may take this long to end once a stop is asked for: less than what systemd is asked to grant (45 s).
DRAIN_SECONDS = 25
# What was given up then is given back in so many seconds: who has locked the store is not waited for, and the
# next start frees what is left.
GRACE_SECONDS = 1.0
# While the network is down so many updates are tried at a time, and no more than that a second: with thousands of
# sources the log would hold nothing else, and they are due still when it is up again.
TRIED_WHILE_DOWN = 2
# So many updates are claimed ahead for each worker: with one write to the store for them all.
AHEAD = 4
# What was claimed longer ago, in seconds, is not begun any more, for its lease might end before it does; nor is what
# was claimed by another configuration.
BEGUN_WITHIN = LEASE.total_seconds() - crew.HANGS_SECONDS
# So many that wait for others of their host are kept at most: until they are fewer nothing is claimed.
MOST_ASIDE = 256


@dataclass(frozen=True, slots=True)
class Task:
    """A source to be updated, as it was configured when it was claimed."""

    updater: Updater
    lease: Lease
    claimed: float

    @property
    def host(self) -> str:
        return urls.host(self.lease.source.url)


class Claimer:
    """Claims at each tick, and as soon as workers are free, and hands it to a bounded pool.

    `counted` counts seconds and never goes back, whatever the clock on the wall does.
    """

    def __init__(self, updater: Updater, share: Share = WHOLE, counted: Callable[[], float] = time.monotonic) -> None:
        self._counted = counted
        self.tally = Tally()
        self.troubles = Troubles()
        self._updater = updater
        self._share = share
        self._workers = Workers(share.workers(updater.config.at_once), self._update)
        self._lanes = Lanes[Task]()
        self._claiming = threading.Lock()
        self._more = False  # whether there was more to claim than there was room for
        self._last = self._moment()
        self._waking = 0.0
        self._damage: StoreDamaged | None = None

    @property
    def down(self) -> bool:
        """Whether the network is taken to be down."""
        return self._updater.circuit.down

    def use(self, updater: Updater, share: Share) -> None:
        """Go by another configuration. What runs comes to its end, and what waits is given back."""
        with self._claiming:
            self._updater, self._share = updater, share
            self._more = True
        self._workers.resize(share.workers(updater.config.at_once))

    def tick(self) -> None:
        """Do what is to be done every second. Raises StoreError, also where the store is known to be damaged.

        Then nothing is claimed any more: what was fetched could not be saved, and would be fetched again and again.
        """
        if self._damage is not None:
            raise self._damage
        self._leave_behind()
        self._updater.give_back()
        self._claim()

    def mind_the_clock(self) -> timedelta | None:
        """By how much it was set since the last look, if it was. After a sleep nothing is claimed for some seconds."""
        before, self._last = self._last, self._moment()
        jump = timekeeping.jump(before, self._last)
        if jump is not None and jump >= timekeeping.SLEPT:
            self._waking = self._last.counted + timekeeping.WAKING_SECONDS
        return jump

    def hangs(self) -> str:
        """Why this process is of no use any more, if so."""
        lost = self._workers.lost
        return f"{lost} updates hang, as many as there are workers" if lost >= self._workers.size else ""

    def stop(self, seconds: float) -> bool:
        """Begin nothing more, let what runs end, for so long at most, and give back what did not begin.

        False where something was given up that took too long.
        """
        ends = time.monotonic() + seconds
        if self._claiming.acquire(timeout=seconds):  # whoever claims has handed it in, and nobody claims any more
            self._claiming.release()
        givers = Workers(1, self._give_back)
        givers.submit((*self._lanes.withdraw(), *self._workers.withdraw()))
        abandoned = self._workers.drain(max(0.0, ends - time.monotonic()))
        for task in abandoned:
            log.warning("abandoned feed=%s", task.lease.source.name)
        givers.submit(abandoned)
        givers.drain(max(0.0, ends - time.monotonic()) + GRACE_SECONDS)
        returned = not givers.outstanding
        givers.dismiss()
        return returned and not abandoned

    def _give_back(self, task: Task) -> None:
        try:
            self._updater.store.release(task.lease)
        except StoreError as error:
            self.troubles.met("store", error)

    def _moment(self) -> Moment:
        return Moment(self._updater.clock(), self._counted())

    def _claim(self) -> None:
        """Take as much of what is due as there is room for. Raises StoreError."""
        with self._claiming:
            most = TRIED_WHILE_DOWN if self.down else AHEAD * self._workers.size
            room = most - self._workers.outstanding
            if room <= 0 or self._damage or self._updater.stopping.is_set() or self._counted() < self._waking:
                return
            if self._lanes.aside >= MOST_ASIDE:
                return
            now = self._counted()
            leases = self._updater.claim(room, share=self._share, crowded=self._lanes.crowded())
            self._more = len(leases) == room
            tasks = [Task(self._updater, lease, now) for lease in leases]
            ready = (self._lanes.enter(task.host, task.lease.source.id, task) for task in tasks)
            self._workers.submit([task for some in ready for task in some])

    def _update(self, task: Task) -> None:
        """One task, and then more of them where there are."""
        try:
            if task.updater is not self._updater or self._counted() - task.claimed > BEGUN_WITHIN:
                task.updater.store.release(task.lease)  # it is due still
                return
            report = task.updater.update(task.lease)
            self.tally.count(tally.ending(report))
            told(report)
            if isinstance(report.unsaved, StoreDamaged):
                self._damage = report.unsaved
            if report.unsaved is not None and not report.waits:
                self.troubles.met("store", report.unsaved)
            if report.written and task.updater is not self._updater:  # it may have been written as it is wanted no more
                self._updater.refresh(frozenset((report.name,)))
            if self._more and not task.updater.circuit.down and self._workers.waiting < self._workers.size:
                self._claim()
        except FeedwrightError as error:
            self.troubles.met("store", error)  # the next tick tries again
        except Exception as error:  # a bug is told, and the others are served; the lease lasts on, and is a rest for it
            self.tally.count("crashed")
            trace = None if crew.exhausted(error) else error
            log.error("update crashed feed=%s reason=%r", task.lease.source.name, repr(error), exc_info=trace)
        finally:
            self._leave(task)

    def _leave(self, task: Task) -> None:
        """Have another of its host begin."""
        self._workers.submit(self._lanes.leave(task.host, task.lease.source.id))

    def _leave_behind(self) -> None:
        """Give up on what hangs. Raises StoreError."""
        late = self._workers.leave_behind(crew.HANGS_SECONDS)
        for task in late:  # all of them first: where the store fails at one, others of their hosts begin all the same
            self.tally.count("hung")
            self._leave(task)
        for task in late:
            log.error("update hangs feed=%s reason=%r", task.lease.source.name, task.updater.give_up(task.lease).error)
