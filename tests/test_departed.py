"""Names are kept for ever: who asks for an old one is led to the new one, or told that the feed has ended."""

import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from feeds import app, farewell
from feeds.configuration import PRIVATE, Config, FeedConfig
from feeds.sections import Network
from feeds.update import Updater
from tests.live import Blog, Post, blog
from tests.schema import atom_errors
from tests.test_web import Server, body, serving

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = "a-token-of-20-letters"


@pytest.fixture(scope="module")
def site() -> Iterator[Blog]:
    with blog(Post("one", "One is here", "2026-01-02"), Post("two", "Two is here", "2026-01-01")) as site:
        yield site


def config(out: Path, *feeds: FeedConfig) -> Config:
    return Config(feeds, base_url="https://feeds.example", out=out, network=Network(allow_private=True))


def club(site: Blog, name: str = "club", token: str | None = None) -> FeedConfig:
    return FeedConfig(name, site.address, token=token, allow_private=True)


@contextmanager
def opened(config: Config, now: datetime = NOW) -> Iterator[Updater]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "now", lambda: now)
        with app.opened(config) as updater:
            yield from updated(updater)


def updated(updater: Updater) -> Iterator[Updater]:
    updater.refresh()
    for lease in updater.claim(10, [feed.name for feed in updater.config.feeds]):
        assert updater.update(lease).error is None
    yield updater


@contextmanager
def served(config: Config, now: datetime = NOW) -> Iterator[Server]:
    with opened(config, now) as updater, serving(config, updater.store.slug, lambda: now.timestamp()) as server:
        yield server


def test_statement_50_a_renamed_feed_is_found_under_every_name_that_it_had(site: Blog, tmp_path: Path) -> None:
    for name in ("club", "news"):
        with opened(config(tmp_path, club(site, name))):
            pass
    with served(config(tmp_path, club(site, "paper"))) as server:
        for old in ("club", "news"):
            for method in ("GET", "HEAD"):
                moved = server.get(f"/{old}.atom?x=1", method)
                assert (moved.status, moved.headers["Location"]) == (301, "https://feeds.example/paper.atom?x=1")
            assert server.get(f"/{old}/2025.atom").headers["Location"] == "https://feeds.example/paper/2025.atom"
        assert server.get("/paper.atom").status == 200
        assert server.get("/other.atom").status == 404
    years = NOW + timedelta(days=3650)
    with served(config(tmp_path, club(site, "paper")), years) as server:
        assert server.get("/club.atom").status == 301


def test_statement_50_a_name_that_another_feed_takes_is_that_ones(site: Blog, tmp_path: Path) -> None:
    with opened(config(tmp_path, club(site))):
        pass
    other = FeedConfig("club", f"{site.address}?other", allow_private=True)
    site.pages["/?other"] = ("text/html", site.listing().encode())
    with served(config(tmp_path, club(site, "paper"), other)) as server:
        assert server.get("/club.atom").status == 200


def test_statement_50_files_elsewhere_say_where_it_goes_on(site: Blog, tmp_path: Path) -> None:
    """A web server that only knows files can't lead anybody on."""
    with opened(config(tmp_path, club(site))):
        pass
    before = feedparser.parse((tmp_path / "club.atom").read_bytes())
    with opened(config(tmp_path, club(site, "paper"))):
        content = (tmp_path / "club.atom").read_bytes()
    after = feedparser.parse(content)
    assert atom_errors(content) == []
    assert after.entries[0].title == "This feed has moved"
    assert after.entries[0].link == "https://feeds.example/paper.atom"
    assert [entry.id for entry in after.entries[1:]] == [entry.id for entry in before.entries]


def test_statement_51_a_feed_that_ends_says_so_for_a_month_and_is_gone_then(site: Blog, tmp_path: Path) -> None:
    other = FeedConfig("other", f"{site.address}?other", allow_private=True)
    site.pages["/?other"] = ("text/html", site.listing().encode())
    with opened(config(tmp_path, club(site), other)):
        before = feedparser.parse((tmp_path / "club.atom").read_bytes())
    without = config(tmp_path, other)
    with served(without) as server:
        response = server.get("/club.atom")
        last = feedparser.parse(body(response))
    assert response.status == 200
    assert last.entries[0].title == "This feed has ended"
    assert [entry.id for entry in last.entries[1:]] == [entry.id for entry in before.entries]
    assert last.feed.updated > before.feed.updated
    with served(without, NOW + farewell.SAID_FOR - timedelta(hours=1)) as server:
        assert body(server.get("/club.atom")) == body(response)  # not a byte of it is the clock's
    with served(without, NOW + farewell.SAID_FOR) as server:
        assert server.get("/club.atom").status == 410
        assert server.get("/club.atom", "HEAD").status == 410
        assert server.get("/other.atom").status == 200
    assert not (tmp_path / "club.atom").exists()
    with served(config(tmp_path, club(site), other), NOW + timedelta(days=60)) as server:
        again = feedparser.parse(body(server.get("/club.atom")))
    assert [entry.id for entry in again.entries] == [entry.id for entry in before.entries]


