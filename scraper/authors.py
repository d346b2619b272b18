"""Who wrote an article: people by preference, several where there are several, and no accounts."""

import re
from collections.abc import Iterable
from itertools import islice

from scraper import urls
from scraper.claims import Claims, Ladder
from scraper.dom import Element
from scraper.structured import Item

BYLINE = re.compile(
    r"^\s*(?:(?:written|posted|published|story|words|text|article|reviewed|geschrieben|escrito|publié|publicado) )?"
    r"(?:by|von|vom|par|por|di|door|av|af|od|yazan|autor(?:in|a|es)?\s*:|author\s*:|auteur\s*:|redaktion\s*:|автор\s*:?|"
    r"作者\s*[:：]?|文\s*[:：/]|text\s*:)\s*:?\s+?(?=\S)|^\s*(?:作者|文|撰文|记者|記者)\s*[:：/]\s*",
    re.IGNORECASE,
)
# Accounts and words of templates, not people.
NOBODY = re.compile(
    r"""^(\w*admin(istrator)?|root|users?|editors?|authors?|staff|webmaster|unknown|anonymous|by|guest|no\ author|none
    |null|undefined|n/?a|contributors?|name\s*\*?|learn\ more|read\ more|share|about(\ the\ author)?|follow|subscribe
    |the\ author|view\ all\ posts|see\ all|more|comments?|autor|autoren|redakteur|default|website|blog|home
    |.*\bprofil\ complet|.*\bmy\ complete\ profile)$""",
    re.IGNORECASE | re.VERBOSE,
)
# What parts the names of several people, when they stand in one line.
SEVERAL = re.compile(
    r"\s*[;|•·&、，]\s*|\s+/\s+|\s*,\s+(?:and|und|et|y|e|en|og|och)\s+|\s*,\s*|\s+(?:and|und|et|y|en|og|och)\s+"
)
DEGREES = re.compile(
    r"(?:,?\s+|^)(?:M\.?D\.?|Ph\.?\s?D\.?|R\.?D\.?N?\.?|MPH|MBA|CPA|CFP®?|Jr\.?|Sr\.?|LCSW|RN|M\.?Sc\.?|B\.?A\.?)$",
    re.I,
)
# A site that gives itself as the author, by a word or by an address.
DOMAIN = re.compile(
    r"^(www\.)?[\w-]+(\.[\w-]+)*\.(com|org|net|de|at|ch|fr|it|es|uk|nl|eu|info|[a-z]{2})$", re.IGNORECASE
)
ORGANISATION = re.compile(
    r"\b(GmbH|e\.?V\.|Inc\.?|Ltd\.?|LLC|AG|staff|team|editors?|editorial|redaktion|newsroom|agenc(y|ies)|online|media|news|"
    r"magazine?|desk|press|contributors?|redacción|rédaction|redazione|redactie)\b",
    re.IGNORECASE,
)
# A name as programs write it, which is a key or a part of an address.
KEY = re.compile(r"[a-z]+-[a-z]+|[a-z0-9]+(?:[-._][a-z0-9]+){2,}")
# Where pages name who wrote them, in markup that means just that; and where they do by and large.
MARKED = (
    "a[rel~=author], [itemprop=author], .p-author, .h-card .p-name, .byline .author, .author .fn, .author-name, "
    ".byline-name, .post-author, .entry-author, .author__name, .article-author, .byline__name, .meta-author, "
    "[data-hook=user-name]"
)
LOOSE = "a[rel~=author], [itemprop=author], [data-hook=user-name]"
# The same by a word in a class or an id: such a selector is dear, and is asked only where the page has the word.
LOOSE_CLASSES = {
    "author": "[class*=author i], .author .fn",
    "autor": "[class*=autor i]",
    "byline": "[class*=byline i]",
    "h-card": ".h-card .p-name",
    "posted-by": ".posted-by",
}
LOOSE_IDS = {"author": "[id*=author i]"}
ROOMS = ("author", "authors", "autor", "people", "profile", "staff")
ROOM = re.compile(rf"/(?:{'|'.join(ROOMS)})/", re.IGNORECASE | re.ASCII)
NAME = r"(?:[^\W\d_][\w'’.-]*)"
FULL = rf"{NAME}(?:\s{NAME}){{1,3}}"
# A name in signs needs no white space.
SIGNS = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3·]{2,8}"
BY = re.compile(
    rf"\b(?:by|von|par|por)\s+({SIGNS}(?=\s|$)|{FULL}(?:(?:,| and| und| et| y| &)\s{FULL}){{0,4}})"
    r"(?:\s*$|(?<=[\u3040-\ud7a3])\s|\s*[|•·,(–—\d]|\s+(?:am|on|le|el)\s)",
    re.IGNORECASE,
)
HANDLE = re.compile(r"^[^\W\d][\w.-]{1,29}$")
LONGEST_NAME, LONGEST_LINE, MOST = 80, 160, 20
LOOKED_AT, AGREED = 16, 3
# How many nodes after the heading a line that says «by» is looked for in.
LOOK_AHEAD = 60
# Who has the copyright, behind its sign and its years; and how much of a page's foot is read for it.
HOLDER = re.compile(r"©\s*(?:\d{4}(?:\s?[-–]\s?\d{4})?,?\s+)?([^\W\d_][^\d.,;|©\n]{1,40}?)(?=[.,;|\n]|\s{2}|$)")
FOOT_CHARS = 5000
LABELS = (
    "written by",
    "by",
    "author",
    "verfasst von",
    "geschrieben von",
    "écrit par",
    "escrito por",
    "scritto da",
    "geschreven door",
    "skrivet av",
    "napisane przez",
    "автор",
)


