"""What the commands print: data on stdout, and what people want to know on stderr."""

import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from feeds import app, blame, block, edition, explanation, hook, listcommand, outcome, polling, rhythm, status, tables
from feeds.app import Opened
from feeds.configuration import Config, FeedConfig, MergedFeed
from feeds.cron import zone
from feeds.errors import ConfigError
from feeds.model import Posted, Source
from feeds.report import Report, held
from feeds.update import Updater
from scraper import urls
from scraper.extract import extract as extract_article
from scraper.model import Place

log = logging.getLogger("feedwright")

FAILED, NOTHING = 1, 3
PROBLEMS_SHOWN = 5
NEXT_RUNS = 3
TURNS_SHOWN = 10


def fetch_once(address: str, opened: Opened) -> int:
    """Print one address as Atom, explain on stderr, and give the exit code."""
    url = urls.parse(address)
    with app.once(app.one_off(url, opened)) as updater:
        (lease,) = updater.claim(1, ["once"])
        with progress(f"fetching {url}"):
            report = updater.learn(lease)
        if report.error:
            error(report.error, report.advice)
            return code(report)
        _, feed = updater.publisher.feed(updater.config.feeds[0])
        if not feed.entries:
            error(f"{url}: none of the {len(report.discovery.links)} articles that it lists could be read.")
            _say_problems(report)
            return FAILED
        made = edition.edition(feed, "once", ("atom",), None)
        report = replace(report, problems=(*report.problems, *made.problems))
        sys.stdout.buffer.write(made.documents[0].content)
        sys.stdout.buffer.flush()
    found = report.discovery
    how = f"{len(found.links)} links by {found.tier}" if found.tier else "one page, an article itself"
    say(f"{url}: {how}; {len(feed.entries)} entries.")
    refused = next((one.reason for one in found.found if one.tier == "feed" and not one.links), None)
    for link in found.feeds:
        say(
            f"The site has a feed of its own: {link.url}"
            if refused is None
            else f"Its own feed is of no use: {refused}."
        )
    _say_problems(report)
    return 0


def fetch_named(config: Config, names: Sequence[str], *, asked: Sequence[str] = (), accept: bool = False) -> int:
    """Bring the files of some feeds up to date, one line for each, and give the exit code.

    `asked` are the names that were typed: a merged feed among them has its line though it stays as it is. `accept`
    publishes what the sites have now, though it would be held.
    """
    with app.opened(config, app.PATIENT) as opened:
        updater = replace(opened, accept=accept)
        before = updater.refresh()
        rewritten = {report.name for report in before if report.written}
        reports = [replace(r, written=r.written or r.name in rewritten) for r in _watched(updater, names)]
        after = updater.settle()
        unheard = [failed for failed in (after.failed, updater.notify()) if failed]
        updater.store.backup(updater.clock())
        with app.hub(config, updater.store) as hub:
            while hub is not None and hub.work(wait=True):
                pass  # what failed is due later, and whoever runs then does it
    updated = {report.name for report in reports}
    others = [report for report in before if report.error and report.name not in updated]
    for report in (*others, *reports):
        if report.error:
            error(f"{report.name}: {'held: ' if report.held else ''}{report.error}", report.advice)
        else:
            say(_summary(report))
        _say_problems(report)
    reports += [*others, *after.merged]
    for report in after.merged:
        say_merged(report, asked=report.name in asked)
    missing = set(names) - updated
    for name in sorted(missing):
        warn(f"{name}: another process is working on it.")
    for failure in unheard:
        error(failure)
    failed = [report for report in reports if report.error]
    if failed and all(_nothing_found(report) for report in failed):
        return NOTHING
    return FAILED if failed or unheard else 0


def say_merged(report: Report, *, asked: bool = False) -> None:
    """One line for a merged feed that was written, or could not be; where it was `asked` for, in any case."""
    if report.error:
        error(f"{report.name}: {report.error}", report.advice)
    elif report.written and report.path:
        say(f"{report.name}: {short(report.path)} written ({report.entries} entries).")
    elif asked:
        say(f"{report.name}: {_where(report)}.")


