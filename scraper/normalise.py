"""Body and metadata → Article: one clean piece with absolute addresses, in the markup that every reader keeps."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from scraper import dom, lines, pictures, players, sanitize, tables, urls, vocabulary
from scraper.boilerplate import Body
from scraper.dom import Element, Text, Tree, fragment
from scraper.errors import EmptyPage
from scraper.model import Article, Evidence, Link, Metadata, Page
from scraper.whitespace import flat

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
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
    "aside",
    "form",
    "nav",
    "hgroup",
)
GROUPED = ", ".join(GROUPS)
BLOCKS = frozenset(("p", "ul", "ol", "dl", "table", "pre", "blockquote", "figure", "hr", *HEADINGS, *GROUPS))
ANY_BLOCK = ", ".join(sorted(BLOCKS))
# Inner elements come after outer ones here, and are looked at before them.
MAYBE_EMPTY = "p, h1, h2, h3, h4, h5, h6, li, ul, ol, dl, figure, figcaption, blockquote, div, a, b, strong, em, i"
INLINE = frozenset(("a", "b", "strong", "em", "i"))
SHOWN = "img, hr"
# Stands, for as long as paragraphs are made, where one ends.
PARAGRAPH = "feedwright-paragraph"
# Whose word on title and date counts for more than the article's own page: the user's, and the site's own feed's.
RULING = ("rules", "feed", "wordpress")
# Tags of languages that are told as one.
SAME_LANGUAGE = {"nb": "no", "nn": "no", "ms": "id", "hr": "sr", "bs": "sr", "yue": "zh"}
# What a body may consist of as a whole, and that its parts need around them.
MEANT = frozenset(("ul", "ol", "dl", "table", "pre", "blockquote", "figure", "p"))
# White space, and characters that take no room: what editors leave in empty paragraphs.
BLANK = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff"
TITLE_CHARS = 150
# What stands behind, or inside, so many elements does not begin a page.
LOOKS = 60
# Where a word may be parted: markup for those who set lines, and no part of the word.
SOFT_HYPHEN = "\u00ad"


def article(page: Page, tree: Tree, body: Body, metadata: Metadata) -> Article:
    """The article in `body`. Raises EmptyPage where there is neither text nor a picture."""
    url = urls.canonical(metadata.canonical or page.url)
    leftwards = _leftwards(body.root, tree)
    root = _alone(body.root)
    pictures.restored(root)
    players.linked(root, tree.base)
    vocabulary.spelled(root)
    _absolute(root, tree.base, url)
    tables.settled(root)
    _paragraphs(root)
    title = metadata.title
    if title is None:
        title = _leading_title(root)
    else:
        headed = any(e.field == "title" and e.source in ("heading", "h1") for e in metadata.provenance)
        _without_title(root, title, headed=headed)
    html = sanitize.clean(root.inner_html).strip()
    safe = fragment(html)
    _tidy(safe)
    html = safe.inner_html.strip()
    text = lines.text(safe).replace(SOFT_HYPHEN, "")
    if leftwards and html:
        html = f'<div dir="rtl">{html}</div>'
    if not text and safe.select_one("img") is None:
        raise EmptyPage(f"{page.url} has nothing to read.", about=page.url)
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
        provenance=(*metadata.provenance, Evidence("text", body.stage, round(body.confidence, 2))),
        whole=body.whole,
        site_ids=metadata.site_ids,
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


def _line(text: str | None) -> str | None:
    """One line of plain text, or None."""
    return flat(sanitize.legal(text)) or None if text else None


def _alone(root: Element) -> Element:
    """The body outside its page, in an element that means nothing by itself."""
    root.extract()
    if root.tag in ("tbody", "thead", "tfoot", "tr"):
        root = Element("table", {}, [root])
    if root.tag in MEANT:
        return Element("div", {}, [root])
    root.tag = "div"
    return root


def _leftwards(root: Element, tree: Tree) -> bool:
    """Whether the article runs from right to left because an element around it says so."""
    around = root.parent.closest("[dir]") if isinstance(root.parent, Element) else tree.document.select_one("html[dir]")
    return around is not None and (around.attr("dir") or "").strip().lower() == "rtl"


def _tidy(root: Element) -> None:
    """Take away what is left empty, and what says nothing; level the headings."""
    root.strip_tags("a:not([href]), figure > p")
    for element in root.select("[dir=auto i]"):
        del element.attrs["dir"]
    for element in reversed(root.select(MAYBE_EMPTY)):
        text = element.text
        if text.strip(BLANK) or (len(element) and element.select_one(SHOWN) is not None):
            continue
        if element.tag in INLINE and text:
            element.replace_with(Text(text))
        else:
            element.extract()
    for rule in root.select("hr"):
        if _at_an_end(rule):
            rule.extract()
    for line_break in root.select("br:first-child, br:last-child"):
        if line_break.parent is not None and _at_an_end(line_break):
            line_break.extract()
    _level(root)


def _at_an_end(element: Element) -> bool:
    """Whether nothing stands before, or behind, an element that only parts others; or another such."""
    before, after = element.previous_sibling, element.next_sibling
    while isinstance(before, Text) and not before.data.strip():
        before = before.previous_sibling
    while isinstance(after, Text) and not after.data.strip():
        after = after.next_sibling
    return before is None or after is None or (isinstance(before, Element) and before.tag == element.tag == "hr")


def _level(root: Element) -> None:
    """Below the entry's title the highest headings are of the second level, and none is left out on the way down."""
    headings = root.select("h1, h2, h3, h4, h5, h6")
    levels = {tag: f"h{min(6, number)}" for number, tag in enumerate(sorted({h.tag for h in headings}), 2)}
    for heading in headings:
        if levels[heading.tag] != heading.tag:
            heading.tag = levels[heading.tag]


