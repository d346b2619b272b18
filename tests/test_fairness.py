"""Whoever takes too much waits; nobody else does, least of all who says what he has."""

import pytest

from feeds.web import fairness
from feeds.web.fairness import BODIES, BODIES_A_SECOND, CHANGES, Fairness, client

DAY = 86_400.0


def test_a_thousand_bodies_at_once_and_then_a_few_a_second() -> None:
    fair = Fairness()
    assert all(fair.wait("a", "x", conditional=False, now=0) == 0 for _ in range(BODIES))
    wait = fair.wait("a", "x", conditional=False, now=0)
    assert wait == 1
    assert fair.wait("b", "x", conditional=False, now=0) == 0
    assert fair.wait("a", "x", conditional=False, now=wait) == 0
    assert sum(fair.wait("a", "x", conditional=False, now=10) == 0 for _ in range(BODIES)) <= 10 * BODIES_A_SECOND


def test_statement_52_a_client_that_says_what_it_has_every_ten_minutes_is_never_refused() -> None:
    fair = Fairness()
    for turn in range(500):  # days of it, with a new body each time, in as many feeds as anybody has
        for feed in range(20):
            assert fair.wait("reader", f"{feed}.atom", conditional=True, now=turn * 600.0) == 0
    assert [fair.wait("hasty", "a", conditional=True, now=0.0) for _ in range(CHANGES + 1)][-2:] == [0, 60]


def test_what_it_says_is_true() -> None:
    fair = Fairness()
    for _ in range(CHANGES):
        fair.wait("a", "x", conditional=True, now=5.0)
    wait = fair.wait("a", "x", conditional=True, now=5.0)
    assert wait > 0
    assert fair.wait("a", "x", conditional=True, now=5.0 + wait - 1) > 0
    assert fair.wait("a", "x", conditional=True, now=5.0 + wait) == 0


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fairness, "MOST_COUNTED", 100)
    fair = Fairness()
    for number in range(1_000):
        fair.wait(f"client {number}", "x", conditional=False, now=0.0)
    assert len(fair._counts) == 100


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "198.51.100.1"),  # a documentation network: as private as any
        ("93.184.215.14", "198.51.100.1", "93.184.215.14"),  # anybody can say so
        ("10.0.0.2", "6.6.6.6, 93.184.215.14", "93.184.215.14"),  # the proxy's own word is the last one
        ("127.0.0.1", None, None),
        ("::1", None, None),
        ("127.0.0.1", "93.184.215.14", "93.184.215.14"),
        ("127.0.0.1", "127.0.0.1", None),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("2606:4700:1:2:3:4:5:6", None, "2606:4700:0001:0002"),
        ("2606:4700:1:2:ffff::1", None, "2606:4700:0001:0002"),
        ("unix", None, "unix"),
    ],
)
def test_who_asks(peer: str, forwarded: str | None, found: str | None) -> None:
    assert client(peer, forwarded) == found
