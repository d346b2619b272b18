"""Which article is this? One id for life."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count

from feeds.model import Held
from scraper import urls
from scraper.model import Article

# A tag: URI (RFC 4151) names an authority and a day on which it was one: ours is the year this scheme began, and no
# clock, so that the same page has the same id wherever it is first seen.
SCHEME_YEAR = 2026


@dataclass(frozen=True, slots=True)
class Recognised:
    """An article of this run, all the keys that lead to it, and the article that we hold of it, if any."""

    article: Article
    keys: tuple[str, ...]
    held: Held | None = None


def keys(article: Article) -> tuple[str, ...]:
    """By what the same article is known again: each address it was reached by, less what is only spelling."""
    return tuple(dict.fromkeys(urls.part_key(address) for address in (article.url, *article.addresses)))


def distinct(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Each article once, in order, however many links led to it.

    Where pages with different titles claim one canonical address, the claim is a mistake of the site's template, and
    each page keeps its own.
    """
    titles: dict[str, set[str | None]] = {}
    for article in articles:
        titles.setdefault(urls.part_key(article.url), set()).add(article.title)
    kept: dict[str, Article] = {}
    for article in articles:
        if len(titles[urls.part_key(article.url)]) > 1:
            own = tuple(a for a in article.addresses if urls.part_key(a) != urls.part_key(article.url))
            if own:
                article = replace(article, url=own[0], addresses=own)
        kept.setdefault(urls.part_key(article.url), article)
    return tuple(kept.values())


def recognise(articles: Sequence[Article], held: Iterable[Held]) -> tuple[Recognised, ...]:
    """Each distinct article beside the one that we hold of it. What is held is given to one article only.

    A key leads to one article only, too: to the one whose own address it is, before others that it ever led to.
    """
    held = tuple(held)
    by_address = {urls.part_key(one.article.url): one for one in held}
    by_key = {key: one for one in held for key in one.keys}
    taken = {urls.part_key(article.url) for article in articles}
    given = {by_address[address].entry_id for address in taken & by_address.keys()}
    found = []
    for article in articles:
        address, *others = keys(article)
        mine = (address, *(key for key in others if key not in taken))
        taken.update(mine)
        left = (by_key[key] for key in mine if key in by_key and by_key[key].entry_id not in given)
        one = by_address.get(address) or next(left, None)
        if one is not None:
            given.add(one.entry_id)
        found.append(Recognised(article, mine, one))
    return tuple(found)


def mint(article: Article, taken: Iterable[str]) -> str:
    """A new entry's id. It is stored with the entry and never made again, whatever becomes of the address."""
    return _free(_tag(article.url, urls.part_key(article.url)), frozenset(taken))


def feed_id(name: str, url: str) -> str:
    """A new feed's id, stored with its source."""
    return _tag(url, f"feed {name} {urls.key(url)}")


def _tag(url: str, what: str) -> str:
    authority = re.sub(r"[^a-z0-9.-]", "-", urls.site(url).partition(":")[0]).strip("-.") or "localhost"
    return f"tag:{authority},{SCHEME_YEAR}:{hashlib.sha256(what.encode()).hexdigest()[:20]}"


def _free(wanted: str, taken: frozenset[str]) -> str:
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next(free for free in chain([wanted], numbered) if free not in taken)
