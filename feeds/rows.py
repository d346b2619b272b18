"""The records of feeds.model as rows of the store, and back."""

from dataclasses import asdict, fields
from datetime import datetime, timedelta
from itertools import repeat
from operator import attrgetter
from typing import Any

from sqlalchemy import Row

from feeds import polling, sketch
from feeds.model import (
    Baseline,
    Called,
    Configured,
    Event,
    Held,
    Holding,
    Key,
    Lease,
    Moved,
    Revision,
    Sample,
    SeenPage,
    Source,
    Told,
)
from scraper import urls
from scraper.model import Article, Enclosure, Evidence, Image, KnownPage, Listed, Place, SiteTemplate, Validators

AnyRow = Row[*tuple[Any, ...]]
Values = dict[str, Any]
# What has many records is read field by field: `asdict` copies every number (python bench/daemon.py --profile).
_OF_LISTED, _OF_SAMPLE = (attrgetter(*(field.name for field in fields(kind))) for kind in (Listed, Sample))
_OF_TEMPLATE = tuple(field.name for field in fields(SiteTemplate))


def source(row: AnyRow) -> Source:
    return Source(
        id=row.id,
        name=row.name,
        url=row.url,
        feed_id=row.feed_id,
        rules=row.rules,
        title=row.title,
        language=row.language,
        listing=Validators(row.etag, row.last_modified),
        listing_full=row.listing_full,
        moved=None if row.moved_to is None else Moved(row.moved_to, row.moved_count, row.moved_since),
        gone=row.gone,
        paused=row.paused,
        next_due=row.next_due,
        changed=row.changed,
        dirty=row.version != row.published_version,
        version=row.version,
        failures=row.failures,
        last_try=row.last_try,
        last_ok=row.last_ok,
        last_error=row.last_error,
        created=row.created,
        baseline=Baseline() if row.baseline is None else _baseline(row.baseline),
        hold=None if row.hold is None else _holding(row.hold),
        place=None if row.place is None else Place(**row.place),
        rested=row.rested,
        accepts=row.accepts,
        ttl=timedelta(seconds=row.ttl),
    )


def _baseline(said: Values) -> Baseline:
    lists = {name: tuple(said[name]) for name in ("sizes", "shares")}
    newest = said["newest"] and datetime.fromisoformat(said["newest"])
    listed, samples = tuple(Listed(*pair) for pair in said["listed"]), tuple(Sample(*one) for one in said["samples"])
    return Baseline(
        **said | lists | {"newest": newest, "listed": listed, "samples": samples, "called": _called(said.get("called"))}
    )


def _called(said: Values | None) -> Called | None:
    return None if said is None else Called(**said | {"since": datetime.fromisoformat(said["since"])})


def baseline_values(known: Baseline) -> Values:
    """Records without the names of their fields: they are many."""
    said = {field.name: getattr(known, field.name) for field in fields(known)}
    said |= {"newest": known.newest and known.newest.isoformat()}
    said |= {"listed": list(map(_OF_LISTED, known.listed)), "samples": list(map(_OF_SAMPLE, known.samples))}
    if known.called is None:
        del said["called"]
    else:
        said["called"] = asdict(known.called) | {"since": known.called.since.isoformat()}
    return {"baseline": said}


def _holding(said: Values) -> Holding:
    moments = {name: datetime.fromisoformat(said[name]) for name in ("since", "agreed")}
    return Holding(**said | moments | {"listed": tuple(said["listed"])})


def holding_values(hold: Holding | None) -> Values:
    if hold is None:
        return {"hold": None}
    return {"hold": asdict(hold) | {"since": hold.since.isoformat(), "agreed": hold.agreed.isoformat()}}


def event(row: AnyRow) -> Event:
    return Event(row.at, row.kind, row.said)


def told(row: AnyRow) -> Told:
    return Told(row.id, row.name, row.feed_id, event(row))


def lease(row: AnyRow) -> Lease:
    return Lease(source(row), row.lease_token, row.lease_until)


def seen_page(row: AnyRow) -> SeenPage:
    """A source may have hundreds, so they are not asked for their columns by name (python bench/daemon.py)."""
    url, etag, last_modified, first_seen, looked, full = row
    return SeenPage(KnownPage(url, Validators(etag, last_modified)), first_seen, looked, full)


