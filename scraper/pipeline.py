"""One source, top to bottom: a job in, articles out."""

from collections.abc import Iterator

from scraper import dates, dom, urls
from scraper.discover import links as discover_links
from scraper.errors import EmptyPage, NothingFound, ScrapeError
from scraper.extract import from_page
from scraper.fetch import Fetcher
from scraper.model import Article, Discovery, Job, KnownPage, Link, Page, Problem, ScrapeResult, Validators
from scraper.normalise import listed, trusted
from scraper.recipe import Recipe

# A page without a list of articles is an article itself when it has this much to read.
ARTICLE_CHARS = 250


def scrape(job: Job, fetcher: Fetcher) -> ScrapeResult:
    """Fetch the listing, find the articles, fetch those that are new or due, and make each a clean piece.

    What goes wrong with one page is a Problem beside the others; a bug is raised.
    """
    try:
        recipe = Recipe.of(job.rules)
        page = fetcher.get(job.url, job.listing, job.headers)
        if page is None:
            return _followed(job, recipe, fetcher, Discovery(), job.listing, unchanged=True)
        found = _listing(page, recipe)
    except ScrapeError as error:
        return ScrapeResult(job.source, problems=(Problem.of(error),))
    if found.links:
        return _followed(job, recipe, fetcher, found, page.validators)
    return _alone(job, recipe, page, found)


def _listing(page: Page, recipe: Recipe) -> Discovery:
    """What the listing holds, the recipe's word before ours."""
    tree = dom.parse(page.content, page.url, page.content_type)
    ours = recipe.links(page, tree)
    found = discover_links(tree)
    return found if ours is None else Discovery(ours, found.feeds, found.next, "rules", found.title, found.language)


def _followed(
    job: Job,
    recipe: Recipe,
    fetcher: Fetcher,
    found: Discovery,
    listing: Validators,
    *,
    unchanged: bool = False,
) -> ScrapeResult:
    """The articles behind the links, in the order of the listing."""
    articles: list[Article] = []
    problems: list[Problem] = []
    pages: list[KnownPage] = []
    for link, known in _wanted(job, found, unchanged=unchanged):
        try:
            page = fetcher.get(link.url, known, job.headers if urls.site(link.url) == urls.site(job.url) else ())
            if page is None:
                pages.append(KnownPage(link.url, known))
                continue
            articles.append(listed(_trusted(job, from_page(page, recipe)), link))
            pages.append(KnownPage(link.url, page.validators))
        except ScrapeError as error:
            problems.append(Problem.of(error))
    return ScrapeResult(job.source, tuple(articles), tuple(problems), tuple(pages), listing, found, unchanged=unchanged)


def _wanted(job: Job, found: Discovery, *, unchanged: bool) -> Iterator[tuple[Link, Validators]]:
    """What to fetch: the links that are new, and the known pages that are due for another look."""
    known = {page.url: page for page in job.known}
    links = [Link(page.url) for page in job.known] if unchanged else found.links[: job.limit]
    for link in links:
        page = known.get(link.url)
        if page is None:
            yield link, Validators()
        elif page.due:
            yield link, page.validators


def _alone(job: Job, recipe: Recipe, page: Page, found: Discovery) -> ScrapeResult:
    """A page without links to articles: an article itself, or nothing for us."""
    try:
        article = _trusted(job, from_page(page, recipe))
        if len(article.text) < ARTICLE_CHARS:
            raise NothingFound(f"No articles were found on {page.url}.", about=page.url)
    except EmptyPage as error:
        return ScrapeResult(job.source, problems=(Problem.of(error),), discovery=found)
    except ScrapeError as error:
        return ScrapeResult(job.source, problems=(Problem.of(error),), discovery=found)
    return ScrapeResult(job.source, (article,), listing=page.validators, discovery=found)


def _trusted(job: Job, article: Article) -> Article:
    """The article without dates that can't be: nothing is published after it was read."""
    return trusted(article, lambda moment: dates.plausible(moment, job.now))
