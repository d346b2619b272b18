"""Who is who in one run: the ledger is asked, strangers are compared with what we hold, and old addresses asked."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from feeds import absence, identity, resemblance, sketch
from feeds.absence import Rests
from feeds.identity import Recognised
from feeds.model import Sighting
from feeds.store import Store
from feeds.suspect import Suspect
from scraper import urls, watch, whereabouts
from scraper.model import Access, Getter, Job, ScrapeResult
from scraper.whereabouts import Whereabouts


def recognised(store: Store, fetcher: Getter, source_id: int, job: Job, result: ScrapeResult) -> tuple[Recognised, ...]:
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
    named = listed(job, result)
    titles = frozenset(identity.folded(one.title) for one in job.expected)
    suspects = resemblance.suspects(found, by_id, alike, named, absence.replaced(job.expected, named), titles)
    return resemblance.settled(found, tuple(_answered(suspects, fetcher, job)))


def listed(job: Job, result: ScrapeResult) -> frozenset[str]:
    """The keys of what the listing names now; where it answered 304, of all that it ever named."""
    links = [page.url for page in job.known] if result.unchanged else [link.url for link in result.discovery.links]
    return frozenset(map(urls.part_key, links))


def sightings(
    store: Store, fetcher: Getter, rests: Rests, source_id: int, job: Job, result: ScrapeResult
) -> tuple[Sighting, ...]:
    """Which articles of the feed are there still, of those that are asked for in this run. Raises StoreError.

    Nothing is believed while something is wrong with the site: where its listing, or a page that this names, fails. A
    listing that has not changed names what it did.
    """
    links = [one.url for one in (job.expected if result.unchanged else result.discovery.links)]
    if result.failed or not links:
        return ()
    if result.unchanged and not result.problems and rests.rests(source_id, job.expected, job.limit, job.now):
        return ()
    missing = tuple(p for p in result.problems if p.status in whereabouts.NOT_THERE)
    if len(missing) < len(result.problems):
        return ()
    named = frozenset(map(urls.part_key, links))
    left_out = absence.left_out(store.standing(source_id, job.limit), named)
    due = absence.due(left_out, job.now)
    if result.unchanged and not due:
        rests.note(source_id, job.expected, job.limit, job.now, absence.next_due(left_out, job.now))
    asked = [(urls.part_key(one.url), _ask(fetcher, job, one.url)) for one in due]
    gone = [urls.part_key(p.url) for p in missing] + [key for key, answer in asked if answer.kind == "nothing"]
    there = [key for key, answer in asked if answer.kind == "page"]
    if gone and not _well(fetcher, job, result, links, gone):
        return ()
    return (*(Sighting(key, False) for key in gone), *(Sighting(key, True) for key in there))


def _well(fetcher: Getter, job: Job, result: ScrapeResult, links: Sequence[str], gone: Collection[str]) -> bool:
    """Whether the site's pages answer by and large: one that came in this run, or else the first that it names."""
    if result.fetched:
        return len(gone) <= len(result.fetched) + absence.MOST_ASKED
    first = next((url for url in links if urls.part_key(url) not in gone), None)
    return first is not None and _ask(fetcher, job, first).kind == "page"


def _answered(suspects: Iterable[Suspect], fetcher: Getter, job: Job) -> Iterator[Suspect]:
    """The suspects, each with what its old address answers where that decides. One answers for those of one list."""
    left, stays = resemblance.MOST_ASKED, None
    for suspect in suspects:
        if suspect.together:
            if stays is None:
                stays = replace(suspect, answer=_ask(fetcher, job, suspect.held.article.url)).still_there
            yield replace(suspect, stays=stays)
            continue
        part_of_a_page = urls.PART in suspect.held.article.url  # the page is there in any case
        if suspect.sure or part_of_a_page or not left:
            yield suspect
            continue
        left -= 1
        yield replace(suspect, answer=_ask(fetcher, job, suspect.held.article.url))


def _ask(fetcher: Getter, job: Job, url: str) -> Whereabouts:
    home = urls.origin(url) == urls.origin(job.url)
    access: Access = job.access if home else job.access.abroad()
    return whereabouts.ask(fetcher, url, access)
