"""What a source lists, on its page and elsewhere on its site, with a live server at the other end."""

import gzip
import json
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from scraper import Discovery, Fetcher, Job, ScrapeResult, discover, scrape, urls
from scraper.discover import cards, sitemap
from scraper.elsewhere import MOST_FEEDS, MOST_SITEMAPS, WELL_KNOWN
from scraper.model import Access, Rules
from scraper.survey import TIERS
from tests.server import Response, Site, redirect, serve
from tests.test_pipeline import NAMES, NOW, TEXT, TITLES, feed, kinds, listing, post, titles

XML = {"Content-Type": "application/xml"}
JSON = {"Content-Type": "application/json"}
API = '<link rel="https://api.w.org/" href="/wp-json/">'
POSTS_ASKED = "/wp-json/wp/v2/posts?per_page=50&_fields=id,link,title,date_gmt,modified_gmt,content"


@pytest.fixture
def site() -> Iterator[Site]:
    """A site of three posts whose first page says nothing of them."""
    with serve() as served:
        served.pages["/"] = bare()
        served.pages |= {f"/post/{name}": post(name) for name in NAMES}
        yield served


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(allow_private=True) as opened:
        yield opened


def bare(head: str = "", body: str = "<p>Hello.</p>") -> Response:
    return Response(f"<!DOCTYPE html><title>The Club</title>{head}{body}")


def run(site: Site, fetcher: Fetcher, path: str = "/", **wishes: Any) -> ScrapeResult:
    return scrape(Job("club", site(path), NOW, **wishes), fetcher)


def reasons(discovery: Discovery, tier: str) -> str:
    return "; ".join(one.reason for one in discovery.found if one.tier == tier)


def urlset(*places: str, more: str = "") -> str:
    return "<urlset>" + "".join(f"<url><loc>{place}</loc>{more}</url>" for place in places) + "</urlset>"


def index(*rows: tuple[str, str]) -> Response:
    files = "".join(f"<sitemap><loc>{place}</loc><lastmod>{day}</lastmod></sitemap>" for place, day in rows)
    return Response(f"<sitemapindex>{files}</sitemapindex>", headers=XML)


# WordPress


def wordpress(site: Site, text: str = TEXT) -> Response:
    said = [
        {
            "link": site(f"/post/{name}"),
            "title": {"rendered": f"{TITLES[name]} &amp; <i>more</i>"},
            "date_gmt": "2024-03-08T10:00:00",
            "modified_gmt": "2024-03-08T11:00:00",
            "content": {"rendered": f"<p>{text}</p>"},
        }
        for name in NAMES
    ]
    return Response(json.dumps(said), headers=JSON)


