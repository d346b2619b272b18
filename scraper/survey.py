"""What a source lists: on its page, on the pages that follow, and, where these do not do, elsewhere on the site."""

from dataclasses import replace

from scraper import dom, healing, overlap, urls, walls, watch
from scraper.discover import ON_PAGE, feedentries, inline, joined, listing
from scraper.discover import links as on_page
from scraper.discover.advice import advice
from scraper.dom import Tree
from scraper.elsewhere import ELSEWHERE, Asking, Survey, found_in
from scraper.errors import CHECK_RULES, EmptyPage, NothingFound, ScrapeError, Walled
from scraper.model import Discovery, FeedLink, Found, Getter, Job, Link, Page
from scraper.recipe import Recipe

RULES = "rules"
# How the finding can be chosen: freely, by what is on the page, by what the site says elsewhere, or not at all.
TIERS = ("auto", *ON_PAGE, *ELSEWHERE, watch.NAME)

# What finds a list by its looks, which may change.
MAY_MOVE = ("auto", listing.NAME)


def survey(job: Job, page: Page, recipe: Recipe, fetcher: Getter) -> Survey:
    """The articles that the page lists, or the site elsewhere. Raises NothingFound where rules or a forced tier fail.

    A page that is a feed itself is read as one. The site's own feed is asked first where the page announces one. A list
    that is no longer where it was is looked for on the page by what we know of it.
    """
    try:
        listed = _listed(job, page, recipe, fetcher)
    except NothingFound:
        moved = _moved(job, page, recipe, fetcher)
        if moved is None:
            raise
        return moved
    if overlap.measure(listed.discovery.links, job.expected, _known(job)).goes_on:
        return listed
    return _moved(job, page, recipe, fetcher) or listed


def _moved(job: Job, page: Page, recipe: Recipe, fetcher: Getter) -> Survey | None:
    """The list that we know at another place of the page: where it was found before, or where it is now."""
    if not job.expected or job.find not in MAY_MOVE or recipe.finds_links or _is_feed(page):
        return None
    tree = readable(page)
    for place in filter(None, (job.place, healing.find(tree, job.expected))):
        mended = Recipe(healing.mended(recipe.rules, place), recipe.hooks)
        links = mended.links(page, tree) or ()
        if links and overlap.measure(links, job.expected, _known(job)).goes_on:
            found = _by_rules(links, page, tree, mended)
            return Survey(_with_older(Asking(job, page, fetcher), found, mended), place=place)
    return None


def _known(job: Job) -> frozenset[str]:
    return frozenset(urls.part_key(page.url) for page in job.known) if job.expected else frozenset()


def _listed(job: Job, page: Page, recipe: Recipe, fetcher: Getter) -> Survey:
    if _is_feed(page):
        return _of_feed(page)
    tree, asking = readable(page), Asking(job, page, fetcher)
    ruled = recipe.links(page, tree)
    if ruled is not None:
        found = _by_rules(ruled, page, tree, recipe)
        return Survey(_with_older(asking, found, recipe))
    if job.find in asking.tiers:
        return _forced(job, asking.tiers[job.find](Survey(on_page(tree))), page)
    if job.find != "auto":
        return _forced(job, Survey(_with_older(asking, on_page(tree, job.find), recipe), inline.parts(tree)), page)
    found = on_page(tree)
    if found.tier == inline.NAME:
        return Survey(found, inline.parts(tree))
    surveyed = asking.own_feed(Survey(found)) if found.links else Survey(found)
    return replace(surveyed, discovery=_with_older(asking, surveyed.discovery, recipe))


def elsewhere(job: Job, page: Page, surveyed: Survey, fetcher: Getter) -> Survey:
    """What the site lists elsewhere, for a page that lists nothing itself: the cheapest and surest first."""
    asking = Asking(job, page, fetcher)
    for ask in (asking.own_feed, asking.posts, asking.well_known_feeds, asking.sitemaps):
        surveyed = ask(surveyed)
        if surveyed.discovery.links:
            return surveyed
    return surveyed


