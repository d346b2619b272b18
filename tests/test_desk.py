"""The status page: what it shows, and that nobody changes anything but who may, from where he may."""

import http.client
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from feeds import serving, status, statusrows
from feeds.config import load
from feeds.configuration import Config, FeedConfig
from feeds.hosts import StoredHosts
from feeds.model import Configured, Event, Holding, Outcome
from feeds.sections import Network, Web
from feeds.statusrows import Run
from feeds.store import Store
from feeds.web import sessions, statuspage
from feeds.web.published import Published
from feeds.web.sessions import Sessions, same_origin
from feeds.web.statuspage import Person
from scraper import urls
from tests.chromium import chromium
from tests.live import Post, blog
from tests.program import until
from tests.test_status import NOW, WELL

TOKEN = "0123456789abcdef0123456789abcdef"
EVIL = "<script>boo()</script>\"'><img src=x onerror=boo()>"
REASON = "links found: 12 -> 0 of <b>12</b> known"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: str


@dataclass(frozen=True, slots=True)
class Page:
    """A running server with its store, and a browser without any rule: what it sends is what is told to it."""

    port: int
    folder: Path
    store: Store
    web: Published
    config: Config

    @property
    def own(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, form: dict[str, str] | None = None, /, **headers: str) -> Answer:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        if form is not None:
            said = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.own} | said
            said = {name: value for name, value in said.items() if value}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            body = None if form is None else urlencode(form)
            connection.request("GET" if form is None else "POST", path, body, said)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode())

    def log_in(self) -> str:
        """The cookie of a session."""
        cookie = self.ask("/status/-/login", {"token": TOKEN}).headers["Set-Cookie"]
        return cookie.partition(";")[0]

    def source(self, name: str) -> dict[str, object]:
        with closing(sqlite3.connect(self.folder / "out" / statusrows.STORE)) as store:
            store.row_factory = sqlite3.Row
            return dict(store.execute("SELECT * FROM sources WHERE name = ?", (name,)).fetchone())


@contextmanager
def page(folder: Path, *, token: str | None = TOKEN, shown_to: str = "local", base_url: str = "") -> Iterator[Page]:
    (folder / "config.yaml").write_text(
        "feeds:\n  - {name: held, url: 'https://held.example/'}\nnetwork: {allow_private: true}\n", encoding="utf-8"
    )
    feeds = (
        FeedConfig("held", "https://held.example/"),
        FeedConfig("closed", "https://closed.example/", token="t" * 20),
    )
    with serving.listen("127.0.0.1", 0) as listener, Store.open(folder / "out" / statusrows.STORE) as store:
        port = listener.getsockname()[1]
        config = Config(
            feeds,
            base_url=base_url or f"http://127.0.0.1:{port}",
            out=folder / "out",
            web=Web(admin_token=token, status=shown_to),
            path=folder / "config.yaml",
            network=Network(allow_private=True),
        )
        fill(store)
        with serving.serving(config, listener, store=store) as web:
            yield Page(port, folder, store, web, config)


def fill(store: Store) -> None:
    now = datetime.now(UTC)
    names = ("held", "closed")
    store.sync([Configured(name, f"https://{name}.example/", "r", f"tag:{name}") for name in names], now)
    for lease in store.claim(now, now + HOUR, 9):
        listed = () if lease.source.name == "held" else ("held.example/1",)
        hold = Holding(now, REASON, "links found", True, now, listed=listed)
        turns = (Event(now, "degraded", REASON),)
        outcome = Outcome(title=f"{lease.source.name} {EVIL}", error=REASON, failed=True, hold=hold)
        store.save(lease, outcome, now)
        (again,) = store.claim(now, now + HOUR, 9, [lease.source.name])
        failed = Outcome(error=f"It broke {EVIL}", failed=True, hold=hold, next_due=now + HOUR, events=turns)
        store.save(again, failed, now)


@pytest.fixture(scope="module")
def open_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with page(tmp_path_factory.mktemp("desk")) as made:
        yield made


def test_it_says_what_moved_with_its_history(open_page: Page) -> None:
    shown = open_page.ask("/status").body
    assert "<dt>links found</dt>" in shown and "0 of &lt;b&gt;12&lt;/b&gt; known" in shown
    assert shown.count("<svg") == 2
    assert 'aria-label="2 looks, 1 held, 1 failed, 0 new entries"' in shown
    for kind, why in (("held", "held: links found"), ("failed", "It broke")):
        assert re.search(rf'<rect class="{kind}"[^>]*><title>[^<]*UTC: {why}', shown)
    one = open_page.ask("/status/held").body
    assert "failures in a row" not in one
    assert "<b>degraded</b>" in one and "feedwright explain held" in one and "the last good feed stands" in one


