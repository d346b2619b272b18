"""Did a site move to the address on another host that its feed has now? Then the feed goes on as what it was.

A site is the same where it has the articles that we hold, and not by what it is called. It is asked once, when the
first run at the new address brought articles; until then readers keep the feed that they have.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feeds import identity, resemblance, sketch, suspect
from feeds.identity import folded
from feeds.model import Event, Held, Lease, Source
from feeds.movestore import Homes
from feeds.store import Store
from scraper import urls, watch
from scraper.model import Article, Job, ScrapeResult

# So many articles that we hold, and such a part of all, are no chance: two sites of one house may share a few. All of
# them are enough, however few.
ENOUGH, PART = 3, 1 / 3


@dataclass(frozen=True, slots=True)
class Pair:
    """An article beside one that is held of the former site: at the `same_path` there, and `same` by what it says."""

    article: Article
    held: Held
    same_path: bool
    same: bool


def heir(store: Store, lease: Lease, job: Job, result: ScrapeResult) -> Lease | None:
    """A lease on the source that this one was before its site moved, to go on with. Raises StoreError."""
    source = lease.source
    if source.last_ok is not None or result.failed or not result.articles or job.find == watch.NAME:
        return None
    former = store.predecessor(source)
    if former is None:
        return None
    articles, homes = identity.distinct(result.articles), Homes(urls.site(former.url), urls.site(job.url))
    pairs = tuple(_pairs(articles, _likely(store, former, articles, homes), homes))
    same = {pair.article.url: pair for pair in pairs if pair.same}
    if len(same) < len(articles) and (len(same) < ENOUGH or len(same) < PART * len(articles)):
        return None
    in_place = all(pair.same_path and pair.same for pair in pairs)  # or numbers in addresses may have been given anew
    keys = {key: pair.held.entry_id for pair in same.values() for key in identity.keys(pair.article)}
    said = f"{former.url} -> {source.url}; {len(same)} of {len(articles)} articles are known"
    return store.hand_over(lease, former, keys, homes if in_place else None, Event(job.now, "accepted", said))


def _likely(store: Store, former: Source, articles: Sequence[Article], homes: Homes) -> tuple[Held, ...]:
    """What is held of the former site at these addresses, there or here, or with such texts."""
    keys = [key for article in articles for key in identity.keys(article)]
    at_address = store.held(former.id, [*keys, *(_before(key, homes) for key in keys)])
    alike = store.alike(former.id, [sketch.of(article.title, article.text) for article in articles])
    return tuple({one.entry_id: one for one in (*at_address, *alike)}.values())


def _pairs(articles: Sequence[Article], held: Sequence[Held], homes: Homes) -> Iterator[Pair]:
    """Every pair that has anything in common; those at one path first, and an entry the same as one article only."""
    texts = {one.entry_id: sketch.shingles(None, one.article.text) for one in held}
    shares = {
        place: {id: sketch.shared(mine, theirs) for id, theirs in texts.items()}
        for place, mine in enumerate(sketch.shingles(None, article.text) for article in articles)
    }
    own = resemblance.own_pairs({p: each for p, each in shares.items() if _telling(articles[p])})
    given: set[str] = set()
    for place, article in enumerate(articles):
        key = urls.part_key(article.url)
        in_place = {one.entry_id for one in held if not {key, _before(key, homes)}.isdisjoint(one.keys)}
        found = False
        for one in sorted(held, key=lambda one: one.entry_id not in in_place):
            same_path, text = one.entry_id in in_place, shares[place][one.entry_id]
            free = not found and one.entry_id not in given
            same = free and (_same(article, one, text, same_path=same_path) or (place, one.entry_id) in own)
            if same:
                found = True
                given.add(one.entry_id)
            if same or same_path:
                yield Pair(article, one, same_path, same)


def _telling(article: Article) -> bool:
    return len(sketch.words(article.text)) >= sketch.FEWEST_WORDS


def _same(new: Article, held: Held, text: float, *, same_path: bool) -> bool:
    """Whether two are one by what they are called; an address alone may be another article's today."""
    if not set(identity.keys(new)).isdisjoint(held.keys):  # the former one led there
        return True
    same_title = folded(new.title) == folded(held.article.title) != ""
    return same_title and (same_path or text >= suspect.NEAR)


def _before(key: str, homes: Homes) -> str:
    """The key of the same path on the site before."""
    return homes.before + key.removeprefix(homes.now) if key.startswith(f"{homes.now}/") else key
