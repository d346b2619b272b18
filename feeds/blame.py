"""Problems as they are told: without secrets, and with the line of config.yaml that has to be put right."""

from collections.abc import Iterable
from dataclasses import replace

from feeds.config import line_of
from feeds.configuration import Config, FeedConfig
from feeds.errors import ConfigError
from feeds.secrets import redacted
from scraper import recipe
from scraper.errors import RecipeError
from scraper.model import Problem


def told(config: Config, feed: FeedConfig, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What is told and kept of a problem names an address, and that may hold a secret."""
    found = tuple(problems)
    wrong = misread(feed) if any(problem.kind == "recipe-error" for problem in found) else None
    said = {str(wrong): f"{place(config, feed, wrong)}: {wrong}"} if wrong else {}
    return tuple(replace(p, message=redacted(said.get(p.message, p.message), config.secrets)) for p in found)


def misread(feed: FeedConfig) -> RecipeError | None:
    """The first of a feed's own rules that can't be read."""
    try:
        recipe.check(feed.rules)
    except RecipeError as error:
        return error
    return None


def place(config: Config, feed: FeedConfig, error: RecipeError) -> str:
    """The file and the line in which such a rule stands; the file alone where that was changed meanwhile."""
    try:
        return f"{config.path}:{line_of(config, feed, error.key)}"
    except ConfigError:
        return str(config.path)
