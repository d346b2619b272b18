"""What requests and urllib3 raise → our errors, in words that people understand."""

import errno
import ssl

import requests
from requests.exceptions import ProxyError
from urllib3.exceptions import IncompleteRead, InvalidHeader, NameResolutionError

from scraper.errors import BadAddress, Blocked, FetchError, HostNotFound, NoConnection, TimedOut
from scraper.guard import Forbidden

OPEN_PRIVATE = "Pass --allow-private, or set network.allow_private, if that is meant."
OPEN_PORT = "Pass --allow-port, or name it in `allow_ports`, if that is meant."
TRY_HTTP = "If the site has none, give its http:// address."
# This machine has no files, memory or buffers left for us: that says nothing of a site.
EXHAUSTED = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS))


def translated(url: str, error: Exception, *, expired: bool, seconds: float) -> FetchError:
    """The error that `error` is to us. `expired` says that the deadline of `seconds` is what ended the connection."""
    if expired:
        return late(url, seconds)
    found = causes(error)
    if any(isinstance(cause, ProxyError) for cause in found):
        return NoConnection(f"{url} was not fetched: the proxy does not answer.", about=url)
    for cause in found:
        if isinstance(cause, OSError) and cause.errno in EXHAUSTED:
            return NoConnection(f"{url} was not fetched: {cause.strerror} on this machine.", about=url)
        if isinstance(cause, Forbidden):
            return Blocked(
                f"{url} was not fetched: {cause}.", about=url, advice=OPEN_PORT if cause.port else OPEN_PRIVATE
            )
        if isinstance(cause, NameResolutionError):
            return HostNotFound(f"{url} was not fetched: there is no host of that name.", about=url)
        if isinstance(cause, requests.exceptions.InvalidSchema | requests.exceptions.InvalidURL):
            return BadAddress(f"{url} is not the address of a web page.", about=url)
        if isinstance(cause, InvalidHeader):
            return NoConnection(f"{url} was not fetched: its headers contradict each other.", about=url)
        if isinstance(cause, requests.exceptions.InvalidHeader):
            return BadAddress(f"{url} was not fetched: a header for it can't be sent as it is.", about=url)
        if isinstance(cause, requests.Timeout | TimeoutError):
            return TimedOut(f"{url} did not answer in time.", about=url)
        if isinstance(cause, requests.exceptions.SSLError):
            if any(isinstance(one, ssl.SSLCertVerificationError) for one in found):
                return NoConnection(f"{url} was not fetched: its certificate is not valid.", about=url)
            return NoConnection(
                f"{url} was not fetched: no encrypted connection came about.", about=url, advice=TRY_HTTP
            )
        if isinstance(cause, ConnectionRefusedError):
            return NoConnection(f"{url} was not fetched: nobody answers at that host and port.", about=url)
        if isinstance(cause, IncompleteRead):
            return NoConnection(f"{url} broke off before its end.", about=url)
    return NoConnection(f"{url} was not fetched: the connection failed ({type(error).__name__}).", about=url)


def late(url: str, seconds: float) -> TimedOut:
    return TimedOut(f"{url} took longer than {seconds:g} s to arrive.", about=url)


def ours(error: Exception) -> bool:
    """Whether it was for want of something on this machine."""
    return any(isinstance(cause, OSError) and cause.errno in EXHAUSTED for cause in causes(error))


def stale(error: Exception) -> bool:
    """Whether a connection ended before anything of an answer came, as one does that was kept open for too long."""
    found = causes(error)
    return any(isinstance(cause, ConnectionError) for cause in found) and not any(
        isinstance(cause, ConnectionRefusedError | IncompleteRead) for cause in found
    )


def causes(error: BaseException | None) -> list[BaseException]:
    """An error with everything that led to it, arguments that are errors included, the innermost first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        inner = next((a for a in (*error.args, getattr(error, "reason", None)) if isinstance(a, BaseException)), None)
        error = error.__cause__ or inner or error.__context__
    return found[::-1]
