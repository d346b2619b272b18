"""Which addresses can be an article's, and what those of one list have in common."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from scraper import urls
from scraper.dom import Tree

# Addresses of lists, people, files and actions.
NOT_AN_ARTICLE = re.compile(
    r"""/(tags?|categor(y|ies)|topics?|authors?|users?|members?|people|profile|kategorien?|schlagwort|etiquetas?|tema|series
    |labels?|rubriques?|mots?-cles?|auteurs?|autor(es|en)?|collections?|search|wp-(login|admin|content|json)|cdn-cgi)
    /[^/]+(/(page/\d+|index\.\w+))?/?$
    |/wp-(login|signup|register|comments-post)\.php$
    |/page[/-]?\d+(\.\w+|/)?$
    |/(search|login|log-in|signin|sign-in|signup|sign-up|register|account|cart|checkout|feeds?|rss|atom|archives?|about
    |about-us|contact|contact-us|privacy|privacy-policy|cookies?|cookie-policy|terms|terms-of-(use|service)|imprint
    |impressum|datenschutz|mentions-legales|share|print|amp|comments?|index|subscribe|newsletter|donate|tags?
    |categor(y|ies)|topics?|authors?|sitemap|faq|help|jobs|careers|advertise|press|legal|disclaimer|logout|password)
    (\.\w+|/)?$
    |/comment-page-\d+/?$
    |(^|/)(19|20)\d\d([/-]\d\d?){0,2}/?$
    |\.(jpe?g|png|gif|webp|svg|avif|ico|pdf|zip|gz|tar|exe|dmg|apk|epub|mp[34]|m4a|ogg|webm|mov|css|js|xml|json|ics|txt
    |docx?|xlsx?|pptx?)$""",
    re.IGNORECASE | re.VERBOSE,
)
# Parameters that act on a page, or choose among its contents, instead of naming it.
ACTS = re.compile(
    r"(^|&)(share|replytocom|print|output|format|action|do|sort|order(by)?|dir|filter\w*|color|colour|size|price|view|q|s"
    r"|search|page|paged|offset|start|lang|date|day|month|year|cal\w*|facet\w*|ref|redirect\w*|return\w*|login)(\[[^&=]*)?=",
    re.IGNORECASE,
)
# Parameters that name an article, on sites that have one page for all.
NAMES_ONE = re.compile(r"(^|&)(p|id|nid|aid|sid|tid|article\w*|story\w*|post\w*|news\w*|item\w*|entry\w*)=[\w-]+", re.I)
# A whole path with nothing to resolve or to escape in it.
PLAIN = re.compile(r"(?:/(?![./])[\w~!$&'()*+,=:@%.-]*)+(?:\?[\w~!$&'()*+,=:@%.-]*)?", re.ASCII)
# A last part of a path that is a title or a number, not a section's name.
SLUG = re.compile(r"[^/]*(-[^/]+-|_[^/]+_|\d{3,})[^/]*$|(?=[^/]{10,}$)[^/]*[-_\d][^/]*$")
DATED_PATH = re.compile(r"/(19|20)\d\d[/-]?\d?\d?/")
# So many answers about addresses are kept.
KEPT = 8192
# Longer addresses are no people's work.
LONGEST = 2000
# What so many of a list's addresses share is the list's form; the others are strangers in it.
MOST = 0.7


@lru_cache(maxsize=KEPT)
def path(url: str) -> str:
    """The path of an address, as people read it."""
    return unquote(urlsplit(url).path)


def meant(href: str, tree: Tree) -> str | None:
    """The address that a link on the page means, without session ids; None where it is none.

    A `<base>` of another site is a leftover, and does not count.
    """
    return _meant(href, tree.base, tree.url) if len(href) <= LONGEST else None


# A card links to one address two or three times, and tiers ask one after another: half of the cost was this.
@lru_cache(maxsize=KEPT)
def _meant(href: str, base: str, here: str) -> str | None:
    base = base if base == here or urls.site(base) == urls.site(here) else here
    origin = urls.origin(base)
    path = href.removeprefix(origin)
    # Most are plain, and come out of the long way as they went in.
    url = origin + path if PLAIN.fullmatch(path) else urls.absolute(href, base)
    return urls.SESSION.sub("", url) if url and ";" in url else url


@lru_cache(maxsize=KEPT)
def key(url: str) -> str:
    """`urls.key`, for addresses that are asked about again and again."""
    return urls.key(url)


@lru_cache(maxsize=KEPT)
def site(url: str) -> str:
    """`urls.site`, likewise."""
    return urls.site(url)


@lru_cache(maxsize=KEPT)
def may_be_article(url: str, here: str) -> bool:
    """Whether an article could have this address. `here` is the listing's own."""
    parts = urlsplit(url)
    own = unquote(parts.path)
    if NOT_AN_ARTICLE.search(own):
        return False
    if parts.query:
        query = urls.without_trackers("?" + parts.query)[1:]
        if query and (ACTS.search(query) or (own == path(here) and not NAMES_ONE.search(query))):
            return False
        if query and NAMES_ONE.search(query):
            return True
    return own not in ("", "/")


def titled(url: str) -> bool:
    """Whether an address ends in a title or a number, or has a date in it."""
    own = path(url)
    return bool(SLUG.search(own.rstrip("/")) or DATED_PATH.search(own) or NAMES_ONE.search(urlsplit(url).query))


@dataclass(frozen=True, slots=True)
class Form:
    """What the addresses of one list have in common: the parts of their paths, None where each has its own.

    A number is written `0`.
    """

    parts: tuple[str | None, ...]

    @property
    def telling(self) -> bool:
        """Whether more is in common than the number of parts."""
        return any(part is not None for part in self.parts)

    def fits(self, url: str) -> bool:
        parts = _parts(url)
        return len(parts) == len(self.parts) and all(
            mine is None or mine == its for mine, its in zip(self.parts, parts, strict=True)
        )


def form(addresses: Iterable[str]) -> Form | None:
    """The form of a list's addresses, or None where they have none."""
    split = [_parts(url) for url in addresses]
    if not split:
        return None
    length, count = Counter(map(len, split)).most_common(1)[0]
    alike = [parts for parts in split if len(parts) == length]
    if count < MOST * len(split) or not length:
        return None
    columns = zip(*alike, strict=True)
    return Form(tuple(next(iter(set(column))) if len(set(column)) == 1 else None for column in columns))


def _parts(url: str) -> tuple[str, ...]:
    """The parts of a path and the names of its parameters, numbers as `0`."""
    split = urlsplit(url)
    names = [pair.partition("=")[0] for pair in split.query.split("&") if pair]
    parts = [part for part in unquote(split.path).split("/") if part]
    return tuple("0" if part.isdigit() else part for part in parts) + tuple(f"?{name}" for name in sorted(names))
