"""What `add`, `import` and `export` tell people, and what they ask."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from feeds import adding, app, configfile, console, exchange, firstlook, secrets, settings, slugs, values
from feeds.adding import Known
from feeds.app import Opened
from feeds.configfile import Addition
from feeds.configuration import Config
from feeds.errors import ConfigError
from feeds.exchange import Unsupported, opml
from feeds.firstlook import Looked
from feeds.settings import Settings
from feeds.text import line
from scraper import urls

NOTHING = 3
EXCERPT = 100  # characters of text shown of each
MORE = 3  # titles named beyond them
MOST_NAMED = 20  # feeds, or keys that are not taken over, in a list
ASK = "`feedwright add` asks before it writes, and there is no terminal to ask on"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants of the feed that is to be added."""

    name: str | None = None
    title: str | None = None
    yes: bool = False
    dry_run: bool = False


def add(path: Path, address: str, wish: Wish, opened: Opened, environ: Mapping[str, str]) -> int:
    """Show what an address gives, ask, add it to the configuration at `path`, and fetch it. Gives the exit code."""
    url = urls.parse(address)
    if not (wish.yes or wish.dry_run or sys.stdin.isatty()):
        raise ConfigError(ASK, advice="Give --yes to add it, or --dry-run to look only.")
    known = Known.of(config := configfile.existing(path, environ))
    secrets.hide(config.secrets if config else ())
    if name := known.follows(url):
        raise ConfigError(f"{path} has this address already: {name} follows it")
    feed = _wanted(url, wish, opened, known)
    first = configfile.drafted(path, [Addition(feed)], environ)
    with console.progress(f"looking at {url}"):
        looked = firstlook.look(first.config)
    if looked.report.error:
        console.error(looked.report.error, looked.report.advice)
        return console.code(looked.report)
    discovery = looked.report.discovery
    if not wish.name:
        feed = replace(feed, name=slugs.of(wish.title or discovery.title, url, known.names))
    feed = replace(feed, note=firstlook.note(looked))
    draft = configfile.drafted(path, [Addition(feed, adding.hints(discovery.title))], environ)
    for each in _shown(url, looked):
        console.say(each)
    if wish.dry_run:
        console.say(f"\n{'This would be added to' if draft.before else 'This would make'} {console.short(path)}:\n")
        click.echo(draft.added)
        return 0
    console.say(f"\n{'This is added to' if draft.before else 'This makes'} {console.short(path)}:\n\n{draft.added}\n")
    if not wish.yes and not _agreed(looked, path):
        console.warn(f"{path} stays as it is.")
        return 0
    draft.write()
    code = console.fetch_named(app.opened_up(draft.config, opened), [feed.name])
    where = f"{draft.config.base_url}/{feed.name}.atom"
    console.say(f"Readers find it at {where} while `feedwright run` or `feedwright serve` runs.")
    return code


def take(path: Path, file: Path, content: bytes, form: str | None, environ: Mapping[str, str], *, dry_run: bool) -> int:
    """Add the feeds of another program's file to the configuration at `path`. Gives the exit code."""
    found = exchange.imported(content, file, form)
    config = configfile.existing(path, environ)
    secrets.hide(config.secrets if config else ())
    fitted = adding.fitted(found, Known.of(config), file.name)
    unsupported = (*found.unsupported, *fitted.unsupported)
    if not fitted.feeds:
        _not_taken_over(unsupported)
        console.error(f"{file}: there is no feed in it that {path} does not have already.")
        return NOTHING
    additions = [Addition(feed) for feed in fitted.feeds]
    draft = configfile.drafted(path, additions, environ)
    if dry_run:
        click.echo(draft.added)
    else:
        draft.write()
        names = _listed([feed.name for feed in fitted.feeds])
        count = f"{len(fitted.feeds)} feed{'s' * (len(fitted.feeds) != 1)}"
        console.say(f"{count} added to {console.short(path)}: {names}. `feedwright fetch --all` gets them.")
    _not_taken_over(unsupported)
    return 0


def give(config: Config, names: Sequence[str], form: str) -> None:
    """Print the feeds in another program's format, and say what it has no place for."""
    feeds = [feed for feed in settings.of(config) if not names or feed.name in names]
    merged = [feed for feed in config.merged if not names or feed.name in names]
    if form == opml.NAME:  # to a reader it is a feed like any other
        feeds = [*(settings.of_merged(feed, config) for feed in merged), *feeds]
    made = exchange.called(form).exported(feeds, config.base_url)
    sys.stdout.buffer.write(made.content)
    sys.stdout.buffer.flush()
    alone = () if form == opml.NAME else tuple(Unsupported(feed.name, "merge") for feed in merged)
    _not_taken_over((*made.unsupported, *alone))


def _wanted(url: str, wish: Wish, opened: Opened, known: Known) -> Settings:
    """The feed as far as it is known before anything is fetched."""
    if wish.name is not None:
        try:
            values.name(wish.name)
        except ValueError as error:
            raise ConfigError(f"--name: {error}, got {wish.name!r}") from error
        if wish.name in known.names:
            raise ConfigError(f"--name: another feed is called {wish.name} already")
    return Settings(
        wish.name or slugs.of(None, url, known.names),
        url,
        title=line(wish.title) or None,
        robots="ignore" if opened.ignore_robots else None,
        allow_private=opened.allow_private,
        allow_ports=opened.ports,
    )


def _shown(url: str, looked: Looked) -> Iterator[str]:
    """The first look, line by line."""
    report, found = looked.report, looked.report.discovery
    yield f"{line(found.title) or urls.host(url)}, {url}"
    if found.tier:
        yield f"{len(found.links)} articles, found by {found.tier}. The first of them:\n"
    else:
        yield "No list of articles: this page is one article, and its feed would have one entry.\n"
    for article in firstlook.in_order(looked):
        day = f"{article.published:%Y-%m-%d}" if article.published else "undated   "
        yield f"  {day}  {line(article.title) or '(no title)'}"
        text = line(article.text)
        yield f"              {text[:EXCERPT].rstrip()}{'…' * (len(text) > EXCERPT)}"
    rest = found.links[firstlook.LOOKED_AT :]
    if rest:
        titles = [f"“{line(link.title)}”" for link in rest[:MORE] if line(link.title)]
        more = f", {', '.join(titles)}{' …' * (len(rest) > MORE)}" if titles else ""
        yield f"  … and {len(rest)} more{more}"
    for problem in report.problems[: console.PROBLEMS_SHOWN]:
        yield f"  left out: {problem.message}"
    if looked.own:
        yield f"\n{looked.own}"


def _agreed(looked: Looked, path: Path) -> bool:
    if looked.own and looked.own.better:
        console.warn(f"A reader that subscribes to {looked.own.url} needs no Feedwright for this site.")
        return click.confirm("Add it all the same?", default=False, err=True)
    return click.confirm(f"Add it to {path}?", default=True, err=True)


def _not_taken_over(unsupported: Iterable[Unsupported]) -> None:
    """Each key once, with the feeds that said it."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for each in unsupported:
        grouped.setdefault((each.key, each.why), []).append(each.feed)
    for (key, why), feeds in grouped.items():
        names = _listed(list(dict.fromkeys(feeds)))
        console.warn(f"not taken over: {key}{f' ({why})' * bool(why)}: {names}")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
