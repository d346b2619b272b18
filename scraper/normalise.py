"""Body and metadata → Article: one clean piece with absolute addresses, in the markup that every reader keeps."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from scraper import dom, sanitize, urls
from scraper.boilerplate import Body
from scraper.dom import Element, PlainText, Text, Tree, fragment
from scraper.errors import EmptyPage
from scraper.model import Article, Evidence, Link, Metadata, Page

# Control characters are no text, and no XML either (XML 1.0, section 2.2).
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029]")
# Where a picture's real address is when `src` only holds its place.
LAZY = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-pin-media",
    "data-hi-res-src",
    "data-url",
    "data-image",
)
LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
PLACEHOLDER = re.compile(r"^data:|[,/_-]blur_\d|/(blank|spacer|placeholder|pixel|loading)\b[^/]*$|^$", re.IGNORECASE)
# Between two candidates of a srcset; a comma without white space belongs to an address.
COMMA, DESCRIPTOR = re.compile(r",\s+"), re.compile(r"(\d{1,6}(?:\.\d{1,6})?)[wx]")
# Tags that only group; where they hold text themselves they are paragraphs.
GROUPS = (
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "center",
    "address",
    "details",
    "summary",
    "fieldset",
)
BLOCKS = (
    "p, div, section, article, ul, ol, dl, table, pre, blockquote, figure, h1, h2, h3, h4, h5, h6, hr, header, footer, "
    "main, address, details, center, fieldset"
)
EMPTY = ", ".join(f"{tag}:empty" for tag in "p span div a strong em b i li ul ol figure h1 h2 h3 h4 h5 h6".split())
# Stands, for as long as paragraphs are made, where one ends.
PARAGRAPH = "feedwright-paragraph"
# Whose word on title and date counts for more than the article's own page: the user's, and the site's own feed's.
RULING = ("rules", "feed", "wordpress")
# Tags of languages that are told as one.
SAME_LANGUAGE = {"nb": "no", "nn": "no", "ms": "id", "hr": "sr", "bs": "sr", "yue": "zh"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# White space, and characters that take no room: what editors leave in empty paragraphs.
BLANK = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff"
TITLE_CHARS = 150
PLAIN = PlainText(bullet="")


def article(page: Page, tree: Tree, body: Body, metadata: Metadata) -> Article:
    """The article in `body`. Raises EmptyPage where there is neither text nor a picture."""
    root = body.root
    _restore_pictures(root)
    _embeds_to_links(root, tree.base)
    _absolute(root, tree.base)
    _paragraphs(root)
    title = metadata.title
    if title is None:
        title = _leading_title(root)
    else:
        headed = any(e.field == "title" and e.source in ("heading", "h1") for e in metadata.provenance)
        _without_title(root, title, headed=headed)
    html = sanitize.clean(_legal(root.inner_html)).strip()
    safe = fragment(html)
    _tidy(safe)
    html = safe.inner_html.strip()
    text = _text(safe)
    if not text and safe.select_one("img") is None:
        raise EmptyPage(f"{page.url} has nothing to read.", about=page.url)
    url = urls.canonical(metadata.canonical or page.url)
    metadata = _heard(metadata, text)
    return Article(
        url=url,
        title=_line(title),
        html=html,
        text=text,
        authors=tuple(name for a in metadata.authors if (name := _line(a))),
        published=metadata.published,
        updated=metadata.updated,
        language=metadata.language,
        image=metadata.image,
        tags=tuple(tag for t in metadata.tags if (tag := _line(t))),
        summary=_line(metadata.summary),
        enclosures=metadata.enclosures,
        addresses=tuple(dict.fromkeys((url, page.url, page.requested))),
        provenance=metadata.provenance,
    )


def _heard(metadata: Metadata, text: str) -> Metadata:
    """The metadata with the language that the text is in: many templates say the site's, or their author's."""
    heard = dom.language(text)
    said = (metadata.language or "").lower().partition("-")[0]
    if heard is None or heard == SAME_LANGUAGE.get(said, said):
        return metadata
    theirs = tuple(e for e in metadata.provenance if e.field != "language")
    return replace(metadata, language=heard, provenance=(*theirs, Evidence("language", "text", 0.9)))


def trusted(article: Article, plausible: Callable[[datetime | None], bool]) -> Article:
    """The article without the dates that can't be."""
    published = article.published if plausible(article.published) else None
    updated = article.updated if plausible(article.updated) else None
    if published and updated and updated < published:
        updated = None
    doubted = {name for name, kept in (("published", published), ("updated", updated)) if kept is None}
    evidence = tuple(e for e in article.provenance if e.field not in doubted)
    return replace(article, published=published, updated=updated, provenance=evidence)


