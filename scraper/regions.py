"""Places on a page that speak of other things than its article."""

from dataclasses import dataclass

from scraper.dom import Element, Tree

# Menus, side columns, lists of other articles, and comments.
BESIDE = (
    "nav, aside, [role=navigation], [role=complementary], [class*=sidebar i], [class*=related i], "
    "[class*=recommend i], [class*=comment i], [id*=comment i], [id*=sidebar i], [class*=menu i], [class*=cloud i], "
    "[class*=teaser i], [class*=most-read i], [class*=popular i], [class*=trending i], [class*=carousel i], "
    "[class*=latest i], [class*=recent i]"
)
# How many headings of one level are asked where they stand.
HEADINGS_READ = 3


@dataclass(frozen=True, slots=True)
class Regions:
    """Where on a page its article is: around the heading, so that what holds the heading is beside nothing."""

    around: frozenset[Element]
    heading: Element | None

    @classmethod
    def of(cls, tree: Tree) -> "Regions":
        """The regions of a page, by its first heading that is in none of the others."""
        mains = tree.document.select("h1")[:HEADINGS_READ]
        # A heading that is a link leads home, or to the article from a list of them.
        plain = [h for h in mains if h.select_one("a[href]") is None and h.closest("a[href]") is None]
        found = plain or tree.document.select("h2")[:HEADINGS_READ] or mains
        heading = next((h for h in found if h.closest(BESIDE) is None), found[0] if found else None)
        held = (heading, *heading.ancestors) if heading is not None else (tree.body,)
        return cls(frozenset(e for e in held if isinstance(e, Element)), heading)

    def beside(self, element: Element) -> bool:
        """Whether an element stands where a page speaks of other things."""
        region = element.closest(BESIDE)
        return region is not None and region.tag not in ("body", "html") and region not in self.around
