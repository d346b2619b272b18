"""Real readers subscribe: they see every entry, an edit without a duplicate, and get 304 when nothing is new."""

import json
import mailbox
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import fastfeedparser
import feedparser
import pytest
import reader

from feeds import output
from feeds.configuration import Config, FeedConfig
from feeds.document import Entry, Feed
from tests.installed import IN_CI, needs
from tests.test_daemon import recorded
from tests.test_web import serving

ROOT = Path(__file__).parents[1]
NODE_MODULES = ROOT / ".venv" / "node" / "node_modules"
THEN = datetime(2026, 1, 5, 8, tzinfo=UTC)
TITLES = ("Bread & salt", "Is 1 < 2, or <b>not</b>?", "Größe 中文 \N{CHEESE WEDGE}")
FORMS = ("atom", "rss", "json")
Seen = list[tuple[str, str]]


@dataclass(slots=True)
class Publication:
    """A feed that is served, `address` being where without the end of its name, and how it was answered so far."""

    out: Path
    address: str
    statuses: list[int]
    entries: tuple[Entry, ...] = field(default_factory=lambda: tuple(map(entry, range(len(TITLES)))))

    def __post_init__(self) -> None:
        self.publish()

    def publish(self) -> None:
        newest = max(entry.updated for entry in self.entries)
        feed = Feed("tag:club.example,2026:club", "The Club", "https://club.example/", newest, self.entries,
                    f"{self.address}.atom", author="Ann")  # fmt: skip
        output.write(self.out, "club", feed, FORMS)

    def edit(self) -> None:
        """The second entry gets another title and text, and a new one comes on top."""
        one, two, three = self.entries[-3:]
        two = replace(two, title="Corrected", html="<p>Corrected.</p>", updated=THEN + timedelta(days=9))
        self.entries = (replace(entry(-1), title="New"), one, two, three)
        self.publish()

    @property
    def seen(self) -> set[tuple[str, str]]:
        """What a reader is to see: ids and titles."""
        return {(entry.id, entry.title) for entry in self.entries}

    @property
    def ids(self) -> set[str]:
        return {entry.id for entry in self.entries}


def entry(number: int) -> Entry:
    day = THEN - timedelta(days=number)
    return Entry(
        id=f"tag:club.example,2026:{number}",
        url=f"https://club.example/{number}",
        title=TITLES[number],
        html=f"<p>Text {number} &amp; more.</p>",
        published=day,
        updated=day,
        authors=("Ann",),
    )


@pytest.fixture
def club(tmp_path: Path) -> Iterator[Publication]:
    out = tmp_path / "out"
    config = Config((FeedConfig("club", "https://club.example/"),), base_url="https://feeds.example", out=out)
    with serving(config) as server, recorded(f"http://127.0.0.1:{server.port}/") as (address, statuses):
        yield Publication(out, f"{address}club", statuses)