def ladder(claims: Claims) -> Ladder[tuple[str, ...]]:
    """Where the authors are looked for: people first, wherever they are named; an organisation where nobody is."""
    article = claims.article
    source = article.source if article else "json-ld"
    said = _of_item(article)
    meta = _of_meta(claims)
    sites = _site_names(claims)
    yield source, 1.0, lambda: _people(said, sites)
    yield "meta", 0.9, lambda: _people(meta, sites)
    shown = _shown(claims)
    yield "byline", 0.6, lambda: _people(shown, sites)
    yield source, 0.4, lambda: _names(said)
    yield "meta", 0.3, lambda: _names(meta)
    yield "byline", 0.2, lambda: _names(shown)


def _of_item(article: Item | None) -> list[str]:
    if article is None:
        return []
    people = [*article.items("author"), *article.items("creator")]
    named = [name for person in people for name in (person.texts("name") or [_whole(person)])]
    return [*article.texts("author"), *named, *(article.texts("creator") if not people else ())]


def _whole(person: Item) -> str:
    return " ".join(filter(None, (person.text("givenName"), person.text("familyName"))))


def _of_meta(claims: Claims) -> list[str]:
    names = (
        "author",
        "article:author",
        "dc.creator",
        "dcterms.creator",
        "citation_author",
        "parsely-author",
        "sailthru.author",
        "byl",
        "article:author_name",
        "og:article:author",
    )
    found = next((list(claims.meta[name]) for name in names if _names(claims.meta.get(name, ()))), [])
    if not _people(found, _site_names(claims)) and (claims.said("twitter:label1") or "").casefold() in LABELS:
        return [claims.said("twitter:data1") or "", *found]
    return found


def _site_names(claims: Claims) -> set[str]:
    """What the site is called: no person is called so."""
    article = claims.article
    publishers = [p.text("name") or "" for p in article.items("publisher")] if article else []
    site = urls.site(claims.tree.url)
    names = [claims.site_name or "", *publishers, *_holders(claims), site, site.rpartition(".")[0].rpartition(".")[2]]
    return {_fold(name) for name in names if name}


def _holders(claims: Claims) -> list[str]:
    """Who holds the rights in the page, as its head and its foot say."""
    said = [claims.said(name) or "" for name in ("publisher", "dc.publisher", "copyright", "application-name")]
    foot = claims.tree.document.select_one("footer")
    mark = HOLDER.search(foot.text[:FOOT_CHARS]) if foot is not None else None
    return [*said, mark.group(1) if mark else ""]