def nothing(page: Page) -> ScrapeError:
    """Why nothing was found on a page, and what to do."""
    tree = dom.parse(page.content, page.url, page.content_type)
    wall = walls.recognise(tree)
    if wall is not None:
        shows = f"{page.url} shows {walls.WALLS[wall.kind]} ({wall.sign})."
        return Walled(shows, about=page.url, wall=wall.kind, advice=advice(tree, wall.kind))
    if not tree.body.text.strip():
        return EmptyPage(f"{page.url} has nothing to read.", about=page.url, advice=advice(tree))
    return NothingFound(f"No articles were found on {page.url}.", about=page.url, advice=advice(tree))


def readable(page: Page) -> Tree:
    """The page's tree. Raises Walled where it is another page than was asked for.

    A page that waits for its scripts may still hold their data, or announce a feed.
    """
    tree = dom.parse(page.content, page.url, page.content_type)
    wall = walls.recognise(tree)
    if wall is not None and wall.kind != "script-only":
        walls.refuse(tree)
    return tree


def _by_rules(links: tuple[Link, ...], page: Page, tree: Tree, recipe: Recipe) -> Discovery:
    if not links:
        raise NothingFound(
            f"{recipe.named} found nothing on {page.url}.{recipe.nearest(tree)}", about=page.url, advice=CHECK_RULES
        )
    found = on_page(tree)
    verdict = Found(RULES, links, 1.0, f"{len(links)} links by {recipe.named}")
    following = recipe.next_page(tree) if recipe.rules.next else found.next
    return replace(found, links=links, tier=RULES, found=(verdict, *found.found), next=following)


def _forced(job: Job, surveyed: Survey, page: Page) -> Survey:
    if surveyed.discovery.links and surveyed.discovery.tier == job.find:
        return surveyed
    verdict = next((one for one in reversed(surveyed.discovery.found) if one.tier == job.find), None)
    reason = f": {verdict.reason}" if verdict is not None and verdict.reason else ""
    message = f"`find: {job.find}` found nothing on {page.url}{reason}."
    raise NothingFound(message, about=page.url, advice="`feedwright explain` shows what the other tiers find there.")


def _with_older(asking: Asking, listing: Discovery, recipe: Recipe) -> Discovery:
    """The listing with its next pages, for as long as all on it is new to us and there is room in the feed."""
    job = asking.job
    known = {urls.key(page.url) for page in job.known}
    seen = {urls.key(job.url)}
    page_links = listing.links
    for _ in range(job.pages - 1):
        following = listing.next
        if following is None or urls.key(following) in seen or len(listing.links) >= job.limit:
            break
        if any(urls.key(link.url) in known for link in page_links):
            break
        seen.add(urls.key(following))
        try:
            older = _older(asking.get(following), recipe, None if job.find == "auto" else job.find)
        except ScrapeError:
            break  # what the first pages list is worth having by itself
        longer = joined.with_older(listing, older)
        if len(longer.links) == len(listing.links):
            break
        page_links, listing = older.links, longer
    return listing


def _older(page: Page, recipe: Recipe, only: str | None) -> Discovery:
    tree = readable(page)
    found = on_page(tree, only)
    ruled = recipe.links(page, tree)
    if ruled is None:
        return found
    return replace(found, links=ruled, next=recipe.next_page(tree) if recipe.rules.next else found.next)


def _is_feed(page: Page) -> bool:
    kind = (page.content_type or "").partition(";")[0].strip().lower()
    return dom.is_feed(page.content) or kind in ("application/feed+json", "application/json")


def _of_feed(page: Page) -> Survey:
    entries = feedentries.read(page.content, page.url)
    if not entries:
        raise NothingFound(f"{page.url} is a feed without entries.", about=page.url)
    found = found_in(feedentries.NAME, entries, page.url)
    return Survey(Discovery(found.links, (FeedLink(page.url, "feed"),), tier=found.tier, found=(found,)), entries)
