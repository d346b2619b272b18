"""Rules of now on pages of before: only what they change differs, and nothing is fetched."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import feedparser
import pytest

from feeds import keptrows, revising
from feeds.configuration import FeedConfig
from feeds.model import Held
from feeds.replay import Replay, Shelf
from feeds.sections import KeepPages, Select
from feeds.store import Store
from scraper.errors import FetchError, RecipeError
from tests.live import Blog, Post, blog, page
from tests.program import called, feedwright
from tests.test_keptpages import START, Program

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# A site for most tests and a large one; every fifth post has what a new rule is about.
POSTS, MANY = 20, 200
FIFTH = 5
PROMOTED = POSTS // FIFTH
# Each post says things of its own.
WORDS = "harbour ferry pier gull storm rope lamp tide anchor net crane sail oar buoy quay mast hull deck cabin".split()


def sentence(number: int) -> str:
    return " ".join(WORDS[(number * 7 + i * (1 + number % 5)) % len(WORDS)] for i in range(12)).capitalize() + "."


def post(number: int) -> Post:
    text = " ".join(sentence(number * 31 + part) for part in range(8))
    return Post(f"post-{number}", f"What the log of day {number} says", START - number * DAY, text)


def promoted(number: int) -> bool:
    return number % FIFTH == 0


def document(number: int, promotion: str = "") -> bytes:
    plain = page(post(number)).replace("</p></article>", f"</p><p>{sentence(number + 5)} The end.</p></article>")
    box = f'<p class="promo">Number {number}: join {sentence(number + 9)}</p>' if promotion or promoted(number) else ""
    return plain.replace("</p><p>", f"</p>{box}<p>").encode()


def pages(count: int) -> dict[str, tuple[str, bytes]]:
    return {f"/post/post-{n}": ("text/html; charset=utf-8", document(n)) for n in range(count)}


@pytest.fixture(scope="module")
def site() -> Iterator[Blog]:
    with blog(*map(post, range(POSTS))) as site:
        site.pages.update(pages(POSTS))
        yield site


@pytest.fixture(scope="module")
def filled(site: Blog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that has fetched all of the site, in a folder."""
    out = tmp_path_factory.mktemp("filled") / "out"
    fill(out, site)
    return out


def fill(out: Path, site: Blog) -> None:
    with Store.open(out / ".state" / "store.db") as store:
        report = Program(out, store, FeedConfig("club", site.address, limit=MANY)).run()
    assert (report.error, report.new, report.problems) == (None, len(site.posts), ())


