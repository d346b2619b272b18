"""A disk that is full for an hour: what readers have stays, it is told once, and all goes on by itself."""

from contextlib import ExitStack
from datetime import timedelta
from logging import WARNING
from pathlib import Path

import pytest

from feeds.claiming import AHEAD
from feeds.configuration import FeedConfig
from tests.faults.clock import Clock, Hand, following
from tests.faults.disk import fill, small
from tests.faults.fronts import POSTS, SOURCES, by, entries, front, show
from tests.world import World

EVERY, MINUTE = timedelta(minutes=30), timedelta(minutes=1)
# The minutes at which the disk is full, and has room again, and at which it has been seen what comes of that.
FULL, ROOM, SEEN = 60, 120, 165
# While it is full a site has another post every so many minutes.
POSTED = 20


# What is full, and what is said of it.
DISKS = {
    "the store's": ("store", "feedwright.db cannot grow: the disk is full."),
    "the feeds'": (
        "publishing",
        "could not be written (No space left on device); what stood there",
    ),
    "both": ("store", "feedwright.db cannot grow: the disk is full."),
}


@pytest.mark.parametrize("full", DISKS)
def test_30_a_disk_that_is_full_for_an_hour(tmp_path: Path, full: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "feedwright")
    out, state, filler = tmp_path / "out", tmp_path / "state", tmp_path / "none yet"
    clock, world, posts = Clock(), show(World()), POSTS
    feeds = [FeedConfig(f"site{number}", front(number), every=EVERY) for number in range(SOURCES)]
    with ExitStack() as stack:
        if full == "the store's":
            out.mkdir()
            disk = stack.enter_context(small(state))
        else:
            state.mkdir()
            disk = stack.enter_context(small(out))
        if full != "both":
            (out / ".state").symlink_to(state)
        updater, fetcher = stack.enter_context(following(feeds, out, clock, by(world)))
        daemon = Hand(updater, clock)
        for minute in range(SEEN):
            if minute == FULL:
                before, files = entries(out), {path: path.read_bytes() for path in out.glob("*.atom")}
                filler = fill(disk)
                caplog.clear()
            elif minute == ROOM:
                assert {path: path.read_bytes() for path in files} == files
                filler.unlink()
                told, looks = [record for record in caplog.records if record.levelno >= WARNING], fetcher.asked[:]
            if FULL <= minute < ROOM and minute % POSTED == 0:
                show(world, posts := posts + 1)
            daemon.tick()
            assert updater.owed.qsize() <= AHEAD * updater.config.at_once
            assert len({*updater.pending.unwritten, *updater.pending.feeds}) <= SOURCES
            clock.go(MINUTE)
        daemon.end()
        after, pending = entries(out), updater.pending
        assert (updater.owed.empty(), pending.unwritten, pending.feeds, pending.paths) == (True, {}, {}, {})
    assert before.items() <= after.items() and len(after) == SOURCES * posts
    about, reason = DISKS[full]
    (first,) = told
    assert first.getMessage().startswith(f"{about} failed reason=") and reason in first.getMessage()
    (over,) = [record for record in caplog.records if "works again" in record.getMessage()]
    assert over.getMessage().startswith(f"{about} works again was=") and reason in over.getMessage()
    assert not [record for record in caplog.records if record.levelno >= WARNING and record is not first]
    fronts = [each.url for each in looks if each.at >= FULL * 60 and each.url in {feed.url for feed in feeds}]
    assert len(fronts) <= (SOURCES * ((ROOM - FULL) // 30 + 1) if full == "the feeds'" else 0)
