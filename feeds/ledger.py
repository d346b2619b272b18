"""Who is who in one run: the ledger is asked, strangers are compared with what we hold, and old addresses asked."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from feeds import identity, resemblance, sketch
from feeds.identity import Recognised
from feeds.resemblance import Suspect
from feeds.store import Store
from scraper import urls, watch, whereabouts
from scraper.fetch import Fetcher
from scraper.model import Access, Article, Job, ScrapeResult
from scraper.whereabouts import Whereabouts


def recognised(
    store: Store, fetcher: Fetcher, source_id: int, job: Job, result: ScrapeResult
) -> tuple[Recognised, ...]:
    """Each article of a run beside the one that we hold of it. Raises StoreError."""
    articles = identity.distinct(result.articles)
    if not articles:
        return ()
    found = identity.recognise(articles, store.held(source_id, (k for a in articles for k in identity.keys(a))))
    strangers = [each for each in found if each.held is None]
    if not strangers or job.find == watch.NAME:  # each change of a page that is watched is new
        return found
    by_id = store.held(source_id, (key for each in strangers for key in each.keys if not identity.is_address(key)))
    alike = store.alike(source_id, [sketch.of(each.article.title, each.article.text) for each in strangers])
    suspects = resemblance.suspects(found, by_id, alike, listed(job, result))
    return resemblance.settled(found, tuple(_answered(suspects, fetcher, job)))


def listed(job: Job, result: ScrapeResult) -> frozenset[str]:
    """The keys of what the listing names now; where it answered 304, of all that it ever named."""
    links = [page.url for page in job.known] if result.unchanged else [link.url for link in result.discovery.links]
    return frozenset(map(urls.part_key, links))


def _answered(suspects: Iterable[Suspect], fetcher: Fetcher, job: Job) -> Iterator[Suspect]:
    """The suspects, each with what its old address answers where that decides."""
    left = resemblance.MOST_ASKED
    for suspect in suspects:
        part_of_a_page = urls.PART in suspect.held.article.url  # the page is there in any case
        if suspect.sure or part_of_a_page or not left:
            yield suspect
            continue
        left -= 1
        yield replace(suspect, answer=_ask(fetcher, job, suspect.held.article))


def _ask(fetcher: Fetcher, job: Job, article: Article) -> Whereabouts:
    home = urls.origin(article.url) == urls.origin(job.url)
    access: Access = job.access if home else job.access.abroad()
    return whereabouts.ask(fetcher, article.url, access)
