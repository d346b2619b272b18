"""What a process of the daemon has claimed, and how it lets go of that."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Event

import pytest

from feeds import app, claiming, crew
from feeds.claiming import Claimer
from feeds.configuration import FeedConfig
from feeds.errors import StoreDamaged, StoreError
from feeds.lanes import AT_ONCE
from feeds.model import Lease, Outcome
from feeds.store import Store
from scraper.model import Unchanged, Validators
from tests.faults.clock import Clock, following
from tests.program import PATIENCE, until


@pytest.fixture
def answers() -> Event:
    """Set when the site is to answer."""
    return Event()


@pytest.fixture
def claimer(tmp_path: Path, answers: Event) -> Iterator[Claimer]:
    """As many updates of one host as may be done at a time are at it, and two more wait for them."""
    feeds = [FeedConfig(f"club{n}", f"https://club.example/{n}", robots="ignore", delay=0) for n in range(AT_ONCE + 2)]

    def answer(_url: str, _: Validators) -> Unchanged:
        assert answers.wait(PATIENCE)
        return Unchanged()

    with following(feeds, tmp_path, Clock(), answer) as (updater, fetcher):
        made = Claimer(updater)
        made.tick()
        until(lambda: len(fetcher.asked) == AT_ONCE)
        yield made
        answers.set()
        made.stop(PATIENCE)


def leased(folder: Path) -> int:
    with closing(sqlite3.connect(folder / app.STORE)) as store:
        return int(store.execute("SELECT count(*) FROM sources WHERE lease_until IS NOT NULL").fetchone()[0])


def test_a_stop_waits_for_no_program_that_has_the_store_locked(
    tmp_path: Path, claimer: Claimer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "GRACE_SECONDS", 0.1)
    with closing(sqlite3.connect(tmp_path / app.STORE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not claimer.stop(0.1)  # it would be half a minute, and an error then
        assert leased(tmp_path) == AT_ONCE + 2
        other.rollback()


def test_all_that_hang_are_left_behind_though_the_store_fails_at_one(
    claimer: Claimer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Store, *__: object) -> bool:
        raise StoreError("There is no room for it.")

    with monkeypatch.context() as full:
        full.setattr(Store, "save", fails)
        full.setattr(crew, "HANGS_SECONDS", 0.0)
        with pytest.raises(StoreError):
            claimer.tick()
    assert claimer._lanes.aside == 0
    assert claimer.tally.counts()["hung"] == AT_ONCE


def test_a_lease_that_cannot_be_given_back_keeps_no_other(
    tmp_path: Path, claimer: Claimer, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, refused = Store.release, list[Lease]()

    def refuses(store: Store, lease: Lease) -> None:
        if not refused:
            refused.append(lease)
            raise StoreError("There is no room for it.")
        release(store, lease)

    monkeypatch.setattr(Store, "release", refuses)
    assert not claimer.stop(0)
    assert leased(tmp_path) == 1
    assert claimer.troubles.standing() == ("There is no room for it.",)


def test_a_store_that_is_damaged_is_told_once_and_nothing_more_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    feeds = [FeedConfig(f"club{n}", f"https://club{n}.example/", robots="ignore", delay=0) for n in range(9)]

    def fails(store: Store, lease: Lease, brought: Outcome, now: datetime) -> bool:
        raise StoreDamaged("It is damaged.")

    monkeypatch.setattr(Store, "save", fails)
    with following(feeds, tmp_path, Clock(), lambda url, validators: Unchanged()) as (updater, fetcher):
        claimer = Claimer(updater)
        claimer.tick()
        until(lambda: not claimer._workers.outstanding)
        asked = len(fetcher.asked)
        for _ in range(3):
            with pytest.raises(StoreDamaged):
                claimer.tick()
        assert claimer.stop(PATIENCE)
        assert len(fetcher.asked) == asked
    assert [record.message for record in caplog.records if "failed" in record.message] == [
        f"store failed reason='It is damaged.' advice={StoreDamaged.advice!r}"
    ]
