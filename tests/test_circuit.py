"""Is it the network, or the sites?"""

import pytest

from feeds.circuit import ENOUGH, Circuit


def test_many_hosts_in_a_row_are_the_network() -> None:
    circuit = Circuit()
    said = [circuit.note(f"{n}.example", "no-connection") for n in range(ENOUGH)]
    assert said == [False] * (ENOUGH - 1) + [True]
    assert not circuit.note("9.example", None), "one that answers shows that the network is up"
    assert not circuit.note("1.example", "timed-out")


def test_one_host_that_fails_often_is_not_the_network() -> None:
    circuit = Circuit()
    assert not any(circuit.note("club.example", "host-not-found") for _ in range(20))


def test_an_answer_of_any_kind_comes_over_a_network() -> None:
    circuit = Circuit()
    for n in range(ENOUGH - 1):
        circuit.note(f"{n}.example", "no-connection")
    assert not circuit.note("5.example", "bad-status")


@pytest.mark.parametrize("problem", ["not-yet", "blocked"])
def test_a_host_that_was_not_asked_says_nothing_of_the_network(problem: str) -> None:
    circuit = Circuit()
    for n in range(ENOUGH - 1):
        circuit.note(f"{n}.example", "no-connection")
    assert not circuit.note("8.example", problem)
    assert not circuit.down
    assert circuit.note("9.example", "no-connection")
    assert not circuit.note("8.example", problem), "its own problem is not the network's"
    assert circuit.down
