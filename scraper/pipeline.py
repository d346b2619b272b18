"""One source, top to bottom: a job in, articles out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from scraper import dates, dom, survey, template, urls, walls, watch
from scraper.discover import inline
from scraper.dom import Tree
from scraper.elsewhere import Survey
from scraper.errors import BadStatus, EmptyPage, NotYet, ScrapeError, Walled
from scraper.extract import from_tree, piece
from scraper.fetch import Fetcher
from scraper.model import (
    Access,
    Article,
    Discovery,
    Given,
    Job,
    KnownPage,
    Link,
    Page,
    Problem,
    ScrapeResult,
    SiteTemplate,
    Validators,
)
from scraper.normalise import listed as listed_as
from scraper.normalise import trusted
from scraper.recipe import Recipe

# A page without a list of articles is an article itself when it has this much to read.
ARTICLE_CHARS = 250
# Pages that answer so are asked for again as seldom as any other.
GONE = frozenset((403, 404, 410, 451))
# The status of a page that is not there.
MISSING = 404
# The path of a site's first page.
FRONT = ("", "/")


def scrape(job: Job, fetcher: Fetcher) -> ScrapeResult:
    """Fetch the listing, find the articles, fetch those that are new or due, and make each a clean piece.

    What goes wrong with one page is a Problem beside the others; a bug is raised.
    """
    nothing = ScrapeResult(job.source, template=job.template)
    try:
        recipe = Recipe.of(job.rules)
        page = fetcher.get(job.url, job.listing, job.access)
        if page is None:
            known = Survey(Discovery(tuple(Link(page.url) for page in job.known)))
            return _followed(job, recipe, fetcher, known, replace(nothing, unchanged=True, listing=job.listing))
        result = replace(nothing, listing=page.validators, moved=page.moved, fresh_for=page.fresh_for)
        if job.find == watch.NAME:
            return replace(result, articles=watch.changes(_watched(job, recipe, page), job.before))
        listed = survey.survey(job, page, recipe, fetcher)
        if not listed.discovery.links:
            return _otherwise(job, recipe, fetcher, page, listed, result)
        return _followed(job, recipe, fetcher, listed.first(job.limit), replace(result, discovery=listed.discovery))
    except ScrapeError as error:
        return replace(nothing, problems=(Problem.of(error),), come_back=_until(error))


def parsed(page: Page) -> Tree:
    """The page's tree. Raises Walled where it is another page than was asked for."""
    tree = dom.parse(page.content, page.url, page.content_type)
    walls.refuse(tree)
    return tree


def _otherwise(
    job: Job, recipe: Recipe, fetcher: Fetcher, page: Page, listed: Survey, result: ScrapeResult
) -> ScrapeResult:
    """For a page that lists nothing: it is an article itself, or else the site lists its articles elsewhere.

    A front page is taken for an article last. Raises ScrapeError where there is neither.
    """
    alone = _alone(job, recipe, page)
    if alone is None or urlsplit(page.url).path in FRONT:
        listed = survey.elsewhere(job, page, listed, fetcher)
        if listed.discovery.links:
            return _followed(job, recipe, fetcher, listed.first(job.limit), replace(result, discovery=listed.discovery))
    if alone is None:
        raise survey.nothing(page)
    return replace(result, discovery=listed.discovery, articles=(alone,))


