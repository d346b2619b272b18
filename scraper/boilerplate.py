"""Tree → the article's body: a cascade of named stages, each of which says what it took away and why."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from scraper.dom import Element, Node, Text, Tree
from scraper.errors import CHECK_RULES, NothingFound

# What a browser does not show, and what is for acting on rather than reading.
UNSEEN = (
    "script, style, template, link, meta, title, base, [hidden], [aria-hidden=true]:not(:has(img)), dialog, "
    "[role=dialog], [role=alertdialog], [aria-modal=true], [style*='display:none' i], [style*='display: none' i], "
    "[style*='visibility:hidden' i], [style*='visibility: hidden' i], input, button, select, textarea, object, applet"
)
# Where a page says by itself that this is not the matter: HTML's sectioning and ARIA's landmarks.
LANDMARKS = (
    "nav, body > footer, body > header, aside, [role=navigation], [role=banner], [role=contentinfo], [role=search], "
    "[role=complementary], [role=menu], [role=menubar], [role=tablist], [role=toolbar]"
)
# Template blocks that a site builder puts around every page, by what they are for and not by what they say:
# focus targets for keyboards ("top of page"), skip links.
MARKERS = (
    "#SCROLL_TO_TOP, #SCROLL_TO_BOTTOM, .ignore-focus[role=region][tabindex='-1'], [class*=skip-link i], "
    "a[href='#content'], a[href='#main']"
)
# What such markers read where their tags are lost; only as a whole block at the very edge of a page.
EDGE_TEXT = re.compile(r"^(top of page|bottom of page|skip to (main )?content)$", re.IGNORECASE)
# Where pages say that this is the matter, the surest first.
PLACES = (
    "[itemprop~=articleBody]",
    "[data-hook=post-description]",
    ".e-content, .h-entry .entry-content",
    ".entry-content, .post-content, .article-content, .article-body, .article__body, .post-body, .story-body, "
    ".post__content, .entry__content, .gh-content, .post-entry, .td-post-content, .markdown-body",
    "article",
    "main, [role=main]",
)
# A place must hold this share of the page's running text to be believed.
PLACE_SHARE = 0.4
# Words in class or id that name parts around the matter.
CHAFF = re.compile(
    r"""(?:^|[-_\s])(?:share|sharing|sharedaddy|social|related(?:-?(?:posts|articles|content|stories))?|jp-relatedposts|recommend(?:ed|ations)?|newsletter|subscribe|
    subscription|signup|promo(?:tion)?|advert(?:isement|ising)?|ads?|sponsor(?:ed)?|comments?|respond|disqus|
    breadcrumbs?|pagination|pager|post-?nav(?:igation)?|nav-?links?|author-?(?:box|bio|card|info)|
    about-?(?:the-?)?author|bio|byline|dateline|(?:entry|post|article|artikel|story|news)-?(?:meta|info|date|time|details)|entry-?footer|post-?footer|tags?|
    tag-?(?:list|links|cloud)|post-?tags|categories|cat-?links|read-?(?:more|next)|toc|table-of-contents|sidebar|
    widget|cookie|consent|gdpr|paywall|popular|trending|print|rating|likes?|toolbar|screen-reader-text|sr-only|
    visually-?hidden)(?:$|[-_\s])""",
    re.IGNORECASE | re.VERBOSE,
)
# Chaff that holds more than this share of the text is the matter under an odd name.
CHAFF_SHARE = 0.4
BLOCK = frozenset(("p", "pre", "blockquote", "td", "li", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "div", "section"))
RUNNING = frozenset(("p", "pre", "blockquote", "td", "dd", "div", "section"))
# A block with at least this share of its text in links is a list of links.
LINK_DENSITY = 0.6
# Text shorter than this is no running text.
RUNNING_CHARS = 25
EXCERPT_CHARS = 80


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one block: which stage decided, and why."""

    stage: str
    kept: bool
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """The part of the page that is the article, and the blocks that were judged on the way."""

    root: Element
    verdicts: tuple[Verdict, ...] = ()


@dataclass(slots=True)
class _Cascade:
    """The stages share one tree, which they thin out, and one list of verdicts."""

    tree: Tree
    verdicts: list[Verdict] = field(default_factory=list)

    def drop(self, elements: Iterable[Element | Text], stage: str, reason: str) -> None:
        for element in elements:
            text = " ".join(element.text.split())
            if text:
                self.verdicts.append(Verdict(stage, False, reason, text[:EXCERPT_CHARS]))
            element.extract()


def without_markers(tree: Tree) -> tuple[Verdict, ...]:
    """Take a template's markers off the page; they come before its title, and must not be taken for it."""
    cascade = _Cascade(tree)
    cascade.drop(tree.document.select(MARKERS), "markers", "a template's focus target")
    for backwards in (False, True):
        while (block := _edge(tree.body, backwards=backwards)) is not None and EDGE_TEXT.match(block.text.strip()):
            cascade.drop([block], "markers", "a template's marker at the page's edge")
    return tuple(cascade.verdicts)


