"""Tree → title, authors, dates, language, image, tags: each from the best source that has it."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from scraper import dates, urls
from scraper.dom import Element, Tree
from scraper.model import Enclosure, Evidence, Image, Metadata
from scraper.structured import ARTICLE_TYPES, Item, items

T = TypeVar("T")

# What parts the page's title from the site's name in <title>.
TITLE_SEPARATOR = re.compile(r"\s+[|\-–—·•»«:/\\]\s+|\s*[|»«]\s*|(?<=\w): ")
BYLINE = re.compile(
    r"^\s*(written |posted |published |story |words )?(by|von|par|por|di|door|av|af|od|автор:?|作者[:：]?)\s+",
    re.I,
)
LANGUAGE = re.compile(r"^[a-z]{2,3}([-_][a-z0-9]{2,8})*$", re.IGNORECASE)
# Accounts, not people.
NOBODY = re.compile(r"^(admin(istrator)?|root|user|editor|author|staff|webmaster|unknown|anonymous|by|guest)$", re.I)
# Where pages show when they were published, when they do not say it in a machine's words.
DATED = (
    "[class*=date i], [class*=time i]:not([class*=reading i]):not([class*=timeline i]), [class*=publish i], "
    "[class*=posted i], [class*=publication i], [class*=datum i], [class*=byline i], [class*=meta i], [id*=date i]"
)
DATED_CHARS = 160
# How many nodes after the heading (or from the top, where there is none) a date line is looked for in.
LOOK_AHEAD = 80
# Links to the pages of tags, where they are an article's own and no cloud's.
OUTSIDE = "nav, aside, [class*=cloud i], [class*=sidebar i], [class*=widget i], [class*=related i], [class*=menu i]"
TAG_LISTS = "[data-hook=tag-list] a, .post-tags a, .entry-tags a"
TAG_LINKS = ", ".join(f"a[href*='/{room}/' i]:not(:is({OUTSIDE}) a)" for room in ("tag", "tags"))
# Links to the page of an author, where they are an article's own.
AUTHOR_LINKS = ", ".join(f"a[href*='/{room}/' i]:not(:is({OUTSIDE}) a)" for room in ("author", "authors", "autor"))
URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?:[/-]|$|\.)")
TAG_CHARS = 60
# Where pages name who wrote them, in markup that means just that.
AUTHORS = (
    "[rel~=author], [itemprop=author], .p-author, .h-card .p-name, .byline .author, [data-hook=user-name], "
    "[data-testid*=author-name i], [class*=author__name i], [class*=author-name i]"
)
BY = re.compile(r"\b(?:by|von|par|por)\s+((?:[^\W\d_][\w'’.-]*\s?){2,4})(?:$|[|•·,(–—])", re.IGNORECASE)
# A title is among the first headings, after those of a menu at most.
HEADINGS_READ = 12
MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "mp4": "video/mp4",
    "webm": "video/webm",
}


def read(tree: Tree) -> Metadata:
    """Everything that the page says of its article; each field's source stands in `provenance`."""
    meta = _meta_tags(tree)
    found = [item for item in items(tree) if item.types & ARTICLE_TYPES]
    # A page that describes several articles is a listing: it says nothing of one.
    article = found[0] if found and (len(found) == 1 or _same_headline(found)) else _about_this(found, tree)
    provenance: list[Evidence] = []

    def first(field: str, ladder: Iterable[tuple[str, float, Callable[[], T | None]]]) -> T | None:
        for source, confidence, look in ladder:
            value = look()
            if value is not None and value != () and value != "":
                provenance.append(Evidence(field, source, confidence))
                return value
        return None

    language = first("language", _language(tree, meta, article))
    site_name = first("site_name", [("og:site_name", 1.0, lambda: meta.get("og:site_name"))])
    return Metadata(
        title=first("title", _title(tree, meta, article, site_name)),
        authors=first("authors", _authors(tree, meta, article, site_name)) or (),
        published=first("published", _published(tree, meta, article, language)),
        updated=first("updated", _updated(tree, meta, article, language)),
        language=language,
        image=first("image", _image(tree, meta, article)),
        tags=first("tags", _tags(tree, meta, article)) or (),
        summary=first("summary", _summary(meta, article)),
        canonical=first("canonical", [("rel=canonical", 1.0, lambda: _canonical(tree))]),
        site_name=site_name,
        enclosures=first("enclosures", [("media", 1.0, lambda: tuple(_enclosures(tree)))]) or (),
        provenance=tuple(provenance),
    )


Ladder = Iterator[tuple[str, float, Callable[[], T | None]]]


