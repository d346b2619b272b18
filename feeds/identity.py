"""Which article is this? One id for life."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from urllib.parse import urlsplit

from feeds import sketch
from feeds.model import Held
from scraper import urls
from scraper.model import Article

# A tag: URI (RFC 4151) names an authority and a day on which it was one: ours is the year this scheme began, and no
# clock, so that the same page has the same id wherever it is first seen.
SCHEME_YEAR = 2026
# A site's own id as a key: no address has a blank in it, so the two are never mistaken for each other.
SITE_ID = "id "
# An article's number in its address: at an end of the last step, or a step of its own. Shorter ones count pages.
NUMBER = re.compile(r"^[a-z]{0,2}(\d{4,18})(?=$|[-_.])|[-_.][a-z]?(\d{4,18})(?:\.\w{1,5})?$", re.IGNORECASE)
NUMBER_ALONE = re.compile(r"^\d{5,18}$")
# A year, or a day without its dashes.
DATE = re.compile(r"^(?:19|20)\d\d(?:[01]\d(?:[0-3]\d)?)?$")


@dataclass(frozen=True, slots=True)
class Recognised:
    """An article of this run, all the keys that lead to it, and the article that we hold of it, if any.

    `by` says in words why it was taken for that one.
    """

    article: Article
    keys: tuple[str, ...]
    held: Held | None = None
    by: str = "first seen"


def keys(article: Article) -> tuple[str, ...]:
    """By what the same article is known again: each address it was reached by, less what is only spelling."""
    return tuple(dict.fromkeys(urls.part_key(address) for address in (article.url, *article.addresses)))


def site_keys(article: Article) -> tuple[str, ...]:
    """The ids of the site's own system, as keys: those that the page tells, and the number in its address."""
    path = [step for step in urlsplit(article.url).path.split("/") if step]
    match = NUMBER.search(path[-1]) if path else None
    number = (match[1] or match[2]) if match else None
    if number is None and len(path) > 1 and NUMBER_ALONE.match(path[-2]):
        number = path[-2]
    numbered = (f"slug {number}",) if number and not DATE.match(number) else ()
    return tuple(f"{SITE_ID}{each}" for each in dict.fromkeys((*article.site_ids, *numbered)))


def folded(title: str | None) -> str:
    """A title without case, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", title or "").casefold()


def is_address(key: str) -> bool:
    return not key.startswith(SITE_ID)


def distinct(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Each article once, in order, however many links led to it.

    Where pages with different titles claim one canonical address, the claim is a mistake of the site's template, and
    each page keeps its own. Pages that say the same, word for word, are one article. What several articles bear is
    nobody's own id.
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
    single = _single(kept.values())
    borne = Counter(site_id for article in single for site_id in article.site_ids)
    return tuple(
        replace(article, site_ids=tuple(each for each in article.site_ids if borne[each] == 1)) for article in single
    )


def _single(articles: Iterable[Article]) -> tuple[Article, ...]:
    """Each of the pages with one title and one text, unless their dates differ, as one article at the first of them."""
    articles = tuple(articles)
    titles = Counter(folded(article.title) for article in articles)
    kept: dict[tuple[object, ...], Article] = {}
    for place, article in enumerate(articles):
        title = folded(article.title)
        shared = title != "" and titles[title] > 1
        telling = shared and len(sketch.words(article.text)) >= sketch.FEWEST_WORDS
        says = (title, article.published, *article.text.split()) if telling else (place,)
        first = kept.setdefault(says, article)
        if first is not article:
            kept[says] = replace(
                first,
                addresses=tuple(dict.fromkeys((*first.addresses, *article.addresses))),
                site_ids=tuple(dict.fromkeys((*first.site_ids, *article.site_ids))),
            )
    return tuple(kept.values())


def recognise(articles: Sequence[Article], held: Iterable[Held]) -> tuple[Recognised, ...]:
    """Each distinct article beside the one that we hold of it, by its addresses. What is held is given to one only.

    A key leads to one article only, too: to the one whose own address it is, before others that it ever led to. What is
    at another address of a held article whose own page came too, under the same title, is no article beside it.
    """
    held = tuple(held)
    by_address = {urls.part_key(one.article.url): one for one in held}
    by_key = {key: one for one in held for key in one.keys}
    taken = {urls.part_key(article.url) for article in articles}
    given = {by_address[address].entry_id for address in taken & by_address.keys()}
    found = []
    for article in articles:
        address, *others = keys(article)
        twin = None if address in by_address else by_key.get(address)
        if twin and twin.entry_id in given and folded(article.title) == folded(twin.article.title) != "":
            continue
        mine = (address, *(key for key in others if key not in taken))
        taken.update(mine)
        left = (by_key[key] for key in mine if key in by_key and by_key[key].entry_id not in given)
        one = by_address.get(address) or next(left, None)
        ids = tuple(key for key in site_keys(article) if key not in taken)
        taken.update(ids)
        if one is None:
            found.append(Recognised(article, (*mine, *ids)))
            continue
        given.add(one.entry_id)
        led = next((key for key in mine if by_key.get(key) is one), address)
        found.append(Recognised(article, (*mine, *ids), one, f"its address {led}"))
    return tuple(found)


def mint(article: Article, taken: Iterable[str]) -> str:
    """A new entry's id. It is stored with the entry and never made again, whatever becomes of the address."""
    return _free(_tag(article.url, urls.part_key(article.url)), frozenset(taken))


def feed_id(name: str, url: str) -> str:
    """A new feed's id, stored with its source."""
    return _tag(url, f"feed {name} {urls.key(url)}")


def merged_id(name: str, base_url: str) -> str:
    """The id of a new feed that is merged of others, stored with its name."""
    return _tag(base_url, f"merged {name} {base_url}")


def _tag(url: str, what: str) -> str:
    authority = re.sub(r"[^a-z0-9.-]", "-", urls.site(url).partition(":")[0]).strip("-.") or "localhost"
    return f"tag:{authority},{SCHEME_YEAR}:{hashlib.sha256(what.encode()).hexdigest()[:20]}"


def _free(wanted: str, taken: frozenset[str]) -> str:
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next(free for free in chain([wanted], numbered) if free not in taken)
