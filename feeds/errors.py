"""What can go wrong while publishing: more leaves on the tree of scraper.errors.

FeedwrightError
├── ConfigError      config.yaml: file, line, key and what was expected        exit code 2
├── ExchangeError    another program's file that can't be taken over, or written   exit code 2
├── StoreError       the memory in out/.state: locked, newer, full
│   ├── StoreDamaged      … or damaged
│   └── LeaseLost    no fault of it: another has the source by now
├── AlreadyRunning   another daemon works on the same folder
├── PublishError     a file in out/ that could not be written
├── CommandFailed    a command of the user's own that is told what happened
└── FetchError (of the scraper's)
    └── NotKept      a page that is not among those that are kept
"""

from scraper.errors import FeedwrightError, FetchError


class ConfigError(FeedwrightError):
    """A wrong key, value or file in the configuration. The message names file, line, key and what was expected."""


class ExchangeError(FeedwrightError):
    """A file of another program that can't be read, or a list of feeds that it can't hold. Names file and line."""


class StoreError(FeedwrightError):
    """The store could not be opened, read or written."""


class StoreDamaged(StoreError):
    """The store's file is not what we wrote. It stays where it is until its owner says otherwise."""

    advice = "`feedwright recover` sets it aside and goes on from its last copy and from the feeds in out/."


class LeaseLost(StoreError):
    """What a run brought is not wanted any more: another has its source, or it is to be read in another way."""


class AlreadyRunning(FeedwrightError):
    """Another daemon works on the same folder."""

    advice = "Stop it first, or name another folder as `out:` in config.yaml. `feedwright fetch` may run beside it."


class PublishError(FeedwrightError):
    """A file could not be published; what stood there before still stands. `why` is the system's word for it."""

    why = ""
    advice = "Make room if the disk is full, and see to it that its folder can be written to."

    def __init__(self, message: str, *, advice: str = "", why: str = "") -> None:
        super().__init__(message, advice=advice)
        self.why = why


class CommandFailed(FeedwrightError):
    """A command of the user's own failed, the one at `key` in config.yaml; however it says so, it is one thing."""

    def __init__(self, message: str, *, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class NotKept(FetchError):
    """A page that is asked for where nothing is fetched, and that is not kept."""
