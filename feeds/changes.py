"""New, changed or the same? And which times are `published` and `updated`?"""

import hashlib
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from feeds import difference, edits, identity
from feeds.edits import RESTLESS, Words
from feeds.identity import Recognised
from feeds.model import Decision, Held, Revised, Revision, Updates
from scraper import urls
from scraper.model import Article, Evidence
from scraper.whitespace import flat

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class How:
    """How the articles of a run are to be judged.

    `listed` are the keys of what the listing names, `reread` those of pages that were read again because rules changed:
    what is new there is no news. `updates` is what a material change does; where `exact`, every change is one.
    """

    listed: Set[str] = frozenset()
    reread: Set[str] = frozenset()
    updates: Updates = "bump"
    exact: bool = False


@dataclass(slots=True)
class _Taken:
    """The ids and the moments that were given away so far."""

    ids: set[str]
    moments: set[datetime]


def decide(
    found: Sequence[Recognised],
    *,
    now: datetime,
    ids: Iterable[str],
    moments: Iterable[datetime],
    first: bool,
    how: How = How(),
) -> tuple[Decision, ...]:
    """What each article of a run is to us, in the order of the listing.

    `ids` are all that were ever given away, `moments` the `updated` of entries already published: no two entries
    share one, since some readers take them for one entry. `first` says that nothing was held before.
    """
    taken = _Taken(set(ids), set(moments))
    dated = _dated([r.article for r in found], now.replace(microsecond=0), first=first)
    decisions: list[Decision] = []
    # From the bottom of the listing up, so that of two articles of one moment the upper one is the newer:
    # its `updated` is a second later, and it was seen a microsecond later.
    for recognised, (article, published) in reversed(list(zip(found, dated, strict=True))):
        now += datetime.resolution
        held = recognised.held
        if held is None:
            decision = _new(recognised.keys, article, published, now, taken)
        else:
            found_at = _found_at(held, article, how.listed)
            decision = _again(recognised, article, found_at, now, taken, how)
            if decision.kind == "same" and found_at.article.url != held.article.url:
                decision = replace(decision, kind="refreshed")
        decision = replace(decision, by=recognised.by)
        taken.ids.add(decision.held.entry_id)
        taken.moments.add(decision.held.updated)
        decisions.append(decision)
    return tuple(reversed(decisions))


def digest(article: Article) -> str:
    """Of what readers read: the title and the text, without white space. Markup and pictures may move unnoticed."""
    return _digest(f"{article.title or ''}\n{article.text}")


def _digest(text: str) -> str:
    words = " ".join(filter(None, map(flat, text.split("\n"))))  # a long text has few lines that are to be parted
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


def reread(held: Held, article: Article) -> Decision:
    """An article from which other rules read something else: no news, and as if readers had been told it so before."""
    article = _as_issued(article, held)
    told = held.told and replace(held.told, title=article.title, text=article.text)
    return Decision("refreshed", _told_now(held, article), former=told)


def bumped(revised: Iterable[Revised], moments: Iterable[datetime], now: datetime) -> tuple[Revised, ...]:
    """The same as material changes of now, each with an `updated` of its own; of the first one it is the latest."""
    taken, told = set(moments), []
    for one in reversed(list(revised)):
        before, after = one.before, one.decision.held
        moment = _own(max(now, before.updated + SECOND).astimezone(UTC).replace(microsecond=0), taken)
        taken.add(moment)
        former = before.told or Revision(before.revision, before.article.title, before.article.text, before.updated)
        held = replace(after, updated=moment, revision=before.revision + 1, told=None, difference=None)
        told.append(Revised(before, Decision("changed", held, former=former)))
    return tuple(reversed(told))


def _new(keys: tuple[str, ...], article: Article, published: datetime, now: datetime, taken: _Taken) -> Decision:
    updated = max(published, min(article.updated or published, now)).astimezone(UTC).replace(microsecond=0)
    return Decision(
        "new",
        Held(
            entry_id=identity.mint(article, taken.ids),
            article=article,
            published=published,
            updated=_own(updated, taken.moments),
            first_seen=now,
            digest=digest(article),
            keys=keys,
        ),
    )


def _again(recognised: Recognised, article: Article, held: Held, now: datetime, taken: _Taken, how: How) -> Decision:
    """What an article is to us that we hold."""
    held = replace(held, keys=tuple(dict.fromkeys((*held.keys, *recognised.keys))))
    article = _as_issued(article, held)
    if _same_page(article, held.article) or digest(article) == held.digest:
        return _quiet(held, article)
    if not how.reread.isdisjoint(held.keys):
        return reread(held, article)
    new = Words.of(article)
    if not how.exact and edits.compare(Words.of(held.article), new).kind == "nothing":
        return _quiet(held, article)
    seen = _digest(edits.essence(new))
    if held.restless >= RESTLESS and seen != held.seen:
        return Decision("same", replace(held, seen=seen))
    restless = 0 if held.restless >= RESTLESS else held.restless + 1
    held = replace(held, restless=restless, seen=seen)
    told = held.told or Revision(held.revision, held.article.title, held.article.text, held.updated)
    if how.exact or edits.compare(_words(held, told), new).kind == "material":
        return _changed(held, told, article, now, taken, how.updates)
    return Decision("refreshed", _told_now(held, article), former=None if held.told else told)


def _changed(held: Held, told: Revision, article: Article, now: datetime, taken: _Taken, updates: Updates) -> Decision:
    """What is done about a material change."""
    said = article.updated if article.updated and held.updated < article.updated <= now else now
    moment = max(said, held.updated + SECOND).astimezone(UTC).replace(microsecond=0)
    revised = replace(_told_now(held, article), revision=held.revision + 1, told=None, difference=None)
    if updates == "silent":
        return Decision("refreshed", revised, former=told)
    if updates == "new-entry":
        issued = min(moment, now.replace(microsecond=0))
        evidence = tuple(e for e in article.provenance if e.field != "published")
        anew = replace(article, provenance=(*evidence, Evidence("published", "a material change", 1.0)))
        fresh = _new(held.keys, replace(anew, updated=None), issued, now, taken).held
        return Decision("new", replace(fresh, revision=revised.revision), former=told)
    marked = difference.markup(told.text, article.text) if updates == "diff" else None
    revised = replace(revised, updated=_own(moment, taken.moments), difference=marked or None)
    return Decision("changed", revised, former=told)


def _quiet(held: Held, article: Article) -> Decision:
    """Nothing is new: the entry stays as readers have it, whatever passes in it.

    A page that changed at every look is believed again when two looks in a row found the same.
    """
    held = replace(held, article=replace(held.article, whole=article.whole))
    if held.restless < RESTLESS:
        return Decision("same", replace(held, restless=0))
    seen = _digest(edits.essence(Words.of(article)))
    return Decision("same", replace(held, restless=0 if seen == held.seen else held.restless, seen=seen))


def _told_now(held: Held, article: Article) -> Held:
    return replace(held, article=article, digest=digest(article))


def _words(held: Held, told: Revision) -> Words:
    """What readers were told last."""
    return Words.of(held.article) if held.told is None else Words(told.title or "", told.text)


def _as_issued(article: Article, held: Held) -> Article:
    """The article with the evidence for the date that its entry bears; what a page shows later comes too late."""
    issued = tuple(e for e in held.article.provenance if e.field == "published")
    others = tuple(e for e in article.provenance if e.field != "published")
    return replace(article, provenance=(*issued, *others)) if issued else article


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
