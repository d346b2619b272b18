"""Several updates side by side: each report as it is ready, and what hangs is given up, so that the others go on."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from feeds.model import Lease
from feeds.report import Report
from feeds.workers import Workers

# An update that runs for so long hangs: less than a lease lasts, and twice what its own limits allow it.
HANGS_SECONDS = 600.0
# How often it is looked whether one does.
LOOK_SECONDS = 1.0


def exhausted(error: BaseException) -> bool:
    """Whether it is no bug that raised this, but a machine that has no memory or thread left for us."""
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and "new thread" in str(error))


@dataclass(frozen=True, slots=True)
class _Ended:
    """An update that came to an end: with a report, or with a bug of ours."""

    lease: Lease
    report: Report | None
    bug: Exception | None = None


def reports(
    leases: Iterable[Lease],
    size: int,
    update: Callable[[Lease], Report],
    give_up: Callable[[Lease], Report],
    release: Callable[[Lease], None],
) -> Iterator[Report]:
    """The reports of all updates, `size` at a time. A bug is raised when the others have been served.

    Whoever stops asking has what runs not waited for, and gives the rest back.
    """
    ended: SimpleQueue[_Ended] = SimpleQueue()

    def work(lease: Lease) -> None:
        try:
            ended.put(_Ended(lease, update(lease)))
        except Exception as error:  # noqa: BLE001 - it is raised again where the reports are asked for
            ended.put(_Ended(lease, None, error))

    left = {lease.source.id: lease for lease in leases}
    workers = Workers(size, work)
    bugs = []
    try:
        workers.submit(tuple(left.values()))
        while left:
            try:
                done = ended.get(timeout=LOOK_SECONDS)
            except Empty:
                for lease in workers.leave_behind(HANGS_SECONDS):
                    del left[lease.source.id]
                    yield give_up(lease)
                if not workers.manned:  # no thread is to be had: then one after the other, in this one
                    for lease in workers.withdraw():
                        work(lease)
                continue
            if left.pop(done.lease.source.id, None) is None:  # it was given up, and has come to an end after all
                continue
            if done.report is not None:
                yield done.report
            elif done.bug is not None:
                bugs.append(done.bug)
        if bugs:
            raise bugs[0]
    finally:
        workers.withdraw()
        workers.dismiss()
        for lease in left.values():
            release(lease)
