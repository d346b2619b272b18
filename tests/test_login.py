"""Logging in: the form is found by its fields, filled in once, and its cookies go nowhere else."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from scraper import login
from scraper.errors import BadAddress, Blocked, NotAllowedIn, ScrapeError
from scraper.fetch import Fetcher, Limits
from scraper.model import Access, Login, Page
from tests import evil
from tests.evil import Evil, Request, Talk, answer, redirect

SECRET = "hunter2-xyzzy"
FIELDS = (("user", "ann"), ("password", SECRET))
HERE = "https://club.example/in/"
FORM = """<title>Log in</title><form action="/search"><input name=q></form>
<form method=post action=post><input name=user><input name=password type=password>
<input type=HIDDEN name=token value=t1>
<input type=checkbox name=remember value=1><input type=submit name=go value=Go></form>"""


def form(html: str) -> login.Form:
    return login.form(Page(HERE, HERE, html.encode(), "text/html"), Login(HERE, FIELDS))


def test_the_form_is_found_by_its_fields() -> None:
    assert form(FORM) == login.Form("https://club.example/in/post", {"token": "t1", "user": "ann", "password": SECRET})


@pytest.mark.parametrize(
    ("action", "where"),
    [
        ("", HERE),
        (" action=''", HERE),
        (" action=?a=1", HERE + "?a=1"),
        (" action=//other.example/x", "https://other.example/x"),
        (" action=javascript:0", HERE),
    ],
)
def test_where_it_is_sent(action: str, where: str) -> None:
    assert form(f"<title>Log in</title><form{action}><input name=user><input name=password></form>").action == where


@pytest.mark.parametrize(
    "html",
    [
        "<p>Welcome",
        "<title>In</title><form><input name=user></form><form><input name=password></form>",
        "<title>In</title><input name=user><input name=password>",
        "<title>In</title><form><input id=user><input id=password></form>",
    ],
)
def test_no_such_form(html: str) -> None:
    with pytest.raises(NotAllowedIn, match="no log-in form with the fields user, password") as caught:
        form(html)
    assert SECRET not in f"{caught.value}{caught.value.advice}"


def test_our_values_go_before_those_of_the_page() -> None:
    html = "<title>In</title><form><input name=user value=bob><input type=hidden name=password value=x></form>"
    assert form(html).fields == {"user": "ann", "password": SECRET}


def test_a_form_shows_no_secret() -> None:
    assert SECRET not in repr(form(FORM)) + repr(Login(HERE, FIELDS))


class Club:
    """A site whose pages open with the cookie that its form gives."""

    def __init__(self, server: Evil) -> None:
        self.server = server
        server.routes |= {"/in/": answer(FORM.encode(), Set_Cookie="visit=1; Path=/", Content_Type="text/html")}
        server.routes |= {"/in/post": self.post, "/": self.inside}
        self.access = Access(ignore_robots=True, login=Login(server.origin + "/in/", FIELDS))

    def post(self, talk: Talk, request: Request) -> None:
        sent = parse_qs(request.body.decode())
        known = "visit=1" in request.headers.get("cookie", "")
        right = sent == {"user": ["ann"], "password": [SECRET], "token": ["t1"]} and known
        good = redirect("/", 303, Set_Cookie="session=good; Path=/; HttpOnly")
        (good if right else answer(FORM.encode(), Content_Type="text/html"))(talk, request)

    def inside(self, talk: Talk, request: Request) -> None:
        known = "session=good" in request.headers.get("cookie", "")
        answer(b"inside" if known else b"outside")(talk, request)


@pytest.fixture
def club() -> Iterator[Club]:
    with evil.serving() as server:
        yield Club(server)


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(limits=Limits(timeout=5), allow_private=True) as fetcher:
        yield fetcher


def body(fetcher: Fetcher, url: str, access: Access) -> bytes:
    page = fetcher.get(url, access=access)
    assert page is not None
    return page.content


def test_logged_in_once(club: Club, fetcher: Fetcher) -> None:
    url = club.server.origin + "/"
    assert [body(fetcher, url, club.access) for _ in range(3)] == [b"inside"] * 3
    assert [r.method + r.target for r in club.server.requests] == ["GET/in/", "POST/in/post", "GET/", "GET/", "GET/"]


def test_logged_in_once_by_many_threads(club: Club, fetcher: Fetcher) -> None:
    bodies: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: bodies.append(body(fetcher, club.server.origin + "/", club.access)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert bodies == [b"inside"] * 6
    assert len(club.server.asked("/in/post")) == 1


def test_cookies_of_ours_go_with_those_of_the_log_in(club: Club, fetcher: Fetcher) -> None:
    access = replace(club.access, cookies=(("consent", "all"),), headers=(("X-Key", "k"),))
    assert body(fetcher, club.server.origin + "/", access) == b"inside"
    last = club.server.requests[-1].headers
    assert sorted(last["cookie"].split("; ")) == ["consent=all", "session=good", "visit=1"]
    assert last["x-key"] == "k"


def test_a_session_is_nobody_elses(club: Club, fetcher: Fetcher) -> None:
    url = club.server.origin + "/"
    assert body(fetcher, url, club.access) == b"inside"
    assert body(fetcher, url, Access(ignore_robots=True)) == b"outside"
    assert body(fetcher, url, club.access.abroad()) == b"outside"


@pytest.mark.parametrize("fields", [(("user", "ann"), ("password", "wrong")), (("user", "bob"), ("password", SECRET))])
def test_refused_by_showing_the_form_again(club: Club, fetcher: Fetcher, fields: tuple[tuple[str, str], ...]) -> None:
    access = replace(club.access, login=Login(club.server.origin + "/in/", fields))
    for _ in range(2):  # a cookie that a visitor has is not taken for a log-in
        with pytest.raises(NotAllowedIn, match="did not let us in") as caught:
            fetcher.get(club.server.origin + "/", access=access)
        assert SECRET not in str(caught.value)
    assert not club.server.asked("/")


@pytest.mark.parametrize("status", [401, 403, 500])
def test_refused_by_an_error(club: Club, fetcher: Fetcher, status: int) -> None:
    club.server.routes["/in/post"] = answer(b"no", status)
    for _ in range(2):
        with pytest.raises(NotAllowedIn, match=f"HTTP {status}"):
            fetcher.get(club.server.origin + "/", access=club.access)
    assert not club.server.asked("/")


def test_nothing_to_know_us_by(club: Club, fetcher: Fetcher) -> None:
    club.server.routes |= {"/in/": answer(FORM.encode(), Content_Type="text/html"), "/in/post": answer(b"Welcome")}
    with pytest.raises(NotAllowedIn):
        fetcher.get(club.server.origin + "/", access=club.access)


def test_welcomed_without_a_redirect(club: Club, fetcher: Fetcher) -> None:
    club.server.routes["/in/post"] = answer(b"<title>Hi</title>", Set_Cookie="session=good; Path=/")
    assert body(fetcher, club.server.origin + "/", club.access) == b"inside"


def test_a_form_that_sends_elsewhere(club: Club, fetcher: Fetcher) -> None:
    with evil.serving() as other:
        html = FORM.replace("action=post", f"action={other.origin}/steal")
        club.server.url("/in/", answer(html.encode(), Content_Type="text/html"))
        with pytest.raises(Blocked, match="sends to another site"):
            fetcher.get(club.server.origin + "/", access=club.access)
        assert not other.requests


def test_a_log_in_page_that_moved_to_another_site(club: Club, fetcher: Fetcher) -> None:
    with evil.serving() as other:
        other.url("/in/", answer(FORM.encode(), Content_Type="text/html"))
        club.server.url("/in/", redirect(other.origin + "/in/"))
        with pytest.raises(Blocked, match="sends to another site"):
            fetcher.get(club.server.origin + "/", access=club.access)
        assert [r.method for r in other.requests] == ["GET"]


def test_what_is_for_the_source_is_not_for_its_log_in_elsewhere(club: Club, fetcher: Fetcher) -> None:
    """Cookies don't keep ports apart, so that a log-in on one opens the other."""
    with evil.serving() as other:
        other.url("/page", answer(b"page"))
        access = replace(club.access, headers=(("X-Key", SECRET),), cookies=(("c", SECRET),), bearer=SECRET)
        assert body(fetcher, other.origin + "/page", access) == b"page"
        assert not any({"x-key", "authorization"} & r.headers.keys() for r in club.server.requests)
        assert not any(SECRET in r.headers.get("cookie", "") for r in club.server.requests)
        assert {"x-key", "authorization", "cookie"} <= other.requests[-1].headers.keys()


def test_a_log_in_at_no_address(fetcher: Fetcher) -> None:
    with pytest.raises(BadAddress):
        fetcher.get("http://127.0.0.1/", access=Access(login=Login("http://[::1", FIELDS)))


@pytest.mark.parametrize(
    "page", [answer(b"", 304), answer(b""), answer(b"", 500), answer(b"%PDF-1.7"), redirect("/in/")]
)
def test_no_log_in_page(club: Club, fetcher: Fetcher, page: evil.Handler) -> None:
    club.server.routes["/in/"] = page
    with pytest.raises(ScrapeError):
        fetcher.get(club.server.origin + "/", access=club.access)
    assert not club.server.asked("/")
