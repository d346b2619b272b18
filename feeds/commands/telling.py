"""How the feeds are, and whether they would be."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from feeds.commands.frame import command, configuration, stop


@contextmanager
def reading() -> Iterator[None]:
    """A store that can't be read is told as elsewhere."""
    from feeds.statusrows import Unreadable

    try:
        yield
    except Unreadable as unreadable:
        from feeds.errors import StoreDamaged, StoreError

        advice = unreadable.advice or (StoreDamaged.advice if unreadable.damaged else "")
        raise StoreError(str(unreadable), advice=advice) from unreadable


@command
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(config_path: Path, as_json: bool) -> None:
    """List the configured feeds, and how they are.

    \b
    Example:
        feedwright list
    """
    from feeds import listcommand

    with reading():
        listcommand.show(configuration(config_path), as_json=as_json)


@command
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--watch", is_flag=True, help="Print it again every two seconds, until Ctrl-C.")
def status(config_path: Path, as_json: bool, watch: bool) -> None:
    """Tell how every source is, the ill ones first: what is well, late, held and why, failing, paused, ended.

    It reads what was remembered and changes nothing, also while the daemon runs. Exits with 1 where a source is late,
    held or failing, or something stands in the daemon's way.

    \b
    Example:
        feedwright status
    """
    from feeds import statuscommand

    with reading():
        code = statuscommand.show(config_path, lambda: configuration(config_path).out, as_json=as_json, watch=watch)
    sys.exit(code)


@command
@click.argument("name")
@click.argument("entry", required=False)
@click.option("--revisions", is_flag=True, help="Print what became of the ENTRY's text, change by change.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(config_path: Path, name: str, entry: str | None, revisions: bool, as_json: bool) -> None:
    """Show the entries of one feed; or all that is known of one ENTRY, named by its number there, its id or address.

    \b
    Example:
        feedwright show lantern
        feedwright show lantern 1 --revisions
    """
    from feeds import console, history

    config = configuration(config_path, (name,))
    if entry is not None:
        sys.exit(history.show(config, name, entry, revisions=revisions, as_json=as_json))
    if revisions:
        stop(click.UsageError("Give an ENTRY, whose revisions are to be shown."))
    console.show_feed(config, name, as_json=as_json)


@command
def check(config_path: Path) -> None:
    """Check the configuration: keys, values, selectors, recipes, and when feeds are due.

    \b
    Example:
        feedwright check
    """
    from feeds import console

    console.check(configuration(config_path))
