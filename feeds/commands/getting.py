"""An address or a page, once; and the feeds of the configuration, brought up to date."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from feeds.commands.frame import command, configuration, opening, stop


@command
@click.argument("names", metavar="[URL | NAME…]", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Update every feed that is not paused.")
@click.option("--accept", is_flag=True, help="Publish what a site has now, though it is not as it was.")
@opening
def fetch(config_path: Path, names: tuple[str, ...], everything: bool, accept: bool, **opened: Any) -> None:
    """Print one address as a feed, or update configured feeds.

    With a URL, the feed goes to stdout and nothing is remembered. With NAMEs or --all, the files in out/ are brought
    up to date, whether the feeds are due or not: what cron should call. The NAME of a merged feed is that of all its
    parts. A feed whose site is not as it was is held and stays as it is; --accept says that the site is right.

    \b
    Example:
        feedwright fetch https://club.example/news > club.atom
        feedwright fetch --all
    """
    from feeds import app, console
    from scraper import urls

    if names and everything:
        stop(click.UsageError("Give a URL or NAMEs, or --all, and not both."))
    if len(names) == 1 and urls.looks_like_one(names[0]):
        sys.exit(console.fetch_once(names[0], app.Opened(**opened)))
    if not names and not everything:
        stop(click.UsageError("Give a URL, the NAME of a feed, or --all."))
    config = app.opened_up(configuration(config_path, names), app.Opened(**opened))
    wanted = config.sources(names) or tuple(feed.name for feed in config.feeds if not feed.paused)
    sys.exit(console.fetch_named(config, wanted, asked=names, accept=accept))


@command
@click.argument("address", metavar="URL | NAME")
@opening
def explain(config_path: Path, address: str, **opened: Any) -> None:
    """Tell what becomes of an address, step by step, and why: what was found, what was left out, what stood in the way.

    With the NAME of a feed its own rules are followed, and its list is compared with what it is when all is well.

    \b
    Example:
        feedwright explain https://club.example/news
    """
    from feeds import app, console
    from scraper import urls

    if urls.looks_like_one(address):
        console.explain(app.one_off(urls.parse(address), app.Opened(**opened)))
    else:
        config = app.opened_up(configuration(config_path, (address,)), app.Opened(**opened))
        if parts := config.merged_of(address):
            stop(click.UsageError(f"{address} is merged of {', '.join(parts)}: name one of those."))
        with app.remembered(config) as store:
            source = store.source(address) if store else None
        console.explain(replace(config, feeds=tuple(feed for feed in config.feeds if feed.name == address)), source)


@command
@click.argument("file", type=click.File("rb"))
@click.option("--url", required=True, help="Where the page was found: its links are relative to this.")
@click.option("--content-type", help="The header that it came with, if any.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole article as JSON.")
def extract(config_path: Path, file: Any, url: str, content_type: str | None, as_json: bool) -> None:
    """Print the article on a stored page; `-` reads stdin.

    \b
    Example:
        feedwright extract page.html --url https://club.example/news/1
    """
    from feeds import console

    console.extract(file.read(), url, content_type, as_json=as_json)
