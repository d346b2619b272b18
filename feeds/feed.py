"""Which articles make a feed, and in what order."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from feeds.document import Entry, Feed
from feeds.model import Held, Source
from feeds.text import Legal, is_address, language_tag, legal, line, lines
from scraper import sanitize, urls
from scraper.model import Article

# How much of a text stands in for a title, in characters: what a reader's list of entries shows of one.
TITLE_LENGTH = 80

# What relative addresses are relative to where an article has no address of its own. It is not published then.
NOWHERE = "https://invalid.invalid/"

# Of so much markup it is remembered that it is safe, in 8 MB at most: a digest takes a tenth of the time that the
# sanitiser takes (python bench/daemon.py --profile).
MOST_KNOWN = 65_536
_KNOWN_SAFE: set[bytes] = set()

# When a feed changed that never had anything in it. Any fixed time will do, as long as it is not the clock's.
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def build(
    source: Source,
    held: Sequence[Held],
    *,
    title: str | None,
    author: str | None,
    language: str | None,
    limit: int,
    self_url: str | None,
    differences: bool = False,
) -> Feed:
    """The newest `limit` articles as a feed, newest first.

    `title`, `author` and `language` are what the user wants; where they are None the site decides. With `differences`
    an entry that changed begins with what changed in it.
    """
    newest = sorted(held, key=_age, reverse=True)[:limit]
    feed_title = line(title) or line(source.title) or urls.host(source.url) or source.name
    feed_author = line(author) or line(source.title) or feed_title
    entries = [_entry(each, feed_author, differences=differences) for each in newest]
    made = Feed(
        id=source.feed_id,
        title=feed_title,
        site_url=public(source.url),
        updated=_updated(source, entries),
        entries=tuple(entries),
        self_url=self_url,
        author=feed_author,
    )
    return speaking(made, language, source.language)


def _age(held: Held) -> tuple[datetime, datetime, str]:
    """Of two articles of one day, what was seen later; not what was edited later, which would make it jump."""
    return held.published, held.first_seen, held.entry_id


def _entry(held: Held, author: str, *, differences: bool) -> Entry:
    """The article as an entry. Without an author it repeats the feed's: many readers don't inherit it."""
    article = held.article
    published, updated = held.published.replace(microsecond=0), held.updated.replace(microsecond=0)
    html = f"{held.difference}\n<hr>\n{article.html}" if differences and held.difference else article.html
    return Entry(
        id=held.entry_id,
        url=article.url,
        title=_title(article),
        html=_safe(html, article.url),
        published=published,
        updated=max(updated, published),
        authors=lines(article.authors) or (author,),
        summary=line(article.summary) or None,
        language=language_tag(article.language),
        tags=lines(article.tags),
        image=article.image,
        enclosures=article.enclosures,
    )


def _safe(html: str, url: str) -> Legal:
    """The markup, sanitised once more: what is in the store may be of an older release, or of another hand.

    Characters that XML does not have go first, lest their going make of something harmless what is not. What had
    nothing to be taken out of it has not the next time either.
    """
    base = url if is_address(url) else NOWHERE
    digest = hashlib.sha256(f"{base}\n{html}".encode(errors="surrogatepass")).digest()
    if digest in _KNOWN_SAFE:
        return Legal(html)
    plain = legal(html)
    cleaned = sanitize.clean(plain, base)
    safe = plain if cleaned == plain else legal(cleaned)
    if safe == html:
        if len(_KNOWN_SAFE) >= MOST_KNOWN:
            _KNOWN_SAFE.clear()
        _KNOWN_SAFE.add(digest)
    return safe


def _title(article: Article) -> str:
    """Never empty: without a title the first words stand for it, without words the address."""
    return line(article.title) or _first_words(article.summary) or _first_words(article.text) or article.url


def _first_words(text: str | None) -> str:
    words = line(text)
    if len(words) <= TITLE_LENGTH:
        return words
    whole, _, _ = words[:TITLE_LENGTH].rpartition(" ")
    return (whole or words[: TITLE_LENGTH - 1]) + "…"


def _most_common_language(entries: Iterable[Entry]) -> str | None:
    """The language of most entries that have one; of two equally common ones, that of the newest entry."""
    counted = Counter(entry.language for entry in entries if entry.language)
    return max(counted, key=counted.__getitem__, default=None)


def speaking(feed: Feed, *languages: str | None) -> Feed:
    """The feed in the first of these languages, or in that of most entries: theirs is said only where it differs."""
    said = filter(None, map(language_tag, languages))
    language = next(said, None) or _most_common_language(feed.entries)
    return replace(feed, language=language, entries=tuple(_within(language, entry) for entry in feed.entries))


def _within(language: str | None, entry: Entry) -> Entry:
    same = entry.language and language and entry.language.lower() == language.lower()
    return replace(entry, language=None) if same else entry


def _updated(source: Source, entries: Iterable[Entry]) -> datetime:
    times = [entry.updated for entry in entries]
    if source.changed:
        times.append(source.changed.replace(microsecond=0))
    return max(times, default=NEVER)


def public(url: str) -> str:
    """The sample site's address as a web address: readers know no `sample://`."""
    return "https://" + url.removeprefix("sample://") if url.startswith("sample://") else url
