"""feeds.workers: a bounded pool whose threads may hang."""

import threading

import pytest

from feeds.workers import Workers
from tests.program import until


class Gate:
    """Work that ends when it is let through, and remembers what was begun and what has ended."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.open = threading.Semaphore(0)

    def __call__(self, task: int) -> None:
        self.begun.append(task)
        self.open.acquire()
        self.ended.append(task)


def test_so_many_are_done_at_a_time_in_turn() -> None:
    gate = Gate()
    workers = Workers(2, gate)
    workers.submit(range(5))
    until(lambda: len(gate.begun) == 2)
    assert (workers.waiting, workers.outstanding) == (3, 5)
    gate.open.release()
    until(lambda: len(gate.begun) == 3)
    gate.open.release(4)
    assert workers.drain(20) == ()
    assert sorted(gate.ended) == [0, 1, 2, 3, 4] and workers.outstanding == 0
    workers.submit([5])  # an idle thread takes it
    gate.open.release()
    until(lambda: 5 in gate.ended)


def test_what_was_not_begun_can_be_taken_back() -> None:
    gate = Gate()
    workers = Workers(1, gate)
    workers.submit(range(4))
    until(lambda: gate.begun)
    assert workers.withdraw() == (1, 2, 3)
    assert workers.drain(0.01) == (0,)
    gate.open.release()
    assert workers.drain(20) == ()
    assert gate.ended == [0]


def test_what_hangs_is_left_behind_and_another_has_its_place() -> None:
    gate, now = Gate(), [0.0]

    def clock() -> float:
        return now[0]

    workers = Workers(1, gate, clock)
    workers.submit(range(2))
    until(lambda: gate.begun == [0])
    assert workers.leave_behind(60) == ()
    now[0] = 61
    assert workers.leave_behind(60) == (0,)
    until(lambda: gate.begun == [0, 1])
    assert (workers.lost, workers.outstanding) == (1, 1)
    gate.open.release(2)  # the lost one ends after all
    until(lambda: workers.lost == 0)
    assert workers.drain(20) == ()


def test_more_or_fewer_from_now_on() -> None:
    gate = Gate()
    workers = Workers(1, gate)
    workers.submit(range(4))
    until(lambda: len(gate.begun) == 1)
    workers.resize(3)
    until(lambda: len(gate.begun) == 3)
    workers.resize(1)
    gate.open.release(2)
    until(lambda: len(gate.ended) == 2)
    assert len(gate.begun) == 3
    gate.open.release(2)
    assert workers.drain(20) == ()


def test_where_no_thread_is_to_be_had_it_waits_until_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    gate = Gate()
    gate.open.release(3)
    workers = Workers(2, gate)
    with monkeypatch.context() as none_left:
        none_left.setattr(threading.Thread, "start", refused)
        workers.submit(range(3))
        assert workers.leave_behind(60) == ()
        assert (workers.waiting, workers.manned) == (3, False)
    assert workers.leave_behind(60) == ()  # as at every look of the daemon
    assert workers.drain(20) == ()
    assert sorted(gate.ended) == [0, 1, 2]


def test_who_is_dismissed_ends_when_his_work_has() -> None:
    gate, before = Gate(), threading.active_count()
    workers = Workers(2, gate)
    workers.submit(range(2))
    until(lambda: len(gate.begun) == 2)
    workers.dismiss()
    gate.open.release(2)
    until(lambda: threading.active_count() == before)
    assert sorted(gate.ended) == [0, 1]
