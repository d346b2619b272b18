"""`add`, `import` and `export` as their users meet them."""

import os
import pty
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest

from tests.live import SENTENCE, Blog, Post, blog
from tests.program import COMMAND, PATIENCE, feedwright

POSTS = tuple(
    Post(f"a-storm-is-coming-{n}", f"A storm is coming: {n}", f"2026-02-{20 - n:02}", SENTENCE * 8) for n in range(7)
)


@pytest.fixture
def site() -> Iterator[Blog]:
    with blog(*POSTS) as site:
        yield site


def announced(site: Blog, text: str) -> None:
    """Let the site have a feed of its own, with so much of each post."""
    items = "".join(
        f"<item><link>{site.address}post/{post.slug}</link><description>{text}</description></item>" for post in POSTS
    )
    site.pages["/rss"] = ("application/rss+xml", f"<rss><channel>{items}</channel></rss>".encode())
    link = '<link rel="alternate" type="application/rss+xml" href="/rss"><title>'
    site.pages["/"] = ("text/html; charset=utf-8", site.listing().replace("<title>", link).encode())


def test_an_address_is_enough(tmp_path: Path, site: Blog) -> None:
    done = feedwright("add", site.address, "--allow-private", "--yes", cwd=tmp_path)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (0, b""), said
    assert f"Harbour News, {site.address}\n7 articles, found by listing. The first of them:\n" in said
    assert f"  2026-02-20  A storm is coming: 0\n              {SENTENCE[:60]}" in said
    assert "… and 2 more, “A storm is coming: 5”, “A storm is coming: 6”\n" in said
    assert "\nharbour-news: 7 new, 0 changed; out/harbour-news.atom written (7 entries).\n" in said
    assert said.endswith("/harbour-news.atom while `feedwright run` or `feedwright serve` runs.\n")
    written = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert (
        f"  # Harbour News: 7 articles, found by listing\n  - name: harbour-news\n    url: {site.address}\n" in written
    )
    assert "    allow_private: true\n    # title: Harbour News " in written
    assert len(feedparser.parse((tmp_path / "out/harbour-news.atom").read_bytes()).entries) == 7
    assert feedwright("check", cwd=tmp_path).returncode == 0
    assert feedwright("fetch", "harbour-news", cwd=tmp_path).returncode == 0


