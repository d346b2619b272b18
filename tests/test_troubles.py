"""What is wrong is said once, and again when it is over."""

import pickle
from datetime import timedelta
from pathlib import Path

import pytest

from feeds import statusrows
from feeds.aftermath import Aftermath
from feeds.errors import PublishError, StoreError
from feeds.troubles import Troubles
from feeds.update import Updater
from tests.faults.clock import Clock, Hand, following

FULL = "No space left on device"


@pytest.fixture
def troubles(caplog: pytest.LogCaptureFixture) -> Troubles:
    caplog.set_level("INFO", "feedwright")
    return Troubles()


def unwritten(name: str, why: str = FULL) -> PublishError:
    return PublishError(f"out/{name}.atom could not be written ({why}).", why=why)


def test_once_when_it_begins_and_once_when_it_is_over(troubles: Troubles, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        troubles.met("store", StoreError("The disk is full."))
    troubles.are("store")
    troubles.are("store")
    troubles.met("store", StoreError("The disk is full."))
    said = [record.getMessage() for record in caplog.records]
    assert said[1] == "store works again was='The disk is full.'"  # which is no reason that it works
    assert said[0] == said[2] == "store failed reason='The disk is full.' advice=''"


def test_what_has_one_reason_is_one_trouble(troubles: Troubles, caplog: pytest.LogCaptureFixture) -> None:
    troubles.are("publishing", map(unwritten, "abc"))
    troubles.are("publishing", [*map(unwritten, "bc"), unwritten("d", "Is a directory")])
    assert [record.getMessage().partition(" (")[2].partition(")")[0] for record in caplog.records] == [
        FULL,
        "Is a directory",
    ]
    troubles.are("publishing", [unwritten("d", "Is a directory")])
    last = caplog.records[-1].getMessage()
    assert FULL in last and "works again" in last
    assert troubles.standing() == (f"{unwritten('d', 'Is a directory')} {PublishError.advice}",)
    troubles.are("publishing", [unwritten("e", "Is a directory")])  # d is written meanwhile
    assert "out/e.atom" in troubles.standing()[0]
    troubles.met("store", StoreError("The store is locked."))
    assert troubles.standing()[1] == "The store is locked."
    troubles.are("publishing")
    assert len(troubles.standing()) == 1


def test_a_reason_outlasts_the_way_from_one_process_to_another() -> None:
    error = pickle.loads(pickle.dumps(unwritten("a")))
    assert (error.why, str(error), error.advice) == (FULL, str(unwritten("a")), PublishError.advice)


def test_a_command_that_fails_is_one_trouble_whatever_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock, failures = Clock(), ["publish.command failed: try 1.", "publish.command failed: try 2.", None]
    told = list[tuple[str, ...]]()
    caplog.set_level("INFO", "feedwright")
    monkeypatch.setattr(Updater, "settle", lambda _: Aftermath(failed=failures.pop(0) if failures else None))
    with following([], tmp_path, clock, lambda *_: pytest.fail("nothing is asked for")) as (updater, _):
        daemon = Hand(updater, clock)
        while failures:
            daemon.tick()
            clock.go(timedelta(minutes=1))
            told.append(statusrows.troubles(tmp_path))
        daemon.end()
    assert told == [("publish.command failed: try 1.",), ("publish.command failed: try 2.",), ()]
    said = [record.getMessage() for record in caplog.records]
    assert [line.partition("=")[0] for line in said] == [
        "publish.command failed reason",
        "publish.command works again was",
    ]
