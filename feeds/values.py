"""What may stand at a key of config.yaml: text → value. A ValueError says what was expected."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from feeds import cron, filters
from feeds.cron import Cron
from feeds.model import Updates
from feeds.polling import AUTO, Bounds
from scraper import urls
from scraper.errors import BadAddress
from scraper.survey import TIERS

# Names that Windows keeps for devices, and those of our own pages beside the feeds.
DEVICES = {"con", "nul", "aux", "prn", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
ALL = "all"
RESERVED = {"index", "feeds", ALL, "status"} | DEVICES
FORMATS = ("atom", "rss", "json", "html")
LOG_FORMATS = ("logfmt", "json")
SHOWN_TO = ("local", "all", "off")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")  # RFC 5646, its shape only
LENGTH = re.compile(r"(?=.)(?:([0-9]{1,7})d)?(?:([0-9]{1,7})h)?(?:([0-9]{1,7})m)?(?:([0-9]{1,7})s)?(?:([0-9]{1,7})ms)?")
SIZE = re.compile(r"([0-9]{1,12})\s*(|B|kB|MB|GB|KiB|MiB)", re.IGNORECASE)
SIZES = {"": 1, "b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "kib": 1024, "mib": 1024**2}
MAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+")
HOST = re.compile(r"[A-Za-z0-9.:_-]+")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # a token of RFC 9110, section 5.6.2
UNSAFE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")  # control characters, and halves of characters
LONGEST = timedelta(days=31)
OLDEST = timedelta(days=3650)
LONGEST_PAUSE = timedelta(hours=1)  # a page an hour is slower than any site asks for
PROXY = re.compile(r"(https?)://(?:(\S*)@)?([^\s@/?#]+)/?", re.IGNORECASE)
QUOTED = "%!$&'()*+,;="  # what may stand in a user and a password beside letters and digits (RFC 3986, 3.2.1)
TOKEN = re.compile(r"[A-Za-z0-9._~-]{16,200}")  # unreserved in an address (RFC 3986, 2.3), and hard to guess
ADMIN_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{32,200}")
BEARER = re.compile(r"[!-~]+")
COOKIE = re.compile(r"[ !#-+\--:<-\[\]-~]+")  # RFC 6265, section 4.1.1; with blanks, which browsers send, too


def text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a single value")
    if not value.strip():
        raise ValueError("expected text that is not empty")
    if UNSAFE.search(value):
        raise ValueError("expected text on one line")
    return value.strip()


def name(value: object) -> str:
    slug = text(value)
    if not NAME.fullmatch(slug):
        raise ValueError("expected at most 64 small letters, digits and hyphens such as my-blog")
    if slug in RESERVED:
        raise ValueError("expected a name that is not reserved")
    return slug


def merge(value: object) -> tuple[str, ...]:
    """The names of feeds, each once; `all` alone is all of them."""
    written = [value] if isinstance(value, str) else value
    if written in ([ALL], (ALL,)):
        return (ALL,)
    if not isinstance(written, list) or not written:
        raise ValueError("expected the names of feeds such as [club, harbour], or all")
    return tuple(dict.fromkeys(map(name, written)))


def address(value: object) -> str:
    """An address to get pages from, that of the sample site included."""
    written = text(value)
    try:
        url = urls.parse(written)
    except BadAddress as error:
        raise ValueError("expected the address of a web page such as https://club.example/news") from error
    if "@" in urlsplit(written if "://" in written else f"//{written}").netloc:
        raise ValueError("expected an address without user and password, which go below `auth:`")
    return url


def base_url(value: object) -> str:
    """Without a trailing slash."""
    try:
        url = urls.parse(text(value))
    except BadAddress:
        url = ""
    if not url.startswith(("http://", "https://")) or "?" in url:
        raise ValueError("expected an address such as https://feeds.example.org")
    return url.rstrip("/")


def hub(value: object) -> str:
    """`self`, or the address of a hub as it is, for hubs may take queries."""
    written = text(value)
    if written == "self":
        return written
    try:
        parts = urlsplit(written)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or not written.isascii() or " " in written:
        raise ValueError("expected self, or the address of a hub such as https://hub.example/")
    return written


def contact(value: object) -> str:
    written = text(value)
    if MAIL.fullmatch(written):
        return written
    try:
        return base_url(written)
    except ValueError as error:
        raise ValueError("expected a mail address or the address of a web page") from error


def proxy(value: object) -> str:
    """The address of a proxy, with its user and password quoted, without a trailing slash."""
    match = PROXY.fullmatch(text(value))
    try:
        url = urls.tidy(urlsplit(f"{match[1]}://{match[3]}")).rstrip("/") if match else ""
    except ValueError:  # a host or a port that is none
        url = ""
    if match is None or not urlsplit(url).hostname:
        raise ValueError("expected the address of a proxy such as http://proxy.example:3128")
    if not match[2]:
        return url
    user, colon, password = match[2].partition(":")
    scheme, _, host = url.partition("://")
    return f"{scheme}://{quote(user, safe=QUOTED)}{colon}{quote(password, safe=QUOTED)}@{host}"


def tier(value: object) -> str:
    """How the articles are to be found."""
    wanted = text(value)
    if wanted not in TIERS:
        raise ValueError(f"expected one of {', '.join(TIERS)}")
    return wanted


def length(value: object) -> timedelta:
    span = _span(text(value))
    if span is None:
        raise ValueError("expected a length of time such as 30m, 2h or 1d")
    if not timedelta(seconds=1) <= span <= LONGEST:
        raise ValueError("expected a length of time from 1s to 31d")
    return span


def every(value: object) -> timedelta | Bounds:
    """A length of time, or two, between which a schedule follows its source."""
    written = text(value)
    if written == "auto":
        return AUTO
    spans = [_span(part.strip()) for part in written.split("-")]
    if None in spans or len(spans) > 2:
        raise ValueError("expected a length of time such as 30m, 2h or 1d, two of them such as 15m-6h, or auto")
    lengths = [length(part.strip()) for part in written.split("-")]
    if len(lengths) == 1:
        return lengths[0]
    if lengths[0] >= lengths[1]:
        raise ValueError("expected the shorter length first, as in 15m-6h")
    return Bounds(*lengths)


def _span(written: str) -> timedelta | None:
    match = LENGTH.fullmatch(written)
    if match is None:
        return None
    days, hours, minutes, seconds, milliseconds = (int(number or 0) for number in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, milliseconds=milliseconds)


def seconds(value: object) -> float:
    return length(value).total_seconds()


def pause(value: object) -> float:
    """In seconds; none at all is one, too."""
    written = text(value)
    span = timedelta() if written == "0" else _span(written)
    if span is None or span > LONGEST_PAUSE:
        raise ValueError("expected a pause from 0 to 1h such as 500ms or 2s")
    return span.total_seconds()


def size(value: object) -> int:
    """In bytes."""
    match = SIZE.fullmatch(text(value))
    count = int(match[1]) * SIZES[match[2].lower()] if match else 0
    if count < 1:
        raise ValueError("expected a size such as 10MB or 500kB")
    return count


def size_or_none(value: object) -> int:
    """In bytes; 0 is none at all."""
    try:
        return 0 if text(value) == "0" else size(value)
    except ValueError as error:
        raise ValueError("expected a size such as 10MB or 500kB, or 0") from error


def whole(low: int, high: int) -> Callable[[object], int]:
    def number(value: object) -> int:
        written = text(value)
        if not re.fullmatch(r"[0-9]{1,9}", written) or not low <= int(written) <= high:
            raise ValueError(f"expected a whole number from {low} to {high}")
        return int(written)

    return number


def whole_or_auto(low: int, high: int) -> Callable[[object], int | None]:
    """None for `auto`."""

    def number(value: object) -> int | None:
        try:
            return None if text(value) == "auto" else whole(low, high)(value)
        except ValueError:
            raise ValueError(f"expected a whole number from {low} to {high}, or auto") from None

    return number


def flag(value: object) -> bool:
    written = text(value).lower()
    if written not in ("true", "yes", "on", "false", "no", "off"):
        raise ValueError("expected true or false")
    return written in ("true", "yes", "on")


def language(value: object) -> str:
    tag = text(value)
    if not LANGUAGE.fullmatch(tag):
        raise ValueError("expected a language such as en or pt-BR")
    return tag


def timezone(value: object) -> str:
    return cron.zone(text(value)).key


def schedule(value: object) -> Cron:
    return cron.parse(text(value), "UTC")


def host(value: object) -> str:
    written = text(value)
    if not HOST.fullmatch(written):
        raise ValueError("expected a host name or an IP address")
    return written


def path(value: object) -> Path:
    return Path(text(value))


def header_name(value: object) -> str:
    written = text(value)
    if not HEADER_NAME.fullmatch(written):
        raise ValueError("expected the name of an HTTP header")
    return written


def header_value(value: object) -> str:
    written = text(value)
    if not all(character <= "\xff" for character in written):
        raise ValueError("expected letters of Latin-1, as in every HTTP header")
    return written


def verbatim(value: object) -> str:
    """Text as it is, with the blanks around it: they may be part of a password."""
    text(value)
    return str(value)


def user(value: object) -> str:
    written = text(value)
    if ":" in written:  # RFC 7617, section 2
        raise ValueError("expected a user name without a colon")
    return written


def bearer(value: object) -> str:
    written = text(value)
    if not BEARER.fullmatch(written):
        raise ValueError("expected a token of plain letters without blanks")
    return written


def token(value: object) -> str:
    written = text(value)
    if not TOKEN.fullmatch(written):
        raise ValueError("expected at least 16 letters, digits, hyphens, underscores, dots and tildes")
    return written


def admin_token(value: object) -> str:
    """128 bits at least, if it is made as it should be: `openssl rand -hex 16`."""
    written = text(value)
    if not ADMIN_TOKEN.fullmatch(written) or len(set(written)) < 8:
        raise ValueError("expected at least 32 letters and digits by chance, as `openssl rand -hex 16` makes them")
    return written


def cookie_name(value: object) -> str:
    written = text(value)
    if not HEADER_NAME.fullmatch(written):  # RFC 6265, section 4.1.1: a token as well
        raise ValueError("expected the name of a cookie")
    return written


def cookie(value: object) -> str:
    written = text(value)
    if not COOKIE.fullmatch(written.strip('"')):
        raise ValueError("expected the value of a single cookie, without semicolons")
    return written


def updates(value: object) -> Updates:
    match text(value).lower():
        case "silent" | "bump" | "new-entry" | "diff" as known:
            return known
    raise ValueError("expected silent, bump, new-entry or diff")


def log_format(value: object) -> str:
    written = text(value).lower()
    if written not in LOG_FORMATS:
        raise ValueError(f"expected {' or '.join(LOG_FORMATS)}")
    return written


def shown_to(value: object) -> str:
    written = text(value).lower()
    if written not in SHOWN_TO:
        raise ValueError("expected local, all or off")
    return written


def robots(value: object) -> Literal["obey", "ignore"]:
    written = text(value).lower()
    if written == "ignore":
        return "ignore"
    if written != "obey":
        raise ValueError("expected obey or ignore")
    return "obey"


def formats(value: object) -> tuple[str, ...]:
    """The formats of a feed, each once, in our own order."""
    written = [text(each) for each in value] if isinstance(value, list) else [text(value)]
    if unknown := [form for form in written if form not in FORMATS]:
        raise ValueError(f"expected some of {', '.join(FORMATS)}, and {unknown[0]} is none of them")
    if "atom" not in written:
        raise ValueError("expected atom among the formats, since it is what the others are checked against")
    return tuple(form for form in FORMATS if form in written)


def age(value: object) -> timedelta:
    span = _span(text(value))
    if span is None or not timedelta(minutes=1) <= span <= OLDEST:
        raise ValueError("expected a length of time from 1m to 3650d such as 90d")
    return span


def pattern(value: object) -> str:
    return filters.pattern(text(value))


def some(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("expected at least the name of a program")
    return value


def filled(value: Mapping[str, str]) -> Mapping[str, str]:
    if not value:
        raise ValueError("expected at least one field of the form")
    return value


def one_or_more(value: object) -> object:
    """A single value may stand for a list of one."""
    return [value] if isinstance(value, str) else value
