"""In a real browser nothing of a sanitised text acts: no script runs, nothing is fetched, and nobody is led away."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path

import pytest

from feeds import feed
from feeds.model import Held, Source
from scraper.model import Article
from tests import chromium
from tests.made import NOON
from tests.test_sanitize import VECTORS

# What is put around each attack: what browsers parse by other rules, and so move or revive what stands in it.
AROUND = (
    "{}",
    "<table><tr><td>{}",
    "<svg><desc>{}</desc></svg>",
    "<math><mtext>{}</mtext></math>",
    "<noscript>{}</noscript>",
    "<p title='{}'>x</p>",
)
SOURCE = Source(1, "club", "https://club.example/news", "tag:feeds.example,2024:club", "")
# Runs before the texts are there, and again once they are.
BEFORE = """<script>
function told(what) {
  const request = new XMLHttpRequest();
  request.open("GET", "/told?" + encodeURIComponent(what), false);
  request.send();
}
function boo() { told("boo"); }
window.alert = window.prompt = window.confirm = boo;
</script>"""
AFTER = """<script>
for (const e of document.querySelectorAll("main *")) {
  for (const a of e.attributes) if (/^on/i.test(a.name) || a.name === "style") told(a.name);
  for (const kind of ["mouseover", "focus", "toggle", "animationstart"]) e.dispatchEvent(new Event(kind));
  if (e.href !== undefined && e.hasAttribute("href") && !/^(https?|mailto):$/.test(e.protocol)) told(e.href);
  if (/^(script|iframe|object|embed|form|svg|math|style|link|meta|base)$/i.test(e.tagName)) told(e.tagName);
}
addEventListener("load", () => setTimeout(() => told("looked"), 500));
</script>"""


@dataclass(slots=True)
class Site:
    """A page on this machine, and every request that came for anything else."""

    page: bytes
    port: int = 0
    asked: list[str] = field(default_factory=list)


@contextmanager
def served(page: bytes) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/":
                site.asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(site.page if self.path == "/" else b"")

        def log_message(self, *_: object) -> None:
            """What was asked is in `asked`."""

        def log_error(self, *_: object) -> None:
            site.asked.append("something that is no HTTP")

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site = Site(page, server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def seen(bodies: list[str], folder: Path) -> list[str]:
    """What the browser did beside showing the texts, in order. Every other host leads to our server, or nowhere."""
    texts = "".join(f"<article>{body}</article>\n" for body in bodies)
    page = f"<!DOCTYPE html><meta charset=utf-8><link rel=icon href=data:,>{BEFORE}<main>{texts}</main>{AFTER}"
    with served(page.encode(errors="replace")) as site:
        rules = f"MAP evil.example 127.0.0.1:{site.port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        options = [f"--host-resolver-rules={rules}", "--virtual-time-budget=5000", "--dump-dom"]
        arguments = [*chromium.command(folder), *options, f"http://127.0.0.1:{site.port}/"]
        subprocess.run(arguments, timeout=120, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return site.asked


def entry(html: str) -> str:
    """The text of an entry as it is published."""
    article = Article("https://club.example/1", "One", html, "One")
    held = Held("tag:feeds.example,2024:1", article, NOON, NOON, NOON, "")
    built = feed.build(SOURCE, [held], title=None, author=None, language=None, limit=1, self_url=None)
    return built.entries[0].html


def test_nothing_that_is_published_acts(tmp_path: Path) -> None:
    vectors = list(filter(str.strip, VECTORS.splitlines()))
    attacks = [around.format(vector) for around, vector in product(AROUND, vectors)]
    assert len(set(attacks)) >= 200
    assert seen([entry(attack) for attack in attacks], tmp_path) == ["/told?looked"]


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        ("<img src=x onerror=boo()>", "/told?boo"),
        ("<a href='javascript:boo()'>here</a>", "/told?javascript%3Aboo()"),
        ("<link rel=stylesheet href=//evil.example/seen.css>", "/seen.css"),
        ("<iframe src=//evil.example/led></iframe>", "/led"),
    ],
)
def test_what_acts_is_seen(tmp_path: Path, attack: str, told: str) -> None:
    asked = seen([attack], tmp_path)
    assert told in asked, json.dumps(asked)
