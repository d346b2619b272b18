"""A page that is watched as it changes: each change is an article that shows the difference."""

import hashlib
from dataclasses import replace
from difflib import SequenceMatcher
from html import escape

from scraper import urls
from scraper.model import Article, Evidence

NAME = "page"
# What is compared are paragraphs; a page of more than these is compared in its first ones. Those that stand on a long
# page again and again are no landmarks in it (difflib's `autojunk`), or the work would grow with their cube.
MOST_BLOCKS = 2000
ID_CHARS = 12


def changes(page: Article, before: str | None) -> tuple[Article, ...]:
    """The page as it is now, and before it its difference from the text `before`, where there is one."""
    old, new = _blocks(before or ""), _blocks(page.text)
    return (page,) if before is None or old == new else (_difference(page, old, new), page)


def _blocks(text: str) -> list[str]:
    return [block for block in text.split("\n\n") if block.strip()][:MOST_BLOCKS]


def _difference(page: Article, old: list[str], new: list[str]) -> Article:
    html, text = [], []
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            continue
        for block in old[a:b]:
            html.append(f"<p><del>{escape(block, quote=False)}</del></p>")
            text.append(f"− {block}")
        for block in new[c:d]:
            html.append(f"<p><ins>{escape(block, quote=False)}</ins></p>")
            text.append(f"+ {block}")
    mark = hashlib.sha256("\n\n".join([*old, "", *new]).encode("utf-8", "replace")).hexdigest()[:ID_CHARS]
    url = urls.part(page.url, "", f"changed-{mark}")
    return replace(
        page,
        url=url,
        addresses=(url,),
        title=f"Changed: {page.title}" if page.title else "Changed",
        html="\n".join(html),
        text="\n\n".join(text),
        published=page.updated,
        updated=None,
        summary=None,
        provenance=(Evidence("html", "difference"),),
    )
