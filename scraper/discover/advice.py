"""What to do about a page on which nothing was found: it depends on what is there instead."""

from scraper import urls
from scraper.dom import Tree
from scraper.walls import OPENERS

# A page of so few links lists nothing.
FEW_LINKS = 3
NAMED = 2
BROWSER = (
    "Its list is made by JavaScript: that takes a browser extra, which is still to come. "
    "Does the site have a feed, or a page that works without JavaScript?"
)
NAME_THEM = "Give the address of the page that lists the articles, or name them with `select:` in config.yaml."
SCRIPT_ONLY = "script-only"
# What scripts fill, and what there is a lot of on a page that they make.
HOLES = (
    "#root:empty, #app:empty, #__next:empty, [id*=list i]:empty, [class*=list i]:empty, [class*=feed i]:empty, "
    "[data-reactroot]"
)


def advice(tree: Tree, wall: str | None = None) -> str:
    """A sentence or two for whoever gave the page's address."""
    if wall == SCRIPT_ONLY:
        return BROWSER
    if wall is not None:
        return OPENERS.get(wall, "")
    frames = [f.attr("src") or "" for f in tree.document.select("frame[src], iframe[src]")]
    named = [url for src in frames if (url := urls.absolute(src, tree.base)) and urls.site(url) == urls.site(tree.url)]
    if named:
        return (
            f"The page shows others in frames: give the address of the one with the list, {' or '.join(named[:NAMED])}."
        )
    links = len(tree.body.select("a[href]"))
    if links < FEW_LINKS and tree.document.select_one(HOLES) is not None and tree.document.select_one("script"):
        return BROWSER
    if tree.body.select_one("input[type=password i]") is not None:
        return "It asks for a log-in: give `login:`, `auth:` or `cookies:` for this feed if you have an account."
    if links < FEW_LINKS:
        return f"It has hardly any links. {NAME_THEM}"
    return f"None of its {links} links looks like an article's; `feedwright explain` shows why. {NAME_THEM}"
