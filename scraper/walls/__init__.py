"""Pages that stand where another page should be.

A wall is told by two things together: a sign that it is one, and that there is little else to read. Either alone is
also found on honest pages: articles are written about walls, and some posts have three words. Whoever is in doubt says
no: a wall that is taken for an article is one odd entry, an article that is taken for a wall is lost.
"""

from scraper.dom import Tree
from scraper.errors import Walled
from scraper.walls import challenge, consent, error, login, parked, paywall, scripts
from scraper.walls.sight import MANY_LINKS, Kind, Sight, Wall

__all__ = ["OPENERS", "WALLS", "Kind", "Wall", "recognise", "refuse"]

# Paragraphs with so much text are an article, or a listing with excerpts; nothing dearer is asked then. The longest
# consent texts, which name every purpose, come to about as much.
PLENTY = 3000
# What stands where a page should be, and what may open it.
WALLS = {
    "challenge": "a test for robots instead of the page",
    "consent": "a question about cookies instead of the page",
    "log-in": "a log-in form instead of the page",
    "paywall": "a teaser for subscribers instead of the article",
    "script-only": "nothing without JavaScript, which is not run",
    "error": "an error instead of the page, sent as if it were one",
    "parked": "a parked domain",
}
OPENERS = {
    "consent": "A cookie that answers it can be given with `cookies:` for this feed.",
    "log-in": "Give `login:`, `auth:` or `cookies:` for this feed if you have an account.",
    "paywall": "Give `login:` or `cookies:` for this feed if you have a subscription.",
}


def refuse(tree: Tree) -> None:
    """Raise Walled where the page is a wall."""
    wall = recognise(tree)
    if wall is not None:
        message = f"{tree.url} shows {WALLS[wall.kind]} ({wall.sign})."
        raise Walled(message, about=tree.url, wall=wall.kind, advice=OPENERS.get(wall.kind, ""))


def recognise(tree: Tree) -> Wall | None:
    """What stands in the way, or None for an honest page. `tree.url` is the address that answered in the end.

    The tree is left as it is.
    """
    chars = 0
    for paragraph in tree.document.select("p"):
        chars += len(paragraph.text)
        if chars >= PLENTY:
            return None
    page = Sight(tree)
    alone = len(tree.document.select("a")) <= MANY_LINKS
    return (
        (challenge.find(page) or consent.find(page) if alone else None)
        or error.find(page)
        or login.find(page)
        or paywall.find(page)
        or (parked.find(page) or scripts.find(page) if alone else None)
    )
