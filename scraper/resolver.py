"""A host's name → its addresses, in bounded time: the system's resolver takes as long as it likes."""

import socket
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread, current_thread
from typing import Any

Found = list[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[Any, ...]]]

# So many threads wait for the next name: to begin one takes longer than to ask one that is there. Where more names are
# asked for at once more are begun, and end.
IDLE = 4


@dataclass(frozen=True, slots=True)
class _Question:
    name: str
    port: int
    answer: SimpleQueue[Found | OSError | ValueError]


class Resolver:
    """Threads that ask the system. One that hangs is left behind, and is of use again when it has its answer."""

    def __init__(self) -> None:
        self._idle: list[tuple[Thread, SimpleQueue[_Question]]] = []
        self._lock = Lock()

    def ask(self, name: str, port: int, seconds: float | None) -> Found | None:
        """All addresses of a host, None where they do not come in time. Raises OSError, and ValueError for no name."""
        question = _Question(name, port, SimpleQueue())
        self._waiting().put(question)
        try:
            found = question.answer.get(timeout=seconds)
        except Empty:
            return None
        if isinstance(found, OSError | ValueError):
            raise found
        return found

    def _waiting(self) -> SimpleQueue[_Question]:
        """Where a thread waits for a question; it is nobody else's until that is answered."""
        while True:
            try:
                thread, questions = self._idle.pop()
            except IndexError:
                questions = SimpleQueue()
                Thread(target=self._work, args=(questions,), name="resolver", daemon=True).start()
                return questions
            if thread.is_alive():  # it is not, after a fork
                return questions

    def _work(self, questions: SimpleQueue[_Question]) -> None:
        own = current_thread(), questions
        while True:
            question = questions.get()
            found = _asked(question.name, question.port)
            with self._lock:
                stays = len(self._idle) < IDLE
                if stays:
                    self._idle.append(own)  # before the answer, so that whoever has it finds this one waiting
            question.answer.put(found)
            if not stays:
                return


def _asked(name: str, port: int) -> Found | OSError | ValueError:
    try:
        found: list[Any] = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        return found
    except (OSError, ValueError) as error:  # ValueError: a name that can't be encoded, or has a NUL in it
        return error
