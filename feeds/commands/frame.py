"""What all commands share: their options, how they end, and what they say when they can't."""

import io
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from feeds.configuration import Config

F = TypeVar("F", bound=Callable[..., Any])

FAILED, WRONG, NOTHING = 1, 2, 3
INTERRUPTED = 130  # what shells expect after Ctrl-C
CONFIG = Path("config.yaml")
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
            stop(error)
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
        with sentences():
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


def configuration(path: Path, names: tuple[str, ...] = ()) -> "Config":
    """The configuration. A name in it that there is not is wrong usage."""
    from feeds import config as settings
    from feeds import logs, secrets

    config = settings.load(path, os.environ)
    logs.use(config.log.format)
    secrets.hide(config.secrets)
    known = [feed.name for feed in config.published]
    for name in names:
        if name not in known:
            stop(click.UsageError(f"{path} has no feed called {name}; it has {', '.join(known)}."))
    return config


@contextmanager
def sentences() -> Iterator[None]:
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
        click.echo(f"error: {_sentence(str(error))}" + (f" {error.advice}" if error.advice else ""), err=True)
        wrong, nothing = (
            isinstance(error, ConfigError | ExchangeError | BadAddress),
            isinstance(error, EmptyPage | NothingFound),
        )
        sys.exit(WRONG if wrong else NOTHING if nothing else FAILED)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _give_up() -> NoReturn:
    click.echo("error: There is too little memory. What was published stays as it was.", err=True)
    os._exit(FAILED)


def stop(error: click.UsageError) -> NoReturn:
    context = click.get_current_context(silent=True) or error.ctx
    see = f" See {context.command_path} --help." if context else ""
    click.echo(f"error: {_sentence(' '.join(error.format_message().split()))}{see}", err=True)
    sys.exit(WRONG)


def _streams() -> None:
    """An old terminal that can't show a character shows another; an output that is closed takes nothing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if sys.stdout is None:
        stop(click.UsageError("There is nowhere to print: stdout is closed."))


def _log(verbose: int, *, quiet: bool) -> None:
    level = logging.WARNING if quiet else logging.DEBUG if verbose else logging.INFO
    from feeds import logs

    logs.begin(level)
