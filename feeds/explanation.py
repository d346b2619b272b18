"""What becomes of an address, and why: every step in a line that a person understands."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from feeds import gate
from feeds.configuration import FeedConfig
from feeds.model import Source
from scraper import dom, survey, template, urls
from scraper.elsewhere import Survey
from scraper.errors import FetchError, ScrapeError
from scraper.extract import from_tree, remembered
from scraper.fetch import Fetcher
from scraper.model import Article, Discovery, Job, Link, Page, Problem, ScrapeResult, SiteTemplate
from scraper.reading import parsed
from scraper.recipe import Recipe
from scraper.verdicts import Verdict

SHOWN = 12
EXCERPT = 70
# Finding asks no clock.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# So many articles of a listing are read to tell what repeats on them: one more than it takes.
READ = template.FEWEST + 1


def lines(settings: FeedConfig, fetcher: Fetcher, source: Source | None = None) -> Iterator[str]:
    """Fetch a feed's address and tell each step. What goes wrong ends the tale in a line of its own.

    With the `source` that is remembered of it, the list is compared with what is usual.
    """
    url, access = settings.url, settings.access
    yield f"address     {url}"
    try:
        if not url.startswith("sample:"):
            yield f"robots.txt  {_robots(url, settings, fetcher)}"
        page = fetcher.get(url, access=access)
        assert page is not None  # it was asked for without conditions
        yield from _fetched(page)
        recipe = Recipe.of(settings.rules)
        yield f"parsed      as {dom.parse(page.content, page.url, page.content_type).encoding}"
        job = Job(settings.name, url, NEVER, settings.rules, limit=settings.limit, access=access, find=settings.find)
        if source is not None:
            job = replace(job, expected=source.baseline.listed, place=source.place)
        found = survey.survey(job, page, recipe, fetcher).discovery
        if not found.links and settings.find == "auto":
            found = survey.elsewhere(job, page, Survey(found), fetcher).discovery
        yield from _verdicts(found)
        yield from _listing(found)
        yield from _gate(ScrapeResult(settings.name, discovery=_cut(found, settings.limit)), source)
        if found.links:
            yield from _first_article(settings, found.links[:READ], recipe, fetcher)
        else:
            tree = parsed(page)
            extraction = from_tree(page, tree, recipe)
            yield from _article(extraction.article)
            yield from map(_verdict, extraction.verdicts)
    except FetchError as error:
        yield f"not fetched {error} {error.advice}".rstrip()
    except ScrapeError as error:
        yield f"no use      {error} {error.advice}".rstrip()
        if error.kind in gate.INSTEAD:
            yield from _gate(ScrapeResult(settings.name, problems=(Problem.of(error),)), source)


def _cut(found: Discovery, limit: int) -> Discovery:
    return replace(found, links=found.links[:limit])


def _gate(result: ScrapeResult, source: Source | None) -> Iterator[str]:
    """What the gate says of a list as it is now."""
    if source is None or not source.baseline.listed:
        return
    found = gate.signals(result, source.baseline, ())
    moved = any(signal.moved for signal in found)
    runs = f"{source.baseline.runs} good run{' is' if source.baseline.runs == 1 else 's are'} known"
    yield f"gate        {'holds such a run' if moved else 'lets it pass'}: {runs}"
    if source.hold is not None:
        yield f"            held since {source.hold.since:%Y-%m-%d %H:%M} UTC: {source.hold.reason}"
    for signal in found:
        yield f"          {'*' if signal.moved else ' '} {signal}"


def _first_article(settings: FeedConfig, links: Sequence[Link], recipe: Recipe, fetcher: Fetcher) -> Iterator[str]:
    """What becomes of the first article on a listing, in the light of some others."""
    pages, memory = [], SiteTemplate()
    for link in links:
        home = urls.origin(link.url) == urls.origin(settings.url)
        page = fetcher.get(link.url, access=settings.access if home else settings.access.abroad())
        assert page is not None  # it was asked for without conditions
        pages.append(page)
        memory = remembered(page, parsed(page), recipe, memory)
    if len(memory.pages) < template.FEWEST:
        yield f"template    not known: it takes {template.FEWEST} different articles"
    else:
        yield f"template    learnt from {len(memory.pages)} articles: what repeats on most of them is not the article"
    yield f"article     {pages[0].url}"
    extraction = from_tree(pages[0], parsed(pages[0]), recipe, memory)
    yield from _article(extraction.article)
    yield from map(_verdict, extraction.verdicts)


def _robots(url: str, settings: FeedConfig, fetcher: Fetcher) -> str:
    if settings.access.ignore_robots:
        return "ignored, as this feed is configured to"
    rules = fetcher.policy.robots(url, settings.access)
    if not rules.known:
        return "could not be asked for"
    pace = f", a request each {rules.delay:g} s" if rules.delay else ""
    return ("allows it" if rules.allow(url) else "does not allow it") + pace


def _fetched(page: Page) -> Iterator[str]:
    where = f", from {page.url}" if page.url != page.requested else ""
    yield f"fetched     {len(page.content):,} bytes of {page.content_type or 'no stated type'}{where}"
    held = [
        name
        for name, value in (("ETag", page.validators.etag), ("Last-Modified", page.validators.last_modified))
        if value
    ]
    yield f"validators  {' and '.join(held) or 'none: it will be fetched whole each time'}"
    if page.moved:
        yield f"moved       for good, it says, to {page.moved}"


def _listing(found: Discovery) -> Iterator[str]:
    for feed in found.feeds:
        yield f"own feed    {feed.url} ({feed.type})"
    if not found.links:
        yield "listing     no: an article by itself"
        return
    yield f"listing     {len(found.links)} articles, found by {found.tier}"
    for link in found.links[:SHOWN]:
        day = f"{link.published:%Y-%m-%d}" if link.published else "undated   "
        signs = f"  ({', '.join(link.evidence)})" if link.evidence else ""
        yield f"  {day}  {link.title or '(no title)'}  {link.url}{signs}"
    if found.next:
        yield f"next page   {found.next}"
    if len(found.links) > SHOWN:
        yield f"  … and {len(found.links) - SHOWN} more"


def _verdicts(found: Discovery) -> Iterator[str]:
    """What each tier said, and the cards that it saw."""
    for one in found.found:
        mark = "*" if one.tier == found.tier else " "
        sure = f", {one.confidence:.0%} sure" if one.links else ""
        many = f"{len(one.links)} links" if one.links else "nothing"
        yield f"tier      {mark} {one.tier}: {many}{sure}: {one.reason}"
        for line in one.seen:
            yield f"              {line}"


def _article(article: Article) -> Iterator[str]:
    sources = {evidence.field: evidence.source for evidence in article.provenance}
    for name in ("title", "authors", "published", "updated", "language", "tags", "image", "summary"):
        value = getattr(article, name)
        if value:
            shown = ", ".join(value) if isinstance(value, tuple) else getattr(value, "url", value)
            yield f"{name:<11} {shown}  (from {sources.get(name, 'the text')})"
    likely = next((f", {e.confidence:.0%} of it likely right" for e in article.provenance if e.field == "text"), "")
    yield f"text        {len(article.text):,} characters{likely}: {article.text[:EXCERPT]!r}…"


def _verdict(verdict: Verdict) -> str:
    return f"  {'kept' if verdict.kept else 'dropped'} by {verdict.stage}: {verdict.reason}: {verdict.text[:EXCERPT]!r}"