def _meta_tags(tree: Tree) -> dict[str, str]:
    """The first content of each <meta>, by its name or property in lower case."""
    meta: dict[str, str] = {}
    for element in tree.document.select("meta[content]"):
        name = element.attr("property") or element.attr("name") or element.attr("itemprop")
        content = " ".join((element.attr("content") or "").split())
        if name and content:
            meta.setdefault(name.strip().lower(), content)
    return meta


def _same_headline(found: list[Item]) -> bool:
    return len({item.text("headline") or item.text("name") for item in found}) == 1


def _about_this(found: list[Item], tree: Tree) -> Item | None:
    """Of several articles the one that names this page as its own."""
    here = {urls.key(tree.url), urls.key(_canonical(tree) or tree.url)}
    for item in found:
        named = [*item.texts("url"), *item.texts("@id"), *item.texts("mainEntityOfPage")]
        named += [page.text("@id") or "" for page in item.items("mainEntityOfPage")]
        if any(urls.key(urls.absolute(url, tree.base) or "") in here for url in named if url):
            return item
    return None


def _title(tree: Tree, meta: dict[str, str], article: Item | None, site_name: str | None) -> Ladder[str]:
    headings = [h for h in _headings(tree) if h != site_name]
    first = tree.document.select("h1")
    only = " ".join(first[0].text.split()) if len(first) == 1 and not _leads_home(first[0], tree) else None
    tag = tree.document.select_one("head title, title")
    page_title = " ".join(tag.text.split()) if tag is not None else ""
    claims = [page_title, meta.get("og:title", ""), meta.get("twitter:title", "")]
    claims += [(article.text("headline") or article.text("name") or "") if article else ""]
    yield "microdata", 1.0, lambda: article.text("headline") if article and article.source == "microdata" else None
    # A heading that the head of the page repeats is the title as its author wrote it.
    yield "heading", 1.0, lambda: _claimed(headings, claims)
    yield "json-ld", 0.9, lambda: (article.text("headline") or article.text("name")) if article else None
    yield "og:title", 0.8, lambda: _without_site(meta.get("og:title", ""), site_name)
    yield "h1", 0.7, lambda: only
    # A page's title that is nowhere on the page is the site's, or the section's.
    named = _without_site(page_title, site_name)
    yield "title", 0.6, lambda: named if named and (not headings or _fold(named) in _fold(tree.body.text)) else None
    yield "heading", 0.4, lambda: next(iter(headings), None)


def _headings(tree: Tree) -> list[str]:
    """The page's first headings, less the site's name: that one leads to the front page."""
    found = tree.document.select("h1, h2, h3")[:HEADINGS_READ]
    texts = [" ".join(h.text.split()) for h in found if not _leads_home(h, tree)]
    return [text for text in texts if text]


def _leads_home(heading: Element, tree: Tree) -> bool:
    anchor = heading.select_one("a[href]") or heading.closest("a[href]")
    url = urls.absolute(anchor.attr("href") or "", tree.base) if anchor is not None else None
    return url is not None and urlsplit(url).path in ("", "/") and urls.site(url) == urls.site(tree.url)


def _claimed(headings: list[str], claims: list[str]) -> str | None:
    """The heading that stands earliest in what the head of the page calls itself; the first of two alike."""
    best: tuple[int, int] | None = None
    for claim in claims:
        folded = _fold(claim)
        for order, heading in enumerate(headings):
            place = folded.find(_fold(heading)) if _fold(heading) else -1
            if place >= 0 and (best is None or (place, order) < best):
                best = (place, order)
        if best is not None:
            return headings[best[1]]
    return None


def _fold(text: str) -> str:
    return re.sub(r"[^\w]+", "", text).casefold()


def _without_site(title: str, site_name: str | None) -> str | None:
    parts = [p for p in TITLE_SEPARATOR.split(title) if p.strip()]
    if len(parts) < 2:
        return title or None
    if site_name and _fold(parts[-1]) == _fold(site_name):
        return title[: title.rindex(parts[-1])].rstrip(" |-–—·•»«:/\\")
    if site_name and _fold(parts[0]) == _fold(site_name):
        return title[title.index(parts[0]) + len(parts[0]) :].lstrip(" |-–—·•»«:/\\")
    longest = max(parts, key=len)
    return longest.strip() if len(longest) * 2 > len(title) else title