def listed(article: Article, link: Link) -> Article:
    """The article with what the listing knows better: what rules say there, and what the page itself does not."""
    ruled = link.tier in RULING
    changes: dict[str, Any] = {}
    if link.title and (ruled or not article.title):
        changes["title"] = _line(link.title)
    if link.published and (ruled or not article.published):
        changes["published"] = link.published
    if link.summary and not article.summary:
        changes["summary"] = _line(link.summary)
    source = link.tier if ruled else "listing"
    theirs = tuple(e for e in article.provenance if e.field not in changes)
    provenance = (*(Evidence(name, source, 0.7) for name in changes), *theirs)
    addresses = tuple(dict.fromkeys((*article.addresses, link.url)))
    return replace(article, addresses=addresses, provenance=provenance, **changes)


def _legal(text: str) -> str:
    return ILLEGAL.sub("", text)


def _line(text: str | None) -> str | None:
    """One line of plain text, or None."""
    return " ".join(_legal(text).split()) or None if text else None


def _tidy(root: Element) -> None:
    """Take away what is left empty, and what says nothing."""
    root.strip_tags("a:not([href]), figure > p")
    for element in root.select("[dir=auto i]"):
        del element.attrs["dir"]
    for paragraph in root.select("p, h1, h2, h3, h4, h5, h6, li"):
        if not paragraph.text.strip(BLANK) and paragraph.select_one("img") is None:
            paragraph.extract()
    while empty := root.select(EMPTY):
        for element in empty:
            element.extract()


def _text(root: Element) -> str:
    """Block by block, with a blank line between; code as it is."""
    blocks = []
    for child in root.children:
        if isinstance(child, Element) and child.tag == "pre":
            blocks.append(child.text.strip("\n").rstrip())
            continue
        caption = child.select_one("caption") if isinstance(child, Element) and child.tag == "table" else None
        if caption is not None:
            blocks.append(" ".join(caption.text.split()))
        lines = (line.strip() for line in child.to_text(PLAIN).split("\n"))
        apart = "\n" if isinstance(child, Element) and child.tag in ("ul", "ol", "dl") else "\n\n"
        blocks.append(re.sub(r"\n{2,}", apart, "\n".join(lines)).strip())
    return "\n\n".join(block for block in blocks if block)


def _restore_pictures(root: Element) -> None:
    for noscript in root.select("noscript"):
        picture = noscript.select_one("img")
        before = noscript.previous_sibling
        while isinstance(before, Text) and not before.data.strip():
            before = before.previous_sibling
        if picture is None:
            noscript.extract()
            continue
        if isinstance(before, Element) and (before.tag == "img" or before.select_one("img")):
            before.extract()
        noscript.replace_with(picture.extract())
    for image in root.select("img"):
        source = image.attr("src") or ""
        if PLACEHOLDER.search(source):
            real = next((v for name in LAZY if (v := image.attr(name)) and not PLACEHOLDER.search(v)), None)
            real = real or next((v for name in LAZY_SETS if (v := _largest(image.attr(name)))), None)
            if real is None:
                image.extract()
                continue
            image.attrs["src"] = real
        if image.attr("alt") is None:
            image.attrs["alt"] = ""


def _largest(srcset: str | None) -> str | None:
    """The widest candidate of a srcset (HTML, section 4.8.4.2.1)."""
    candidates = [words for part in COMMA.split(srcset or "") if (words := part.split())]
    return max(candidates, key=_width)[0].rstrip(",") if candidates else None


def _width(candidate: list[str]) -> float:
    """What the descriptor of a candidate says, as in `large.jpg 800w`; 1 where it says nothing."""
    match = DESCRIPTOR.fullmatch(candidate[-1]) if len(candidate) > 1 else None
    return float(match.group(1)) if match else 1.0


