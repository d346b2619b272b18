"""One source from its listing to its articles, with a live server at the other end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper import Fetcher, Job, ScrapeResult, scrape
from scraper.model import Access, KnownPage, Rules, Validators
from tests.server import Response, Site, redirect, serve, unchanged_since

NOW = datetime(2024, 3, 10, 12, tzinfo=UTC)
NAMES = ("ferry-is-back", "whale-was-seen", "bell-is-cracked")
TITLES = {
    "ferry-is-back": "The ferry is back at last",
    "whale-was-seen": "A whale was seen off the mole",
    "bell-is-cracked": "The bell of the chapel is cracked",
}
TEXT = (
    "It came round the point a little after noon, with every flag it has, and nobody in the harbour said a word "
    "until the first rope was ashore. Then all of them said the same word at once, and the gulls left for the day. "
    "The captain says that nothing happened out there worth telling, and tells it to whoever will stand still."
)


def post(name: str, text: str = TEXT, date: str = "2024-03-09") -> Response:
    return Response(
        f'<!DOCTYPE html><html lang="en"><title>{TITLES[name]} | The Club</title>'
        f'<meta property="article:published_time" content="{date}">'
        f"<main><h1>{TITLES[name]}</h1><p>{text}</p></main>"
    )


def listing(*names: str, more: str = "") -> Response:
    cards = "".join(
        f'<article><h2><a href="/post/{name}">{TITLES[name]}</a></h2><p>Three lines about it.</p></article>'
        for name in names
    )
    return Response(f"<!DOCTYPE html><title>The Club</title><main>{cards}</main>{more}")


@pytest.fixture
def site() -> Iterator[Site]:
    """A listing of three posts."""
    with serve() as served:
        served.pages["/"] = listing(*NAMES)
        served.pages |= {f"/post/{name}": post(name) for name in NAMES}
        yield served


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(allow_private=True) as opened:
        yield opened


def run(site: Site, fetcher: Fetcher, path: str = "/", **wishes: Any) -> ScrapeResult:
    return scrape(Job("club", site(path), NOW, **wishes), fetcher)


def kinds(result: ScrapeResult) -> list[str]:
    return [problem.kind for problem in result.problems]


def titles(result: ScrapeResult) -> list[str | None]:
    return [article.title for article in result.articles]


def test_a_listing_leads_to_its_articles_in_order(site: Site, fetcher: Fetcher) -> None:
    result = run(site, fetcher)
    assert site.asked == ["/", *(f"/post/{name}" for name in NAMES)]
    assert titles(result) == list(TITLES.values())
    assert [article.text for article in result.articles] == [TEXT] * 3
    assert [article.url for article in result.articles] == [site(f"/post/{name}") for name in NAMES]
    assert [page.url for page in result.pages] == [site(f"/post/{name}") for name in NAMES]
    assert {article.published for article in result.articles} == {datetime(2024, 3, 9, tzinfo=UTC)}
    assert (result.problems, result.unchanged, result.failed) == ((), False, False)


def test_no_more_than_the_limit(site: Site, fetcher: Fetcher) -> None:
    assert titles(run(site, fetcher, limit=2)) == list(TITLES.values())[:2]
    assert len(site.asked) == 3


def test_validators_come_back_as_they_were_given(site: Site, fetcher: Fetcher) -> None:
    made = 'W/"a b:1"', "Sat, 09 Mar 2024 14:05:07 GMT"
    for path in ("/", "/post/ferry-is-back"):
        page = site.pages[path]
        assert isinstance(page, Response)
        site.pages[path] = replace(page, headers={"ETag": made[0], "Last-Modified": made[1]})
    result = run(site, fetcher)
    assert result.listing == result.pages[0].validators == Validators(*made)
    run(site, fetcher, listing=result.listing, known=result.pages)
    again = [request.headers for request in site.requests if request.headers["If-None-Match"]]
    assert [(h["If-None-Match"], h["If-Modified-Since"]) for h in again] == [made, made]


def test_a_listing_that_has_not_changed(site: Site, fetcher: Fetcher) -> None:
    site.pages["/"] = unchanged_since(listing(*NAMES), '"1"')
    first = run(site, fetcher)
    site.requests.clear()
    known = tuple(replace(page, due=page.url.endswith("back")) for page in first.pages)
    result = run(site, fetcher, listing=first.listing, known=known)
    assert site.asked == ["/", "/post/ferry-is-back"]
    assert result.unchanged
    assert not result.failed
    assert result.listing == first.listing
    assert titles(result) == ["The ferry is back at last"]


def test_an_article_that_has_not_changed(site: Site, fetcher: Fetcher) -> None:
    site.pages["/post/ferry-is-back"] = unchanged_since(post("ferry-is-back"), '"1"')
    first = run(site, fetcher)
    assert len(first.articles) == 3
    result = run(site, fetcher, known=first.pages)
    assert titles(result) == [TITLES[name] for name in NAMES[1:]]
    assert result.problems == ()
    assert result.pages[0] == KnownPage(site("/post/ferry-is-back"), Validators('"1"'))


def test_known_pages_that_are_not_due_are_left_alone(site: Site, fetcher: Fetcher) -> None:
    known = tuple(KnownPage(site(f"/post/{name}"), due=False) for name in NAMES[1:])
    result = run(site, fetcher, known=known)
    assert site.asked == ["/", "/post/ferry-is-back"]
    assert titles(result) == ["The ferry is back at last"]
    assert len(result.discovery.links) == 3
    assert not run(site, fetcher, known=(*known, KnownPage(site("/post/ferry-is-back"), due=False))).failed


@pytest.mark.parametrize(
    ("answer", "kind", "permanent"),
    [
        (Response("<h1>Not here</h1>", 404), "bad-status", False),
        (Response("<h1>Gone</h1>", 410), "bad-status", True),
        (Response("<h1>Oh dear</h1>", 500), "bad-status", False),
        (Response(""), "empty-page", False),
        (Response("<!DOCTYPE html><title>A</title><nav>Home</nav>"), "empty-page", False),
        (Response(b"\x89PNG\r\n\x1a\n", headers={"Content-Type": "image/png"}), "not-a-page", True),
        (redirect("/post/whale-was-seen/"), "bad-status", False),
        (redirect("ftp://club.example/a"), "blocked", True),
    ],
)
def test_a_bad_article_is_a_problem_beside_the_others(
    site: Site, fetcher: Fetcher, answer: Response, kind: str, permanent: bool
) -> None:
    site.pages["/post/whale-was-seen"] = answer
    result = run(site, fetcher)
    assert titles(result) == [TITLES[name] for name in NAMES if name != "whale-was-seen"]
    (problem,) = result.problems
    assert (problem.kind, problem.permanent) == (kind, permanent)
    assert problem.url == site("/post/whale-was-seen")
    assert problem.message.endswith(".")
    assert not result.failed


def test_a_page_that_is_gone_is_asked_for_as_seldom_as_any_other(site: Site, fetcher: Fetcher) -> None:
    site.pages["/post/whale-was-seen"] = Response("", 410)
    site.pages["/post/bell-is-cracked"] = Response("", 500)
    result = run(site, fetcher)
    assert [page.url for page in result.pages] == [site("/post/ferry-is-back"), site("/post/whale-was-seen")]
    assert result.fetched == (site("/post/ferry-is-back"),)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Response("<h1>Not here</h1>", 404), "bad-status"),
        (Response("<h1>Oh dear</h1>", 500), "bad-status"),
        (Response(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), "not-a-page"),
        (Response("{}", headers={"Content-Type": "application/json"}), "not-a-page"),
        (Response(""), "empty-page"),
        (Response("<!DOCTYPE html><title>The Club</title><div id=app></div>"), "empty-page"),
        (Response("<!DOCTYPE html><title>The Club</title><p>Coming soon.</p>"), "nothing-found"),
        (redirect("/"), "no-connection"),
    ],
)
def test_a_bad_listing_fails(site: Site, fetcher: Fetcher, answer: Response, kind: str) -> None:
    site.pages["/"] = answer
    result = run(site, fetcher)
    assert (kinds(result), result.articles, result.failed) == ([kind], (), True)


def test_nobody_answers(fetcher: Fetcher) -> None:
    with serve() as gone:
        pass
    assert kinds(run(gone, fetcher)) == ["no-connection"]


def test_a_page_without_a_list_is_an_article(site: Site, fetcher: Fetcher) -> None:
    result = run(site, fetcher, "/post/ferry-is-back")
    assert titles(result) == ["The ferry is back at last"]
    assert not result.failed
    assert site.asked == ["/post/ferry-is-back"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_article_that_has_moved(site: Site, fetcher: Fetcher, status: int) -> None:
    site.pages["/post/whale-was-seen"] = redirect("/2024/whale", status)
    site.pages["/2024/whale"] = post("whale-was-seen")
    result = run(site, fetcher)
    moved = result.articles[1]
    assert moved.url == site("/2024/whale")
    assert set(moved.addresses) == {site("/2024/whale"), site("/post/whale-was-seen")}
    assert result.pages[1].url == site("/post/whale-was-seen")


def test_a_listing_that_has_moved(site: Site, fetcher: Fetcher) -> None:
    site.pages["/club"] = redirect("/club/news/")
    site.pages["/club/news/"] = Response(
        "<!DOCTYPE html><title>The Club</title><main>"
        + "".join(f'<h2><a href="../../post/{name}">{TITLES[name]}</a></h2>' for name in NAMES)
        + "</main>"
    )
    assert titles(run(site, fetcher, "/club")) == list(TITLES.values())


def test_a_date_after_now_is_not_believed(site: Site, fetcher: Fetcher) -> None:
    site.pages["/post/ferry-is-back"] = post("ferry-is-back", date="2025-01-01")
    assert run(site, fetcher).articles[0].published is None


def test_the_sites_own_feeds_are_told(site: Site, fetcher: Fetcher) -> None:
    more = '<link rel="alternate" type="application/atom+xml" href="/feed" title="News">'
    site.pages["/"] = listing(*NAMES, more=more)
    assert [feed.url for feed in run(site, fetcher).discovery.feeds] == [site("/feed")]


def test_rules_come_before_our_own_eyes(site: Site, fetcher: Fetcher) -> None:
    rules = Rules(item="article:first-child", content="p", title="h2")
    result = run(site, fetcher, rules=rules)
    assert titles(result) == ["The ferry is back at last"]
    assert result.discovery.tier == "rules"


def test_a_recipe_that_fails_is_a_problem(site: Site, fetcher: Fetcher, tmp_path: Path) -> None:
    (tmp_path / "club.py").write_text("def content(soup, url): return soup.missing.text", "utf-8")
    result = run(site, fetcher, rules=Rules(python=str(tmp_path / "club.py")))
    assert kinds(result) == ["recipe-error"] * 3
    assert kinds(run(site, fetcher, rules=Rules(python=str(tmp_path / "none.py")))) == ["recipe-error"]
    assert kinds(run(site, fetcher, rules=Rules(item="a["))) == ["recipe-error"]


def test_headers_are_for_the_own_site_only(site: Site, fetcher: Fetcher) -> None:
    with serve() as other:
        other.pages["/whale"] = post("whale-was-seen")
        site.pages["/"] = Response(
            "<!DOCTYPE html><title>The Club</title>"
            f'<a class=x href="/post/ferry-is-back">One</a><a class=x href="{other("/whale")}">Two</a>'
        )
        result = run(site, fetcher, rules=Rules(link=".x"), access=Access(headers=(("X-Key", "secret"),)))
        assert len(result.articles) == 2
        assert [request.headers["X-Key"] for request in site.requests if request.path != "/robots.txt"] == [
            "secret"
        ] * 2
        assert [request.headers["X-Key"] for request in other.requests] == [None] * len(other.requests)


def test_private_addresses_are_refused_unless_they_are_meant(site: Site) -> None:
    with Fetcher() as careful:
        result = run(site, careful)
    assert (kinds(result), site.requests) == (["blocked"], [])
    assert "--allow-private" in result.problems[0].advice


def feed(*names: str, text: str = TEXT) -> Response:
    items = "".join(
        f"<item><title>{TITLES[name]}!</title><link>/post/{name}</link><description>{text}</description></item>"
        for name in names
    )
    kind = {"Content-Type": "application/rss+xml"}
    return Response(f'<rss version="2.0"><channel>{items}</channel></rss>', headers=kind)


ANNOUNCED = '<link rel="alternate" type="application/rss+xml" href="/feed">'


def test_the_sites_own_feed_comes_first_and_its_articles_are_whole(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/": listing(*NAMES[:2], more=ANNOUNCED), "/feed": feed(*NAMES, text="Short.")}
    result = run(site, fetcher)
    assert result.discovery.tier == "feed"
    assert titles(result) == [f"{title}!" for title in TITLES.values()]
    assert [article.text for article in result.articles] == [TEXT] * 3


def test_the_feeds_text_stands_in_for_a_page_that_can_not_be_read(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/": listing(*NAMES, more=ANNOUNCED), "/feed": feed(*NAMES)}
    site.pages["/post/whale-was-seen"] = Response("", 403)
    result = run(site, fetcher)
    assert [article.text for article in result.articles] == [TEXT] * 3
    assert result.problems == ()


def test_a_feed_of_something_else_is_left_alone(site: Site, fetcher: Fetcher) -> None:
    others = feed(*NAMES).body
    assert isinstance(others, str)
    site.pages |= {"/": listing(*NAMES, more=ANNOUNCED), "/feed": Response(others.replace("/post/", "/sports/"))}
    result = run(site, fetcher)
    assert result.discovery.tier == "listing"
    (verdict,) = [one for one in result.discovery.found if one.tier == "feed"]
    assert "something else" in verdict.reason


def test_the_address_of_a_feed_is_enough(site: Site, fetcher: Fetcher) -> None:
    site.pages["/feed"] = feed(*NAMES)
    assert len(run(site, fetcher, "/feed").articles) == 3


def test_a_page_that_lists_nothing_leads_to_the_sitemap(site: Site, fetcher: Fetcher) -> None:
    places = "".join(f"<url><loc>{site(f'/post/{name}')}</loc></url>" for name in NAMES)
    site.pages |= {"/": Response("<!DOCTYPE html><title>The Club</title><p>Hello.</p>")}
    site.pages["/sitemap.xml"] = Response(f"<urlset>{places}</urlset>", headers={"Content-Type": "application/xml"})
    result = run(site, fetcher)
    assert (result.discovery.tier, len(result.articles)) == ("sitemap", 3)


def test_a_forced_tier_is_the_only_one(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/": listing(*NAMES, more=ANNOUNCED), "/feed": feed(*NAMES)}
    assert run(site, fetcher, find="listing").discovery.tier == "listing"
    result = run(site, fetcher, find="schema")
    assert kinds(result) == ["nothing-found"]
    assert "find: schema" in result.problems[0].message


def test_older_pages_are_read_until_something_is_known(site: Site, fetcher: Fetcher) -> None:
    site.pages["/"] = listing(*NAMES[:2], more='<link rel="next" href="/page/2">')
    site.pages["/page/2"] = listing(*NAMES[1:], more='<link rel="next" href="/">')
    assert len(run(site, fetcher, pages=1).articles) == 2
    first = run(site, fetcher, pages=9)
    assert titles(first) == list(TITLES.values())
    site.requests.clear()
    run(site, fetcher, pages=9, known=first.pages)
    assert "/page/2" not in site.asked


def test_a_watched_page_gives_its_changes(site: Site, fetcher: Fetcher) -> None:
    path = "/post/ferry-is-back"
    (before,) = run(site, fetcher, path, find="page").articles
    site.pages[path] = post("ferry-is-back", f"{TEXT}</p><p>And it left again <b>&lt;late&gt;</b>.")
    change, now = run(site, fetcher, path, find="page", before=before.text).articles
    assert "<ins>And it left again &lt;late&gt;.</ins>" in change.html
    assert (change.text, now.url) == ("+ And it left again <late>.", before.url)
    assert change.url.startswith(f"{before.url}#")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<div id=app></div><script>go()</script>", "browser extra"),
        ('<iframe src="/list"></iframe><p>Here.</p>', "/list"),
        ("<p>Nothing here.</p>", "hardly any links"),
        ("<form><input type=password></form><a href=/x>x</a><a href=/y>y</a><a href=/z>z</a>", "login"),
    ],
)
def test_what_to_do_about_a_page_without_articles(site: Site, fetcher: Fetcher, body: str, words: str) -> None:
    site.pages["/"] = Response(f"<!DOCTYPE html><title>The Club</title>{body}")
    (problem,) = run(site, fetcher).problems
    assert words in problem.advice


def test_a_rule_that_finds_nothing_names_itself_and_what_comes_nearest(site: Site, fetcher: Fetcher) -> None:
    (problem,) = run(site, fetcher, rules=Rules(item="article.card h2")).problems
    assert problem.message.startswith(f"select.item: 'article.card h2' found nothing on {site('/')}.")
    assert "'article' (3 × “The ferry is back at last" in problem.message


def test_xpath_and_css_find_the_same(site: Site, fetcher: Fetcher) -> None:
    by_css = run(site, fetcher, rules=Rules(item="article", link="h2 a", title="h2", summary="p"))
    rules = Rules(item="//article", link="./h2/a/@href", title="string(./h2)", summary="xpath:p")
    assert run(site, fetcher, rules=rules).articles == by_css.articles
    assert by_css.articles[0].summary == "Three lines about it."
    assert kinds(run(site, fetcher, rules=Rules(item="//article["))) == ["recipe-error"]


def tale(name: str, promotion: str) -> Response:
    text = f"The {name} was seen by nobody until the fog rose, and then by all at once. " * 2
    more = f"Nobody could say who had sent for the {name}, and the {name} itself said nothing at all to anyone. " * 2
    return Response(
        f"<!DOCTYPE html><html lang=en><title>Of the {name}</title><div class=k1><h1>Of the {name}</h1>"
        f"<p>{text}</p><p>{more}</p><p>{promotion}</p></div>"
    )


def test_what_repeats_on_the_first_pages_is_taken_off_them_too(site: Site, fetcher: Fetcher) -> None:
    promotion = "Nine thousand people get our letter on Fridays. It costs nothing, and you may leave it at any time."
    for name, what in zip(NAMES, ("whale", "schooner", "bellringer"), strict=True):
        site.pages[f"/post/{name}"] = tale(what, promotion)
    result = run(site, fetcher)
    assert len(result.articles) == len(result.template.pages) == 3
    assert not any(promotion in article.text for article in result.articles)
    site.pages["/post/ferry-is-back"] = tale("ferry", promotion)
    (late,) = run(site, fetcher, limit=1, template=result.template).articles
    assert promotion not in late.text
    (alone,) = run(site, fetcher, limit=1).articles
    assert promotion in alone.text


def test_pages_that_are_held_back_keep_their_order_and_problems(site: Site, fetcher: Fetcher) -> None:
    site.pages["/post/whale-was-seen"] = Response("", status=500)
    result = run(site, fetcher)
    assert titles(result) == [TITLES[NAMES[0]], TITLES[NAMES[2]]]
    assert [problem.url for problem in result.problems] == [site("/post/whale-was-seen")]


def test_a_site_elsewhere_teaches_nothing(site: Site, fetcher: Fetcher) -> None:
    with serve() as other:
        for name, what in zip(NAMES, ("whale", "schooner", "bellringer"), strict=True):
            other.pages[f"/{name}"] = tale(what, "")
        cards = "".join(
            f'<article><h2><a href="{other(f"/{name}")}">{TITLES[name]}</a></h2></article>' for name in NAMES
        )
        site.pages["/"] = Response(f"<!DOCTYPE html><title>The Club</title><main>{cards}</main>")
        result = run(site, fetcher, rules=Rules(item="article"))
    assert len(result.articles) == 3
    assert result.template.pages == ()