def test_an_older_store_remembers_its_names(site: Blog, tmp_path: Path) -> None:
    """What feeds were called before this was put down is in no table but that of the sources."""
    with opened(config(tmp_path, club(site))):
        pass
    with closing(sqlite3.connect(tmp_path / ".state" / "feedwright.db")) as store, store:
        names = store.execute("SELECT name, given_up FROM slugs").fetchall()
    assert names == [("club", None)]


@pytest.fixture(scope="module")
def closed(site: Blog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with one feed, which has a token."""
    with served(config(tmp_path_factory.mktemp("closed"), club(site, token=TOKEN))) as server:
        yield server


@pytest.mark.parametrize(
    ("query", "header", "status"),
    [
        ("", None, 401),
        (f"?token={TOKEN}", None, 200),
        (f"?utm=1&token={TOKEN}", None, 200),
        (f"?token={TOKEN}x", None, 401),
        (f"?Token={TOKEN}", None, 401),
        ("?token=", None, 401),
        ("?token=%ff", None, 401),
        ("?" + "&".join(f"x{n}=1" for n in range(200)) + f"&token={TOKEN}", None, 401),
        ("", "Basic " + b64encode(f"ann:{TOKEN}".encode()).decode(), 200),
        ("", "basic " + b64encode(f":{TOKEN}".encode()).decode(), 200),
        ("", "Basic " + b64encode(f"{TOKEN}:".encode()).decode(), 401),
        ("", "Basic nonsense", 401),
        ("", f"Bearer {TOKEN}", 200),
        ("", f"Digest {TOKEN}", 401),
    ],
)
def test_a_feed_with_a_token_is_for_who_knows_it(closed: Server, query: str, header: str | None, status: int) -> None:
    response = closed.get(f"/club.atom{query}", **({"Authorization": header} if header else {}))
    assert response.status == status
    if status == 401:
        assert response.headers["WWW-Authenticate"].startswith("Basic ")
        assert b"entry" not in body(response)
        return
    assert response.headers["Cache-Control"].startswith("private, ")
    same = {"If_None_Match": response.headers["ETag"], **({"Authorization": header} if header else {})}
    assert closed.get(f"/club.atom{query}", **same).status == 304
    assert closed.get("/club.atom", If_None_Match="*").status == 401  # not even whether there is one
    assert b"club" not in body(closed.get("/"))
    assert TOKEN.encode() not in body(response)


def test_a_feed_moves_out_of_sight_when_it_gets_a_token_and_back(site: Blog, tmp_path: Path) -> None:
    public, private = tmp_path / "club.atom", tmp_path / PRIVATE / "club.atom"
    for token, here, there in ((None, public, private), (TOKEN, private, public), (None, public, private)):
        with opened(config(tmp_path, club(site, token=token))):
            assert here.exists() and not there.exists()


def test_who_guesses_has_to_wait(site: Blog, tmp_path: Path) -> None:
    with served(config(tmp_path, club(site, token=TOKEN))) as server:
        stranger = {"X_Forwarded_For": "93.184.215.14"}
        statuses = [server.get(f"/club.atom?token=guess-{n}", **stranger).status for n in range(12)]
        assert statuses[0] == 401 and statuses[-1] == 429
        assert server.get(f"/club.atom?token={TOKEN}", **stranger).status == 200


def test_a_renamed_feed_with_a_token_leads_on_only_who_knows_it(site: Blog, tmp_path: Path) -> None:
    with opened(config(tmp_path, club(site, token=TOKEN))):
        pass
    with served(config(tmp_path, club(site, "paper", TOKEN))) as server:
        assert server.get("/club.atom").status == 401
        moved = server.get(f"/club.atom?token={TOKEN}")
        assert (moved.status, moved.headers["Location"]) == (301, f"https://feeds.example/paper.atom?token={TOKEN}")
