"""A site that fails, and a feed that stays as it was; a site that lives, and a feed that follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from feeds import values
from feeds.configuration import Config, FeedConfig
from feeds.report import Report
from feeds.sections import Network, Select
from feeds.store import Store
from feeds.update import Updater
from scraper.fetch import Fetcher
from tests import themes
from tests.server import Site, serve
from tests.themes import FIRST_DAY, THEMES, Blog, Mutation, Theme, grown
from tests.world import Near

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HERE = "https://valley.example"
NAMES = [theme.name for theme in THEMES]


@dataclass(slots=True)
class Follower:
    """The program, which follows one blog on a clock of its own."""

    site: Site
    blog: Blog
    updater: Updater
    now: datetime = FIRST_DAY

    def run(self, after: timedelta = HOUR) -> Report:
        self.now += after
        (lease,) = self.updater.claim(1, ["valley"])
        return self.updater.update(lease)

    def show(self, mutation: Mutation | None = None) -> None:
        self.site.pages = mutation(self.blog) if mutation else self.blog.pages()

    def accept(self) -> None:
        """As a person does on the status page."""
        self.updater.store.want("valley", self.now, accepts=True)

    @property
    def feed(self) -> bytes:
        return (self.updater.config.out / "valley.atom").read_bytes()

    @property
    def files(self) -> dict[str, tuple[bytes, int]]:
        """Every published file: its bytes, and when they were written."""
        found = [path for path in self.updater.config.out.iterdir() if path.is_file()]
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in found}

    @property
    def kinds(self) -> list[str]:
        """The turns in the source's life, the oldest first."""
        source = self.updater.store.source("valley")
        assert source is not None
        return [event.kind for event in reversed(self.updater.store.events(source.id, 99))]


@contextmanager
def follower(out: Path, blog: Blog, **settings: object) -> Iterator[Follower]:
    """Over HTTP."""
    with serve() as site, Store.open(None) as store, Fetcher(allow_private=True) as fetcher:
        yield following(out, blog, site, store, fetcher, **settings)


def following(out: Path, blog: Blog, site: Site, store: Store, fetcher: Fetcher, **settings: object) -> Follower:
    config = Config(
        (FeedConfig("valley", site("/"), **settings),),  # type: ignore[arg-type]
        base_url="https://feeds.example",
        out=out,
        network=Network(allow_private=True),
    )
    one = Follower(site, blog, Updater(config, store, fetcher, lambda: one.now))
    one.updater.sync()
    one.show()
    return one


@pytest.fixture(params=THEMES, ids=NAMES)
def theme(request: pytest.FixtureRequest) -> Theme:
    theme: Theme = request.param
    return theme


def test_nothing_of_a_site_that_fails_reaches_its_feed(theme: Theme, tmp_path: Path) -> None:
    with follower(tmp_path, grown(theme)) as one:
        assert (one.run().error, one.run().error) == (None, None)
        good = one.feed
        for mutation in themes.BAD:
            one.show(mutation)
            report = one.run(DAY)
            assert one.feed == good, mutation.__name__
            assert mutation is themes.doubled or report.held, (mutation.__name__, report)
            one.show()
            assert one.run(HOUR).error is None, mutation.__name__
            assert one.feed == good, mutation.__name__
        assert one.kinds == ["degraded", "recovered"] * (len(themes.BAD) - 1)


def test_what_a_person_accepts_on_the_status_page_is_taken_at_the_next_look_and_only_then(tmp_path: Path) -> None:
    with follower(tmp_path, grown(THEMES[0])) as one:
        one.run()
        one.show(themes.half_list)
        assert one.run(DAY).held
        one.accept()
        assert one.run().error is None
        assert one.kinds == ["degraded", "accepted"]
        one.show(themes.empty_list)
        assert one.run(DAY).held


@pytest.mark.parametrize("mutation", themes.GOOD)
def test_a_site_that_looks_otherwise_goes_on(theme: Theme, mutation: Mutation, tmp_path: Path) -> None:
    with follower(tmp_path, grown(theme)) as one:
        one.run()
        piece = one.blog.add(one.now)
        one.show(mutation)
        report = one.run(DAY)
        assert (report.error, report.new, report.changed) == (None, 1, 0)
        assert piece.title.encode() in one.feed
        assert one.kinds == []


@pytest.mark.parametrize("new", [THEMES[0], THEMES[3]], ids=["cards", "plain"])
def test_a_rule_that_stopped_matching_is_healed_and_told(new: Theme, tmp_path: Path) -> None:
    old = THEMES[1]
    with follower(tmp_path, grown(old), select=Select(item=old.item)) as one:
        one.run()
        one.show(themes.empty_list)
        report = one.run(DAY)
        assert report.held
        assert report.error == "links found: 12 -> 0 of 12 known"
        one.blog.theme = new
        piece = one.blog.add(one.now)
        one.show()
        report = one.run(DAY)
        assert (report.error, report.new, report.changed) == (None, 1, 0)
        assert piece.title.encode() in one.feed
        assert one.kinds == ["degraded", "recovered", "healed"]
        one.blog.add(one.now)
        one.show()
        assert one.run(DAY).new == 1
        one.show(themes.popular_only)
        assert one.run(DAY).held
        one.blog.theme = old
        one.show()
        assert one.run(DAY).error is None
        assert one.kinds == ["degraded", "recovered", "healed", "degraded", "recovered", "recovered"]


def live(blog: Blog, day: int, now: datetime) -> None:
    """One more day: posts come, now and then many, old ones go, typos are put right; once the list's length changes."""
    quiet, burst = 60 <= day < 92, day == 120
    for _ in range(15 if burst else int(not quiet and day % 3 != 1)):
        blog.add(now)
    if day % 7 == 0:
        blog.pieces[2] = replace(blog.pieces[2], fixed=1)
    if day % 40 == 11:
        del blog.pieces[4]
    if day == 150:
        blog.size = 6 if blog.theme.name in ("cards", "river") else 20


# The first of ten days for each theme: a usual time, the end of a silence, a burst, another length of the list.
SOME_DAYS = (0, 86, 116, 145, 180)


def test_no_alarm_in_two_hundred_days(theme: Theme, tmp_path: Path, thorough: bool) -> None:
    """The program but for HTTP, on files; looks at once change no byte of them.

    Each theme has some of the days, unless there is time.
    """
    blog, site = grown(theme), Site("https://valley.example")
    first = SOME_DAYS[THEMES.index(theme)]
    days, formats = (range(200), values.FORMATS) if thorough else (range(first, first + 10), ("atom",))
    with Store.open(tmp_path / "store.db") as store:
        one = following(tmp_path / "out", blog, site, store, cast(Fetcher, Near(site)), formats=formats)
        assert one.run().error is None
        for number in days:
            live(blog, number, one.now + DAY)
            one.show()
            newest = blog.pieces[0]
            report = one.run(DAY)
            assert (report.error, one.kinds) == (None, []), number
            assert newest.title.encode() in one.feed
            if thorough or number % 5 == 0:
                one.run(timedelta())  # a list that has not changed leaves time for pages that have left it
                before = one.files
                report = one.run(timedelta())
                assert (report.error, report.new, report.changed, one.files) == (None, 0, 0, before), number
