"""Deadlines: whoever reads from a socket is woken when the time is over, and not before."""

import socket
import threading
import time

import pytest

from scraper import deadline
from scraper.deadline import Deadline


@pytest.fixture
def pair() -> tuple[socket.socket, socket.socket]:
    one, other = socket.socketpair()
    one.settimeout(10)
    return one, other


def test_a_reader_is_woken(pair: tuple[socket.socket, socket.socket]) -> None:
    one, other = pair
    begun = time.monotonic()
    with one, other, Deadline(0.1) as whole:
        whole.attach(one)
        assert one.recv(1) == b""
        assert 0.1 <= time.monotonic() - begun < 1
        assert whole.expired
        assert whole.remaining == 0


def test_a_socket_attached_too_late_is_shut_at_once(pair: tuple[socket.socket, socket.socket]) -> None:
    one, other = pair
    with one, other, Deadline(0) as whole:
        whole.expire()
        whole.attach(one)
        assert one.recv(1) == b""


def test_one_that_was_met_shuts_nothing(pair: tuple[socket.socket, socket.socket]) -> None:
    one, other = pair
    with one, other:
        with Deadline(0.05) as whole:
            whole.attach(one)
        whole.expire()
        other.sendall(b"x")
        assert one.recv(1) == b"x"
        assert not whole.expired


def test_only_the_last_socket_is_shut(pair: tuple[socket.socket, socket.socket]) -> None:
    one, other = pair
    with one, other, Deadline(10) as whole:
        whole.attach(one)
        whole.attach(None)
        whole.expire()
        other.sendall(b"x")
        assert one.recv(1) == b"x"


def test_a_closed_socket_is_no_matter(pair: tuple[socket.socket, socket.socket]) -> None:
    one, other = pair
    with one, other, Deadline(10) as whole:
        whole.attach(one)
        one.close()
        whole.expire()
        assert whole.expired


def test_current_is_that_of_the_thread() -> None:
    elsewhere: list[Deadline | None] = []
    assert deadline.current() is None
    with Deadline(1) as whole:
        assert deadline.current() is whole
        thread = threading.Thread(target=lambda: elsewhere.append(deadline.current()))
        thread.start()
        thread.join(10)
    assert elsewhere == [None]
    assert deadline.current() is None


def test_left_by_an_error() -> None:
    with pytest.raises(ZeroDivisionError), Deadline(1):
        raise ZeroDivisionError
    assert deadline.current() is None


def test_a_nearer_one_is_not_kept_waiting_by_one_far_away() -> None:
    with Deadline(60):
        pass
    one, other = socket.socketpair()
    one.settimeout(10)
    with one, other, Deadline(0.05) as whole:
        whole.attach(one)
        assert one.recv(1) == b""


def test_one_thread_watches_all() -> None:
    with Deadline(60), Deadline(60), Deadline(60):
        assert sum(thread.name == "deadlines" for thread in threading.enumerate()) == 1