def run(command: list[str], home: Path, **more: Any) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "dumb"}
    done: subprocess.CompletedProcess[bytes] = subprocess.run(
        command, env=environment, cwd=home, timeout=60, capture_output=True, check=False, **more
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def follows(club: Publication, poll: Callable[[], Seen], *, polls: int = 1, retitles: bool = True) -> None:
    """The life of a subscription. `polls` is how many it takes for a reader to have all that it needs to ask for news.

    Some readers never show another title for what they have: `retitles` says whether this one does.
    """
    for edited in (False, True):
        if edited:
            club.edit()
        for _ in range(polls):
            found = poll()
        assert 200 in club.statuses[-polls:]
        assert sorted(id for id, _ in found) == sorted(club.ids)
        if retitles or not edited:
            assert set(found) == club.seen
        assert sorted(poll()) == sorted(found)
        assert club.statuses[-1] == 304


def test_statement_61_feedparser(club: Publication) -> None:
    for form in FORMS[:2]:
        known = feedparser.FeedParserDict()

        def poll(known: Any = known, form: str = form) -> Seen:
            answer = feedparser.parse(f"{club.address}.{form}", etag=known.get("etag"), modified=known.get("modified"))
            if answer.status == 200:
                assert not answer.bozo
                known.update(etag=answer.etag, modified=answer.modified, entries=answer.entries)
            return [(entry.id, entry.title) for entry in known["entries"]]

        club.entries = tuple(map(entry, range(len(TITLES))))
        club.publish()
        follows(club, poll)


def test_statement_61_reader(club: Publication, tmp_path: Path) -> None:
    with closing(reader.make_reader(str(tmp_path / "reader.sqlite"))) as known:
        known.add_feed(f"{club.address}.atom")

        def poll() -> Seen:
            known.update_feed(f"{club.address}.atom")
            assert next(iter(known.get_feeds())).last_exception is None
            return [(entry.id, entry.title or "") for entry in known.get_entries()]

        follows(club, poll)


@pytest.mark.parametrize("form", FORMS)
def test_statement_61_fastfeedparser(club: Publication, form: str) -> None:
    """A parser that keeps nothing: who uses it asks by himself."""
    for edited in (False, True):
        if edited:
            club.edit()
        found = fastfeedparser.parse((club.out / f"club.{form}").read_bytes())
        assert [(entry.id, entry.title) for entry in found.entries] == [(e.id, e.title) for e in club.entries]


@needs("newsboat")
def test_statement_61_newsboat(club: Publication, tmp_path: Path) -> None:
    (tmp_path / "config").touch()
    (tmp_path / "urls").write_text(f"{club.address}.atom\n", encoding="utf-8")
    command = ["newsboat", "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload"]

    def poll() -> Seen:
        run(command, tmp_path)
        with closing(sqlite3.connect(tmp_path / "cache.db")) as cache:
            return cache.execute("SELECT guid, title FROM rss_item").fetchall()

    follows(club, poll, polls=2)


@needs("sfeed_update", "curl")
def test_statement_61_sfeed(club: Publication, tmp_path: Path) -> None:
    (tmp_path / "sfeedrc").write_text(
        f"""sfeedpath="{tmp_path}/feeds"
fetch() {{ curl -f -s -m 15 --etag-save "$sfeedpath/etag" --etag-compare "$sfeedpath/etag" "$2"; }}
merge() {{ sort -t '\t' -u -k6,6 "$3" "$2"; }}
feeds() {{ feed club "{club.address}.atom"; }}
""",
        encoding="utf-8",
    )
    (tmp_path / "feeds").mkdir()

    def poll() -> Seen:
        run(["sfeed_update", "sfeedrc"], tmp_path)
        lines = (tmp_path / "feeds" / "club").read_text(encoding="utf-8").splitlines()
        return [(fields[5], fields[1]) for fields in (line.split("\t") for line in lines)]

    follows(club, poll)


@needs("r2e")
def test_statement_61_rss2email(club: Publication, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    r2e = ["r2e", "-c", str(tmp_path / "r2e.cfg"), "-d", str(tmp_path / "r2e.json")]
    run([*r2e, "new", "ann@club.example"], tmp_path)
    config = (tmp_path / "r2e.cfg").read_text(encoding="utf-8")
    for key, value in (("email-protocol", "maildir"), ("maildir-path", folder), ("maildir-mailbox", "INBOX")):
        config = re.sub(rf"^{key} = .*", f"{key} = {value}", config, flags=re.MULTILINE)
    (tmp_path / "r2e.cfg").write_text(config, encoding="utf-8")
    folder.mkdir()
    mailbox.Maildir(folder / "INBOX", create=True)
    run([*r2e, "add", "club", f"{club.address}.atom"], tmp_path)

    def poll() -> Seen:
        run([*r2e, "run"], tmp_path)
        mails = list(mailbox.Maildir(folder / "INBOX"))
        by_url = {entry.url: entry.id for entry in club.entries}
        return [(by_url[mail["X-RSS-URL"]], str(make_header(decode_header(mail["Subject"])))) for mail in mails]

    follows(club, poll, retitles=False)


@needs("rsstail")
def test_statement_61_rsstail(club: Publication, tmp_path: Path) -> None:
    """It keeps nothing when it ends: all that can be seen is what it shows."""
    for edited in (False, True):
        if edited:
            club.edit()
        shown = run(["rsstail", "-1", "-N", "-n", "10", "-u", f"{club.address}.rss"], tmp_path)
        assert sorted(filter(None, map(str.strip, shown.splitlines()))) == sorted(e.title for e in club.entries)


ELFEED = """
(require 'elfeed) (require 'json)
(setq elfeed-feeds (list (getenv "FEED")) elfeed-db-directory (getenv "DB") elfeed-use-curl t elfeed-log-level 'error)
(elfeed-db-load) (elfeed-update)
(let ((ends (+ (float-time) 30)))
  (while (and (> (elfeed-queue-count-total) 0) (< (float-time) ends)) (accept-process-output nil 0.05)))
(elfeed-db-save)
(let (found)
  (with-elfeed-db-visit (entry feed) (push (vector (cdr (elfeed-entry-id entry)) (elfeed-entry-title entry)) found))
  (princ (json-encode (vconcat found))))
"""


@needs("emacs", "curl")
def test_statement_61_elfeed(club: Publication, tmp_path: Path) -> None:
    program = tmp_path / "poll.el"
    program.write_text(ELFEED, encoding="utf-8")
    command = ["env", f"FEED={club.address}.atom", f"DB={tmp_path}/db", "emacs", "--batch", "-f", "package-initialize"]

    def poll() -> Seen:
        return [(id, title) for id, title in json.loads(run([*command, "-l", str(program)], tmp_path))]

    follows(club, poll)


@pytest.mark.skipif(
    not (shutil.which("node") and NODE_MODULES.is_dir()) and not IN_CI, reason="not installed here: readers from npm"
)
@pytest.mark.parametrize("form", FORMS)
def test_statement_61_readers_from_npm(club: Publication, tmp_path: Path, form: str) -> None:
    """rss-parser, feedsmith and @extractus/feed-extractor: parsers that keep nothing."""
    program = tmp_path / "clients.mjs"
    shutil.copyfile(ROOT / "tests" / "clients.js", program)
    for edited in (False, True):
        if edited:
            club.edit()
        file = str(club.out / f"club.{form}")
        told = json.loads(run(["node", str(program), str(NODE_MODULES), f"{club.address}.{form}", file], tmp_path))
        assert told.pop("format") == form
        assert set(told) == {"feedsmith", "extractus"} | ({"rss-parser"} if form != "json" else set())
        for name, found in told.items():
            assert [tuple(one) for one in found] == [(entry.id, entry.title) for entry in club.entries], name
