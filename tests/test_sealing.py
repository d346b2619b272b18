"""What a feed has no room for any more is in its archives, for good."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import rmtree

import feedparser
import pytest

from feeds import recovery
from feeds.configuration import PRIVATE, FeedConfig
from feeds.departed import tidy
from feeds.sections import Matching
from tests.live import SENTENCE, Blog, Post, blog
from tests.test_update import DAY, START, Program, check

POSTS = tuple(Post(f"report-{n}", f"Report {n}", START - (100 - n) * DAY) for n in range(1, 11))


@pytest.fixture
def site() -> Iterator[Blog]:
    with blog(*POSTS[3::-1]) as site:
        yield site


@pytest.fixture
def program(tmp_path: Path, site: Blog) -> Program:
    return Program(tmp_path / "out", (FeedConfig("club", site.address, limit=4),))


def grow(program: Program, site: Blog, *numbers: int) -> None:
    """A run after these reports."""
    for number in numbers:
        site.posts.insert(0, POSTS[number - 1])
    (report,) = program.run()
    assert report.error is None and report.problems == ()


def archives(program: Program, name: str = "club") -> dict[str, str]:
    """A digest of each archive document, by its name."""
    found = sorted((program.file.parent / name).glob("archive-*.atom"))
    for path in found:
        check(path)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def crawl(program: Program) -> list[list[str]]:
    """The titles in the feed, and in each document that is reached from it, as a reader follows the links."""
    documents, path = [], program.file
    while True:
        read = feedparser.parse(path.read_bytes())
        assert not read.bozo
        documents.append([entry.title for entry in read.entries])
        links = {link.rel: link.href for link in read.feed.links}
        assert links["self"] == f"{program.base_url}/{path.relative_to(program.file.parent)}"
        if path != program.file:
            assert links["current"] == f"{program.base_url}/{program.file.name}" and "fh_archive" in read.feed
        if "prev-archive" not in links:
            return documents
        path = program.file.parent / links["prev-archive"].removeprefix(f"{program.base_url}/")


def test_a_feed_with_room_for_all_has_no_archive(program: Program, site: Blog) -> None:
    program.run()
    assert crawl(program) == [["Report 4", "Report 3", "Report 2", "Report 1"]]
    assert archives(program) == {}


def test_statement_38_the_oldest_are_put_away_and_every_entry_is_in_one_archive_or_the_feed(
    program: Program, site: Blog
) -> None:
    program.run()
    grow(program, site, 5)
    assert crawl(program) == [["Report 5", "Report 4", "Report 3", "Report 2"], ["Report 2", "Report 1"]]
    grow(program, site, 6, 7)
    grow(program, site, 8, 9, 10)
    shown, *sealed = crawl(program)
    assert shown == ["Report 10", "Report 9", "Report 8", "Report 7"]
    assert sealed == [["Report 6", "Report 5"], ["Report 4", "Report 3"], ["Report 2", "Report 1"]]


def test_statement_38_an_archive_never_changes(program: Program, site: Blog) -> None:
    program.run()
    grow(program, site, 5, 6)
    before = archives(program)
    assert list(before) == ["archive-0001.atom"]
    site.posts[-1] = replace(site.posts[-1], text=SENTENCE + "It was all different. " * 20)
    site.posts[-2] = replace(site.posts[-2], title="Another title altogether")
    program.configure(title="Another name")
    grow(program, site, 7, 8)
    grow(program, site, 9)
    assert before.items() <= archives(program).items() and len(archives(program)) == 3


def test_many_at_once_fill_several(program: Program, site: Blog) -> None:
    program.configure(limit=10)
    site.posts[:] = POSTS[::-1]
    program.run()
    program.configure(limit=2)
    program.run()
    assert crawl(program)[1:] == [[f"Report {number}"] for number in range(8, 0, -1)]


def test_one_that_came_late_is_put_away_too(program: Program, site: Blog) -> None:
    program.run()
    grow(program, site, 5, 6)
    before = archives(program)
    site.posts.insert(0, Post("found-in-a-drawer", "Found in a drawer", START - 400 * DAY))
    program.run()
    assert "Found in a drawer" in crawl(program)[1] and before.items() <= archives(program).items()


def test_what_has_no_room_for_its_size_is_put_away(program: Program, site: Blog) -> None:
    """Five entries stay in a feed however large they are."""
    program.configure(limit=8, max_size=2_000)
    site.posts[:] = POSTS[7::-1]
    program.run()
    documents = crawl(program)
    assert len(documents[0]) == 5
    assert {title for document in documents for title in document} == {post.title for post in POSTS[:8]}


def test_what_a_feed_does_not_take_is_in_no_archive(program: Program, site: Blog) -> None:
    program.run()
    program.configure(limit=2, exclude=Matching(title=("report 2",)))
    grow(program, site, 5)
    assert crawl(program) == [["Report 5", "Report 4"], ["Report 3"], ["Report 1"]]


def test_what_was_deleted_is_written_again_as_it_was(program: Program, site: Blog) -> None:
    program.run()
    grow(program, site, 5, 6, 7)
    before = archives(program)
    (program.out / "club" / "archive-0001.atom").unlink()
    grow(program, site, 8)
    assert before.items() <= archives(program).items()


def test_another_address_is_another_document(program: Program, site: Blog) -> None:
    program.run()
    grow(program, site, 5, 6, 7)
    titles = crawl(program)[1:]
    program.base_url = "https://elsewhere.example"
    program.run()
    assert crawl(program)[1:] == titles
    program.configure(name="society")
    program.run()
    assert program.file.name == "society.atom" and crawl(program)[1:] == titles


def test_a_feed_with_a_token_keeps_its_archives_to_itself(program: Program, site: Blog) -> None:
    program.run()
    grow(program, site, 5)
    program.configure(token="a-token-of-sixteen-or-more")
    program.run()
    assert list(archives(program)) == []
    assert (program.out / PRIVATE / "club" / "archive-0001.atom").is_file()


def test_archives_outlive_the_store(program: Program, site: Blog) -> None:
    program.run()
    grow(program, site, 5, 6)
    before = archives(program)
    rmtree(program.out / ".state")
    program.with_updater(lambda updater: recovery.adopt(updater.config, updater.store, updater.clock()))
    grow(program, site, 7, 8)
    assert before.items() <= archives(program).items()
    documents = crawl(program)
    assert documents[-1] == ["Report 2", "Report 1"]
    assert {title for document in documents for title in document} == {post.title for post in POSTS[:8]}


def test_archives_of_another_feed_of_that_name_go(program: Program, site: Blog) -> None:
    program.run()
    grow(program, site, 5)
    with blog(*(replace(post, slug=f"b-{post.slug}", title=f"B {post.title}") for post in POSTS[:3])) as other:
        program.configure(url=other.address)
        program.run()
        assert crawl(program) == [["B Report 3", "B Report 2", "B Report 1"]]
        assert archives(program) == {}


def test_a_feed_that_has_ended_names_them_still(program: Program, site: Blog) -> None:
    program.run()
    grow(program, site, 5)
    (settings,) = program.feeds
    file = program.file
    program.feeds = (FeedConfig("other", "https://other.example/"),)
    program.now += timedelta(hours=1)
    program.with_updater(lambda updater: tidy(updater.config, updater.store, updater.clock()))
    links = {link.rel: link.href for link in feedparser.parse(file.read_bytes()).feed.links}
    assert links["prev-archive"] == f"https://feeds.example/{settings.name}/archive-0001.atom"