def held(row: AnyRow, keys: tuple[str, ...]) -> Held:
    told = row.told_number is not None
    return Held(
        told=Revision(row.told_number, row.told_title, row.told_text, row.told_at) if told else None,
        restless=row.restless,
        seen=row.seen,
        difference=row.difference,
        removed=row.removed,
        entry_id=row.entry_id,
        article=article(row),
        published=row.published,
        updated=row.updated,
        first_seen=row.first_seen,
        digest=row.digest,
        revision=row.revision,
        keys=keys,
    )


def article(row: AnyRow) -> Article:
    return Article(
        url=row.url,
        title=row.title,
        html=row.html,
        text=row.text,
        authors=tuple(row.authors),
        published=row.said_published,
        updated=row.said_updated,
        language=row.language,
        image=None if row.image is None else Image(**row.image),
        tags=tuple(row.tags),
        summary=row.summary,
        enclosures=tuple(Enclosure(**enclosure) for enclosure in row.enclosures),
        addresses=tuple(row.addresses),
        provenance=tuple(Evidence(**evidence) for evidence in row.provenance),
        whole=row.whole,
    )


def revision(row: AnyRow) -> Revision:
    return Revision(row.number, row.title, row.text, row.at)


def key(row: AnyRow) -> Key:
    return Key(row.key, row.by, row.since)


def article_values(held: Held) -> Values:
    """What may change of an article in its life."""
    article = held.article
    return {
        "url": article.url,
        "title": article.title,
        "html": article.html,
        "text": article.text,
        "authors": article.authors,
        "said_published": article.published,
        "said_updated": article.updated,
        "language": article.language,
        "image": article.image,
        "tags": article.tags,
        "summary": article.summary,
        "enclosures": article.enclosures,
        "addresses": article.addresses,
        "provenance": article.provenance,
        "updated": held.updated,
        "digest": held.digest,
        "revision": held.revision,
        "whole": article.whole,
        "restless": held.restless,
        "seen": held.seen,
        "difference": held.difference,
        "sketch": sketch.of(article.title, article.text),
    }


def template(memory: dict[str, str]) -> SiteTemplate:
    return SiteTemplate(**{name: tuple(map(int, numbers.split(), repeat(16))) for name, numbers in memory.items()})


def template_values(memory: SiteTemplate) -> Values:
    """Numbers in hexadecimal, a line of them for each field: some 25 bytes a mark, 50 kB at the very most."""
    return {"memory": {name: " ".join(map(format, getattr(memory, name), repeat("x"))) for name in _OF_TEMPLATE}}


def validator_values(validators: Validators) -> Values:
    return {"etag": validators.etag, "last_modified": validators.last_modified}


def moved_values(moved: Moved | None) -> Values:
    if moved is None:
        return {"moved_to": None, "moved_count": 0, "moved_since": None}
    return {"moved_to": moved.url, "moved_count": moved.count, "moved_since": moved.since}


def configured_values(wanted: Configured) -> Values:
    return {
        "name": wanted.name,
        "url": wanted.url,
        "key": urls.key(wanted.url),
        "rules": wanted.rules,
        "paused": wanted.paused,
        "active": True,
    }


def changes(row: AnyRow, wanted: Configured, now: datetime) -> Values:
    """What has to change in a source's row for it to be as it is configured.

    Where other pages or other articles are wanted than before, the source is due at once, and whoever works
    on it loses the lease, for what they bring is of the old rules. One that is due later than its schedule allows
    and its server ask for (the schedule was another one then, or went by a clock that was ahead) is due within it.
    What was usual before says nothing where the rules changed.
    """
    values = {name: value for name, value in configured_values(wanted).items() if getattr(row, name) != value}
    latest = wanted.latest_failing if row.failures else wanted.latest
    if latest is not None and row.asked_until is not None:
        latest = max(latest, min(row.asked_until, now + polling.LONGEST_WAIT))
    if latest is not None and row.next_due is not None and row.next_due > latest:
        values["next_due"] = now + (latest - now) * polling.part(row.feed_id)
    if values.keys() & {"active", "url", "rules"}:
        values |= {"next_due": now, "lease_until": None, "lease_token": row.lease_token + 1}
    if values.keys() & {"url", "rules"}:
        values |= {"gone": False, **validator_values(Validators()), **moved_values(None)}
        values |= {"baseline": None, "hold": None, "place": None}
    if values.keys() & {"active", "url", "rules", "name"}:
        values["version"] = row.version + 1
    return values
