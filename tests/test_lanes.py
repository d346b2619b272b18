"""Of one host few are done at a time, and the others go on."""

from pathlib import Path
from threading import Event

from feeds.claiming import BEGUN_WITHIN, Claimer
from feeds.configuration import FeedConfig
from feeds.lanes import AT_ONCE, Lanes
from scraper.model import Unchanged, Validators
from tests.faults.clock import Clock, following
from tests.program import PATIENCE, until


def test_others_of_a_host_wait_until_one_has_ended() -> None:
    lanes = Lanes[str]()
    begun = [lanes.enter("club.example", number, f"club {number}") for number in range(AT_ONCE + 2)]
    assert begun == [("club 0",), ("club 1",), (), ()]
    assert lanes.enter("pier.example", 9, "pier") == ("pier",)
    assert (lanes.crowded(), lanes.aside) == (frozenset({"club.example"}), 2)
    assert lanes.leave("pier.example", 9) == ()
    assert lanes.leave("club.example", 1) == ("club 2",)
    assert lanes.leave("club.example", 1) == ()  # it was left behind, and has come to an end after all
    assert lanes.leave("club.example", 0) == ("club 3",)
    assert (lanes.crowded(), lanes.aside) == (frozenset(), 0)


def test_what_waits_can_be_taken_back() -> None:
    lanes = Lanes[str]()
    for number in range(AT_ONCE + 2):
        lanes.enter("club.example", number, f"club {number}")
    assert lanes.withdraw() == ("club 2", "club 3")
    assert [lanes.leave("club.example", number) for number in range(AT_ONCE)] == [(), ()]
    assert lanes.enter("club.example", 7, "club 7") == ("club 7",)


def test_a_host_with_many_sources_keeps_no_worker_from_the_others(tmp_path: Path) -> None:
    """As many as there are workers and more are due there, and it does not answer."""
    shared = [FeedConfig(f"shared{n}", f"https://shared.example/{n}", robots="ignore", delay=0) for n in range(20)]
    own = [FeedConfig(f"own{n}", f"https://own{n}.example/", robots="ignore", delay=0) for n in range(20)]
    answers, done = Event(), set[str]()

    def answer(url: str, _: Validators) -> Unchanged:
        if "shared" in url:
            assert answers.wait(PATIENCE)
        done.add(url)
        return Unchanged()

    with following([*shared, *own], tmp_path, Clock(), answer) as (updater, _):
        claimer = Claimer(updater)
        assert len(shared) > updater.config.at_once > AT_ONCE

        def ticked() -> bool:
            claimer.tick()
            return {feed.url for feed in own} <= done

        until(ticked)
        assert done.isdisjoint(feed.url for feed in shared)
        answers.set()
        until(lambda: ticked() and {feed.url for feed in shared} <= done)
        assert claimer.stop(PATIENCE)


def test_what_has_waited_for_long_is_given_back_and_claimed_anew(tmp_path: Path) -> None:
    """Its lease might end while it is being done, and another have it then."""
    feeds = [FeedConfig(f"club{n}", f"https://club.example/{n}", robots="ignore", delay=0) for n in range(AT_ONCE + 1)]
    answers, asked, seconds = Event(), list[str](), [0.0]

    def answer(url: str, _: Validators) -> Unchanged:
        asked.append(url)
        assert answers.wait(PATIENCE)
        return Unchanged()

    with following(feeds, tmp_path, Clock(), answer) as (updater, _):
        claimer = Claimer(updater, counted=lambda: seconds[0])
        claimer.tick()
        until(lambda: len(asked) == AT_ONCE)
        seconds[0] = BEGUN_WITHIN + 1
        answers.set()
        until(lambda: not claimer._workers.outstanding)
        assert len(asked) == AT_ONCE
        claimer.tick()
        until(lambda: len(asked) == AT_ONCE + 1)
        assert claimer.stop(PATIENCE)
