"""The command line: thin. Everything heavy is imported by the command that needs it."""

import io
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from feeds.config import Config

F = TypeVar("F", bound=Callable[..., Any])

FAILED, WRONG, NOTHING = 1, 2, 3
INTERRUPTED = 130  # what shells expect after Ctrl-C
CONFIG = Path("config.yaml")
FORMATS = ("freshrss", "ftr", "html2rss", "opml", "rsspls", "scotty")  # feeds.exchange.NAMES, before it is imported
MOST_IMPORTED = 5_000_000  # bytes; feeds.exchange refuses a file of more
EPILOG = "Exit: 0 all well, 1 a source failed or was held, 2 wrong usage or configuration, 3 nothing found."


class Commands(click.Group):
    """The commands. Wrong usage of one ends in a single line, as everything that is foreseen does."""

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            return super().main(*args, **extra | {"standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(WRONG)
        except click.UsageError as error:
            _stop(error)
        except click.Abort:  # Ctrl-C before a command began
            sys.exit(INTERRUPTED)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EPILOG)
@click.version_option(package_name="feedwright", prog_name="feedwright")
def main() -> None:
    """Publish Atom feeds for web sites that have none, or a poor one.

    \b
    Example:
        feedwright fetch https://club.example/news > club.atom
    """


def command(function: F) -> F:
    """A command with the options that all have, its name being the function's, its errors one line on stderr."""

    @main.command(name=function.__name__.rstrip("_"))
    @click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path),
        default=CONFIG,
        show_default=True,
        help="The configuration.",
    )
    @click.option("-v", "--verbose", count=True, help="Say more.")
    @click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
    @wraps(function)
    def run(verbose: int, quiet: bool, **options: Any) -> None:
        _streams()
        _log(verbose, quiet=quiet)
        with _sentences():
            function(**options)

    return run  # type: ignore[return-value]


def opening(function: F) -> F:
    """The options that open, for one call, what is closed by default."""
    options = (
        click.option("--allow-private", is_flag=True, help="Let an address lead to this machine or a private network."),
        click.option(
            "--allow-port", "ports", type=click.IntRange(1, 65535), multiple=True, help="Ask at this port too."
        ),
        click.option("--ignore-robots", is_flag=True, help="Fetch what robots.txt does not allow."),
    )
    for option in reversed(options):
        function = option(function)
    return function


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

    if len(names) == 1 and urls.looks_like_one(names[0]):
        sys.exit(console.fetch_once(names[0], app.Opened(**opened)))
    if not names and not everything:
        _stop(click.UsageError("Give a URL, the NAME of a feed, or --all."))
    config = app.opened_up(_config(config_path, names), app.Opened(**opened))
    wanted = config.sources(names) or tuple(feed.name for feed in config.feeds if not feed.paused)
    sys.exit(console.fetch_named(config, wanted, accept=accept))


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
        config = app.opened_up(_config(config_path, (address,)), app.Opened(**opened))
        if parts := config.merged_of(address):
            _stop(click.UsageError(f"{address} is merged of {', '.join(parts)}: name one of those."))
        with app.remembered(config) as store:
            source = store.source(address) if store else None
        console.explain(replace(config, feeds=tuple(feed for feed in config.feeds if feed.name == address)), source)


@command
@click.argument("url")
@click.option("--name", help="Call the feed this, instead of a name made from the site's title.")
@click.option("--title", help="What readers see, instead of what the site says.")
@click.option("-y", "--yes", is_flag=True, help="Add it without asking.")
@click.option("--dry-run", is_flag=True, help="Look only, and print what would be added.")
@opening
def add(
    config_path: Path,
    url: str,
    name: str | None,
    title: str | None,
    yes: bool,
    dry_run: bool,
    **opened: Any,
) -> None:
    """Find the articles of a site, show the first, add it to the configuration, and fetch it.

    A configuration that there is not yet is made. All that stands in one stays as it is, comments included. What was
    opened with --allow-private, --allow-port or --ignore-robots is noted for this feed.

    \b
    Example:
        feedwright add https://club.example/news
    """
    from feeds import app, dialogue

    wish = dialogue.Wish(name, title, yes, dry_run)
    sys.exit(dialogue.add(config_path, url, wish, app.Opened(**opened), os.environ))


