"""Title → slug: a readable name for a feed's file, that no other feed has."""

import re
import unicodedata
from collections.abc import Collection

from feeds import values
from scraper import urls

LONGEST = 40  # characters: what still reads well in a list; the limit of names is 64
# Letters that Unicode does not take apart, as people write them without the letter's own key.
SPELT = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "ı": "i"}
    | {"ä": "ae", "ö": "oe", "ü": "ue", "&": " and ", "'": "", "’": ""}
)
# Between the name of a site and what it says of itself.
PARTS = re.compile(r"\s+[|·•–—:»-]\s+|\s*[|·•–—]\s*|:\s+")
# Names of pages, not of sites.
PAGES = frozenset("home homepage start startseite blog news index welcome articles posts latest archive".split())
# What is left of another script in Latin letters says little under this length.
SHORTEST = 3


def of(title: str | None, url: str, taken: Collection[str]) -> str:
    """A name made of the title's first telling part, else of the host; with a number where it is taken."""
    parts = [part for part in PARTS.split(title or "") if part and part.lower() not in PAGES]
    slug = next((made for part in parts if len(made := _ascii(part)) >= SHORTEST and _mostly_latin(part)), None)
    slug = slug or _ascii(urls.host(url).removeprefix("www.").partition(":")[0]) or "feed"
    if slug in values.RESERVED:
        slug += "-feed"
    return unique(slug, taken)


def kept(name: str, title: str | None, url: str) -> str:
    """The name as it is, if a feed can be called so; else one made of it."""
    try:
        return values.name(name)
    except ValueError:
        return of(name or title, url, ())


def unique(slug: str, taken: Collection[str]) -> str:
    """The slug itself, or with the first number from 2 on that makes it free."""
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug[: 63 - len(str(number))].rstrip('-')}-{number}"
    return free


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).lower().translate(SPELT))
    words = re.findall("[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:LONGEST]
        if len(longer) > LONGEST:
            break
        slug = longer
    return slug


def _mostly_latin(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return sum("LATIN" in unicodedata.name(c, "") for c in letters) * 2 >= len(letters)
