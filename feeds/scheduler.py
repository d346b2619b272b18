"""When updates run: a tick, and nothing else. What is due is a column of the store. The door to APScheduler."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger("feedwright.scheduler")

TICK = timedelta(seconds=1)
MAINTENANCE = timedelta(hours=6)


class Scheduler:
    """Calls `tick` every second and `maintain` every few hours, each in its own thread, until it is stopped.

    The jobs live in memory only, and what they raise is logged and not passed on: an error in a job store or a job
    must not end the scheduler's thread. A late tick is never skipped and never made up for.
    """

    def __init__(self, tick: Callable[[], None], maintain: Callable[[], None]) -> None:
        self._running: list[Callable[[], None]] = []
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )
        every, seldom = TICK.total_seconds(), MAINTENANCE.total_seconds()
        begin = datetime.now(UTC)
        self._scheduler.add_job(self._guarded, "interval", (tick,), seconds=every, id="tick", next_run_time=begin)
        self._scheduler.add_job(self._guarded, "interval", (maintain,), seconds=seldom, id="maintenance")

    def start(self) -> None:
        # A tick that takes longer than a second is no news.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler.start()

    @property
    def idle(self) -> bool:
        """Whether nothing that it called is still running."""
        return not self._running

    def stop(self) -> None:
        """Nothing begins after this; what runs is not waited for."""
        self._scheduler.shutdown(wait=False)

    def _guarded(self, job: Callable[[], None]) -> None:
        self._running.append(job)
        try:
            job()
        except Exception:  # the thread must live; the traceback says whose fault it was
            log.exception("tick failed")
        finally:
            self._running.remove(job)