def _names(texts: Iterable[str | None]) -> tuple[str, ...]:
    """The names in these texts, each once; accounts and addresses are none."""
    kept: dict[str, str] = {}
    for text in texts:
        line = " ".join((text or "")[: LONGEST_LINE * 4].split())
        if "://" in line:
            continue
        line = BYLINE.sub("", line)
        for part in SEVERAL.split(line):
            name = DEGREES.sub("", BYLINE.sub("", part)).strip(' ,;|·:-–—*()[]"')
            if (
                not name
                or len(name) > LONGEST_NAME
                or NOBODY.match(name)
                or re.search(r"://|@|\.html?$|[{}<>\[\]]|^\d+$", name)
            ):
                continue
            kept.setdefault(name.casefold(), name)
    return tuple(kept.values())[:MOST]


def _people(texts: Iterable[str | None], sites: set[str]) -> tuple[str, ...]:
    """The names that can be those of people."""
    return tuple(
        n
        for n in _names(texts)
        if _fold(n) not in sites and not DOMAIN.match(n) and not KEY.fullmatch(n) and not ORGANISATION.search(n)
    )


def _fold(text: str) -> str:
    return re.sub(r"[^\w]+", "", text).casefold()


def _shown(claims: Claims) -> list[str]:
    """Who the page shows as its author, outside of what is about other pages."""
    document, regions = claims.tree.document, claims.regions
    selectors = [LOOSE]
    for said, loosely in zip(claims.tree.called_in_lower_case, (LOOSE_CLASSES, LOOSE_IDS), strict=True):
        selectors += (selector for word, selector in loosely.items() if word in said)
    loose = document.select(", ".join(selectors))[:LOOKED_AT]
    loose = [e for e in loose if e.tag not in ("body", "html", "meta", "link")]
    loose = [e for e in loose if not regions.beside(e)]
    marked = [_name(e) or _handle(e) for e in loose if e.matches(MARKED)]
    found = [name for name in dict.fromkeys(marked) if name]
    if found:
        return found[:AGREED]
    links = islice((a for a in document.select("a[href]") if ROOM.search(a.attr("href") or "")), LOOKED_AT)
    linked = (_name(e) for e in links if not regions.beside(e))
    name = next(filter(None, linked), None) or next(filter(None, map(_name, loose)), None)
    return [name] if name else _by_lines(regions.heading)


def _name(element: Element) -> str | None:
    """A byline that is a name and nothing else, or that says who it is by."""
    inner = element.select_one("[itemprop=name], .fn, .p-name, .name")
    text = " ".join((inner or element).text[: LONGEST_LINE * 2].split())
    if not text or len(text) > LONGEST_LINE:
        return None
    after = BY.search(text)
    for part in [*(after.groups() if after else ()), *re.split(r"\s*[|•·–—]\s*|\s+-\s+", text)]:
        name = BYLINE.sub("", part).strip(" ,")
        if _like_names(name):
            return name
    return None


def _handle(element: Element) -> str | None:
    """What somebody calls themselves, where the markup says that this is the author."""
    text = BYLINE.sub("", " ".join(element.text[:LONGEST_LINE].split()))
    return text if HANDLE.match(text) and not NOBODY.match(text) else None


def _like_names(text: str) -> bool:
    """Whether this is one name or several: a few words, each with a capital, none a number."""
    names = [n for n in SEVERAL.split(text) if n]
    if not names or len(names) > 6 or NOBODY.match(text) or re.search(r"\d|[.!?:…]$|@|[<>{}]", text):
        return False
    return all(len(n.split()) <= 5 and len(n) <= LONGEST_NAME and not n[:1].islower() and len(n) > 1 for n in names)


def _by_lines(heading: Element | None) -> list[str]:
    """Who it is by, as a line after the article's heading says."""
    if heading is None:
        return []
    for count, node in enumerate(heading.following):
        if count > LOOK_AHEAD:
            break
        text = node.text if not isinstance(node, Element) else ""
        after = BY.search(" ".join(text.split())) if 5 < len(text) <= LONGEST_LINE else None
        if after and not after.group(1).islower() and _like_names(after.group(1)):
            return [after.group(1)]
    return []
