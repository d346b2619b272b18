"""The processes that work beside the daemon's own: begun, heard, and begun again where one ends by itself."""

import logging
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Pipe
from queue import SimpleQueue

from feeds import claiming
from feeds.child import ASTRAY, FAILED, Beat, Begin, Stop
from feeds.configuration import Config
from feeds.heartbeat import Heartbeat
from feeds.share import Share

log = logging.getLogger("feedwright")

BEGIN = "from feeds.child import main; main()"
# So long it is waited before another is begun for one that ended by itself, twice as long each time, up to the second;
# one that lasted as long as that is a new tale.
AGAIN_SECONDS, LATEST_SECONDS = 5.0, 300.0
# There are so many times as many as wanted at most, with those that end what they began before a reload. The work of
# one that is not there yet is done by others after some seconds.
MOST_TIMES = 2


class Process:
    """One child, with a name that no other ever has. What it tells is given to `heard`, in a thread of its own.

    One that has not been heard for long is killed.
    """

    def __init__(self, begin: Begin, heard: Callable[[Beat], None]) -> None:
        self._begun = time.monotonic()
        self.name = secrets.token_hex(8)
        self._share = begin.share
        self._heard = heard
        self._heartbeat = Heartbeat(end=self._end)
        ours, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - Python itself, and a number
                [sys.executable, "-P", "-c", BEGIN, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
                start_new_session=True,  # a terminal tells the parent alone that somebody wants to stop
            )
        self._connection = ours
        self._messages: SimpleQueue[Begin | Stop] = SimpleQueue()
        self._messages.put(replace(begin, share=replace(begin.share, holder=self.name)))
        self._listener = threading.Thread(target=self._listen, name="child", daemon=True)
        try:
            self._listener.start()
            threading.Thread(target=self._speak, name="child", daemon=True).start()
            self._heartbeat.watch()  # not at each tick: that waits for the store, which the child may have locked
        except RuntimeError:  # there is no thread left: what nobody hears, tells or watches is not to go on
            self.stop(0)
            self._process.kill()
            self._process.wait()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def lasted(self) -> float:
        """How many seconds ago it began."""
        return time.monotonic() - self._begun

    def look(self) -> int | None:
        """How it ended, if it has."""
        status = self._process.poll()
        if status is not None:
            self.stop(0)  # nobody is told, but the thread that would tell has an end
        return status

    def stop(self, seconds: float) -> None:
        """Tell it to end, and how long what runs may take."""
        self._messages.put(Stop(seconds))

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended and all that it told is heard. Where that takes too long it is killed: False."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return False
        self._listener.join()
        return True

    def _speak(self) -> None:
        """Nobody who works waits until a child takes what it is told: it takes a second to begin."""
        with suppress(OSError):  # it has ended: that is seen at the next look
            message: Begin | Stop | None = None
            while not isinstance(message, Stop):
                self._connection.send(message := self._messages.get())

    def _listen(self) -> None:
        try:
            with self._connection as connection, suppress(EOFError, OSError):
                while True:
                    self._heard(connection.recv())
                    self._heartbeat.beat()
        finally:
            self._heartbeat.leave()

    def _end(self, reason: str) -> None:
        log.error("process killed share=%d reason=%r", self._share.number, reason)
        self._process.kill()


class Children:
    """Those of all shares but the first, which is the daemon's own.

    What they tell is given to `heard`. `lost` is called with the name of one that has ended: it may not have told all,
    and may have left what it had begun.
    """

    def __init__(
        self,
        heard: Callable[[Beat], None],
        lost: Callable[[str, int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._heard = heard
        self._lost = lost
        self._clock = clock
        self._begins: tuple[Begin, ...] = ()
        self._processes: dict[int, Process] = {}
        self._leaving: list[Process] = []
        self._failures = 0
        self._not_before = float("-inf")
        self._turn = threading.Lock()  # a tick may be at it still when all are to end
        self._over = False

    def use(self, config: Config, shares: Sequence[Share]) -> None:
        """Have others work from now on, by another configuration. Those that work end what they began."""
        with self._turn:
            if self._over:
                return
            self._tell(claiming.DRAIN_SECONDS)
            self._leaving += self._processes.values()
            self._processes.clear()
            self._begins = tuple(Begin(config, share, log.getEffectiveLevel()) for share in shares[1:])
            self._failures, self._not_before = 0, float("-inf")
            self._look()

    def look(self) -> None:
        """Begin those that are not there, be it that they ended, or that they could not be begun before."""
        with self._turn:
            if not self._over:
                self._look()

    def stop(self, seconds: float) -> None:
        """Tell all that they are to end, and how long what runs may take. None is begun any more."""
        with self._turn:
            self._over = True
            self._tell(seconds)

    def wait(self, seconds: float) -> bool:
        """Wait until all have ended, for so long at most. False where one took too long, and was killed."""
        ends = time.monotonic() + seconds
        waited = [
            process.wait(max(0.0, ends - time.monotonic())) for process in (*self._processes.values(), *self._leaving)
        ]
        return all(waited)

    def _look(self) -> None:
        for process in tuple(self._leaving):
            status = process.look()
            if status is not None:
                self._leaving.remove(process)
                self._lost(process.name, status)
        for number, process in tuple(self._processes.items()):
            status = process.look()
            if status is not None:
                del self._processes[number]
                self._lost(process.name, status)
                follows = f"another begins in {self._fail(process.lasted):.0f} s, and the others do its work meanwhile"
                said = "process ended share=%d pid=%d status=%d reason=%r follows=%r"
                log.error(said, number, process.pid, status, why(status), follows)
        for begin in self._begins:
            room = len(self._processes) + len(self._leaving) < MOST_TIMES * len(self._begins)
            if room and begin.share.number not in self._processes and self._clock() >= self._not_before:
                self._begin(begin)

    def _tell(self, seconds: float) -> None:
        for process in self._processes.values():
            process.stop(seconds)

    def _begin(self, begin: Begin) -> None:
        try:
            self._processes[begin.share.number] = Process(begin, self._heard)
        except (OSError, RuntimeError) as error:  # the machine has no room for it: others do its work, a little later
            log.error("process not begun share=%d reason=%r", begin.share.number, str(error))
            self._fail(0.0)

    def _fail(self, lasted: float) -> float:
        """In how many seconds another is begun."""
        self._failures = self._failures + 1 if lasted < LATEST_SECONDS else 1
        pause: float = min(AGAIN_SECONDS * 2 ** (self._failures - 1), LATEST_SECONDS)
        self._not_before = self._clock() + pause
        return pause


def why(status: int) -> str:
    """What the status says with which a child ended by itself."""
    if status < 0:
        name = signal.Signals(-status).name if -status in list(signal.Signals) else f"signal {-status}"
        memory = "; where nobody sent it, the machine had no memory left" if name == "SIGKILL" else ""
        return f"{name} ended it{memory}"
    if status == ASTRAY:
        return "the store was deleted: it is written anew"
    if status == FAILED:
        return "it could not work with the store, or broke: what it logged last says why"
    return "it ended by itself"