def _authors(tree: Tree, meta: dict[str, str], article: Item | None, site_name: str | None) -> Ladder[tuple[str, ...]]:
    def people(names: Iterable[str | None]) -> tuple[str, ...]:
        kept: dict[str, None] = {}
        for name in names:
            name = BYLINE.sub("", " ".join((name or "").split())).strip(" ,;|·")
            if name and len(name) < 80 and not NOBODY.match(name) and "://" not in name and name != site_name:
                kept.setdefault(name)
        return tuple(kept)

    def of_item() -> tuple[str, ...]:
        if article is None:
            return ()
        return people(article.texts("author") + [a.text("name") for a in article.items("author")])

    def visible() -> tuple[str, ...]:
        links = tree.document.select(AUTHORS)
        names = people((e.select_one("[itemprop=name]") or e).text for e in links if e.tag != "meta")
        if names:
            return names
        linked = people(a.text for a in tree.body.select(AUTHOR_LINKS))
        if linked:
            return linked[:1]
        marked = tree.document.select("[class*=author i], [class*=byline i]")
        lines = [e.text for e in tree.body.select(DATED)[:6] if len(e.text) <= DATED_CHARS]
        named = [_one_name(e.text) for e in marked[:6]] + [after.group(1) for t in lines if (after := BY.search(t))]
        return people(named)[:1]

    yield (article.source if article else "json-ld"), 1.0, of_item
    yield (
        "meta",
        0.9,
        lambda: people(
            re.split(
                r"\s*[;,]\s*|\s+and\s+",
                meta.get("author", "") or meta.get("article:author", "") or meta.get("dc.creator", ""),
            )
        ),
    )
    yield "byline", 0.6, visible


def _one_name(text: str) -> str | None:
    """A byline that is a name and nothing else: two to five words, none of them a number."""
    text = " ".join(text.split())
    if len(text) > DATED_CHARS:
        return None
    after = BY.search(text)
    for part in [*(after.groups() if after else ()), *re.split(r"\s*[|•·–—]\s*", text)]:
        name = BYLINE.sub("", part).strip(" ,")
        if 1 < len(name.split()) <= 5 and not re.search(r"\d|[.!?:]$", name) and not name[:1].islower():
            return name
    return None


def _published(tree: Tree, meta: dict[str, str], article: Item | None, language: str | None) -> Ladder[datetime]:
    def of(text: str | None) -> datetime | None:
        return dates.parse(text, language) if text else None

    names = (
        "article:published_time",
        "datepublished",
        "date",
        "dc.date",
        "dc.date.issued",
        "dcterms.created",
        "pubdate",
    )
    yield "json-ld", 1.0, lambda: of(article.text("datePublished")) if article else None
    yield "meta", 0.95, lambda: next((d for d in (of(meta.get(n)) for n in names) if d), None)
    yield "microdata", 0.9, lambda: _marked(tree, "[itemprop=datePublished], .dt-published, abbr.published", language)
    yield (
        "time",
        0.8,
        lambda: _marked(tree, "time[pubdate], time[class*=publish i], time.entry-date", language),
    )
    yield "time", 0.75, lambda: _marked(tree, "h1 ~ time, h1 ~ * time, header time, article time", language)
    yield "time", 0.7, lambda: _marked(tree, "time", language)
    yield "url", 0.6, lambda: _url_date(tree.url)
    yield "text", 0.5, lambda: _shown(tree, language)


def _updated(tree: Tree, meta: dict[str, str], article: Item | None, language: str | None) -> Ladder[datetime]:
    def of(text: str | None) -> datetime | None:
        return dates.parse(text, language) if text else None

    names = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")
    yield "json-ld", 1.0, lambda: of(article.text("dateModified")) if article else None
    yield "meta", 0.9, lambda: next((d for d in (of(meta.get(n)) for n in names) if d), None)
    yield (
        "microdata",
        0.9,
        lambda: _marked(tree, "[itemprop=dateModified], .dt-updated, time[class*=updated i]", language),
    )


def _marked(tree: Tree, selector: str, language: str | None) -> datetime | None:
    for element in tree.document.select(selector):
        text = element.attr("datetime") or element.attr("content") or element.attr("title") or element.text
        moment = dates.parse(text, language)
        if moment is not None:
            return moment
    return None


def _url_date(url: str) -> datetime | None:
    match = URL_DATE.search(unquote(urlsplit(url).path))
    return dates.parse("-".join(part.zfill(2) for part in match.groups())) if match else None


def _shown(tree: Tree, language: str | None) -> datetime | None:
    """A date in the visible text: where pages keep theirs, else in a short line right after the heading."""
    for element in tree.body.select(DATED):
        text = element.text
        if len(text) <= DATED_CHARS:
            moment = dates.find(" ".join(text.split()), language)
            if moment is not None:
                return moment
    heading = tree.body.select_one("h1")
    for node in islice(heading.following if heading is not None else tree.body.descendants, LOOK_AHEAD):
        text = " ".join(node.text.split())
        if isinstance(node, Element) and 0 < len(text) <= DATED_CHARS:
            moment = dates.find(text, language)
            if moment is not None:
                return moment
    return None