def test_the_comments_in_the_block_are_right_too(tmp_path: Path, site: Blog) -> None:
    feedwright("add", site.address, "--allow-private", "--yes", cwd=tmp_path)
    path = tmp_path / "config.yaml"
    path.write_text(re.sub("^    # ", "    ", path.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8")
    assert feedwright("check", cwd=tmp_path).stdout.startswith(b"harbour-news: every 2h ")


def test_an_address_that_is_there_already_is_named(tmp_path: Path, site: Blog) -> None:
    (tmp_path / "config.yaml").write_text(f"feeds: [{{name: harbour, url: '{site.address}'}}]\n")
    done = feedwright("add", f"{site.address}?utm_source=x", "--allow-private", "--yes", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode().startswith("error: config.yaml has this address already: harbour follows it.")
    assert site.asked == []


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path, site: Blog) -> None:
    (tmp_path / "config.yaml").write_text("feeds: [{name: harbour-news, url: a.example}]\n")
    done = feedwright("add", site.address, "--allow-private", "--dry-run", "-q", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith(", {name: harbour-news-2, url: ")


def test_a_name_and_a_title_can_be_given(tmp_path: Path, site: Blog) -> None:
    for options, name in ((["--name", "quay"], "quay"), (["--title", "The Quay"], "the-quay")):
        done = feedwright("add", site.address, "--allow-private", "--dry-run", *options, cwd=tmp_path)
        assert f"  - name: {name}\n" in done.stdout.decode()
    assert "    title: The Quay\n" in done.stdout.decode()
    assert list(tmp_path.iterdir()) == []
    done = feedwright("add", site.address, "--yes", "--name", "The Quay", cwd=tmp_path)
    assert (done.returncode, done.stderr.startswith(b"error: --name: expected at most 64 small")) == (2, True)


def test_without_a_terminal_it_says_what_to_do(tmp_path: Path, site: Blog) -> None:
    done = feedwright("add", site.address, "--allow-private", cwd=tmp_path)
    assert done.returncode == 2
    assert b"--yes" in done.stderr and b"--dry-run" in done.stderr
    done = feedwright("add", "ftp://club.example/", cwd=tmp_path)  # which no terminal would help
    assert done.returncode in (1, 2) and b"ftp://club.example/" in done.stderr and b"--yes" not in done.stderr
    assert (site.asked, list(tmp_path.iterdir())) == ([], [])


@pytest.mark.parametrize(("answer", "code", "added"), [(b"\n", 0, True), (b"n\n", 0, False)])
def test_on_a_terminal_it_asks(tmp_path: Path, site: Blog, answer: bytes, code: int, added: bool) -> None:
    keyboard, terminal = pty.openpty()
    os.write(keyboard, answer)
    command = [COMMAND, "add", site.address, "--allow-private"]
    done = subprocess.run(command, cwd=tmp_path, stdin=terminal, capture_output=True, timeout=PATIENCE, check=False)
    os.close(keyboard)
    os.close(terminal)
    assert (done.returncode, b"Add it to config.yaml? [Y/n]" in done.stderr) == (code, True), done.stderr
    assert (tmp_path / "config.yaml").exists() == added
    assert added or b"config.yaml stays as it is." in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [(SENTENCE * 8, "has the whole articles"), (SENTENCE, "has summaries, no whole articles")],
)
def test_the_sites_own_feed_is_judged(tmp_path: Path, site: Blog, text: str, said: str) -> None:
    announced(site, text)
    done = feedwright("add", site.address, "--allow-private", "--dry-run", cwd=tmp_path)
    assert b"\nThis would make config.yaml:\n" in done.stderr
    assert f"The site's own feed {said}: {site.address}rss" in done.stderr.decode()
    assert said in done.stdout.decode().replace("\n  # ", " ")


def test_a_better_feed_of_the_sites_own_is_offered(tmp_path: Path, site: Blog) -> None:
    announced(site, SENTENCE * 8)
    keyboard, terminal = pty.openpty()
    os.write(keyboard, b"\n")
    command = [COMMAND, "add", site.address, "--allow-private"]
    done = subprocess.run(command, cwd=tmp_path, stdin=terminal, capture_output=True, timeout=PATIENCE, check=False)
    os.close(keyboard)
    os.close(terminal)
    assert f"A reader that subscribes to {site.address}rss needs no Feedwright for this site." in done.stderr.decode()
    assert b"[y/N]" in done.stderr and list(tmp_path.iterdir()) == []


def test_nothing_found_writes_nothing(tmp_path: Path, site: Blog) -> None:
    site.pages["/empty"] = ("text/html", b"<title>x</title><p>Nothing here.</p>")
    for path, code in (("empty", 3), ("gone", 1)):
        done = feedwright("add", site.address + path, "--allow-private", "--yes", cwd=tmp_path)
        assert (done.returncode, done.stderr[:7], list(tmp_path.iterdir())) == (code, b"error: ", [])


def test_a_wrong_file_is_told_with_its_line_and_left_alone(tmp_path: Path, site: Blog) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("out: o\nfeeds:\n  - nam: x\n")
    for arguments in (["add", site.address, "--yes"], ["import", "-"]):
        done = feedwright(*arguments, cwd=tmp_path, input=b"<opml><outline xmlUrl='a.example'/></opml>")
        assert (done.returncode, done.stderr[:21]) == (2, b"error: config.yaml:3:"), done.stderr
    assert path.read_text() == "out: o\nfeeds:\n  - nam: x\n"


OPML = b"""<opml version="2.0"><body><outline text="Sea">
<outline text="Boats" xmlUrl="https://boats.example/rss" htmlUrl="https://boats.example/" category="c"/>
<outline text="Boats" xmlUrl="https://boats.example/other"/>
<outline text="Old" xmlUrl="https://old.example/"/>
<outline text="Bad" xmlUrl="gopher://bad.example/"/></outline></body></opml>"""


def test_import_adds_what_is_new_and_names_what_is_not(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("feeds:\n  - name: mine  # kept\n    url: https://old.example\n")
    (tmp_path / "feeds.opml").write_bytes(OPML)
    done = feedwright("import", "feeds.opml", "--dry-run", cwd=tmp_path)
    dry = done.stdout.decode()
    assert dry.startswith("  # Its own feed: https://boats.example/rss; Not taken over from feeds.opml: category\n")
    done = feedwright("import", "feeds.opml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode().splitlines() == [
        "2 feeds added to config.yaml: boats, boats-2. `feedwright fetch --all` gets them.",
        "not taken over: category: boats",
        "not taken over: the name boats (it is taken already): boats-2",
        "not taken over: the whole feed (https://old.example/ is followed already, as mine): old",
        "not taken over: the whole feed (url: expected the address of a web page such as https://club.example/news): "
        "bad",
    ]
    written = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert written.startswith("feeds:\n  - name: mine  # kept\n") and dry.rstrip() in written
    assert feedwright("check", cwd=tmp_path).returncode == 0
    done = feedwright("import", "feeds.opml", cwd=tmp_path)
    assert (done.returncode, b"no feed in it that config.yaml does not have" in done.stderr) == (3, True)
    done = feedwright("export", cwd=tmp_path)
    assert (done.returncode, done.stdout.count(b"<outline text="), done.stderr) == (0, 4, b"")


def test_import_writes_only_what_check_accepts(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text(
        '[a]\nurl = "https://a.example/?b=${X}"\ntitle = "1"\nentrySelector = ".x["\ntitleSelector = "h2"\n'
    )
    done = feedwright("import", "f.toml", cwd=tmp_path)
    assert (done.returncode, b"not taken over: select.item (.x[ is no selector): a\n" in done.stderr) == (0, True)
    assert feedwright("check", cwd=tmp_path).returncode == 0


def test_a_secret_is_neither_taken_over_nor_given(tmp_path: Path) -> None:
    (tmp_path / "h.yml").write_text(
        "channel: {url: https://a.example}\nheaders: {X-Api-Key: s3cret}\nauto_source: {}\nselectors:\n"
    )
    done = feedwright("import", "h.yml", cwd=tmp_path)
    assert b"headers.X-Api-Key (a secret does not stand in config.yaml" in done.stderr
    path = tmp_path / "config.yaml"
    assert "s3cret" not in path.read_text()
    path.write_text(path.read_text().replace("\n\nbase", "\n    headers: {X-Api-Key: '${KEY}'}\n\nbase"))
    for form in ("opml", "freshrss", "html2rss", "ftr"):
        done = feedwright("export", "--format", form, cwd=tmp_path, env={**os.environ, "KEY": "s3cret"})
        assert (done.returncode, b"s3cret" in done.stdout + done.stderr) == (0, False)
        assert b"not taken over: headers.X-Api-Key: h\n" in done.stderr


def test_export_of_what_there_is_not(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("feeds: [{name: a, url: a.example}, {name: b, url: b.example}]\n")
    assert feedwright("export", "c", cwd=tmp_path).returncode == 2
    done = feedwright("export", "--format", "ftr", cwd=tmp_path)
    assert (done.returncode, done.stdout, b"Name one of them." in done.stderr) == (2, b"", True)
    assert feedwright("export", "a", "--format", "ftr", cwd=tmp_path).stdout == b"# a.example.txt\n"
