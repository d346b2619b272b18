"""What a site says of its articles elsewhere than on its listing: in its feed, its sitemaps, its API."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from scraper import urls
from scraper.discover import feedentries, joined, sitemap, wordpress
from scraper.errors import ScrapeError
from scraper.model import Discovery, Found, Getter, Given, Job, Link, Page, Place

ELSEWHERE = (feedentries.NAME, sitemap.NAME, wordpress.NAME)
# Of the feeds that a page announces so many are asked for; the others are most often of comments and of sections.
MOST_FEEDS = 2
# Where feeds are on sites that announce none.
WELL_KNOWN = ("feed", "rss.xml", "atom.xml", "index.xml", "feed.xml", "feed.json", "rss")
# So many sitemaps are asked for, in all, and so many reasons told.
MOST_SITEMAPS, REASONS = 6, 3


@dataclass(frozen=True, slots=True)
class Survey:
    """What a source lists, those of its articles that came along with their links, and where it was found anew."""

    discovery: Discovery
    given: tuple[Given, ...] = ()
    place: Place | None = None

    def first(self, count: int) -> "Survey":
        """The same with no more links than that."""
        return replace(self, discovery=replace(self.discovery, links=self.discovery.links[:count]))

    def text_of(self, link: Link) -> Given | None:
        return next((piece for piece in self.given if piece.link.url == link.url and piece.whole), None)


@dataclass(frozen=True, slots=True)
class Asking:
    """What the site can be asked for beside the page. A tier that can't be reached has found nothing, and says why."""

    job: Job
    page: Page
    fetcher: Getter

    @property
    def tiers(self) -> dict[str, Callable[[Survey], Survey]]:
        return {feedentries.NAME: self.any_feed, sitemap.NAME: self.sitemaps, wordpress.NAME: self.posts}

    def own_feed(self, so_far: Survey) -> Survey:
        """The feed that the page announces."""
        here = urls.without_fragment(self.page.url).rstrip("/") + "/"
        announced = [feed.url for feed in so_far.discovery.feeds]
        return self._feeds(so_far, sorted(announced, key=lambda url: not url.startswith(here))[:MOST_FEEDS])

    def well_known_feeds(self, so_far: Survey) -> Survey:
        """A feed where feeds usually are."""
        return self._feeds(so_far, [urljoin(self.page.url, f"/{name}") for name in WELL_KNOWN])

    def any_feed(self, so_far: Survey) -> Survey:
        """A feed, where one is to be used whatever the page lists."""
        bare = replace(so_far, discovery=replace(so_far.discovery, links=(), tier=None))
        announced = self.own_feed(bare)
        return announced if announced.discovery.links else self.well_known_feeds(announced)

    def posts(self, so_far: Survey) -> Survey:
        """The posts of a WordPress site."""
        api = so_far.discovery.api
        if api is None:
            return told(so_far, Found(wordpress.NAME, reason="the page announces no WordPress API"))
        try:
            url = wordpress.address(api, self.job.limit)
            given = wordpress.read(self.get(url).content, url)
        except ScrapeError as error:
            return told(so_far, Found(wordpress.NAME, reason=_because(error)))
        return Survey(joined.instead(so_far.discovery, found_in(wordpress.NAME, given, url)), (*so_far.given, *given))

    def sitemaps(self, so_far: Survey) -> Survey:
        """The articles in the site's sitemaps."""
        return replace(so_far, discovery=joined.instead(so_far.discovery, self._in_sitemaps()))

    def _in_sitemaps(self) -> Found:
        """The articles in the first sitemap that lists any, or why none did."""
        said = self.fetcher.sitemaps(self.page.url, self.job.access)
        waiting = [url for place in (*said, *sitemap.PLACES) if (url := urls.absolute(place, self.page.url))]
        asked: set[str] = set()
        reasons: list[str] = []
        while waiting and len(asked) < MOST_SITEMAPS:
            url = waiting.pop(0)
            if url in asked or urls.site(url) != urls.site(self.page.url):
                continue
            asked.add(url)
            try:
                read = sitemap.read(self.get(url).content, url)
            except ScrapeError as error:
                reasons.append(_because(error))
                continue
            if read.links:
                found = sitemap.find(list(read.links), self.page.url)
                if found.links:
                    return found
                reasons.append(f"{url} lists {found.reason}")
            waiting = [*read.files, *waiting]
        return Found(sitemap.NAME, reason="; ".join(reasons[:REASONS]) or "no sitemap is named")

    def _feeds(self, so_far: Survey, addresses: list[str]) -> Survey:
        """The first of these feeds that can be read and is of what the page lists."""
        for url in addresses:
            try:
                entries = feedentries.read(self.get(url).content, url)
            except ScrapeError as error:
                so_far = told(so_far, Found(feedentries.NAME, reason=_because(error)))
                continue
            found = joined.with_feed(so_far.discovery, found_in(feedentries.NAME, entries, url))
            if found.tier == feedentries.NAME:
                return Survey(found, entries)
            so_far = replace(so_far, discovery=found)
        return so_far

    def get(self, url: str) -> Page:
        """A page of the site. What is secret is for the source's own origin. Raises ScrapeError."""
        access = self.job.access if urls.origin(url) == urls.origin(self.job.url) else self.job.access.abroad()
        page = self.fetcher.get(url, access=access)
        assert page is not None  # it was asked for without conditions
        return page


def found_in(tier: str, given: tuple[Given, ...], url: str) -> Found:
    links = tuple({urls.key(piece.link.url): piece.link for piece in reversed(given)}.values())[::-1]
    whole = len([piece for piece in given if piece.whole])
    confidence = links[0].confidence if links else 0.0
    return Found(tier, links, confidence, f"{len(links)} entries in {url}, {whole} of them with their whole text")


def told(so_far: Survey, verdict: Found) -> Survey:
    return replace(so_far, discovery=replace(so_far.discovery, found=(*so_far.discovery.found, verdict)))


def _because(error: ScrapeError) -> str:
    return str(error).rstrip(".")
