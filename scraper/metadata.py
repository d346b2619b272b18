"""Tree → title, authors, dates, language, image, tags: each from the best source that has it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from scraper import authors, claims, datelines, pictures, siteids, titles, urls
from scraper.claims import Claims, Ladder
from scraper.dom import Element, Tree
from scraper.model import Enclosure, Image, Metadata
from scraper.structured import Item

LANGUAGE = re.compile(r"^[a-z]{2,3}([-_][a-z0-9]{2,8})*$", re.IGNORECASE)
# Links to the pages of tags: in a list that is an article's own by its name, or in no cloud's.
TAG_LINKS = "a:is([href*=tag i], .tag, .p-category)"
TAG_LISTS = "[data-hook=tag-list], .post-tags, .entry-tags, .article-tags, .tag, .p-category"
TAG_ROOM = re.compile(r"/tags?/", re.IGNORECASE)
TAG_CHARS = 60
# How themes call the one picture that stands for an article.
FEATURED = (
    "img.wp-post-image, :is(.post-thumbnail, .featured-image, .featured-media, .entry-thumbnail, .post-cover, "
    ".article-header-container, .post-header-image, .cover-image, .u-featured) img, img.u-featured, img[itemprop=image]"
)
LINKS_READ = 200
LANGUAGE_CHARS = 40
MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "mp4": "video/mp4",
    "webm": "video/webm",
}


def read(tree: Tree) -> Metadata:
    """Everything that the page says of its article; each field's source stands in `provenance`."""
    said = claims.read(tree)
    language = said.first("language", _language(said))
    said = replace(said, language=language)
    return Metadata(
        title=said.first("title", titles.ladder(said)),
        authors=said.first("authors", authors.ladder(said)) or (),
        published=said.first("published", datelines.published(said)),
        updated=said.first("updated", datelines.updated(said)),
        language=language,
        image=said.first("image", _image(said)),
        tags=said.first("tags", _tags(said)) or (),
        summary=said.first("summary", _summary(said)),
        canonical=said.first("canonical", [("rel=canonical", 1.0, lambda: said.canonical)]),
        site_name=said.first("site_name", _site_name(said)),
        text=_text(said),
        enclosures=said.first("enclosures", [("media", 1.0, lambda: tuple(_enclosures(said)))]) or (),
        site_ids=siteids.read(said),
        provenance=tuple(said.provenance),
    )


def _text(said: Claims) -> str | None:
    text = said.article.raw.get("articleBody") if said.article and said.article.source == "json-ld" else None
    return text if isinstance(text, str) else None


def _site_name(said: Claims) -> Ladder[str]:
    yield "og:site_name", 1.0, lambda: said.said("og:site_name")
    yield "json-ld", 0.9, lambda: said.site_name


def _language(said: Claims) -> Ladder[str]:
    def tag(text: str | None) -> str | None:
        text = (text or "").strip()
        return text.replace("_", "-") if len(text) <= LANGUAGE_CHARS and LANGUAGE.match(text) else None

    root, article = said.tree.document.root, said.article
    yield "lang", 1.0, lambda: tag(root.attr("lang") or root.attr("xml:lang")) if root is not None else None
    yield "lang", 0.9, lambda: tag(said.tree.body.attr("lang"))
    yield "json-ld", 0.8, lambda: tag(article.text("inLanguage")) if article else None
    yield "meta", 0.7, lambda: tag(said.said("og:locale", "content-language", "language"))


def _image(said: Claims) -> Ladder[Image]:
    article = said.article

    def image(url: str | None, width: str | None = None, height: str | None = None) -> Image | None:
        whole = urls.absolute(url, said.tree.base) if url else None
        return Image(whole, _pixels(width), _pixels(height)) if whole else None

    def of_item() -> Image | None:
        if article is None:
            return None
        for inner in article.items("image"):
            found = image(inner.text("url") or inner.text("contentUrl"), inner.text("width"), inner.text("height"))
            if found is not None:
                return found
        return image(article.text("image") or article.text("thumbnailUrl"))

    def sized() -> Image | None:
        """The picture for sharing, with the size that another source gives it where the meta tags do not."""
        found = image(
            said.said("og:image", "og:image:url", "og:image:secure_url"),
            said.said("og:image:width"),
            said.said("og:image:height"),
        )
        if found is None or found.width is not None or article is None or not article.items("image"):
            return found
        theirs = of_item()
        return theirs if theirs is not None and theirs.url == found.url else found

    def featured() -> Image | None:
        """The picture at the heading that the theme calls the article's, unless it leads to another one."""
        for element in said.tree.document.select(FEATURED)[:LINKS_READ]:
            link = element.closest("a[href]")
            whole = urls.absolute(link.attr("href") or "", said.tree.base) if link is not None else None
            if said.regions.beside(element) or (whole and urls.key(whole) != urls.key(said.tree.url)):
                continue
            if source := pictures.source(element):
                return image(source, element.attr("width"), element.attr("height"))
        return None

    yield "og:image", 1.0, sized
    yield "json-ld", 0.9, of_item
    yield "twitter:image", 0.8, lambda: image(said.said("twitter:image", "twitter:image:src"))
    yield "featured", 0.7, featured


