"""A total deadline: whatever a server does, its connection is shut when the time is over."""

import heapq
import itertools
import socket
import threading
import time
from types import TracebackType


class Deadline:
    """The time that one fetch may take, on the monotonic clock. Used as a context: it is watched while inside."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        self.expired = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self.met = False

    @property
    def remaining(self) -> float:
        """Seconds that are left, never below 0."""
        return max(0.0, self.ends - time.monotonic())

    def attach(self, sock: socket.socket | None) -> None:
        """Shut this socket, from now on, when the time is over."""
        with self._lock:
            self._socket = sock
            if self.expired:
                _shut(sock)

    def expire(self) -> None:
        with self._lock:
            if not self.met:
                self.expired = True
                _shut(self._socket)

    def __enter__(self) -> "Deadline":
        _current.deadline = self
        _watchdog.watch(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _current.deadline = None
        with self._lock:
            self.met = True
            self._socket = None


def current() -> Deadline | None:
    """The deadline that this thread is working under."""
    return getattr(_current, "deadline", None)


def _shut(sock: socket.socket | None) -> None:
    """Wake whoever reads from the socket. A TLS socket is shut below TLS, which would wait for a goodbye."""
    if sock is not None:
        try:
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
        except OSError:
            return  # it is closed already


class _Watchdog:
    """One thread for all deadlines, begun with the first. Those that were met are dropped when it wakes."""

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._queue: list[tuple[float, int, Deadline]] = []
        self._order = itertools.count()
        self._thread: threading.Thread | None = None

    def watch(self, deadline: Deadline) -> None:
        with self._wake:
            heapq.heappush(self._queue, (deadline.ends, next(self._order), deadline))
            if self._thread is None or not self._thread.is_alive():  # as after a fork
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            elif self._queue[0][2] is deadline:
                self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._queue or self._queue[0][0] > time.monotonic():
                    self._wake.wait(self._queue[0][0] - time.monotonic() if self._queue else None)
                    while self._queue and self._queue[0][2].met:
                        heapq.heappop(self._queue)
                _, _, deadline = heapq.heappop(self._queue)
            deadline.expire()


_current = threading.local()
_watchdog = _Watchdog()
