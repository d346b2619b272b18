"""A few sites in memory, each with a front page that lists its posts, and all that is published of them."""

from pathlib import Path
from typing import cast

import feedparser

from scraper import asking
from scraper.fetch import Fetcher
from tests.faults.clock import Answer
from tests.test_moves import listing, page, piece
from tests.world import World

SOURCES, POSTS = 8, 3


def front(number: int) -> str:
    return f"https://site{number}.example/"


def show(world: World, posts: int = POSTS) -> World:
    """Have every site list so many posts, the newest first."""
    for number in range(SOURCES):
        links = [(f"{front(number)}news/{each.slug}", each) for each in map(piece, reversed(range(posts)))]
        world.pages |= {front(number): listing(links)} | {url: page(each) for url, each in links}
    return world


def by(world: World) -> Answer:
    return lambda url, held: asking.ask(cast(Fetcher, world), url, held)


def entries(out: Path) -> dict[str, tuple[str, str]]:
    """Link and date of every entry, by its id."""
    every = [entry for file in out.glob("[!_]*.atom") for entry in feedparser.parse(file).entries]
    found = {entry.id: (entry.link, entry.published) for entry in every}
    assert len(found) == len(every) == len({entry.link for entry in every})
    return found