def _pixels(text: str | None) -> int | None:
    match = re.match(r"^\s*(\d{1,5})\s*(px)?\s*$", (text or "")[:LANGUAGE_CHARS])
    return int(match.group(1)) or None if match else None


def _tags(said: Claims) -> Ladder[tuple[str, ...]]:
    def clean(words: Iterable[str]) -> tuple[str, ...]:
        folded: dict[str, str] = {}
        for word in words:
            word = " ".join(word.split()).strip(" #,;")
            if 0 < len(word) <= TAG_CHARS:
                folded.setdefault(word.casefold(), word)
        return tuple(folded.values())

    def split(texts: Iterable[str]) -> tuple[str, ...]:
        return clean(word for text in texts for word in re.split(r"[,;，、]", text))

    links = said.tree.document.select(TAG_LINKS)[:LINKS_READ]

    def own(found: Iterable[Element]) -> tuple[str, ...]:
        return clean(a.text for a in found if not said.regions.beside(a))

    def all_of(shown: tuple[str, ...]) -> tuple[str, ...]:
        """All tags that are stated, where those that are shown are only some of them."""
        stated = clean(said.meta.get("article:tag", ()))
        return stated if {t.casefold() for t in shown} < {t.casefold() for t in stated} else shown

    def linked() -> Iterator[Element]:
        return (a for a in links if TAG_ROOM.search(a.attr("href") or ""))

    article, document = said.article, said.tree.document
    yield "rel=tag", 1.0, lambda: all_of(own(document.select("a[rel~=tag]")[:LINKS_READ]))
    yield "tag list", 0.95, lambda: all_of(clean(a.text for a in links if a.closest(TAG_LISTS) is not None))
    yield "json-ld", 0.9, lambda: split(article.texts("keywords")) if article else None
    yield "article:tag", 0.9, lambda: clean(said.meta.get("article:tag", ()))
    yield "tag links", 0.8, lambda: own(linked())
    yield "meta", 0.5, lambda: split([said.said("keywords") or ""]) if article else None


def _summary(said: Claims) -> Ladder[str]:
    article: Item | None = said.article
    yield "meta", 1.0, lambda: said.said("description")
    yield "og:description", 0.9, lambda: said.said("og:description")
    yield "json-ld", 0.9, lambda: article.text("description") if article else None


def _enclosures(said: Claims) -> Iterator[Enclosure]:
    """What there is to hear and to see: files, not the pages that play them."""
    found = [
        (e.attr("src"), e.attr("type")) for tag in ("audio", "video") for e in said.tree.document.select(f"{tag}[src]")
    ]
    found += [
        (e.attr("src"), e.attr("type")) for e in said.tree.document.select("source[src]") if e.closest("audio, video")
    ]
    for kind in ("audio", "video"):
        shared = said.meta.get(f"og:{kind}", ()) or said.meta.get(f"og:{kind}:url", ())
        found += [(address, said.said(f"og:{kind}:type")) for address in shared]
    article = said.article
    if article is not None:
        media = [m for name in ("audio", "video", "associatedMedia", "encoding") for m in article.items(name)]
        found += [(item.text("contentUrl"), item.text("encodingFormat")) for item in (article, *media)]
    seen = set()
    for address, called in found:
        url = urls.absolute(address or "", said.tree.base)
        kind = (called or "").partition(";")[0].strip().lower()
        if not kind.startswith(("audio/", "video/")):
            kind = MEDIA_TYPES.get((url or "").partition("?")[0].rpartition(".")[2].lower(), "")
        if url and kind and url not in seen:
            seen.add(url)
            yield Enclosure(url, kind)
