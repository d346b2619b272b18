"""One source, top to bottom: a job in, articles out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from scraper import dates, dom, urls, walls
from scraper.discover import links as discover_links
from scraper.dom import Tree
from scraper.errors import CHECK_RULES, BadStatus, NothingFound, NotYet, ScrapeError
from scraper.extract import from_tree
from scraper.fetch import Fetcher
from scraper.model import (
    Access,
    Article,
    Discovery,
    Job,
    KnownPage,
    Link,
    Page,
    Problem,
    ScrapeResult,
    Validators,
)
from scraper.normalise import listed, trusted
from scraper.recipe import Recipe

# A page without a list of articles is an article itself when it has this much to read.
ARTICLE_CHARS = 250
# Pages that answer so are asked for again as seldom as any other.
GONE = frozenset((403, 404, 410, 451))


def scrape(job: Job, fetcher: Fetcher) -> ScrapeResult:
    """Fetch the listing, find the articles, fetch those that are new or due, and make each a clean piece.

    What goes wrong with one page is a Problem beside the others; a bug is raised.
    """
    nothing = ScrapeResult(job.source)
    try:
        recipe = Recipe.of(job.rules)
        page = fetcher.get(job.url, job.listing, job.access)
        if page is None:
            links = [Link(known.url) for known in job.known]
            return _followed(job, recipe, fetcher, links, replace(nothing, unchanged=True, listing=job.listing))
        found = discovered(page, recipe)
        result = replace(nothing, discovery=found, listing=page.validators, moved=page.moved, fresh_for=page.fresh_for)
        if found.links:
            return _followed(job, recipe, fetcher, found.links[: job.limit], result)
        return replace(result, articles=(_alone(job, recipe, page),))
    except ScrapeError as error:
        return replace(nothing, problems=(Problem.of(error),), come_back=_until(error))


def discovered(page: Page, recipe: Recipe) -> Discovery:
    """What the listing holds, the recipe's word before ours. Raises NothingFound where the recipe's finds nothing."""
    tree = parsed(page)
    ours = recipe.links(page, tree)
    found = discover_links(tree)
    if ours is None:
        return found
    if not ours:
        raise NothingFound(f"{recipe.named} found nothing on {page.url}.", about=page.url, advice=CHECK_RULES)
    return replace(found, links=ours, tier="rules")


def parsed(page: Page) -> Tree:
    """The page's tree. Raises Walled where it is another page than was asked for, NothingFound where it is a feed."""
    if dom.is_feed(page.content):
        raise NothingFound(f"{page.url} is a feed already.", about=page.url, advice="Subscribe to it as it is.")
    tree = dom.parse(page.content, page.url, page.content_type)
    walls.refuse(tree)
    return tree


def _followed(job: Job, recipe: Recipe, fetcher: Fetcher, links: Iterable[Link], result: ScrapeResult) -> ScrapeResult:
    """The result with the articles behind the links, in the order of the listing."""
    for link, known in _wanted(job, links):
        try:
            page = fetcher.get(link.url, known.validators, _access(job, link))
            if page is None:
                result = replace(result, pages=(*result.pages, known))
                continue
            seen = replace(known, validators=page.validators)
            result = replace(result, pages=(*result.pages, seen), fetched=(*result.fetched, link.url))
            article = listed(_believed(job, from_tree(page, parsed(page), recipe).article), link)
            result = replace(result, articles=(*result.articles, article))
        except NotYet as error:
            # The rest waits too; the listing is asked for as if anew, so that it names them again.
            return replace(result, listing=Validators(), come_back=error.until)
        except ScrapeError as error:
            problem = replace(Problem.of(error), url=link.url)
            result = replace(result, problems=(*result.problems, problem))
            answered = error.permanent or (isinstance(error, BadStatus) and error.status in GONE)
            if answered and link.url not in result.fetched:
                result = replace(result, pages=(*result.pages, known))
    return result


def _wanted(job: Job, links: Iterable[Link]) -> Iterator[tuple[Link, KnownPage]]:
    """What to fetch: the links that are new, and the known pages that are due for another look."""
    known = {page.url: page for page in job.known}
    for link in links:
        page = known.get(link.url, KnownPage(link.url))
        if page.due:
            yield link, page


def _alone(job: Job, recipe: Recipe, page: Page) -> Article:
    """The article on a page without links to articles. Raises NothingFound where it is none."""
    article = _believed(job, from_tree(page, parsed(page), recipe).article)
    if len(article.text) < ARTICLE_CHARS:
        raise NothingFound(f"No articles were found on {page.url}.", about=page.url)
    return article


def _believed(job: Job, article: Article) -> Article:
    """The article without dates that can't be: nothing is published after it was read."""
    return trusted(article, lambda moment: dates.plausible(moment, job.now))


def _access(job: Job, link: Link) -> Access:
    """What opens the source opens its articles at the same origin, and nothing else."""
    return job.access if urls.origin(link.url) == urls.origin(job.url) else job.access.abroad()


def _until(error: ScrapeError) -> datetime | None:
    return error.until if isinstance(error, NotYet | BadStatus) else None