@pytest.fixture
def program(filled: Path, site: Blog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """A copy of it without a network."""
    copied(filled, tmp_path / "out")
    with offline(tmp_path / "out", site, monkeypatch) as program:
        yield program


@contextmanager
def offline(out: Path, site: Blog, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    with Store.open(out / ".state" / "store.db") as store:
        program = Program(out, store, FeedConfig("club", site.address, limit=MANY))
        program.now += 2 * HOUR
        yield program


def copied(folder: Path, to: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            (to / path.relative_to(folder)).parent.mkdir(parents=True, exist_ok=True)
            (to / path.relative_to(folder)).write_bytes(path.read_bytes())


def refused(*_: object, **__: object) -> NoReturn:
    raise AssertionError("nothing may be fetched")


def replayed(program: Program, *, since: datetime | None = None, **rules: Any) -> Replay:
    program.configure(**rules)
    updater = program.updater
    updater.sync()
    return revising.reread(updater, "club", since)


def held(program: Program) -> dict[str, Held]:
    return {one.entry_id: one for one in program.store.newest(1, MANY)}


def test_without_new_rules_nothing_differs(program: Program) -> None:
    found = replayed(program)
    assert (found.revised, found.same, found.unkept, found.problems, found.strangers) == ((), POSTS, 0, (), ())
    before = (program.out / "club.atom").stat()
    report = revising.revise(program.updater, found)
    assert (report.changed, report.written) == (0, False)
    assert (program.out / "club.atom").stat() == before


def test_a_new_rule_changes_the_entries_that_it_is_about_and_nothing_else_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with blog(*map(post, range(MANY))) as large:
        large.pages.update(pages(MANY))
        fill(tmp_path / "out", large)
    with offline(tmp_path / "out", large, monkeypatch) as program:
        changed_by_a_new_rule(program)


def changed_by_a_new_rule(program: Program) -> None:
    before, file = held(program), (program.out / "club.atom").read_bytes()
    found = replayed(program, select=Select(remove=(".promo",)))
    assert len(found.revised) == MANY // FIFTH
    assert (found.same, found.unkept, found.problems) == (MANY - MANY // FIFTH, 0, ())
    assert held(program) == before  # nothing has been done yet
    report = revising.revise(program.updater, found)
    assert (report.changed, report.written) == (MANY // FIFTH, True)
    after = held(program)
    changed = {id for id in after if after[id] != before[id]}
    assert changed == {id for id, one in before.items() if promoted(int(one.article.url.rpartition("-")[2]))}
    for id in changed:
        old, new = before[id], after[id]
        assert "join" in old.article.text and "join" not in new.article.text
        stays = {name: getattr(new, name) for name in ("published", "updated", "first_seen", "keys")}
        assert stays == {name: getattr(old, name) for name in stays}
        assert (new.article.url, new.article.title, new.revision) == (old.article.url, old.article.title, 1)
    assert identity(file) == identity((program.out / "club.atom").read_bytes())
    again = replayed(program)
    assert (again.revised, again.same) == ((), MANY)


def identity(content: bytes) -> list[tuple[str, str, str]]:
    parsed = feedparser.parse(content)
    return [(entry.id, entry.published, entry.updated) for entry in parsed.entries]


def test_readers_are_told_where_that_is_asked_for(program: Program) -> None:
    before = held(program)
    found = replayed(program, select=Select(remove=(".promo",)))
    revising.revise(program.updater, found, bump=True)
    after = held(program)
    moved = {id for id in after if after[id].updated != before[id].updated}
    assert moved == {one.before.entry_id for one in found.revised}
    assert all(after[id].updated >= program.now.replace(microsecond=0) for id in moved)
    assert len({one.updated for one in after.values()}) == POSTS
    (former,) = program.store.revisions(1, found.revised[0].before.entry_id)
    assert (former.number, former.text) == (1, found.revised[0].before.article.text)
    assert {after[id].published == before[id].published for id in after} == {True}
    parsed = feedparser.parse((program.out / "club.atom").read_bytes())
    assert parsed.feed.updated == max(entry.updated for entry in parsed.entries)


def test_since_a_day(program: Program) -> None:
    found = replayed(program, since=START - 10 * DAY, select=Select(remove=(".promo",)))
    assert (len(found.revised), found.same) == (3, 8)
    assert found.strangers == ()


def test_a_rule_that_fits_nothing_leaves_entries_alone(program: Program, tmp_path: Path) -> None:
    before = held(program)
    recipe = tmp_path / "recipe.py"
    recipe.write_text("def content(soup, url):\n    return ''\n")
    found = replayed(program, recipe=recipe)
    assert (found.revised, len(found.problems)) == ((), POSTS)
    revising.revise(program.updater, found)
    assert held(program) == before
    recipe.write_text("def content(:\n")
    with pytest.raises(RecipeError, match="can't be loaded"):
        replayed(program)


def test_titles_and_authors_by_rules_too(program: Program, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.py"
    recipe.write_text(
        "def title(soup, url):\n    return 'T ' + url[-2:]\ndef authors(soup, url):\n    return ['Ann']\n"
    )
    found = replayed(program, recipe=recipe)
    assert len(found.revised) == POSTS
    assert {one.decision.held.article.authors for one in found.revised} == {("Ann",)}
    revising.revise(program.updater, found)
    assert {one.article.title for one in held(program).values()} <= {f"T {n:02}" for n in range(100)} | {
        f"T -{n}" for n in range(10)
    }


def test_a_page_that_is_gone_leaves_its_entry_alone_and_is_counted(program: Program) -> None:
    for path in program.files()[:6]:
        path.unlink()
    found = replayed(program, select=Select(remove=(".promo",)))
    assert found.unkept in (5, 6)  # one may have been the listing
    assert len(found.revised) + found.same == POSTS - found.unkept


def test_an_entry_that_changed_meanwhile_stays_as_it_is_now(program: Program) -> None:
    found = replayed(program, select=Select(remove=(".promo",)))
    first = found.revised[0]
    assert program.store.revise(1, [first], None) == 1
    assert program.store.revise(1, [first], None) == 0
    assert revising.revise(program.updater, found).changed == PROMOTED - 1


def test_pages_that_are_of_no_entry_are_named_and_no_entry_is_made(program: Program) -> None:
    kept = next(one for one in program.kept() if one.kind == "article")
    digest = program.archive.put(1, b"<p>What nobody listed")
    stranger = replace(kept, requested="https://club.example/x", url="https://club.example/x", entry_id=None)
    stranger = replace(stranger, digest=digest.digest, size=digest.size)
    with program.store.writing() as connection:
        keptrows.save(connection, 1, [stranger])
    found = replayed(program)
    assert found.strangers == ("https://club.example/x",)
    revising.revise(program.updater, found)
    assert len(held(program)) == POSTS


def test_the_shelf_has_what_is_kept_and_nothing_else(program: Program) -> None:
    shelf = Shelf(1, program.pages, program.kept())
    listing = shelf.get(program.feed.url)
    assert listing is not None and b"What the log of day 7 says" in listing.content
    assert shelf.sitemaps(program.feed.url) == ()
    with pytest.raises(FetchError, match="is not among the kept pages"):
        shelf.get("https://club.example/never")


def test_a_watched_page_is_left_alone(program: Program) -> None:
    found = replayed(program, find="page")
    assert (found.revised, found.same) == ((), POSTS)


# The command


CONFIG = """
base_url: https://feeds.example
network: {allow_private: true}
keep_pages: {versions: 1}
feeds:
  - name: club
    url: %s
%s
"""


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the command has fetched a short feed, of a site that is down by now."""
    folder = tmp_path_factory.mktemp("fetched")
    with blog(*map(post, range(10))) as short:
        short.pages.update({f"/post/post-{n}": ("text/html; charset=utf-8", document(n)) for n in range(10)})
        (folder / "config.yaml").write_text(CONFIG % (short.address, ""))
        done = feedwright("fetch", "--all", cwd=folder)
        assert done.returncode == 0, done.stderr
    (folder / "config.yaml").write_text(CONFIG % (short.address, "    select: {remove: .promo}"))
    return folder


@pytest.fixture
def command(fetched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, which we are in."""
    copied(fetched, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_shows_and_does(command: Path) -> None:
    before = (command / "out" / "club.atom").read_bytes()
    dry = called("replay", "--dry-run", "club")
    assert (dry.returncode, (command / "out" / "club.atom").read_bytes()) == (0, before)
    assert dry.stdout.decode().splitlines() == [
        line
        for n in (0, 5)
        for line in (
            f"What the log of day {n} says  ({START - n * DAY:%Y-%m-%d})",
            f"  {url(before, n)}",
            f"  − Number {n}: join {sentence(n + 9)}",
        )
    ]
    assert dry.stderr.decode().splitlines() == ["club: 2 would change, 8 would not."]
    done = called("replay")
    assert (done.returncode, done.stdout) == (0, dry.stdout)
    assert done.stderr.decode().splitlines() == ["club: 2 changed, 8 did not; out/club.atom written."]
    after = (command / "out" / "club.atom").read_bytes()
    assert b"join" in before and b"join" not in after
    assert identity(before) == identity(after)
    told = called("show", "club", "1", "--revisions").stdout
    assert told.startswith(b"Since it was first seen its site has changed nothing") and b"`feedwright replay`" in told
    again = called("replay")
    assert again.stderr.decode().splitlines() == ["club: 0 changed, 10 did not; out/club.atom stays as it is."]


def url(content: bytes, number: int) -> str:
    links = [str(entry.link) for entry in feedparser.parse(content).entries]
    return next(link for link in links if link.endswith(f"-{number}"))


def test_the_command_gives_json(command: Path) -> None:
    done = called("replay", "--json", "--bump", "--since", "2026-02-26")
    (feed,) = json.loads(done.stdout)
    assert (feed["feed"], feed["applied"], feed["written"], feed["same"]) == ("club", True, True, 3)
    (entry,) = feed["entries"]
    assert entry["url"].endswith("post-0")
    assert [change["field"] for change in entry["changes"]] == ["text"]
    assert sentence(9) in entry["changes"][0]["before"]
    assert sentence(9) not in entry["changes"][0]["after"]


def test_a_recipe_that_cannot_be_used_is_told(command: Path) -> None:
    (command / "club.py").write_text("def content(:\n")
    config = command / "config.yaml"
    config.write_text(config.read_text().replace("select: {remove: .promo}", "recipe: club.py"))
    done = called("replay")
    assert done.returncode == 1
    assert done.stderr.decode().startswith("error: club: ") and b"can't be loaded" in done.stderr


def test_where_nothing_is_kept_nothing_is_read_again(tmp_path: Path, site: Blog) -> None:
    with Store.open(tmp_path / "store.db") as store:
        program = Program(tmp_path / "out", store, FeedConfig("club", site.address, limit=3, keep_pages=KeepPages(0)))
        program.run()
        found = replayed(program)
        assert (found.revised, found.same, found.unkept) == ((), 0, 3)
