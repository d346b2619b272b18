"""Pages that arrived → their articles, each judged by what all of them say of their site."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from scraper import dates, dom, stamps, urls, walls
from scraper.dom import Tree
from scraper.errors import ScrapeError
from scraper.extract import from_tree, piece, remembered
from scraper.model import Article, Given, Job, Link, Page, Problem, ScrapeResult, SiteTemplate
from scraper.normalise import listed, trusted
from scraper.recipe import Recipe
from scraper.stamps import stamped


@dataclass(frozen=True, slots=True)
class Arrived:
    """A link, with the page behind it if its bytes came, and the text that came along with the link if one did."""

    link: Link
    page: Page | None
    given: Given | None


def read(job: Job, recipe: Recipe, arrived: Sequence[Arrived], result: ScrapeResult) -> ScrapeResult:
    """The result with the articles that arrived, each page judged by what all of them say of their site.

    Where a page can't be read, the text that came along with its link stands in.
    """
    memory = result.template
    for each in arrived if len(arrived) > 1 else ():
        memory = _learned(job, recipe, each.page, memory) if each.page is not None else memory
    rebuilt = stamps.rebuilt(stamps.modified(each.page) for each in arrived)
    for each in arrived:
        try:
            one, memory = _read(job, recipe, each, memory, rebuilt)
            result = replace(result, articles=(*result.articles, one))
        except ScrapeError as error:
            result = failed(result, each.link, error)
    return replace(result, template=memory)


def article(job: Job, recipe: Recipe, each: Arrived, memory: SiteTemplate) -> Article:
    """The article that arrived, by what is remembered of its site. Raises ScrapeError."""
    return _read(job, recipe, each, memory)[0]


def _read(
    job: Job, recipe: Recipe, each: Arrived, memory: SiteTemplate, rebuilt: frozenset[date] = frozenset()
) -> tuple[Article, SiteTemplate]:
    """The article, and what is remembered of the site after it. Raises ScrapeError."""
    if each.page is None:
        assert each.given is not None  # one of the two arrived
        return believed(job, piece(each.given)), memory
    home = _at_home(job, each.page)
    try:
        extraction = from_tree(each.page, parsed(each.page), recipe, memory if home else SiteTemplate())
    except ScrapeError:
        if each.given is None:
            raise
        return believed(job, piece(each.given)), memory
    one = believed(job, listed(believed(job, extraction.article), each.link))
    if each.given is not None:
        one = replace(one, site_ids=tuple(dict.fromkeys((*each.given.site_ids, *one.site_ids))))
    return stamped(one, each.link, each.page, job.now, rebuilt), extraction.template if home else memory


def _learned(job: Job, recipe: Recipe, page: Page, memory: SiteTemplate) -> SiteTemplate:
    """What is remembered of the site after one more page. What goes wrong is told when the page is read."""
    try:
        return remembered(page, parsed(page), recipe, memory) if _at_home(job, page) else memory
    except ScrapeError:
        return memory


def _at_home(job: Job, page: Page) -> bool:
    """Whether a page is of the site that the job's memory is of, or of one below or above it."""
    one, other = urls.site(page.url), urls.site(job.url)
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def failed(result: ScrapeResult, link: Link, error: ScrapeError) -> ScrapeResult:
    problem = replace(Problem.of(error), url=link.url)
    return replace(result, problems=(*result.problems, problem))


def parsed(page: Page) -> Tree:
    """The page's tree. Raises Walled where it is another page than was asked for."""
    tree = dom.parse(page.content, page.url, page.content_type)
    walls.refuse(tree)
    return tree


def whole(job: Job, recipe: Recipe, page: Page) -> Article:
    """The page as one piece. Raises EmptyPage and Walled."""
    one = believed(job, from_tree(page, parsed(page), recipe).article)
    return stamped(one, Link(page.url), page, job.now, frozenset())


def believed(job: Job, article: Article) -> Article:
    """The article by the clock of its site, and without dates that can't be: nothing is published after it was read."""
    published, updated = (dates.at_home(moment, job.zone) for moment in (article.published, article.updated))
    article = replace(article, published=published, updated=updated)
    return trusted(article, lambda moment: dates.plausible(moment, job.now))
