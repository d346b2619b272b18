"""What can go wrong, as one tree.

FeedwrightError
├── ScrapeError               about a page or a source
│   ├── FetchError            no page came back
│   │   ├── BadAddress        not an address we can ask                     permanent
│   │   ├── Blocked           the address leads where we may not go         permanent
│   │   ├── HostNotFound      the name has no address
│   │   ├── NoConnection      nobody answered, or the answer broke off
│   │   ├── TimedOut          the answer took too long
│   │   ├── TooLarge          the answer is larger than we accept
│   │   ├── NotYet            the host is to be asked later
│   │   ├── NotAllowedIn      a log-in was refused
│   │   └── BadStatus         the server said no (404, 500…)                permanent for 410
│   ├── NotAPage              the answer is not HTML, XML or text           permanent
│   ├── EmptyPage             there is nothing on it to read
│   ├── Walled            another page stands where this one should be: a log-in, a challenge…
│   ├── NothingFound          no articles on a listing
│   └── RecipeError           a site's own rules do not fit                 permanent
└── (feeds.errors adds what can go wrong while publishing)

Every message is a sentence that names what it is about; `advice`, where there is one, says what to do.
"""

from datetime import datetime


class FeedwrightError(Exception):
    """The root: everything that is foreseen, and that a user can be told in one sentence."""

    advice: str = ""

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        if advice:
            self.advice = advice


# What to do where a site's own rules find nothing.
CHECK_RULES = "Has the site changed? Look at the page, and at `select:` or `recipe:` for this feed."


class ScrapeError(FeedwrightError):
    """A page or a source that could not be used. `about` is its address."""

    permanent = False

    def __init__(self, message: str, *, about: str, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.about = about

    @property
    def kind(self) -> str:
        """The class's name as a word for logs and tables: `timed-out`."""
        name = type(self).__name__
        return "".join(f"-{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


class FetchError(ScrapeError):
    """No page came back."""


class BadAddress(FetchError):
    """Not an address that can be asked for a page."""

    permanent = True
    advice = "Give a whole address that begins with http:// or https://."


class Blocked(FetchError):
    """The address leads where we may not go."""

    permanent = True


class HostNotFound(FetchError):
    """The host name has no address."""

    advice = "Check the spelling of the host name, and that this machine is online."


class NoConnection(FetchError):
    """Nobody answered, or the connection broke off."""


class TimedOut(FetchError):
    """The answer took too long."""


class TooLarge(FetchError):
    """The answer is larger than we accept."""

    advice = "Raise fetch.max_bytes if such a page is meant."


class NotYet(FetchError):
    """The host is not to be asked before `until`: by our manners, or because it said so."""

    def __init__(self, message: str, *, about: str, until: datetime) -> None:
        super().__init__(message, about=about)
        self.until = until


class NotAllowedIn(FetchError):
    """A log-in was refused, or there is no form to log in with."""


class BadStatus(FetchError):
    """The server answered with an error. `status` is its number, `until` when it wants to be asked again."""

    def __init__(
        self, message: str, *, about: str, status: int, advice: str = "", until: datetime | None = None
    ) -> None:
        super().__init__(message, about=about, advice=advice)
        self.status = status
        self.until = until
        self.permanent = status == 410


class NotAPage(ScrapeError):
    """The answer is not HTML, XML or text."""

    permanent = True
    advice = "Give the address of a web page, not of a picture, a document or a program."


class EmptyPage(ScrapeError):
    """There is nothing on the page to read."""

    advice = "If the page shows text in a browser, it is made by JavaScript, which is not run."


class Walled(ScrapeError):
    """Another page stands where the wanted one should be. `wall` says what it is: "log-in", "challenge"…"""

    def __init__(self, message: str, *, about: str, wall: str, advice: str = "") -> None:
        super().__init__(message, about=about, advice=advice)
        self.wall = wall

    @property
    def kind(self) -> str:
        return self.wall


class NothingFound(ScrapeError):
    """A listing on which no articles were found."""

    advice = "Give the address of the page that lists the articles, or name them with `select:` in config.yaml."


class RecipeError(ScrapeError):
    """A site's own rules do not fit its pages, or are wrong in themselves. `key` is that of the rule."""

    permanent = True

    def __init__(self, message: str, *, about: str, key: tuple[str, ...] = ("recipe",)) -> None:
        super().__init__(message, about=about)
        self.key = key