@command
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), help="What it is, where that can't be told from it.")
@click.option("--dry-run", is_flag=True, help="Print what would be added, and write nothing.")
def import_(config_path: Path, file: Path, form: str | None, dry_run: bool) -> None:
    """Add the feeds of another program's file to the configuration; `-` reads stdin.

    It may be OPML, FreshRSS's OPML with its rules, html2rss's YAML, the TOML of rsspls or of feed-me-up-scotty, or a
    file of ftr-site-config. What has no place in the configuration is named.

    \b
    Example:
        feedwright import feeds.opml
    """
    from feeds import dialogue

    with click.open_file(str(file), "rb") as source:
        content = source.read(MOST_IMPORTED + 1)
    named = Path("stdin") if str(file) == "-" else file
    sys.exit(dialogue.take(config_path, named, content, form, os.environ, dry_run=dry_run))


@command
@click.argument("names", metavar="[NAME…]", nargs=-1)
@click.option("--format", "form", type=click.Choice(FORMATS), default="opml", show_default=True, help="For whom.")
def export(config_path: Path, names: tuple[str, ...], form: str) -> None:
    """Print the configured feeds, or some of them, for another program.

    OPML lists them for a feed reader; the other formats take the rules along that they have a place for, and what they
    have none for is named. Nothing secret is printed.

    \b
    Example:
        feedwright export > feeds.opml
    """
    from feeds import dialogue

    dialogue.give(_config(config_path, names), names, form)


@command
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Serve on this port instead of web.port; 0 takes a free one.",
)
def run(config_path: Path, port: int | None) -> None:
    """Update the feeds when they are due, and serve them, until told to stop.

    \b
    Example:
        feedwright run --port 8085
    """
    from feeds import app, daemon, serving
    from feeds.errors import StoreDamaged
    from feeds.reload import Followed

    config = _config(config_path)
    followed = Followed(config, lambda: _config(config_path))
    with app.sole(config), serving.listen(config.web.host, config.web.port if port is None else port) as listener:
        config = app.on_port(config, listener.getsockname()[1])
        try:
            with app.opened(config) as updater, app.hub(config, updater.store) as hub:
                if not daemon.Daemon(updater, hub, followed).run(listener):
                    os._exit(0)  # Python would wait for what we gave up, and the store must not be closed under it
        except StoreDamaged as error:
            serving.degraded(config, listener, error)
            sys.exit(FAILED)


@command
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Serve on this port instead of web.port; 0 takes a free one.",
)
def serve(config_path: Path, port: int | None) -> None:
    """Serve what is in out/, and fetch nothing.

    \b
    Example:
        feedwright serve
    """
    from feeds import app, serving
    from feeds.errors import StoreDamaged

    config = _config(config_path)
    with serving.listen(config.web.host, config.web.port if port is None else port) as listener:
        config = app.on_port(config, listener.getsockname()[1])
        try:
            with app.remembered(config) as store, app.hub(config, store) as hub:
                serving.serve(config, listener, store, hub)
        except StoreDamaged as error:
            serving.degraded(config, listener, error)


@command
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Serve the feed on this port.")
@click.option("--every", type=click.IntRange(1, 3600), default=10, show_default=True, help="Seconds between new posts.")
def demo(config_path: Path, port: int, every: int) -> None:
    """Serve the sample site on this machine and follow it live, a new post every few seconds.

    \b
    Example:
        feedwright demo
    """
    from feeds import demonstration

    demonstration.run(port, every)


@command
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(config_path: Path, as_json: bool) -> None:
    """List the configured feeds, and how they are.

    \b
    Example:
        feedwright list
    """
    from feeds import console

    console.list_feeds(_config(config_path), as_json=as_json)


@command
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--watch", is_flag=True, help="Print it again every two seconds, until Ctrl-C.")
def status(config_path: Path, as_json: bool, watch: bool) -> None:
    """Tell how every source is, the ill ones first: what is well, late, held and why, failing, paused, ended.

    It reads what was remembered and changes nothing, also while the daemon runs. Exits with 1 where a source is late,
    held or failing.

    \b
    Example:
        feedwright status
    """
    from feeds import statuscommand
    from feeds.statusrows import Unreadable

    try:
        code = statuscommand.show(config_path, lambda: _config(config_path).out, as_json=as_json, watch=watch)
    except Unreadable as unreadable:
        from feeds.errors import StoreDamaged, StoreError

        advice = unreadable.advice or (StoreDamaged.advice if unreadable.damaged else "")
        raise StoreError(str(unreadable), advice=advice) from unreadable
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

    config = _config(config_path, (name,))
    if entry is not None:
        sys.exit(history.show(config, name, entry, revisions=revisions, as_json=as_json))
    if revisions:
        _stop(click.UsageError("Give an ENTRY, whose revisions are to be shown."))
    console.show_feed(config, name, as_json=as_json)


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