def _absolute(root: Element, base: str, url: str) -> None:
    """Addresses of links and pictures, which are all that a reader keeps; one within the page is the article's own."""
    for element in root.select("a[href]"):
        said = (element.attr("href") or "").strip()
        if said.startswith("#"):
            if not any(c.isalnum() for c in element.text) and element.select_one("img") is None:
                element.extract()  # an arrow back from a footnote
                continue
            whole = url + said if len(said) > 1 else None
        elif said[:7].lower() == "mailto:":
            continue
        else:
            whole = urls.absolute(said, base)
        if whole is None:
            del element.attrs["href"]
        else:
            element.attrs["href"] = urls.without_trackers(whole)
    for element in root.select("img"):
        whole = urls.absolute(element.attr("src") or "", base)
        if whole is None:
            element.extract()
        else:
            element.attrs["src"] = urls.without_trackers(whole)


def _leading_title(root: Element) -> str | None:
    """The title of a page that has none but in its text: a heading or a short line before everything else."""
    for element in islice(root.iter_elements(), LOOKS):
        if element.select_one(ANY_BLOCK) is None and element.text.strip():
            text = " ".join(element.text.split())
            if len(text) > TITLE_CHARS or (element.tag not in HEADINGS and text[-1:] in ".。:…"):
                return None
            element.extract()
            return text
    return None


def _without_title(root: Element, title: str, *, headed: bool) -> None:
    """A body that begins with its own title would say it twice. One that is `headed` has its title in a heading."""
    folded = _folded(title)
    for element in islice(root.iter_elements(), LOOKS):
        if element.select_one(ANY_BLOCK) is None and (text := element.text).strip():
            if _folded(text) == folded and (element.tag in HEADINGS or not headed):
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
    for group in root.select(GROUPED):
        if group.select_one(ANY_BLOCK) is None:
            group.tag = "p"
        else:
            _wrap_loose_text(group)
            group.tag = "div"
            if (way := group.attr("dir")) is not None:
                _run(group, way)
    _wrap_loose_text(root)
    for mark in root.select(f"hr.{PARAGRAPH}"):
        mark.extract()
    root.strip_tags("div, span, font, picture, noscript, label, time, abbr, article, section, tt, big")


def _run(group: Element, way: str) -> None:
    """The parts of a group run as it does, unless they say otherwise: the group itself is not kept."""
    for child in group.children:
        if isinstance(child, Element) and child.attr("dir") is None:
            child.attrs["dir"] = way


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
            isinstance(child, Element)
            and child.tag not in BLOCKS
            and (not len(child) or child.select_one(ANY_BLOCK) is None)
        )
        if child is not None and inline:
            run.append(child)  # type: ignore[arg-type]
            continue
        if not run:
            continue
        if any(
            node.text.strip() or (isinstance(node, Element) and (node.tag == "img" or node.select_one("img")))
            for node in run
        ):
            paragraph = Element("p")
            run[0].insert_before(paragraph)
            for node in run:
                paragraph.append(node.extract())
        else:
            for node in run:
                if isinstance(node, Element) and node.tag == "br":
                    node.extract()  # blocks part by themselves
        run = []
