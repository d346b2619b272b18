"""What is to be scraped of a source: as it is configured, and now, as a job."""

from dataclasses import replace
from datetime import datetime

from feeds import identity, polling
from feeds.configuration import FeedConfig
from feeds.cron import zone
from feeds.model import Configured, Source
from feeds.store import Store
from scraper import urls, watch
from scraper.model import Job, KnownPage, Validators


def configured(settings: FeedConfig, now: datetime) -> Configured:
    """What the store is to be told of a feed's source."""
    return Configured(
        settings.name,
        settings.url,
        settings.digest,
        identity.feed_id(settings.name, settings.url),
        settings.paused,
        latest=polling.latest(settings.schedule, now),
        latest_failing=polling.latest(settings.schedule, now, failures=1),
    )


def of(store: Store, source: Source, settings: FeedConfig, now: datetime) -> Job:
    """The job of a source, with all that a run needs to know. Raises StoreError."""
    url = polling.address(source, now)
    home = urls.site(url) == urls.site(settings.url)
    with store.reading():  # all that follows, in one look
        return Job(
            source=settings.name,
            url=url,
            now=now,
            rules=settings.rules,
            listing=polling.fresh(source.listing, source.listing_full, now),
            known=_known(store, source.id, now),
            limit=settings.limit,
            access=settings.access if home else settings.access.abroad(),
            find=settings.find,
            pages=settings.pages,
            before=_before(store, source.id, settings),
            template=store.template(url),
            zone=zone(settings.timezone),
            expected=source.baseline.listed,
            place=source.place,
        )


def _known(store: Store, source_id: int, now: datetime) -> tuple[KnownPage, ...]:
    """The pages that we had. Of one that is not believed the bytes are wanted, to see whether it has calmed."""
    known = polling.known(store.pages(source_id), now)
    if not any(page.due for page in known):  # of none is anything wanted
        return known
    restless = store.restless(source_id)
    return tuple(replace(p, validators=Validators()) if urls.part_key(p.url) in restless else p for p in known)


def _before(store: Store, source_id: int, settings: FeedConfig) -> str | None:
    """The text of a watched page as it was last."""
    if settings.find != watch.NAME:
        return None
    held = store.held(source_id, [urls.key(settings.url)])
    return held[0].article.text if held else None