@command
@click.argument("names", metavar="[NAME…]", nargs=-1)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Only entries that were published on this day or later."
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--bump", is_flag=True, help="Have readers show the changed entries as updated.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def replay(
    config_path: Path, names: tuple[str, ...], since: datetime | None, dry_run: bool, bump: bool, as_json: bool
) -> None:
    """Read the kept pages again, by the rules of now, and have the entries as they come out.

    Nothing is fetched. Ids and dates of publication stay, and so does `updated`, unless --bump is given. No entry is
    added: pages that are of no entry are named. Without a NAME it is done for every feed.

    \b
    Example:
        feedwright replay --dry-run lantern
    """
    from feeds import replaycommand

    config = _config(config_path, names)
    wanted = config.sources(names) or tuple(feed.name for feed in config.feeds)
    wish = replaycommand.Wish(since and since.replace(tzinfo=UTC), dry_run, bump, as_json)
    sys.exit(replaycommand.replay(config, wanted, wish))


@command
def recover(config_path: Path) -> None:
    """Set a damaged store aside, and go on from its last copy and from the feeds in out/.

    Entries that readers have keep their ids and dates. What is set aside stays beside the store; a store that is not
    damaged stays as it is. Stop the daemon first.

    \b
    Example:
        feedwright recover
    """
    from feeds import console

    console.recover(_config(config_path))


@command
def check(config_path: Path) -> None:
    """Check the configuration: keys, values, selectors, recipes, and when feeds are due.

    \b
    Example:
        feedwright check
    """
    from feeds import console

    console.check(_config(config_path))


def _config(path: Path, names: tuple[str, ...] = ()) -> "Config":
    """The configuration. A name in it that there is not is wrong usage."""
    from feeds import config as configuration
    from feeds import logs
    from feeds.secrets import Redact

    config = configuration.load(path, os.environ)
    logs.use(config.log.format)
    for handler in logging.getLogger().handlers:
        handler.addFilter(Redact(config.secrets))
    known = [feed.name for feed in config.published]
    for name in names:
        if name not in known:
            _stop(click.UsageError(f"{path} has no feed called {name}; it has {', '.join(known)}."))
    return config


@contextmanager
def _sentences() -> Iterator[None]:
    """What is foreseen ends in one line on stderr and an exit code, never in a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)  # Python would wait for the threads that fetch
    except BrokenPipeError:
        os._exit(0)  # whoever read our output has had enough; Python would complain that it can't flush it
    except OSError as error:
        click.echo(f"error: The output could not be written: {error.strerror or error}.", err=True)
        os._exit(FAILED)
    except MemoryError:
        _give_up()
    except RuntimeError as error:
        if "new thread" in str(error):
            _give_up()
        raise
    except Exception as error:
        from feeds.errors import ConfigError, ExchangeError
        from scraper.errors import BadAddress, EmptyPage, FeedwrightError, NothingFound

        if not isinstance(error, FeedwrightError):
            raise
        sentence = str(error) if str(error)[-1:] in ".!?" else f"{error}."
        click.echo(f"error: {sentence}" + (f" {error.advice}" if error.advice else ""), err=True)
        wrong, nothing = (
            isinstance(error, ConfigError | ExchangeError | BadAddress),
            isinstance(error, EmptyPage | NothingFound),
        )
        sys.exit(WRONG if wrong else NOTHING if nothing else FAILED)


def _give_up() -> NoReturn:
    click.echo("error: There is too little memory. What was published stays as it was.", err=True)
    os._exit(FAILED)


def _stop(error: click.UsageError) -> NoReturn:
    context = click.get_current_context(silent=True) or error.ctx
    see = f" See {context.command_path} --help." if context else ""
    click.echo(f"error: {' '.join(error.format_message().split())}{see}", err=True)
    sys.exit(WRONG)


def _streams() -> None:
    """An old terminal that can't show a character shows another; an output that is closed takes nothing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if sys.stdout is None:
        _stop(click.UsageError("There is nowhere to print: stdout is closed."))


def _log(verbose: int, *, quiet: bool) -> None:
    level = logging.WARNING if quiet else logging.DEBUG if verbose else logging.INFO
    from feeds import logs

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, force=True)
    logs.use("logfmt")
    logging.getLogger("feedwright").setLevel(level)
    # What is wrong with an answer is told as the problem of its source, and not with a traceback beside it.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
