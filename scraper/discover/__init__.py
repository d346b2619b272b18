"""Tree → links to articles: every tier is asked, and the one with the best list wins."""

from dataclasses import replace
from urllib.parse import urlsplit

from scraper import dom
from scraper.discover import addresses, feedlinks, inline, listing, microformats, pagination, schema, state
from scraper.dom import Tree
from scraper.model import Discovery, Found, Link

# The parts of one page come first, since they have no addresses. Then what we see, unless a list that the site gives
# of itself has more: on the listings of 60 real sites the look finds every article, structured lists (on 11 of them)
# .98 of them, and the data for scripts none (`python bench/discovery.py FOLDER`).
TIERS = (inline, schema, microformats, listing, state)
# How a tier is called where it can be chosen: those that read the page, those that ask the site, and the page itself.
ON_PAGE = tuple(tier.NAME for tier in TIERS)
# An article links to so many others beside it.
RELATED = 6
# Of what we see so much has to be in a list that a site gives of itself, or that list is of something else.
COVERED = 0.8


def discover(content: bytes, url: str, *, content_type: str | None = None) -> Discovery:
    """What the listing `content`, found at `url`, holds. Raises NotAPage and EmptyPage."""
    return links(dom.parse(content, url, content_type))


def links(tree: Tree, only: str | None = None) -> Discovery:
    """The articles that a listing links to, in page order, with the site's own feeds and the listing's next page.

    `only` is the one tier that is to be believed.
    """
    found = tuple(tier.find(tree) for tier in TIERS)
    best = _winner(found, only)
    if best is not None and only is None and len(best.links) <= RELATED and _an_article(tree):
        best = None
    return Discovery(
        links=_enriched(best, found) if best else (),
        feeds=feedlinks.feeds(tree),
        next=pagination.next_page(tree),
        tier=best.tier if best else None,
        title=feedlinks.site_title(tree),
        language=feedlinks.language(tree),
        found=found,
        api=feedlinks.api(tree),
    )


def _winner(found: tuple[Found, ...], only: str | None) -> Found | None:
    """What we see on the page, unless the site gives a list that has all of it and more."""
    if only is not None:
        return next((one for one in found if one.tier == only and one.links), None)
    seen = next((one for one in found if one.tier == listing.NAME and one.links), None)
    for one in found:
        if one.links and one is not seen and (seen is None or one.tier == inline.NAME or _more_than(seen, one)):
            return one
    return seen


def _more_than(seen: Found, one: Found) -> bool:
    theirs = {addresses.key(link.url) for link in one.links}
    covered = len([link for link in seen.links if addresses.key(link.url) in theirs])
    return len(theirs) > len(seen.links) and covered >= COVERED * len(seen.links)


def _enriched(best: Found, found: tuple[Found, ...]) -> tuple[Link, ...]:
    """The winner's links, with what other tiers know of the same addresses in the gaps."""
    known: dict[str, list[Link]] = {}
    for one in found:
        for link in one.links if one is not best else ():
            known.setdefault(addresses.key(link.url), []).append(link)
    return tuple(_filled(link, known.get(addresses.key(link.url), [])) for link in best.links)


def _filled(link: Link, others: list[Link]) -> Link:
    for other in others:
        link = replace(
            link,
            title=link.title or other.title,
            published=link.published or other.published,
            summary=link.summary or other.summary,
            changed=link.changed or other.changed,
        )
    return link


def _an_article(tree: Tree) -> bool:
    """Whether a page says that it is one article, and no list of them."""
    said = tree.document.select_one("meta[property='og:type' i][content=article i]")
    return said is not None and urlsplit(tree.url).path not in ("", "/")
