"""One source, top to bottom: a job in, articles out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from scraper import asking, reading, survey, template, urls, watch
from scraper.discover import feedentries, inline
from scraper.elsewhere import Survey
from scraper.errors import BadStatus, EmptyPage, NotYet, ScrapeError, Walled
from scraper.model import (
    Access,
    Article,
    Discovery,
    Getter,
    Job,
    KnownPage,
    Link,
    Page,
    Problem,
    ScrapeResult,
    Unchanged,
    Validators,
)
from scraper.reading import Arrived
from scraper.recipe import Recipe

# A page without a list of articles is an article itself when it has this much to read.
ARTICLE_CHARS = 250
# Pages that answer so are asked for again as seldom as any other.
GONE = frozenset((403, 404, 410, 451))
# The status of a page that is not there.
MISSING = 404
# The path of a site's first page.
FRONT = ("", "/")


def scrape(job: Job, fetcher: Getter) -> ScrapeResult:
    """Fetch the listing, find the articles, fetch those that are new or due, and make each a clean piece.

    What goes wrong with one page is a Problem beside the others; a bug is raised.
    """
    nothing = ScrapeResult(job.source, template=job.template)
    try:
        recipe = Recipe.of(job.rules)
        page = asking.ask(fetcher, job.url, job.listing, job.access)
        if isinstance(page, Unchanged):
            known = Survey(Discovery(tuple(Link(page.url) for page in job.known)))
            same = replace(nothing, unchanged=True, listing=job.listing, fresh_for=page.fresh_for)
            return _followed(job, recipe, fetcher, known, same)
        ttl = feedentries.fresh_for(page.content)
        result = replace(nothing, listing=page.validators, moved=page.moved, fresh_for=page.fresh_for, ttl=ttl)
        if job.find == watch.NAME:
            return replace(result, articles=watch.changes(reading.whole(job, recipe, page), job.before))
        listed = survey.survey(job, page, recipe, fetcher)
        if not listed.discovery.links:
            return _otherwise(job, recipe, fetcher, page, listed, result)
        result = replace(result, discovery=listed.discovery, place=listed.place)
        return _followed(job, recipe, fetcher, listed.first(job.limit), result)
    except ScrapeError as error:
        return replace(nothing, problems=(Problem.of(error),), come_back=_until(error))


def _otherwise(
    job: Job, recipe: Recipe, fetcher: Getter, page: Page, listed: Survey, result: ScrapeResult
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


def _followed(job: Job, recipe: Recipe, fetcher: Getter, listed: Survey, result: ScrapeResult) -> ScrapeResult:
    """The result with the articles behind the links, in the order of the listing.

    The first pages of a site that is not known yet are held back until there are enough to tell what repeats on them.
    """
    arrived: list[Arrived] = []
    for link, known in _wanted(job, listed):
        given = listed.text_of(link)
        try:
            if given is not None and given.link.tier == inline.NAME:
                arrived.append(Arrived(link, None, given))
                continue
            page = _page(job, fetcher, link, known)
            if page is None:
                result = replace(result, pages=(*result.pages, known))
                continue
            seen = replace(known, validators=page.validators)
            result = replace(result, pages=(*result.pages, seen), fetched=(*result.fetched, link.url))
            arrived.append(Arrived(link, page, given))
        except NotYet as error:
            # The rest waits too; the listing is asked for as if anew, so that it names them again.
            result = replace(result, listing=Validators(), come_back=error.until)
            break
        except ScrapeError as error:
            if given is not None:
                arrived.append(Arrived(link, None, given))
                continue
            result = reading.failed(result, link, error)
            answered = error.permanent or (isinstance(error, BadStatus) and error.status in GONE)
            if answered:
                result = replace(result, pages=(*result.pages, known))
        if len(arrived) + len(result.template.pages) >= template.FEWEST:
            result, arrived = reading.read(job, recipe, arrived, result), []
    return reading.read(job, recipe, arrived, result)


def _page(job: Job, fetcher: Getter, link: Link, known: KnownPage) -> Page | None:
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
        article = reading.whole(job, recipe, page)
    except (EmptyPage, Walled):
        return None
    return article if len(article.text) >= ARTICLE_CHARS else None


def _access(job: Job, link: Link) -> Access:
    """What opens the source opens its articles at the same origin, and nothing else."""
    return job.access if urls.origin(link.url) == urls.origin(job.url) else job.access.abroad()


def _until(error: ScrapeError) -> datetime | None:
    return error.until if isinstance(error, NotYet | BadStatus) else None