def explain(config: Config, source: Source | None = None) -> None:
    """Print, line by line, what becomes of the address of the one feed in `config`, and what is known of its source."""
    with app.once(config) as updater:
        for line in explanation.lines(config.feeds[0], updater.fetcher, source):
            click.echo(line)


def show_feed(config: Config, name: str, *, as_json: bool) -> None:
    """The entries of one feed, newest first."""
    if merged := next((feed for feed in config.merged if feed.name == name), None):
        show_merged(config, merged, as_json=as_json)
        return
    settings = next(feed for feed in config.feeds if feed.name == name)
    with app.opened(config) as updater:
        source, feed = updater.publisher.feed(settings)
        posts = outcome.posted(updater.store, source.id, settings)
        turns = updater.store.events(source.id, TURNS_SHOWN)
    if as_json:
        json_out(asdict(feed))
        return
    tables.print_entries(feed)
    if source.hold is not None:
        say(f"{name} is {_state(source)}. {held(name, source.hold)}")
    if source.place is not None:
        say(_found_anew(name, source.place))
    for turn in reversed(turns):
        say(f"{turn.at:%Y-%m-%d %H:%M}  {turn.kind}: {turn.said}")
    if not feed.entries:
        say(f"{name} has no entries yet; `feedwright fetch {name}` gets them.")
    elif settings.schedule.follows:
        how = rhythm.told(rhythm.of(posts, settings.schedule.zone), app.now())
        say(f"Next look {_ago(source.next_due)}: {name} {how}.")


def show_merged(config: Config, settings: MergedFeed, *, as_json: bool) -> None:
    """The entries of a merged feed, newest first, and what it is made of."""
    with app.opened(config) as updater:
        feed = updater.publisher.merged(settings)
    if as_json:
        json_out(asdict(feed))
        return
    tables.print_entries(feed)
    say(f"{settings.name} is made of {listcommand.parts(config, settings)}.")


def extract(content: bytes, url: str, content_type: str | None, *, as_json: bool) -> None:
    """The article on a stored page: its text, or all of it as JSON."""
    article = extract_article(content, urls.parse(url), content_type=content_type)
    if as_json:
        json_out(asdict(article))
        return
    click.echo("\n\n".join(part for part in (article.title, article.text) if part))


def recover(config: Config) -> None:
    """Go on where the store was damaged or lost, and tell how."""
    found = app.recovered(config)
    if found.aside is None:
        say(f"{short(config.out / app.STORE)} is sound.")
    else:
        say(f"{short(config.out / app.STORE)} was damaged; it is {short(found.aside.path)} now.")
        copy = found.aside.copy
        say(f"{short(copy)} stands in its place." if copy else "There is no copy of it: a new one stands in its place.")
    if found.entries:
        say(f"{found.entries} {'entry' if found.entries == 1 else 'entries'} taken over from the feeds in out/.")


def check(config: Config) -> None:
    """Whether the configuration would work, and when its feeds are due."""
    for feed in config.feeds:
        if wrong := blame.misread(feed):
            raise ConfigError(f"{blame.place(config, feed, wrong)}: {feed.name}: {wrong}") from wrong
    now = app.now()
    with app.remembered(config) as store:
        for feed in config.feeds:
            source = store.source(feed.name) if store else None
            posts = store.posted(source.id, rhythm.POSTS) if store and source else ()
            runs = times(_next_runs(feed, source, posts, now), feed.timezone)
            said = "paused" if feed.paused else f"{runs}, or as it posts" if feed.schedule.follows else runs
            click.echo(f"{feed.name}: {feed.cron.text if feed.cron else listcommand.when(feed)} → {said}")
        for source in store.sources() if store else ():
            if source.place is not None:
                say(_found_anew(source.name, source.place))
    for merged in config.merged:
        click.echo(f"{merged.name}: made of {listcommand.parts(config, merged)}, whenever one of them changes")
    for sentence in hook.absent(config):
        say(sentence)
    count = len(config.published)
    say(f"{config.path} is right: {count} feed{'s' * (count != 1)}.")


