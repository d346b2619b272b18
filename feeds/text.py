"""Text as every reader accepts it: legal characters, one line, a language tag, a date, an address."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit

from scraper.whitespace import flat

# All but what XML 1.0 has (section 2.2), and what it has but discourages: the C1 controls, and code points that are
# for no text ever, which HTML has no place for either.
_CHARACTERS = "\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff"
_LEGAL, _ILLEGAL = re.compile(f"[{_CHARACTERS}]*"), re.compile(f"[^{_CHARACTERS}]")
_ASCII = bytes(code for code in range(128) if _LEGAL.fullmatch(chr(code)))

# RFC 5646, section 2.1: language, script, region, variants, extensions, private use; or private use alone.
_LANGUAGE_TAG = re.compile(
    r"""(?: (?: [a-z]{2,3} (?:-[a-z]{3}){0,3} | [a-z]{4,8} )
            (?: -[a-z]{4} )?
            (?: -(?: [a-z]{2} | [0-9]{3} ) )?
            (?: -(?: [a-z0-9]{5,8} | [0-9][a-z0-9]{3} ) )*
            (?: -[a-wy-z0-9] (?:-[a-z0-9]{2,8})+ )*
            (?: -x (?:-[a-z0-9]{1,8})+ )?
          | x (?:-[a-z0-9]{1,8})+ )""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)

# Titles, names and addresses stand in each format: of so many, of so many characters at most, the line is remembered.
REMEMBERED, SHORT = 2048, 200

_MEDIA_TYPE = re.compile(r"[^\s/]+/[^\s/].*")
# What a file is of which nothing is known (RFC 2046, section 4.5.1).
_ANY_BYTES = "application/octet-stream"


class Legal(str):
    """A text that `legal` has looked through: each format asks for that once more."""

    __slots__ = ()


def legal(text: str) -> Legal:
    """The text without control characters, lone surrogates, U+FFFE and U+FFFF."""
    return text if isinstance(text, Legal) else Legal(_legal(text))


def _legal(text: str) -> str:
    if text.isascii() and not text.encode().translate(None, _ASCII):  # seen in an eighth of the time
        return text
    return text if _LEGAL.fullmatch(text) else _ILLEGAL.sub("", text)  # nearly all is, and seen to be in half the time


def line(text: str | None) -> str:
    """The text on one line, each run of white space a single space; empty for None."""
    return _short_line(text) if text and len(text) <= SHORT else flat(_legal(text or ""))


@lru_cache(maxsize=REMEMBERED)
def _short_line(text: str) -> str:
    return flat(_legal(text))


def lines(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts in their order, each on one line and only once, without the empty ones."""
    return tuple(dict.fromkeys(filter(None, map(line, texts))))


def spelled(text: str, spellings: Mapping[str, str]) -> str:
    """The text with each of these characters as it is spelled, in their order."""
    for character, spelling in spellings.items():
        if character in text:  # where it is not, that is seen in a tenth of the time
            text = text.replace(character, spelling)
    return text


def language_tag(text: str | None) -> str | None:
    """The text if it is a well-formed BCP 47 tag."""
    return text if text and _LANGUAGE_TAG.fullmatch(text) else None


def media_type(text: str) -> str:
    """The text if it has the form of a media type, else the one that says nothing."""
    written = line(text)
    return written if _MEDIA_TYPE.fullmatch(written) else _ANY_BYTES


def utc(moment: datetime) -> datetime:
    """The moment in UTC, cut to whole seconds. Raises ValueError where it has no zone."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone.")
    return moment.astimezone(UTC).replace(microsecond=0)


def rfc3339(moment: datetime) -> str:
    """`2024-05-01T12:00:00Z`. Raises ValueError where the moment has no zone."""
    return utc(moment).isoformat().replace("+00:00", "Z")


def is_address(url: str) -> bool:
    """Whether it is absolute, of http or https, and has a host and no white space."""
    if line(url) != url or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
