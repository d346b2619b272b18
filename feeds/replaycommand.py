"""`feedwright replay`: what would change is shown entry by entry, and done."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import click

from feeds import app, console, difference, revising
from feeds.configuration import Config
from feeds.difference import Change
from feeds.model import Revised
from feeds.replay import Replay
from feeds.report import Report
from scraper.errors import ScrapeError

# So many pages that are of no entry are named.
STRANGERS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants of it."""

    since: datetime | None = None
    dry_run: bool = False
    bump: bool = False
    as_json: bool = False


def replay(config: Config, names: Sequence[str], wish: Wish) -> int:
    """Replay some feeds, print what came of it, and give the exit code."""
    code, done = 0, []
    with app.opened(config) as updater:
        for name in names:
            try:
                with console.progress(f"reading {name} again"):
                    found = revising.reread(updater, name, wish.since)
            except ScrapeError as error:  # the recipe can't be used
                console.error(f"{name}: {error}", error.advice)
                code = console.FAILED
                continue
            report = None if wish.dry_run else revising.revise(updater, found, bump=wish.bump)
            done.append(_data(found, report))
            if not wish.as_json:
                _print(found)
            _tell(found, report)
        if not wish.dry_run:
            for report in updater.settle().merged:
                console.say_merged(report)
                code = console.FAILED if report.error else code
    if wish.as_json:
        console.json_out(done)
    return code


def _print(found: Replay) -> None:
    for one in found.revised:
        click.echo(f"{one.before.article.title or one.before.article.url}  ({one.before.published:%Y-%m-%d})")
        click.echo(f"  {one.before.article.url}")
        for change in _changes(one):
            for line in difference.lines(change):
                click.echo(f"  {line}")


def _tell(found: Replay, report: Report | None) -> None:
    many = len(found.revised)
    if report is None:
        done = f"{many} would change, {found.same} would not"
    else:
        file = ""
        if report.path is not None:
            file = f"; {console.short(report.path)} {'written' if report.written else 'stays as it is'}"
        done = f"{report.changed} changed, {found.same} did not{file}"
    console.say(f"{found.name}: {done}.")
    if found.unkept:
        console.warn(f"  {_entries(found.unkept)} without a kept page.")
    for problem in found.problems[: console.PROBLEMS_SHOWN]:
        console.warn(f"  stays as it is: {problem.message}")
    if len(found.problems) > console.PROBLEMS_SHOWN:
        console.warn(f"  … and {len(found.problems) - console.PROBLEMS_SHOWN} more.")
    if found.strangers:
        console.warn(
            f"  {len(found.strangers)} kept pages are of no entry; the next update adds those that are listed:"
        )
        for url in found.strangers[:STRANGERS_SHOWN]:
            console.warn(f"    {url}")


def _entries(number: int) -> str:
    return "1 entry is" if number == 1 else f"{number} entries are"


def _changes(one: Revised) -> tuple[Change, ...]:
    return difference.changes(one.before.article, one.decision.held.article)


def _data(found: Replay, report: Report | None) -> dict[str, Any]:
    return {
        "feed": found.name,
        "applied": report is not None,
        "written": report is not None and report.written,
        "entries": [
            {
                "id": one.before.entry_id,
                "url": one.before.article.url,
                "published": one.before.published,
                "changes": [asdict(change) for change in _changes(one)],
            }
            for one in found.revised
        ],
        "same": found.same,
        "without_page": found.unkept,
        "unreadable": [{"url": problem.url, "reason": problem.message} for problem in found.problems],
        "without_entry": found.strangers,
    }