def times(moments: Sequence[datetime], timezone: str) -> str:
    """Moments by the clock of a time zone; with seconds where two are of one minute."""
    shown = [moment.astimezone(zone(timezone)) for moment in moments]
    minutes = {f"{moment:%Y-%m-%d %H:%M}" for moment in shown}
    form = "%a %Y-%m-%d %H:%M" if len(minutes) == len(shown) else "%a %Y-%m-%d %H:%M:%S"
    return ", ".join(f"{moment:{form}} {timezone}" for moment in shown)


def _next_runs(feed: FeedConfig, source: Source | None, posts: Sequence[Posted], now: datetime) -> list[datetime]:
    """When a feed is to be looked at, if nothing new comes and nothing fails."""
    schedule = polling.of(source, feed.schedule) if source else feed.schedule
    if source and source.next_due:
        runs = [min(max(source.next_due, now), polling.latest(feed.schedule, now, source.failures))]
    else:
        runs = [polling.next_due(schedule, now) if feed.cron else now]
    while len(runs) < NEXT_RUNS:
        runs.append(polling.next_due(schedule, runs[-1], posts=posts))
    return runs


def _watched(updater: Updater, names: Sequence[str]) -> list[Report]:
    """Update some feeds, with a progress line where a person looks on."""
    leases = updater.claim(len(names), names)
    with progress(f"fetching {len(leases)} feed{'s' * (len(leases) != 1)}"):
        reports = list(updater.run(leases))
    return sorted(reports, key=lambda report: list(names).index(report.name))


def progress(text: str) -> Progress:
    """A line that shows that something goes on, where a person looks on."""
    console = Console(stderr=True)
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    progress.add_task(text)
    return progress


def _summary(report: Report) -> str:
    return f"{report.name}: {report.new} new, {report.changed} changed; {_where(report)}."


def _where(report: Report) -> str:
    entries = f" ({report.entries} entries)" if report.written and report.entries else ""
    done = "written" if report.written else "stays as it is"
    return f"{short(report.path)} {done}{entries}" if report.path else "no entries, and so no file yet"


def short(path: Path) -> str:
    """The path as it is seen from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _say_problems(report: Report) -> None:
    messages = dict.fromkeys(p.message for p in report.problems if p.message not in (report.error or ""))
    for message in tuple(messages)[:PROBLEMS_SHOWN]:
        warn(f"  left out: {message}")
    if len(messages) > PROBLEMS_SHOWN:
        warn(f"  … and {len(messages) - PROBLEMS_SHOWN} more.")


def code(report: Report) -> int:
    """The exit code for a report with an error."""
    return NOTHING if _nothing_found(report) else FAILED


def _nothing_found(report: Report) -> bool:
    return not report.held and any(problem.kind in ("nothing-found", "empty-page") for problem in report.problems[:1])


def _state(source: Source) -> str:
    if source.paused or source.rested:
        return "paused"
    if source.hold is not None:
        return f"held since {source.hold.since:%Y-%m-%d}: {source.hold.reason}"
    if source.failures:
        return f"failing ({source.failures}×): {source.last_error}"
    return "well" if source.last_ok else "new"


def _found_anew(name: str, place: Place) -> str:
    """What to write into the configuration for a list that moved."""
    rules = {"item": place.item, "link": place.link, "title": place.title}
    pairs = ", ".join(f"{key}: {block.scalar(rule, inside=True)}" for key, rule in rules.items() if rule)
    return f"{name}: its list is no longer where the rules say, and was found anew; they could be select: {{{pairs}}}"


def _ago(moment: datetime | None) -> str:
    return status.away(moment, app.now())


def json_out(data: Any) -> None:
    """Print data as JSON."""

    def plain(value: Any) -> str:
        return value.isoformat() if isinstance(value, datetime) else str(value)

    click.echo(json.dumps(data, default=plain, ensure_ascii=False, indent=2))


def say(text: str) -> None:
    """Tell people, if they want to be told."""
    if log.isEnabledFor(logging.INFO):  # not with --quiet
        warn(text)


def warn(text: str) -> None:
    """Tell people in any case."""
    click.echo(text, err=True)


def error(text: str, advice: str = "") -> None:
    """Tell people what went wrong, and what to do."""
    end = "" if text.endswith((".", "!", "?", "…")) else "."
    warn(f"error: {text}" + (f"{end} {advice}" if advice else ""))
