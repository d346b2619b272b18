"""What is wrong with the machine is said once, however often it is met, and again when it is over."""

import logging
from collections.abc import Iterable
from threading import Lock

from feeds.errors import CommandFailed, PublishError
from scraper.errors import FeedwrightError

log = logging.getLogger("feedwright")


class Troubles:
    """What stands in the way of the store, of the files, of a command. Safe to share between threads."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._standing: dict[str, dict[str, FeedwrightError]] = {}

    def met(self, about: str, error: FeedwrightError) -> None:
        """This is wrong, whatever else is."""
        with self._turn:
            self._told(about, error)

    def are(self, about: str, errors: Iterable[FeedwrightError] = ()) -> None:
        """These are wrong now, and nothing else."""
        now = tuple(errors)
        sorts, sentences = set(map(sort, now)), set(map(str, now))
        with self._turn:
            for error in now:
                self._told(about, error)
            standing = self._standing.get(about, {})
            for over in standing.keys() - sorts:
                log.info("%s works again was=%r", about, str(standing.pop(over)))
            for error in now:
                if str(standing[sort(error)]) not in sentences:  # as of a file that could be written meanwhile
                    standing[sort(error)] = error

    def standing(self) -> tuple[str, ...]:
        """What was told, and is not over: a sentence each, with what can be done."""
        with self._turn:
            errors = [error for about in self._standing.values() for error in about.values()]
        return tuple(f"{error} {error.advice}".rstrip() for error in errors)

    def _told(self, about: str, error: FeedwrightError) -> None:
        standing = self._standing.setdefault(about, {})
        if sort(error) not in standing:
            standing[sort(error)] = error
            log.error("%s failed reason=%r advice=%r", about, str(error), error.advice)


def sort(error: FeedwrightError) -> str:
    """What is the same of errors that have one reason, whichever file each is about."""
    if isinstance(error, CommandFailed):
        return error.key
    return (error.why if isinstance(error, PublishError) else "") or str(error)