def _followed(job: Job, recipe: Recipe, fetcher: Fetcher, listed: Survey, result: ScrapeResult) -> ScrapeResult:
    """The result with the articles behind the links, in the order of the listing.

    The first pages of a site that is not known yet are held back until there are enough to tell what repeats on them.
    """
    arrived: list[_Arrived] = []
    for link, known in _wanted(job, listed):
        given = listed.text_of(link)
        try:
            if given is not None and given.link.tier == inline.NAME:
                arrived.append(_Arrived(link, None, given))
                continue
            page = _page(job, fetcher, link, known)
            if page is None:
                result = replace(result, pages=(*result.pages, known))
                continue
            seen = replace(known, validators=page.validators)
            result = replace(result, pages=(*result.pages, seen), fetched=(*result.fetched, link.url))
            arrived.append(_Arrived(link, page, given))
        except NotYet as error:
            # The rest waits too; the listing is asked for as if anew, so that it names them again.
            result = replace(result, listing=Validators(), come_back=error.until)
            break
        except ScrapeError as error:
            if given is not None:
                arrived.append(_Arrived(link, None, given))
                continue
            result = _failed(result, link, error)
            answered = error.permanent or (isinstance(error, BadStatus) and error.status in GONE)
            if answered:
                result = replace(result, pages=(*result.pages, known))
        if len(arrived) + len(result.template.pages) >= template.FEWEST:
            result, arrived = _read(job, recipe, arrived, result), []
    return _read(job, recipe, arrived, result)


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A link, with the page behind it if its bytes came, and the text that came along with the link if one did."""

    link: Link
    page: Page | None
    given: Given | None


def _read(job: Job, recipe: Recipe, arrived: Sequence[_Arrived], result: ScrapeResult) -> ScrapeResult:
    """The result with the articles that arrived, each page judged by what all of them say of their site.

    Where a page can't be read, the text that came along with its link stands in.
    """
    memory = result.template
    for each in arrived if len(arrived) > 1 else ():
        memory = _learned(job, recipe, each.page, memory) if each.page is not None else memory
    for each in arrived:
        try:
            article, memory = _article(job, recipe, each, memory)
            result = replace(result, articles=(*result.articles, article))
        except ScrapeError as error:
            result = _failed(result, each.link, error)
    return replace(result, template=memory)


def _article(job: Job, recipe: Recipe, each: _Arrived, memory: SiteTemplate) -> tuple[Article, SiteTemplate]:
    """The article, and what is remembered of the site after it. Raises ScrapeError."""
    if each.page is None:
        assert each.given is not None  # one of the two arrived
        return _believed(job, piece(each.given)), memory
    home = _at_home(job, each.page)
    try:
        extraction = from_tree(each.page, parsed(each.page), recipe, memory if home else SiteTemplate())
    except ScrapeError:
        if each.given is None:
            raise
        return _believed(job, piece(each.given)), memory
    article = listed_as(_believed(job, extraction.article), each.link)
    return article, extraction.template if home else memory


def _learned(job: Job, recipe: Recipe, page: Page, memory: SiteTemplate) -> SiteTemplate:
    """What is remembered of the site after one more page. What goes wrong is told when the page is read."""
    try:
        return from_tree(page, parsed(page), recipe, memory).template if _at_home(job, page) else memory
    except ScrapeError:
        return memory


def _at_home(job: Job, page: Page) -> bool:
    """Whether a page is of the site that the job's memory is of, or of one below or above it."""
    one, other = urls.site(page.url), urls.site(job.url)
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _failed(result: ScrapeResult, link: Link, error: ScrapeError) -> ScrapeResult:
    problem = replace(Problem.of(error), url=link.url)
    return replace(result, problems=(*result.problems, problem))


def _page(job: Job, fetcher: Fetcher, link: Link, known: KnownPage) -> Page | None:
    """The page behind a link. One that is not there with a slash at its end may be there without."""
    access = _access(job, link)
    try:
        return fetcher.get(link.url, known.validators, access)
    except BadStatus as error:
        if error.status != MISSING or not link.url.endswith("/") or urlsplit(link.url).path in FRONT:
            raise
        return fetcher.get(link.url.rstrip("/"), known.validators, access)


def _wanted(job: Job, listed: Survey) -> Iterator[tuple[Link, KnownPage]]:
    """What to fetch: the links that are new, and the known pages that are due for another look."""
    known = {page.url: page for page in job.known}
    for link in listed.discovery.links:
        page = known.get(link.url, KnownPage(link.url))
        if page.due:
            yield link, page


def _alone(job: Job, recipe: Recipe, page: Page) -> Article | None:
    """The article on a page without links to articles, or None where it is none."""
    try:
        article = _watched(job, recipe, page)
    except (EmptyPage, Walled):
        return None
    return article if len(article.text) >= ARTICLE_CHARS else None


def _watched(job: Job, recipe: Recipe, page: Page) -> Article:
    """The page as one piece. Raises EmptyPage and Walled."""
    return _believed(job, from_tree(page, parsed(page), recipe).article)


def _believed(job: Job, article: Article) -> Article:
    """The article without dates that can't be: nothing is published after it was read."""
    return trusted(article, lambda moment: dates.plausible(moment, job.now))


def _access(job: Job, link: Link) -> Access:
    """What opens the source opens its articles at the same origin, and nothing else."""
    return job.access if urls.origin(link.url) == urls.origin(job.url) else job.access.abroad()


def _until(error: ScrapeError) -> datetime | None:
    return error.until if isinstance(error, NotYet | BadStatus) else None