def body(tree: Tree, *, content: str | None = None, remove: tuple[str, ...] = ()) -> Body:
    """The article's body; `tree` is thinned out on the way.

    `content` and `remove` are a site's own selectors: what they say is not judged again.
    """
    cascade = _Cascade(tree)
    for selector in remove:
        cascade.drop(tree.body.select(selector), "rules", f"remove: {selector}")
    cascade.drop(tree.document.select(UNSEEN), "unseen", "not shown, or not for reading")
    if content is not None:
        places = tree.body.select(content)
        if not places:
            missing = f"select.content: {content!r} found nothing on {tree.url}."
            raise NothingFound(missing, about=tree.url, advice=CHECK_RULES)
        return Body(_joined(places), (*cascade.verdicts, _kept(places[0], "rules", f"content: {content}")))
    cascade.drop(tree.document.select(LANDMARKS), "landmarks", "outside the main part, as the page itself says")
    root, stage, reason = _place(tree)
    cascade.verdicts.append(_kept(root, stage, reason))
    _without_chaff(cascade, root)
    return Body(root, tuple(cascade.verdicts))


def _kept(element: Element, stage: str, reason: str) -> Verdict:
    return Verdict(stage, True, reason, " ".join(element.text.split())[:EXCERPT_CHARS])


def _joined(places: list[Element]) -> Element:
    if len(places) == 1:
        return places[0]
    joined = Element("div")
    for place in places:
        if not any(place in other.descendants for other in places if other is not place):
            joined.append(place.extract())
    return joined


def _edge(node: Node, *, backwards: bool) -> Element | Text | None:
    """What stands first, or last, on a page: the outermost element, or a line that a break parts from others."""
    found: Element | None = None
    while True:
        children = [c for c in node.children if isinstance(c, Element | Text) and c.text.strip()]
        if not children:
            return found
        edge = children[-1 if backwards else 0]
        if isinstance(edge, Text):
            beside = edge.previous_sibling if backwards else edge.next_sibling
            return edge if isinstance(beside, Element) and beside.tag == "br" else found
        if found is None or len(children) > 1:
            found = edge
        node = edge


def _place(tree: Tree) -> tuple[Element, str, str]:
    """Where the article is: the page's own word if its text bears it out, else where the running text is."""
    whole = _running(tree.body)
    for selector in PLACES:
        places = [(p, _running(p)) for p in tree.body.select(selector)]
        if places:
            best, chars = max(places, key=lambda place: place[1])
            if chars and chars >= PLACE_SHARE * whole:
                return best, "place", selector
    return _densest(tree.body), "density", "where the running text is"


def _running(element: Element) -> int:
    """How many characters of running text, links aside, an element holds."""
    return sum(_own_chars(block) for block in element.iter_elements(RUNNING, include_self=True))


def _own_chars(block: Element) -> int:
    """The text that a block holds itself, not in a block inside it."""
    chars = sum(_inline_chars(child) for child in block.children)
    return chars if chars >= RUNNING_CHARS else 0


def _inline_chars(node: Node) -> int:
    if isinstance(node, Text):
        return len(node.data.strip())
    if not isinstance(node, Element) or node.tag in BLOCK or node.tag in ("a", "ul", "ol", "table", "figure", "nav"):
        return 0
    return sum(_inline_chars(child) for child in node.children)


def _densest(root: Element) -> Element:
    """The element in which the running text sits: a block speaks for its parent, and half for the one above it."""
    scores: dict[Element, float] = {}
    for block in root.iter_elements(RUNNING, include_self=True):
        chars = _own_chars(block)
        parent = block if block is root else block.parent
        share = 1.0
        while chars and isinstance(parent, Element) and share >= 0.5:
            scores[parent] = scores.get(parent, 0.0) + share * chars
            if parent is root:
                break
            parent, share = parent.parent, share / 2
    if not scores:
        return root
    return max(scores, key=lambda element: scores[element])


def _without_chaff(cascade: _Cascade, root: Element) -> None:
    whole = max(1, len(root.text))
    for element in list(root.iter_elements()):
        name = f"{element.attr('class') or ''} {element.attr('id') or ''}"
        named = CHAFF.search(name) if len(name) > 1 else None
        if named and element.tag not in ("a", "img", "code", "pre") and len(element.text) <= CHAFF_SHARE * whole:
            cascade.drop([element], "chaff", f"named {named.group(0).strip(' -_')!r}")
    for element in list(root.iter_elements(("ul", "ol", "div", "section", "footer", "p"))):
        text = len(element.text.strip())
        links = element.select("a")
        if (
            len(links) > 2
            and not _is_prose(element)
            and sum(len(a.text.strip()) for a in links) > LINK_DENSITY * text
            and not element.select_one("img")
        ):
            cascade.drop([element], "links", "a list of links")


def _is_prose(element: Element) -> bool:
    """A paragraph that ends as a sentence does is one, however many of its words are links."""
    return element.tag == "p" and element.text.rstrip()[-1:] in (".", "!", "?", "…", "。", "！", "？")
