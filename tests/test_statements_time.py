"""What every feed must satisfy as time goes on, statement by statement: ids, dates, files."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds import identity, publish
from feeds.configuration import FeedConfig
from scraper import extract
from scraper.model import Article
from tests.jsonfeed import json_feed_errors
from tests.live import SENTENCE, Blog, Post, blog
from tests.readers import misread
from tests.rss import rss_errors
from tests.schema import atom_errors
from tests.test_update import POSTS, Program, ids

PAGE = """<!DOCTYPE html><html><body><article><h1>Lazy</h1><p>{words}</p>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/pictures/a.jpg" alt="A pier">
<p>{words}</p></article></body></html>"""


@pytest.fixture
def site() -> Iterator[Blog]:
    with blog(*POSTS) as site:
        yield site


@pytest.fixture
def program(tmp_path: Path, site: Blog) -> Program:
    return Program(tmp_path / "out", (FeedConfig("club", site.address),))


def test_statement_6_nothing_is_wrong_with_the_sample_site(program: Program) -> None:
    program.configure(url="sample://lantern.example/")
    program.now = datetime(2026, 12, 1, tzinfo=UTC)
    program.run()
    content = {form: program.file.with_suffix(f".{form}").read_bytes() for form in ("atom", "rss", "json")}
    assert len(program.entries()) > 5
    assert atom_errors(content["atom"]) == rss_errors(content["rss"]) == json_feed_errors(content["json"]) == []
    built = program.with_updater(lambda updater: updater.publisher.feed(program.feeds[0])[1])
    assert misread(built, content["atom"]) == []


def test_statement_10_an_id_is_for_life(program: Program, site: Blog) -> None:
    program.run()
    before = ids(program.entries())
    site.posts[1] = replace(POSTS[1], title="The ferry is later still", text=SENTENCE * 4 + "Since Tuesday.")
    program.base_url = "https://elsewhere.example"
    program.run()
    after = ids(program.entries())
    assert after.pop("The ferry is later still") == before.pop(POSTS[1].title)
    assert after == before
    for path in program.out.glob("club.*"):
        path.unlink()
    program.run()
    assert set(ids(program.entries()).values()) >= set(before.values())
    assert all(each.startswith(("tag:", "https://")) for each in before.values())


def test_statement_11_no_id_is_given_twice() -> None:
    article = Article("https://club.example/1", "One", "<p>One</p>", "One")
    first = identity.mint(article, set())
    assert identity.mint(article, {first}) not in (first, "")


def test_statement_19_a_lazy_picture_is_itself() -> None:
    page = PAGE.format(words=SENTENCE * 5).encode()
    html = extract(page, "https://club.example/1").html
    assert '<img src="https://club.example/pictures/a.jpg" alt="A pier">' in html
    assert "data:" not in html


def test_statement_24_no_two_entries_share_a_date_of_change(program: Program, site: Blog) -> None:
    site.posts[:] = [Post(f"post-{number}", f"Post number {number}", "2026-02-01") for number in range(8)]
    program.run()
    updated = [entry.updated for entry in program.entries()]
    assert len(set(updated)) == len(updated) == 8
    before = program.file.read_bytes()
    program.run()
    assert program.file.read_bytes() == before


def test_statement_56_files_are_touched_only_when_they_differ_and_then_are_later(program: Program, site: Blog) -> None:
    program.run()
    files = sorted(program.out.glob("club.*"))
    assert [path.suffix for path in files] == [".atom", ".html", ".json", ".rss"]
    before = {path: path.stat() for path in files}
    program.run()
    now = {path: path.stat() for path in files}
    assert all(
        (now[path].st_ino, now[path].st_mtime_ns) == (old.st_ino, old.st_mtime_ns) for path, old in before.items()
    )
    site.posts.insert(0, Post("new", "Something new", datetime(2026, 3, 1, 14, tzinfo=UTC)))
    program.run()
    for path, old in before.items():
        assert path.stat().st_mtime_ns // 10**9 > old.st_mtime_ns // 10**9
        assert path.stat().st_ino != old.st_ino  # another file, put in its place
    future = files[0].stat().st_mtime + 100
    os.utime(files[0], (future, future))
    assert publish.write(files[0], b"<feed/>") and files[0].stat().st_mtime > future