def test_the_posts_of_a_wordpress_site_are_asked_of_its_api(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/": bare(API), POSTS_ASKED: wordpress(site)}
    result = run(site, fetcher)
    assert (result.discovery.tier, result.problems) == ("wordpress", ())
    assert site.asked == ["/", POSTS_ASKED, *(f"/post/{name}" for name in NAMES)]
    assert [link.title for link in result.discovery.links] == [f"{title} & more" for title in TITLES.values()]
    assert [article.text for article in result.articles] == [TEXT] * 3


def test_the_text_from_the_api_stands_in_for_a_page_that_is_not_given(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/": bare(API), POSTS_ASKED: wordpress(site, "From the API. " * 20)}
    site.pages["/post/whale-was-seen"] = Response("", 403)
    result = run(site, fetcher)
    assert result.articles[1].text.startswith("From the API.")
    assert result.problems == ()


@pytest.mark.parametrize(
    "answer",
    [
        Response("[]", headers=JSON),
        Response('{"code": "rest_no_route"}', 404, JSON),
        Response('{"code": "rest_disabled"}', headers=JSON),
        Response("[" * 100_000, headers=JSON),
        Response('[1, null, {"link": 7}, {"link": "http://["}, {"title": {"rendered": 1}}]', headers=JSON),
    ],
)
def test_an_api_that_gives_nothing_leads_on(site: Site, fetcher: Fetcher, answer: Response) -> None:
    site.pages |= {"/": bare(API), POSTS_ASKED: answer, "/feed": feed(*NAMES)}
    result = run(site, fetcher)
    assert (result.discovery.tier, len(result.articles)) == ("feed", 3)
    assert reasons(result.discovery, "wordpress")


def test_a_site_without_an_api_is_told(site: Site, fetcher: Fetcher) -> None:
    result = run(site, fetcher, find="wordpress")
    assert kinds(result) == ["nothing-found"]
    assert "the page announces no WordPress API" in result.problems[0].message
    assert site.asked == ["/"]


# Feeds


@pytest.mark.parametrize("name", WELL_KNOWN)
def test_a_feed_that_nobody_announces(site: Site, fetcher: Fetcher, name: str) -> None:
    entries = [{"url": f"/post/{name}", "title": TITLES[name], "content_text": TEXT} for name in NAMES]
    as_json = Response(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": entries}), headers=JSON)
    site.pages[f"/{name}"] = as_json if name.endswith("json") else feed(*NAMES)
    result = run(site, fetcher)
    assert (result.discovery.tier, len(result.articles), result.problems) == ("feed", 3, ())
    asked = site.asked[1 : -len(NAMES)]
    assert asked == [f"/{known}" for known in WELL_KNOWN[: WELL_KNOWN.index(name) + 1]]


def test_of_the_announced_feeds_few_are_asked_for_that_of_this_page_first(site: Site, fetcher: Fetcher) -> None:
    named = [*(f"/rooms/{n}/feed" for n in range(9)), "/news/feed"]
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{name}">' for name in named)
    site.pages |= {"/news": listing(*NAMES, more=links), "/news/feed": feed(*NAMES)}
    assert run(site, fetcher, "/news").discovery.tier == "feed"
    assert site.asked[:2] == ["/news", "/news/feed"]
    site.requests.clear()
    site.pages["/news/feed"] = Response("", 404)
    assert run(site, fetcher, "/news").discovery.tier == "listing"
    assert len([path for path in site.asked if not path.startswith("/post/")]) == 1 + MOST_FEEDS


def test_pages_in_the_place_of_a_feed_are_none(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {f"/{name}": bare() for name in WELL_KNOWN}
    result = run(site, fetcher)
    assert kinds(result) == ["nothing-found"]
    assert len(site.asked) <= 1 + len(WELL_KNOWN) + MOST_SITEMAPS


BOMB = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_a_feed_with_entities_of_its_own_is_refused(site: Site, fetcher: Fetcher, encoding: str) -> None:
    written = feed(*NAMES, text="&c;" * 1000).body
    bomb = f'<?xml version="1.0" encoding="{encoding}"?>{BOMB}{written!s}'
    site.pages["/feed"] = Response(bomb.encode(encoding), headers={"Content-Type": "application/rss+xml"})
    site.pages["/sitemap.xml"] = Response(urlset(*(site(f"/post/{name}") for name in NAMES)), headers=XML)
    found = run(site, fetcher).discovery
    assert found.tier == "sitemap"
    assert f"{site('/feed')} declares entities of its own, which no honest feed does" in reasons(found, "feed")


def test_the_address_of_such_a_feed(site: Site, fetcher: Fetcher) -> None:
    site.pages["/feed"] = Response(f"<?xml version='1.0'?>{BOMB}{feed(*NAMES).body!s}")
    (problem,) = run(site, fetcher, "/feed").problems
    assert (problem.kind, problem.permanent) == ("not-a-page", True)
    assert "declares entities of its own" in problem.message


# Sitemaps


def test_an_index_leads_to_packed_sitemaps_the_newest_first(site: Site, fetcher: Fetcher) -> None:
    old = gzip.compress(urlset(site("/post/bell-is-cracked")).encode())
    new = gzip.compress(
        (
            "<urlset>"
            f"<url><loc>{site('/post/ferry-is-back')}</loc><lastmod>2024-02-01</lastmod></url>"
            f"<url><loc>{site('/post/whale-was-seen')}</loc><lastmod>2024-03-01</lastmod></url></urlset>"
        ).encode()
    )
    packed = {"Content-Type": "application/gzip"}
    site.pages |= {
        "/robots.txt": Response(f"Sitemap: {site('/maps.xml')}\n", headers={"Content-Type": "text/plain"}),
        "/maps.xml": index(
            (site("/tags.xml"), "2024-03-09"),
            (site("/a.xml.gz"), "2023-12-31"),
            (site("/b.xml.gz"), "2024-03-01T09:00:00+01:00"),
        ),
        "/a.xml.gz": Response(old, headers=packed),
        "/b.xml.gz": Response(new, headers=packed),
    }
    result = run(site, fetcher, find="sitemap")
    assert site.asked[:3] == ["/", "/maps.xml", "/b.xml.gz"]
    assert titles(result) == [TITLES["whale-was-seen"], TITLES["ferry-is-back"]]
    assert {link.published for link in result.discovery.links} == {None}  # a change is no publication
    assert [f"{link.changed:%Y-%m-%d}" for link in result.discovery.links] == ["2024-03-01", "2024-02-01"]


def undated(site: Site) -> None:
    for path, page in site.pages.items():
        if isinstance(page, Response) and isinstance(page.body, str) and path.startswith("/post/"):
            site.pages[path] = Response(re.sub(r"<meta[^>]*published_time[^>]*>", "", page.body))


def test_a_page_that_says_no_date_is_dated_by_its_sitemap(site: Site, fetcher: Fetcher) -> None:
    undated(site)
    rows = "".join(
        f"<url><loc>{site(f'/post/{name}')}</loc><lastmod>2024-02-0{n}</lastmod></url>"
        for n, name in enumerate(NAMES, 1)
    )
    site.pages["/sitemap.xml"] = Response(f"<urlset>{rows}</urlset>", headers=XML)
    result = run(site, fetcher, find="sitemap")
    days = {f"{a.published:%Y-%m-%d}" for a in result.articles if a.published}
    sources = {e.source for a in result.articles for e in a.provenance if e.field == "published"}
    assert (len(days), sources) == (3, {"sitemap"})


def test_a_sitemap_of_a_site_that_was_rebuilt_dates_nothing(site: Site, fetcher: Fetcher) -> None:
    undated(site)
    rows = "".join(f"<url><loc>{site(f'/post/{name}')}</loc><lastmod>2024-02-01</lastmod></url>" for name in NAMES)
    site.pages["/sitemap.xml"] = Response(f"<urlset>{rows}</urlset>", headers=XML)
    assert {a.published for a in run(site, fetcher, find="sitemap").articles} == {None}


def test_a_sitemap_without_articles_leads_on_to_the_next(site: Site, fetcher: Fetcher) -> None:
    site.pages["/sitemap.xml"] = index((site("/one.xml"), "2024-03-02"), (site("/two.xml"), "2024-03-01"))
    site.pages["/one.xml"] = Response(urlset(site("/about"), site("/contact")), headers=XML)
    site.pages["/two.xml"] = Response(urlset(*(site(f"/post/{name}") for name in NAMES)), headers=XML)
    assert len(run(site, fetcher, find="sitemap").articles) == 3


def test_relative_places_of_sitemaps_are_understood(site: Site, fetcher: Fetcher) -> None:
    site.pages["/robots.txt"] = Response("Sitemap: /maps/all.xml\n", headers={"Content-Type": "text/plain"})
    site.pages["/maps/all.xml"] = index(("one.xml", "2024-03-02"))
    site.pages["/maps/one.xml"] = Response(urlset(*(f"../post/{name}" for name in NAMES)), headers=XML)
    assert len(run(site, fetcher, find="sitemap").articles) == 3
    assert site.asked[1:3] == ["/maps/all.xml", "/maps/one.xml"]


def test_of_an_index_of_five_hundred_few_are_asked_for(site: Site, fetcher: Fetcher) -> None:
    site.pages["/sitemap.xml"] = index(*((site(f"/map-{n}.xml"), "2024-03-01") for n in range(500)))
    site.pages |= {f"/map-{n}.xml": Response(urlset(), headers=XML) for n in range(500)}
    assert kinds(run(site, fetcher, find="sitemap")) == ["nothing-found"]
    asked = [path for path in site.asked if path.endswith(".xml")]
    assert len(asked) == len(set(asked)) <= MOST_SITEMAPS
    assert len([path for path in asked if path.startswith("/map-")]) == sitemap.MOST_FILES


def test_indexes_of_indexes_without_an_end(site: Site, fetcher: Fetcher) -> None:
    site.pages["/sitemap.xml"] = index((site("/sitemap.xml"), "2024-03-01"), (site("/map-0.xml"), "2024-03-01"))
    site.pages |= {f"/map-{n}.xml": index((site(f"/map-{n + 1}.xml"), "2024-03-01")) for n in range(50)}
    assert kinds(run(site, fetcher, find="sitemap")) == ["nothing-found"]
    assert len(site.asked) == 1 + MOST_SITEMAPS


def test_sitemaps_of_other_sites_are_not_asked_for(site: Site, fetcher: Fetcher) -> None:
    with serve() as other:
        site.pages["/robots.txt"] = Response(f"Sitemap: {other('/all.xml')}\n", headers={"Content-Type": "text/plain"})
        site.pages["/sitemap.xml"] = index((other("/news.xml"), "2024-03-02"), ("http://[", "2024-03-02"))
        assert kinds(run(site, fetcher, find="sitemap")) == ["nothing-found"]
        assert other.requests == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (f"{BOMB}{urlset('&c;')}", "not well-formed XML"),
        (gzip.compress(b"<urlset>" + b" " * (sitemap.MOST_BYTES + 1)), "does not unpack to a sitemap"),
        (gzip.compress(b"<urlset>")[:-9], "does not unpack to a sitemap"),
        ("<!DOCTYPE html><title>Not here</title><p>Not here.", "not"),
        ("<urlset><url><loc>", "not well-formed XML"),
    ],
    ids=["entities", "gzip bomb", "cut off", "a page", "unfinished"],
)
def test_what_is_wrong_with_a_sitemap_is_told(site: Site, fetcher: Fetcher, body: str | bytes, words: str) -> None:
    site.pages["/sitemap.xml"] = Response(body, headers=XML)
    (problem,) = run(site, fetcher, find="sitemap").problems
    assert problem.kind == "nothing-found"
    assert words in problem.message


# Listings


def slugs(result: ScrapeResult) -> list[str]:
    return [urls.key(link.url).rpartition("/")[2] for link in result.discovery.links]


@pytest.mark.parametrize("base", ["http://[", "::::", "javascript:x", "//", "http://elsewhere.example/x/", "\x00"])
def test_a_broken_base(site: Site, fetcher: Fetcher, base: str) -> None:
    shown = listing(*NAMES).body
    assert isinstance(shown, str)
    site.pages["/"] = Response(f'<base href="{base}">{shown}')
    assert len(run(site, fetcher).articles) == 3


SPELLINGS = ("", "/", "?utm_source=x", ";jsessionid=0A1B", "?PHPSESSID=77#top")


@pytest.mark.parametrize("rules", [Rules(), Rules(item="article"), Rules(link="//h2/a/@href")])
def test_five_spellings_are_one_article_and_session_ids_are_not_followed(
    site: Site, fetcher: Fetcher, rules: Rules
) -> None:
    rows = [f"/post/{name}{spelling}" for spelling in SPELLINGS for name in NAMES]
    site.pages["/"] = bare(
        body="".join(f'<article><h2><a href="{row}">On {row[6:12]}</a></h2></article>' for row in rows)
    )
    result = run(site, fetcher, rules=rules)
    assert slugs(result) == list(NAMES)
    assert site.asked[1:] == [f"/post/{name}" for name in NAMES]


def test_a_number_that_names_a_story_is_no_session(site: Site, fetcher: Fetcher) -> None:
    rows = {f"/article.php?sid={n}": name for n, name in enumerate(NAMES, 101)}
    site.pages |= {row: post(name) for row, name in rows.items()}
    cards = "".join(f'<article><h2><a href="{row}">{TITLES[name]}</a></h2></article>' for row, name in rows.items())
    site.pages["/"] = bare(body=f"<main>{cards}</main>")
    result = run(site, fetcher)
    assert titles(result) == list(TITLES.values())
    assert site.asked[1:] == list(rows)


def test_session_ids_in_a_feed_and_a_sitemap_are_not_followed(site: Site, fetcher: Fetcher) -> None:
    written = feed(*NAMES).body
    assert isinstance(written, str)
    site.pages["/feed"] = Response(written.replace("</link>", ";jsessionid=0A1B?sid=8f3e01aa</link>"))
    site.pages["/sitemap.xml"] = Response(urlset(*(site(f"/post/{name};jsessionid=9") for name in NAMES)), headers=XML)
    for tier in ("feed", "sitemap"):
        assert {link.url for link in run(site, fetcher, find=tier).discovery.links} == {
            site(f"/post/{name}") for name in NAMES
        }


def test_facets_and_calendars_are_no_articles(site: Site, fetcher: Fetcher) -> None:
    facets = [f"/shop?color=red&size={n}" for n in range(30)] + [f"/list?sort=price&page={n}" for n in range(30)]
    days = [f"/events/?cal={n}" for n in range(99)] + [f"/2024/03/{n:02}/" for n in range(1, 31)] + ["/2023/", "/2024"]
    noise = "".join(f'<li><a href="{place}">What is on, number {n}</a></li>' for n, place in enumerate(facets + days))
    site.pages["/"] = listing(*NAMES, more=f"<ul>{noise}</ul>")
    assert slugs(run(site, fetcher)) == list(NAMES)
    site.pages["/"] = bare(body=f"<ul>{noise}</ul>")
    result = run(site, fetcher)
    assert kinds(result) == ["nothing-found"]
    assert result.fetched == ()


@pytest.mark.parametrize("href", ["/", "#top", "", "?", "/index.html", "?utm_source=card"])
def test_a_listing_that_links_to_itself_alone(site: Site, fetcher: Fetcher, href: str) -> None:
    cards = "".join(f'<article><h2><a href="{href}">{title}</a></h2></article>' for title in TITLES.values())
    site.pages["/"] = bare(body=f"<main>{cards}</main>")
    result = run(site, fetcher)
    assert kinds(result) == ["nothing-found"]
    assert site.asked.count("/") == 1
    assert "links" in result.problems[0].advice


def test_cards_without_links(site: Site, fetcher: Fetcher) -> None:
    cards = "".join(f"<article><h2>{title}</h2><p>Three lines.</p></article>" for title in TITLES.values())
    site.pages["/"] = bare(body=f"<main>{cards}</main>")
    (problem,) = run(site, fetcher).problems
    assert (problem.kind, "hardly any links" in problem.advice) == ("nothing-found", True)
    (problem,) = run(site, fetcher, rules=Rules(item="article")).problems
    assert "3 items match, but 'a[href]' finds no link in them." in problem.message


def test_ten_thousand_cards_are_each_looked_at_once(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = {"read": 0, "shape": 0}
    read, shape = cards._read, cards._shape

    def counted(card: cards.Card) -> None:
        calls["read"] += 1
        read(card)

    def shaped(element: Any) -> tuple[str, ...]:
        calls["shape"] += 1
        return shape(element)

    monkeypatch.setattr(cards, "_read", counted)
    monkeypatch.setattr(cards, "_shape", shaped)
    many = "".join(
        f'<article><h2><a href="/post/number-{n}-of-all">Number {n}</a></h2></article>' for n in range(10_000)
    )
    site.pages["/"] = bare(body=f"<main>{many}</main>")
    result = run(site, fetcher, limit=2)
    assert len(result.articles) + len(result.problems) == 2
    assert calls == {"read": 10_000, "shape": 10_000}
    assert len(site.asked) == 3


# Pages that show something else


def test_a_page_of_frames_names_them(site: Site, fetcher: Fetcher) -> None:
    site.pages["/"] = Response(
        "<!DOCTYPE html><title>The Club</title>"
        '<frameset cols="20%,80%"><frame src="/menu.html"><frame src="news.html"></frameset>'
    )
    (problem,) = run(site, fetcher).problems
    assert problem.message == f"{site()} is made of frames, and has nothing to read itself."
    assert problem.advice == (
        f"Give the address of the frame with the list: {site('/menu.html')} or {site('/news.html')}."
    )


def test_frames_that_lead_nowhere(site: Site, fetcher: Fetcher) -> None:
    site.pages["/"] = Response("<!DOCTYPE html><title>The Club</title><frameset><frame src='about:blank'></frameset>")
    (problem,) = run(site, fetcher).problems
    assert (problem.kind, "no body" in problem.message) == ("empty-page", True)


@pytest.mark.parametrize("find", ["auto", "listing", "feed", "sitemap", "page"])
def test_a_log_in_where_the_listing_should_be(site: Site, fetcher: Fetcher, find: str) -> None:
    form = '<form action="/in" method=post><input name=user><input type=password name=pw><button>Log in</button></form>'
    site.pages |= {"/": redirect("/login?next=/"), "/login?next=/": bare(body=f"<h1>Log in</h1>{form}")}
    result = run(site, fetcher, find=find)
    assert (kinds(result), result.articles) == (["log-in"], ())
    assert "log-in" in result.problems[0].message
    assert "login:" in result.problems[0].advice
    assert set(site.asked) == {"/", "/login?next=/"}


# Older pages, and whom a secret is for

ACCESS = Access(headers=(("X-Key", "secret"),))


def keys(site: Site) -> dict[str, str | None]:
    return {request.path: request.headers["X-Key"] for request in site.requests if request.path != "/robots.txt"}


def test_a_next_page_elsewhere_is_told_no_secret(site: Site, fetcher: Fetcher) -> None:
    with serve() as other:
        site.pages["/"] = listing(*NAMES[:1], more=f'<a class=older href="{other("/older")}">Go on</a>')
        other.pages["/older"] = listing(*NAMES[1:])
        run(site, fetcher, rules=Rules(item="article", next="a.older"), pages=5, access=ACCESS)
        assert keys(site)["/"] == "secret"
        assert keys(other)["/older"] is None


def test_a_listing_that_has_moved_elsewhere_is_told_no_secret_on_its_next_pages(site: Site, fetcher: Fetcher) -> None:
    with serve() as other:
        site.pages["/"] = redirect(other("/news"))
        other.pages["/news"] = listing(*NAMES[:2], more='<link rel="next" href="/news/2">' + API)
        other.pages["/news/2"] = listing(*NAMES[2:])
        run(site, fetcher, pages=5, access=ACCESS)
        assert keys(other)["/news/2"] is None
        assert set(keys(other).values()) == {None}


def test_no_more_pages_than_wanted_and_none_twice(site: Site, fetcher: Fetcher) -> None:
    for n in range(9):
        site.pages[f"/news/{n}"] = listing(NAMES[n % 3], more=f'<link rel="next" href="/news/{n + 1}">')
    rules = Rules(item="article")
    run(site, fetcher, "/news/0", pages=2, rules=rules)
    assert [path for path in site.asked if path.startswith("/news")] == ["/news/0", "/news/1"]
    site.requests.clear()
    run(site, fetcher, "/news/0", pages=9, rules=rules)  # the fourth lists nothing that is new
    assert [path for path in site.asked if path.startswith("/news")] == [f"/news/{n}" for n in range(4)]


def test_a_next_page_that_fails_costs_nothing_but_itself(site: Site, fetcher: Fetcher) -> None:
    site.pages["/"] = listing(*NAMES, more='<link rel="next" href="/page/2">')
    site.pages["/page/2"] = Response("", 500)
    result = run(site, fetcher, pages=5)
    assert (len(result.articles), result.problems) == (3, ())


# The front door


def test_the_page_alone_is_enough_for_discover(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("discover() asked the network")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    page = listing(*NAMES, more='<link rel="alternate" type="application/rss+xml" href="/feed">' + API).body
    assert isinstance(page, str)
    found = discover(page.encode(), "https://club.example/")
    assert [link.title for link in found.links] == list(TITLES.values())
    assert (found.tier, found.api) == ("listing", "https://club.example/wp-json/")
    assert [one.url for one in found.feeds] == ["https://club.example/feed"]


@pytest.mark.parametrize("tier", sorted({*TIERS} - {"auto", "page"}))
def test_a_tier_that_finds_nothing_says_so_by_its_name(site: Site, fetcher: Fetcher, tier: str) -> None:
    (problem,) = run(site, fetcher, find=tier).problems
    assert problem.message.startswith(f"`find: {tier}` found nothing on {site()}: ")
    assert "explain" in problem.advice


def test_a_watched_page_asks_for_nothing_else(site: Site, fetcher: Fetcher) -> None:
    (article,) = run(site, fetcher, "/post/ferry-is-back", find="page").articles
    assert article.text == TEXT
    assert site.asked == ["/post/ferry-is-back"]