def _language(tree: Tree, meta: dict[str, str], article: Item | None) -> Ladder[str]:
    def tag(text: str | None) -> str | None:
        text = (text or "").strip()
        return text.replace("_", "-") if LANGUAGE.match(text) else None

    root = tree.document.root
    yield "lang", 1.0, lambda: tag(root.attr("lang") or root.attr("xml:lang")) if root is not None else None
    yield "lang", 0.9, lambda: tag(tree.body.attr("lang"))
    yield "json-ld", 0.8, lambda: tag(article.text("inLanguage")) if article else None
    yield (
        "meta",
        0.7,
        lambda: tag(meta.get("og:locale") or meta.get("content-language") or meta.get("language")),
    )


def _image(tree: Tree, meta: dict[str, str], article: Item | None) -> Ladder[Image]:
    def image(url: str | None, width: str | None = None, height: str | None = None) -> Image | None:
        whole = urls.absolute(url, tree.base) if url else None
        return Image(whole, _pixels(width), _pixels(height)) if whole else None

    def of_item() -> Image | None:
        if article is None:
            return None
        for inner in article.items("image"):
            return image(inner.text("url") or inner.text("contentUrl"), inner.text("width"), inner.text("height"))
        return image(article.text("image"))

    yield (
        "og:image",
        1.0,
        lambda: image(
            meta.get("og:image") or meta.get("og:image:url"),
            meta.get("og:image:width"),
            meta.get("og:image:height"),
        ),
    )
    yield "json-ld", 0.9, of_item
    yield "twitter:image", 0.8, lambda: image(meta.get("twitter:image") or meta.get("twitter:image:src"))


def _pixels(text: str | None) -> int | None:
    match = re.match(r"^\s*(\d{1,5})\s*(px)?\s*$", text or "")
    return int(match.group(1)) or None if match else None


def _tags(tree: Tree, meta: dict[str, str], article: Item | None) -> Ladder[tuple[str, ...]]:
    def clean(words: Iterable[str]) -> tuple[str, ...]:
        folded: dict[str, str] = {}
        for word in words:
            word = " ".join(word.split()).strip(" #,;")
            if 0 < len(word) <= TAG_CHARS:
                folded.setdefault(word.casefold(), word)
        return tuple(folded.values())

    def split(texts: Iterable[str]) -> tuple[str, ...]:
        return clean(word for text in texts for word in re.split(r"[,;，、]", text))

    yield "rel=tag", 1.0, lambda: clean(e.text for e in tree.document.select("a[rel~=tag], .p-category"))
    yield "tag list", 0.95, lambda: clean(e.text for e in tree.body.select(TAG_LISTS))
    yield "json-ld", 0.9, lambda: split(article.texts("keywords")) if article else None
    yield (
        "article:tag",
        0.9,
        lambda: clean(e.attr("content") or "" for e in tree.document.select("meta[property='article:tag' i]")),
    )
    yield "tag links", 0.8, lambda: clean(e.text for e in tree.body.select(TAG_LINKS))
    yield "meta", 0.5, lambda: split([meta.get("keywords", "")]) if article else None


def _summary(meta: dict[str, str], article: Item | None) -> Ladder[str]:
    yield "meta", 1.0, lambda: meta.get("description")
    yield "og:description", 0.9, lambda: meta.get("og:description")
    yield "json-ld", 0.9, lambda: article.text("description") if article else None


def _canonical(tree: Tree) -> str | None:
    """The address that the page calls its own; a front page as the canonical of everything is a mistake."""
    for element in tree.document.select("link[rel~=canonical i][href]"):
        url = urls.absolute(element.attr("href") or "", tree.base)
        if url and (urlsplit(url).path.strip("/") or not urlsplit(tree.url).path.strip("/")):
            return urls.canonical(url)
    return None


def _enclosures(tree: Tree) -> Iterator[Enclosure]:
    seen = set()
    for element in tree.body.select("audio[src], video[src], audio source[src], video source[src]"):
        url = urls.absolute(element.attr("src") or "", tree.base)
        kind = element.attr("type") or MEDIA_TYPES.get((url or "").rpartition(".")[2].lower())
        if url and kind and url not in seen:
            seen.add(url)
            yield Enclosure(url, kind.partition(";")[0])
