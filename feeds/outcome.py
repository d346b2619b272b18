"""What one run brings to the store: decisions on its articles, and what is to be remembered of its source."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from feeds import changes, gate, holding, identity, ledger, naming, polling, rhythm
from feeds.absence import Rests
from feeds.circuit import Circuit
from feeds.configuration import FeedConfig
from feeds.holding import Ruling
from feeds.model import Decision, Issued, Outcome, Posted, Source
from feeds.polling import Schedule
from feeds.store import Store
from scraper import urls, watch
from scraper.model import Getter, Job, ScrapeResult, SiteTemplate, Validators

# The status with which a server says that a page has ended.
GONE = 410


@dataclass(frozen=True, slots=True)
class Run:
    """A source, and what scraping it brought at `job.now`. `ruling` is what the gate says of that."""

    source: Source
    settings: FeedConfig
    job: Job
    result: ScrapeResult
    ruling: Ruling

    @property
    def withheld(self) -> bool:
        return self.ruling.hold is not None and not _no_page(self.source, self.result)


def ruling(store: Store, source: Source, job: Job, result: ScrapeResult, *, accept: bool) -> Ruling:
    """Whether a run is fit to publish. One for which no page came says nothing of the source. Raises StoreError."""
    if _no_page(source, result):
        return Ruling(source.baseline, source.hold, place=source.place)
    nothing_came = result.unchanged and not result.articles  # then there is nothing to tell known from new in
    known = () if nothing_came else tuple(urls.part_key(page.url) for page in job.known)
    before = None
    if result.articles and not result.discovery.links:
        held = store.held(source.id, identity.keys(result.articles[-1]))
        before = held[0].article if held else None
    return holding.rule(source, result, known, job.now, before=before, accept=accept)


def withheld(run: Run, circuit: Circuit) -> Outcome:
    """Of a run that is held nothing is kept but that it was."""
    source, hold = run.source, run.ruling.hold
    assert hold is not None  # or there would be nothing to hold
    circuit.note(urls.host(run.job.url), None)
    return Outcome(
        error=hold.reason,
        failed=True,
        moved=source.moved,
        next_due=polling.next_due(polling.of(source, run.settings.schedule), run.job.now, source.failures + 1),
        url=run.job.url,
        hold=hold,
        events=run.ruling.events,
        place=run.ruling.place,
    )


def given_up(source: Source, schedule: Schedule, reason: str, now: datetime) -> Outcome:
    """Of a run that does not end."""
    return Outcome(
        error=reason,
        failed=True,
        moved=source.moved,
        next_due=polling.next_due(schedule, now, source.failures + 1),
        url=source.url,
        hold=source.hold,
        place=source.place,
    )


def learnt(run: Run, store: Store, fetcher: Getter, circuit: Circuit, rests: Rests) -> Outcome:
    """All that a run brings which is fit to publish, or for which no page came. Raises StoreError."""
    source, job, result, ruled = run.source, run.job, run.result, run.ruling
    issued = store.issued(source.id) if result.articles else Issued()
    decisions = _decisions(run, store, fetcher, issued) if result.articles else ()
    problem = result.problems[0] if result.failed else None
    down = circuit.note(urls.host(job.url), problem.kind if problem else None)
    blamed = problem is not None and not down and problem.kind != "not-yet"
    posts = posted(store, source.id, run.settings, decisions)
    named = naming.named(source, ruled.baseline, result, job.now)
    return Outcome(
        decisions=decisions,
        # Where no article could be read, all are to be looked at again.
        pages=() if problem else result.pages,
        fetched=result.fetched,
        calm=_calm(result),
        sightings=ledger.sightings(store, fetcher, rests, source.id, job, result),
        listing=Validators() if _to_be_seen_again(result) else result.listing,
        listing_fetched=not result.unchanged and problem is None,
        title=named.title,
        language=named.language,
        error=why(result) if problem else None,
        failed=blamed,
        gone=problem is not None and (source.gone or problem.status == GONE),
        moved=polling.moved(source, job.url, result.moved, job.now),
        asked_until=_asked_until(run),
        ttl=source.ttl if result.unchanged else result.ttl,
        next_due=_next_due(run, posts, blamed=blamed, down=down and problem is not None),
        changed=changes.moved(max(filter(None, (source.changed, *issued.moments)), default=None), decisions, job.now),
        url=job.url,
        template=SiteTemplate() if result.template is job.template else result.template,
        baseline=replace(ruled.baseline, called=named.called),
        hold=ruled.hold,
        events=ruled.events,
        place=ruled.place,
    )


def posted(
    store: Store, source_id: int, settings: FeedConfig, decisions: Sequence[Decision] = ()
) -> tuple[Posted, ...]:
    """When the articles of a source came, with those that are not stored yet, if its schedule asks."""
    if not settings.schedule.follows:
        return ()
    new = [Posted(d.held.published, d.held.first_seen) for d in decisions if d.kind == "new"]
    return (*store.posted(source_id, rhythm.POSTS), *new)


def why(result: ScrapeResult) -> str:
    """What failed: the listing, or everything on it."""
    first = result.problems[0]
    if not result.discovery.links or first.url not in {link.url for link in result.discovery.links}:
        return first.message
    return f"none of the {len(result.discovery.links)} articles that it lists could be read. {first.message}"


def _decisions(run: Run, store: Store, fetcher: Getter, issued: Issued) -> tuple[Decision, ...]:
    source_id, job = run.source.id, run.job
    known = frozenset(page.url for page in job.known)
    how = changes.How(
        listed=ledger.listed(job, run.result),
        reread=store.reread(source_id, [url for url in run.result.fetched if url in known]),
        updates=run.settings.updates,
        exact=run.settings.find == watch.NAME,
    )
    return changes.decide(
        ledger.recognised(store, fetcher, source_id, job, run.result),
        now=job.now,
        ids=issued.ids,
        moments=issued.moments,
        first=not issued.ids,
        how=how,
    )


def _next_due(run: Run, posts: Sequence[Posted], *, blamed: bool, down: bool) -> datetime:
    schedule, failures = polling.of(run.source, run.settings.schedule), run.source.failures + 1 if blamed else 0
    if down:
        return polling.network_down(schedule, run.job.now)
    if run.result.come_back is not None and not blamed:
        return run.result.come_back  # what is left over waits for nothing else
    asked = _asked_until(run)
    return polling.next_due(schedule, run.job.now, failures, posts=posts, not_before=asked)


def _asked_until(run: Run) -> datetime | None:
    """Until when the server said that it need not be asked, or wants not to be; None where it said nothing.

    A feed that has not changed still says what it said when it came.
    """
    result, now = run.result, run.job.now
    stale = now + max(result.fresh_for, run.source.ttl if result.unchanged else result.ttl)
    asked = max(stale, result.come_back or stale)
    return asked if asked > now else None


def _to_be_seen_again(result: ScrapeResult) -> bool:
    """Whether a page on the listing failed that may be there next time: a 304 would hide it."""
    return not result.unchanged and not all(problem.permanent for problem in result.problems)


def _calm(result: ScrapeResult) -> tuple[str, ...]:
    """The keys of the pages that had not changed."""
    told = {*result.fetched, *(problem.url for problem in result.problems)}
    return tuple(urls.part_key(page.url) for page in result.pages if page.url not in told)


def _no_page(source: Source, result: ScrapeResult) -> bool:
    """Whether a run failed on its way, and not for what stood in place of a list that we know."""
    if not result.failed:
        return False
    instead = result.problems[0].kind in gate.INSTEAD and not result.discovery.links
    return not (instead and source.baseline.listed)
