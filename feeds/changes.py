"""New, changed or the same? And which times are `published` and `updated`?"""

import hashlib
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from feeds import identity
from feeds.identity import Recognised
from feeds.model import Decision, Held
from scraper import urls
from scraper.model import Article, Evidence

SECOND = timedelta(seconds=1)


def decide(
    found: Sequence[Recognised],
    *,
    now: datetime,
    ids: Iterable[str],
    moments: Iterable[datetime],
    first: bool,
    listed: Set[str] = frozenset(),
) -> tuple[Decision, ...]:
    """What each article of a run is to us, in the order of the listing.

    `ids` are all that were ever given away, `moments` the `updated` of entries already published: no two entries
    share one, since some readers take them for one entry. `first` says that nothing was held before; `listed` are the
    keys of what the listing names.
    """
    taken_ids, taken = set(ids), set(moments)
    dated = _dated([r.article for r in found], now.replace(microsecond=0), first=first)
    decisions: list[Decision] = []
    # From the bottom of the listing up, so that of two articles of one moment the upper one is the newer:
    # its `updated` is a second later, and it was seen a microsecond later.
    for recognised, (article, published) in reversed(list(zip(found, dated, strict=True))):
        now += datetime.resolution
        held = recognised.held
        if held is None:
            decision = _new(recognised, article, published, now, taken_ids, taken)
        else:
            decision = _again(recognised, article, _found_at(held, article, listed), now, taken)
            if decision.kind == "same" and decision.held.article.url != held.article.url:
                decision = replace(decision, kind="refreshed")
        decision = replace(decision, by=recognised.by)
        taken_ids.add(decision.held.entry_id)
        taken.add(decision.held.updated)
        decisions.append(decision)
    return tuple(reversed(decisions))


def digest(article: Article) -> str:
    """Of what readers read: the title and the text, without white space. Markup and pictures may move unnoticed."""
    words = " ".join(f"{article.title or ''}\n{article.text}".split())
    return hashlib.sha256(words.encode(errors="surrogatepass")).hexdigest()


def _found_at(held: Held, article: Article, listed: Set[str]) -> Held:
    """What is held, at the address where it is now.

    Another spelling is no move, but for https, from which no site goes back. An address that it had before is believed
    only where the listing names that and no longer the one that we have: else a site with two minds about an address
    would change the feed at every look.
    """
    old, new = urls.part_key(held.article.url), urls.part_key(article.url)
    if old == new:
        safer = held.article.url.startswith("http:") and article.url.startswith("https:")
    else:
        safer = new not in held.keys or (new in listed and old not in listed)
    return replace(held, article=replace(held.article, url=article.url)) if safer else held


def moved(latest: datetime | None, decisions: Iterable[Decision], now: datetime) -> datetime | None:
    """When the feed last had something new, after this run: later than `latest`, all that it ever said.

    None where nothing changed, and for the first fill, whose entries bear dates of their own.
    """
    if latest is None or all(decision.kind in ("same", "refreshed") for decision in decisions):
        return None
    return max(now, latest + SECOND).replace(microsecond=0)


def bumped(held: Iterable[Held], moments: Iterable[datetime], now: datetime) -> tuple[Held, ...]:
    """The entries as changed now, each with an `updated` of its own; of the first one it is the latest."""
    taken, told = set(moments), []
    for one in reversed(list(held)):
        moment = _own(max(now, one.updated + SECOND).astimezone(UTC).replace(microsecond=0), taken)
        taken.add(moment)
        told.append(replace(one, updated=moment))
    return tuple(reversed(told))


def _new(
    recognised: Recognised,
    article: Article,
    published: datetime,
    now: datetime,
    ids: set[str],
    taken: set[datetime],
) -> Decision:
    updated = max(published, min(article.updated or published, now)).astimezone(UTC).replace(microsecond=0)
    return Decision(
        "new",
        Held(
            entry_id=identity.mint(article, ids),
            article=article,
            published=published,
            updated=_own(updated, taken),
            first_seen=now,
            digest=digest(article),
            keys=recognised.keys,
        ),
    )


def _again(recognised: Recognised, article: Article, held: Held, now: datetime, taken: set[datetime]) -> Decision:
    keys = tuple(dict.fromkeys((*held.keys, *recognised.keys)))
    seen = digest(article)
    if seen == held.digest or _same_page(article, held.article):
        return Decision("same", replace(held, keys=keys, article=replace(held.article, whole=article.whole)))
    said = article.updated if article.updated and held.updated < article.updated <= now else now
    updated = _own(max(said, held.updated + SECOND).astimezone(UTC).replace(microsecond=0), taken)
    revised = replace(held, article=article, digest=seen, updated=updated, revision=held.revision + 1, keys=keys)
    return Decision("changed", revised)


def _same_page(article: Article, held: Article) -> bool:
    """Whether the page gives what it gave, so that only what was learnt of its site's template meanwhile differs.

    That is no news: the entry stays as readers have it.
    """
    return article.whole != "" and (article.whole, article.title) == (held.whole, held.title)


def _own(moment: datetime, taken: set[datetime]) -> datetime:
    """The moment, or the first second after it that no other entry has."""
    while moment in taken:
        moment += SECOND
    return moment


def _dated(articles: Sequence[Article], now: datetime, *, first: bool) -> list[tuple[Article, datetime]]:
    """Each article with the time it was published.

    An undated one was published when it was first seen. On the first fill that would call old articles new: there it
    gets a time from its neighbours on the listing, and where these have none, the day without a time.
    """
    times = [a.published.astimezone(UTC).replace(microsecond=0) if a.published else None for a in articles]
    dated = []
    for position, (article, time) in enumerate(zip(articles, times, strict=True)):
        if time is not None:
            dated.append((article, min(time, now)))
            continue
        between = _between(times, position) if first else None
        source = "first seen" if between is None else "neighbours on the listing"
        evidence = Evidence("published", source, 0.2 if between is None else 0.3)
        seen = now.replace(hour=0, minute=0, second=0) if first else now
        moment = min(between or seen, now).replace(microsecond=0)
        dated.append((replace(article, provenance=(*article.provenance, evidence)), moment))
    return dated


def _between(times: Sequence[datetime | None], position: int) -> datetime | None:
    """Half-way between the nearest dated neighbours; with one neighbour, a second from it."""
    newer = next((t for t in reversed(times[:position]) if t is not None), None)
    older = next((t for t in times[position + 1 :] if t is not None), None)
    if newer is not None and older is not None:
        return min(newer, older) + abs(newer - older) / 2
    if newer is not None:
        return newer - SECOND
    return older + SECOND if older is not None else None
