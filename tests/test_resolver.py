"""Names that are looked up by threads which wait for the next one."""

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any

import pytest

from scraper import resolver
from scraper.resolver import Resolver
from tests.program import until

FOUND = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]


class System:
    """The system's resolver: `before` is called by the thread that asks, which is noted."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.before: Callable[[str], Any] = lambda name: None

    def __call__(self, name: str, port: int, **_: Any) -> list[Any]:
        self.threads.append(threading.current_thread())
        self.before(name)
        return FOUND


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    system = System()
    monkeypatch.setattr(socket, "getaddrinfo", system)
    return system


def test_one_thread_looks_up_one_name_after_the_other(system: System) -> None:
    asked = Resolver()
    assert [asked.ask(f"{n}.example", 80, 30) for n in range(5)] == [FOUND] * 5
    assert len(set(system.threads)) == 1


def test_who_hangs_is_left_behind_and_of_use_again_later(system: System) -> None:
    over, asked = threading.Event(), Resolver()
    system.before = lambda name: name != "slow.example" or over.wait(30)
    assert asked.ask("slow.example", 80, 0.01) is None
    until(lambda: len(system.threads) == 1)  # on a busy machine it may not have begun
    assert asked.ask("quick.example", 80, 30) == FOUND
    slow, quick = system.threads
    assert slow is not quick
    over.set()
    until(lambda: len(asked._idle) == 2)
    assert asked.ask("other.example", 80, 30) == FOUND
    assert system.threads[-1] in (slow, quick)


@pytest.mark.parametrize("error", [socket.gaierror(-2, "no such name"), UnicodeError("too long"), ValueError("a NUL")])
def test_what_goes_wrong_is_raised_and_the_thread_stays(system: System, error: Exception) -> None:
    def fail(name: str) -> None:
        if name == "none.example":
            raise error

    system.before, asked = fail, Resolver()
    with pytest.raises(type(error)):
        asked.ask("none.example", 80, 30)
    assert asked.ask("club.example", 80, 30) == FOUND
    assert len(set(system.threads)) == 1


def test_no_more_threads_stay_than_are_of_use(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "IDLE", 2)
    together, asked = threading.Barrier(5, timeout=30), Resolver()
    system.before = lambda name: together.wait()
    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(lambda n: asked.ask(f"{n}.example", 80, 30), range(5))) == [FOUND] * 5
    assert len(set(system.threads)) == 5
    until(lambda: sum(thread.is_alive() for thread in system.threads) == 2)
    assert all(thread.is_alive() for thread, _ in asked._idle)


def test_a_thread_that_a_fork_left_behind_is_asked_nothing(system: System) -> None:
    asked = Resolver()
    ended = threading.Thread(target=lambda: None)
    ended.start()
    ended.join()
    asked._idle.append((ended, SimpleQueue()))
    assert asked.ask("club.example", 80, 30) == FOUND