def test_each_source_has_its_name_beside_its_title(open_page: Page) -> None:
    for path, name in (("/status", "held"), ("/status", "closed"), ("/status/held", "held")):
        assert f"<code>{name}</code>" in open_page.ask(path).body


@pytest.mark.parametrize(
    ("looks", "heading", "figures"),
    [
        (0, "Its looks", "No look yet"),
        (1, "The last look", "1 look, 0 failed, 1 new entry"),
        (2, "The last 2 looks", "2 looks, 0 failed, 2 new entries"),
    ],
)
def test_one_is_told_as_one(looks: int, heading: str, figures: str) -> None:
    found = status.condition(WELL, NOW)
    shown = statuspage.one(found, [Run(NOW, "ok", 1, 0, None)] * looks, (), NOW, Person()).decode()
    assert f"<h2>{heading}</h2>" in shown and f"<figcaption>{figures}</figcaption>" in shown


@pytest.mark.parametrize(("count", "said"), [(1, "1 entry · 1 request today"), (2, "2 entries · 2 requests today")])
def test_one_of_a_source_is_told_as_one(count: int, said: str) -> None:
    found = status.overview([replace(WELL, entries=count, requests=count)], NOW)
    assert said in statuspage.index(found, {}, Person(), shown=found.conditions).decode()


def test_nothing_of_a_site_is_markup_in_it(open_page: Page) -> None:
    cookie = open_page.log_in()
    for path in ("/status", "/status/held", "/status/closed", "/status?page=%3Cscript%3E"):
        shown = open_page.ask(path, Cookie=f"{cookie}; feedwright-said=<script>")
        assert shown.status == 200
        assert "<script" not in shown.body and "<img" not in shown.body and "boo()&lt;/script&gt;" in shown.body
        policy = shown.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src" not in policy


def test_without_a_token_in_the_configuration_nobody_logs_in(tmp_path: Path) -> None:
    with page(tmp_path, token=None) as closed:
        assert "<form" not in closed.ask("/status").body
        for token in (TOKEN, "", "None"):
            assert closed.ask("/status/-/login", {"token": token}).status == 404
        assert closed.ask("/status/held/pause", {}).status == 404


def test_a_session_is_a_cookie_that_no_script_and_no_other_site_gets(open_page: Page) -> None:
    answer = open_page.ask("/status/-/login", {"token": TOKEN, "next": "https://evil.example/"})
    assert (answer.status, answer.headers["Location"]) == (303, "/status")
    said = answer.headers["Set-Cookie"].lower()
    assert all(part in said for part in ("httponly", "samesite=strict", "path=/status"))
    secret = answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    assert len(secret) >= 43 and TOKEN not in answer.headers["Set-Cookie"]


def test_what_found_nothing_is_not_offered_to_be_accepted(open_page: Page) -> None:
    cookie = open_page.log_in()
    for name, offered in (("held", False), ("closed", True)):
        assert (f"/status/{name}/accept" in open_page.ask(f"/status/{name}", Cookie=cookie).body) == offered


def test_what_would_be_accepted_stands_before_what_accepts_it(open_page: Page) -> None:
    shown = open_page.ask("/status/closed", Cookie=open_page.log_in()).body
    places = [shown.index(said) for said in ("<dt>links found</dt>", "before", "now", "/status/closed/accept")]
    assert places == sorted(places)
    assert re.findall('class="first">([^<]*)', shown) == ["Fetch now"]
    assert "/accept" not in open_page.ask("/status/closed").body


def test_what_a_person_does_is_done(open_page: Page, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "feedwright")
    cookie = open_page.log_in()

    def do(act: str) -> Answer:
        return open_page.ask(f"/status/held/{act}", {}, Cookie=cookie)

    assert (do("pause").headers["Location"], open_page.source("held")["rested"]) == ("/status/held", 1)
    assert (do("resume").status, open_page.source("held")["rested"]) == (303, 0)
    later = open_page.source("held")["next_due"]
    assert do("fetch").status == 303
    assert str(open_page.source("held")["next_due"]) < str(later)
    assert open_page.source("held")["accepts"] == 0
    assert (do("accept").status, open_page.source("held")["accepts"]) == (303, 1)
    assert do("delete").status == 404
    assert open_page.ask("/status/nobody/pause", {}, Cookie=cookie).status == 404
    acts = ("pause", "resume", "fetch", "accept")
    assert caplog.messages == [f"done on the status page feed=held act={act}" for act in acts]


def test_what_was_done_is_said_once(tmp_path: Path) -> None:
    with page(tmp_path) as made, chromium(tmp_path / "profile") as browser:
        browser.open(f"{made.own}/status")
        browser.tab_to("token")
        browser.write(TOKEN)
        browser.press("Enter")
        until(lambda: browser.js("document.querySelector('.add') !== null"))
        browser.open(f"{made.own}/status/held")
        browser.tab_to("Pause")
        browser.press("Enter")
        until(lambda: browser.js("document.querySelector('.said')?.innerText") == "It is paused.")
        browser.open(browser.js("location.href"))
        assert browser.js("document.querySelector('.said') === null")


