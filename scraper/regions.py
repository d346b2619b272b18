"""Places on a page that speak of other things than its article."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from scraper import urls
from scraper.dom import Element, Tree

# Menus, side columns, lists of other articles, and comments.
BESIDE = (
    "nav, aside, [role=navigation], [role=complementary], [class*=sidebar i], [class*=related i], "
    "[class*=recommend i], [class*=comment i], [id*=comment i], [id*=sidebar i], [class*=menu i], [class*=cloud i], "
    "[class*=teaser i], [class*=most-read i], [class*=popular i], [class*=trending i], [class*=carousel i], "
    "[class*=latest i], [class*=recent i]"
)
# What is never beside the article, though its class may name the side column that it has.
WHOLE = frozenset(("body", "html", "main"))
# How many headings of one level are asked where they stand, and how many what they say.
HEADINGS_READ, HEADINGS_ASKED = 3, 8
# A heading of fewer letters is in the page's title by chance, and one of more is none.
TELLING, LONGEST = 12, 300
NO_WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Regions:
    """Where on a page its article is: around the heading, so that what holds the heading is beside nothing."""

    around: frozenset[Element]
    heading: Element | None

    @classmethod
    def of(cls, tree: Tree, called: Iterable[str] = ()) -> "Regions":
        """The regions of a page, by its heading: one that says what the page is `called`, or else its first."""
        mains = tree.document.select("h1")
        heading = _said(tree, mains, called) or _said(tree, tree.document.select("h2"), called)
        if heading is None:
            mains = mains[:HEADINGS_READ]
            # A heading that is a link leads home, or to the article from a list of them.
            plain = [h for h in mains if h.select_one("a[href]") is None and h.closest("a[href]") is None]
            found = plain or tree.document.select("h2")[:HEADINGS_READ] or mains
            heading = next((h for h in found if h.closest(BESIDE) is None), found[0] if found else None)
        held = (heading, *heading.ancestors) if heading is not None else (tree.body,)
        return cls(frozenset(e for e in held if isinstance(e, Element)), heading)

    def beside(self, element: Element) -> bool:
        """Whether an element stands where a page speaks of other things."""
        region = element.closest(BESIDE)
        return region is not None and region.tag not in WHOLE and region not in self.around


def _said(tree: Tree, headings: list[Element], called: Iterable[str]) -> Element | None:
    """The first heading that is in what the page is called, or has it in itself."""
    whole = [folded for text in called if len(folded := _folded(text)) >= TELLING]
    for heading in headings[:HEADINGS_ASKED] if whole else ():
        text = heading.text
        own = _folded(text) if len(text) <= LONGEST else ""
        if len(own) >= TELLING and any(own in one or one in own for one in whole) and not _leads_home(heading, tree):
            return heading
    return None


def _leads_home(heading: Element, tree: Tree) -> bool:
    """Whether a heading is the site's name, which leads to its front page."""
    link = heading.select_one("a[href]") or heading.closest("a[href]")
    url = urls.absolute(link.attr("href") or "", tree.base) if link is not None else None
    return url is not None and urlsplit(url).path in ("", "/") and urls.key(url) != urls.key(tree.url)


def _folded(text: str) -> str:
    return NO_WORD.sub("", text[:LONGEST]).casefold()