def _embeds_to_links(root: Element, base: str) -> None:
    """Readers show no frames and few players: a link leads there."""
    for frame in root.select("iframe, embed, video, audio"):
        inner = frame.select_one("source[src]")
        named = (frame.attr("src"), frame.attr("data-src"), inner.attr("src") if inner is not None else None)
        url = next((u for s in named if s and (u := urls.absolute(s, base))), None)
        if url is None:
            frame.extract()
            continue
        name = url.rpartition("/")[2] if frame.tag in ("video", "audio") else urls.site(url)
        text = frame.attr("title") or frame.attr("aria-label") or name
        frame.replace_with(Element("p", {}, [Element("a", {"href": url}, [Text(text)])]))


def _absolute(root: Element, base: str) -> None:
    for element in root.select("[href], [src], [cite], [poster]"):
        for name in ("href", "src", "cite", "poster"):
            value = element.attr(name)
            if value is None or value.lower().startswith("mailto:"):
                continue
            url = urls.absolute(value, base)
            if url is not None:
                element.attrs[name] = urls.without_trackers(url)
            elif name == "src":
                element.extract()
            else:
                del element.attrs[name]


def _leading_title(root: Element) -> str | None:
    """The title of a page that has none but in its text: a heading or a short line before everything else."""
    for element in root.iter_elements():
        if element.select_one(BLOCKS) is None and element.text.strip():
            text = " ".join(element.text.split())
            if len(text) > TITLE_CHARS or (element.tag not in HEADINGS and text[-1:] in ".。:…"):
                return None
            element.extract()
            return text
    return None


def _without_title(root: Element, title: str, *, headed: bool) -> None:
    """A body that begins with its own title would say it twice. One that is `headed` has its title in a heading."""
    folded = _folded(title)
    for element in root.iter_elements():
        if element.text.strip() and element.select_one(BLOCKS) is None:
            if _folded(element.text) == folded and (element.tag in HEADINGS or not headed):
                element.extract()
                return
            break
    for heading in root.select("h1, h2")[:2]:
        if _folded(heading.text) == folded:
            heading.extract()
            return


def _folded(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _paragraphs(root: Element) -> None:
    """Groups become paragraphs where they hold text, and vanish where they hold blocks."""
    _split_at_breaks(root)
    for group in root.select(", ".join(GROUPS)):
        if group.select_one(BLOCKS) is None:
            group.tag = "p"
        else:
            _wrap_loose_text(group)
            group.tag = "div"
    _wrap_loose_text(root)
    for mark in root.select(f"hr.{PARAGRAPH}"):
        mark.extract()
    root.strip_tags("div, span, font, picture, noscript, label, time, abbr, article, section, tt, big")


def _split_at_breaks(root: Element) -> None:
    """Two line breaks in a row are what people make paragraphs of who have no other way."""
    for line_break in root.select("br"):
        after = line_break.next_sibling
        while isinstance(after, Text) and not after.data.strip(BLANK):
            after = after.next_sibling
        if isinstance(after, Element) and after.tag == "br" and line_break.closest("pre, td, th, li") is None:
            parent = line_break.parent
            if isinstance(parent, Element) and (parent is root or parent.tag in ("p", *GROUPS)):
                line_break.replace_with(Element("hr", {"class": PARAGRAPH}))
    for paragraph in root.select(f"p:has(> hr.{PARAGRAPH})"):
        paragraph.tag = "div"


def _wrap_loose_text(group: Element) -> None:
    """Text and inline markup between blocks, as a paragraph of its own."""
    run: list[Element | Text] = []
    for child in [*group.children, None]:
        inline = isinstance(child, Text) or (
            isinstance(child, Element) and not child.matches(BLOCKS) and child.select_one(BLOCKS) is None
        )
        if child is not None and inline:
            run.append(child)  # type: ignore[arg-type]
            continue
        if any(
            node.text.strip() or (isinstance(node, Element) and (node.tag == "img" or node.select_one("img")))
            for node in run
        ):
            paragraph = Element("p")
            run[0].insert_before(paragraph)
            for node in run:
                paragraph.append(node.extract())
        run = []