FORGED = (
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": ""}, 403),  # neither says where it comes from
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "none"}, 403),
    ({"Origin": "http://127.0.0.1:1"}, 403),
    ({"Host": "evil.example", "Origin": "http://evil.example"}, 421),
    ({"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, 421),
    ({"Content-Type": "text/plain"}, 415),
    ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
    ({"Cookie": "feedwright=guess"}, 401),
    ({"Cookie": ""}, 401),
)


@pytest.mark.parametrize(("headers", "status"), FORGED)
def test_a_form_that_is_not_ours_changes_nothing(open_page: Page, headers: dict[str, str], status: int) -> None:
    cookie = {"Cookie": open_page.log_in()}
    before = open_page.source("held")
    forged = {name.replace("-", "_"): value for name, value in (cookie | headers).items()}
    for path in ("/status/held/pause", "/status/held/accept", "/status/-/add", "/status/-/logout"):
        assert open_page.ask(path, {"url": "https://evil.example/"}, **forged).status == status
    assert open_page.source("held") == before


def test_nothing_is_changed_by_an_address_alone(open_page: Page) -> None:
    cookie = open_page.log_in()
    for path in ("/status/held/pause", "/status/held/fetch", "/status/-/add", "/status/-/login", "/status/-/logout"):
        assert open_page.ask(path, Cookie=cookie).status == 405


def test_who_logs_out_is_out(open_page: Page) -> None:
    cookie = open_page.log_in()
    assert open_page.ask("/status/-/logout", {}, Cookie=cookie).status == 303
    assert open_page.ask("/status/held/pause", {}, Cookie=cookie).status == 401


def test_a_new_configuration_logs_nobody_out_and_is_kept_to(tmp_path: Path) -> None:
    with page(tmp_path) as made:
        cookie = made.log_in()
        made.web.use(replace(made.config, web=replace(made.config.web, status="off")))
        assert made.ask("/status", Cookie=cookie).status == 200
        assert (made.ask("/status").status, made.ask("/healthz").status) == (401, 404)


def test_a_long_form_is_not_read(open_page: Page) -> None:
    assert open_page.ask("/status/-/add", {"url": "x" * 20_000}, Cookie=open_page.log_in()).status == 400


def test_nobody_guesses_for_long() -> None:
    guarded = Sessions(TOKEN)
    for number in range(sessions.WRONG):
        assert guarded.wait("a") == 0
        assert guarded.begin(f"guess {number} ö", "a") is None
    assert 0 < guarded.wait("a") <= sessions.WITHIN_SECONDS + 1
    assert guarded.wait("b") == 0
    secret = guarded.begin(TOKEN, "b")
    assert guarded.holds(secret) and not guarded.holds("") and not guarded.holds(None) and not guarded.holds("x")
    assert Sessions(None).begin("None", "a") is None


def test_who_guesses_too_often_is_told_to_wait(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with page(tmp_path) as guarded:
        for _ in range(sessions.WRONG):
            assert guarded.ask("/status/-/login", {"token": "wrong"}).status == 403
        late = guarded.ask("/status/-/login", {"token": TOKEN})
        assert (late.status, int(late.headers["Retry-After"]) > 0) == (429, True)
    assert caplog.messages == ["wrong token client=127.0.0.1"] * sessions.WRONG


@pytest.mark.parametrize(
    ("origin", "site", "ours"),
    [
        ("https://feeds.example", None, True),
        ("https://feeds.example", "same-origin", True),
        (None, "same-origin", True),
        (None, None, False),
        ("https://feeds.example.evil.example", None, False),
        ("https://evil.example/feeds.example", None, False),
        ("https://user@feeds.example", None, False),
        ("ftp://feeds.example", None, False),
        ("http://[", None, False),
        ("https://feeds.example", "cross-site", False),
    ],
)
def test_where_a_form_comes_from(origin: str | None, site: str | None, ours: bool) -> None:
    assert same_origin("feeds.example", origin, site) is ours


def test_shown_to_all_it_names_no_feed_with_a_token(tmp_path: Path) -> None:
    with page(tmp_path, shown_to="all", base_url="https://feeds.example") as public:
        shown = public.ask("/status", Host="feeds.example")
        assert "held" in shown.body and "closed" not in shown.body
        assert public.ask("/status/closed", Host="feeds.example").status == 404
        assert "closed" in public.ask("/status", Cookie=public.log_in()).body


def test_from_elsewhere_it_is_shown_after_the_token_only(tmp_path: Path) -> None:
    with page(tmp_path, base_url="https://feeds.example") as far:
        proxied = {"Host": "feeds.example", "X_Forwarded_For": "203.0.113.5", "Origin": "https://feeds.example"}
        shown = far.ask("/status", **proxied)
        assert (shown.status, "held" in shown.body) == (401, False)
        cookie = far.ask("/status/-/login", {"token": TOKEN}, **proxied).headers["Set-Cookie"]
        assert "secure" in cookie.lower()
        assert "held" in far.ask("/status", **proxied, Cookie=cookie.partition(";")[0]).body
        assert far.ask("/status", Host="evil.example").status == 404


def test_a_private_address_is_not_looked_at_for_a_page(tmp_path: Path) -> None:
    with blog(Post("a", "A post")) as site, page(tmp_path) as made:
        (tmp_path / "config.yaml").write_text("feeds:\n  - {name: held, url: 'https://held.example/'}\n")
        answer = made.ask("/status/-/add", {"url": site.address}, Cookie=made.log_in())
        assert (answer.status, site.asked) == (422, [])
        assert 'aria-label="2 looks, ' in answer.body  # the page is as it was, with what went wrong above it
        for wrong in ("file:///etc/passwd", "javascript:boo()", "", EVIL):
            again = made.ask("/status/-/add", {"url": wrong}, Cookie=made.log_in())
            assert again.status == 422 and "<script" not in again.body and "root:" not in again.body


def test_a_host_that_is_to_be_left_alone_is_not_looked_at_for_a_page(tmp_path: Path) -> None:
    with blog(Post("a", "A post")) as site, page(tmp_path) as made:
        made.web.use(replace(made.config, feeds=(FeedConfig("held", site.address),)))
        StoredHosts(made.store).hold(urls.host(site.address), datetime.now(UTC) + HOUR)
        cookie = made.log_in()
        for path, form in (("/status/-/add", {"url": site.address}), ("/status/held/explain", {})):
            assert "is to be asked again at" in made.ask(path, form, Cookie=cookie).body
        assert site.asked == []


@pytest.mark.parametrize(
    "token", ["a" * 32, "short", "0123456789abcdef0123456789abcde", "with blank 0123456789abcdef0123456"]
)
def test_a_token_that_can_be_guessed_is_refused(tmp_path: Path, token: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("feeds: [{name: a, url: 'https://a.example/'}]\nweb: {admin_token: '${T}'}\n")
    with pytest.raises(Exception, match=r"config\.yaml:2: web\.admin_token: expected at least 32") as caught:
        load(path, {"T": token})
    assert token not in str(caught.value)


def test_a_token_does_not_stand_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(f"feeds: [{{name: a, url: 'https://a.example/'}}]\nweb: {{admin_token: {TOKEN}}}\n")
    with pytest.raises(Exception, match=r"web\.admin_token") as caught:
        load(path, {})
    assert TOKEN not in str(caught.value)
    path.write_text("feeds: [{name: a, url: 'https://a.example/'}]\nweb: {admin_token: '${T}'}\n")
    assert TOKEN in load(path, {"T": TOKEN}).secrets


def test_a_site_is_added_with_the_keyboard_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "feedwright")
    posts = [
        Post(f"the-{word}-is-late", f"The {word} is late {EVIL}", f"2026-01-0{n}") for n, word in enumerate("abc", 1)
    ]
    with blog(*posts) as site, page(tmp_path) as made, chromium(tmp_path / "profile") as browser:
        browser.open(f"{made.own}/status")
        browser.tab_to("token")
        browser.write(TOKEN)
        browser.press("Enter")
        until(lambda: browser.js("document.querySelector('.add') !== null"))
        browser.tab_to("url")
        browser.write(site.address)
        browser.tab_to("Look at it")
        browser.press("Enter")
        until(lambda: browser.js("document.querySelector('.articles') !== null"), 60)
        assert browser.js("document.querySelectorAll('.articles li').length") == 3
        assert browser.js("document.scripts.length + document.images.length") == 0
        assert browser.js("document.querySelector('h2').innerText") == "What it would add to config.yaml"
        # What stands in columns is moved under, and not broken; the page is as wide as the window.
        assert browser.js("getComputedStyle(document.querySelector('pre')).whiteSpace") == "pre"
        assert browser.js("document.documentElement.scrollWidth <= innerWidth")
        assert site.address not in (tmp_path / "config.yaml").read_text()
        browser.tab_to("Follow it")
        browser.press("Enter")
        until(lambda: browser.js("document.querySelector('.said') !== null"), 60)
        assert site.address in (tmp_path / "config.yaml").read_text()
        assert "done on the status page feed=harbour-news act=add" in caplog.messages
        browser.open(f"{made.own}/status/held")
        browser.tab_to("Pause")
        browser.press(" ")
        until(lambda: made.source("held")["rested"] == 1)
    assert re.search(r"name: harbour-news", (tmp_path / "config.yaml").read_text())
