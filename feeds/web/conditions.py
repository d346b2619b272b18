"""What a client holds already: conditional requests as RFC 9110, section 13, has them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from functools import lru_cache

# Section 8.8.3: an opaque tag may hold commas, so a list can't be split at them. Empty elements are allowed (5.6.1).
TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
TAGS = re.compile(rf"[ \t,]*{TAG.pattern}[ \t]*(?:,[ \t]*(?:{TAG.pattern}[ \t]*)?)*")
# Section 5.6.7: the three forms of a date. Any other is no date, and the header with it is as good as not sent.
DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}"
)
# What servers append to a tag when they pack a body on its way to the client, who then sends the longer tag back.
CODED = re.compile(r"-(?:gzip|br|zstd|deflate)$")
# A tag is short, and so is a list of those that one client may hold; what is longer is not looked into.
MOST = 4096
# Most requests bring what others brought before them, so that much is not read twice.
REMEMBERED = 2048


class Verdict(Enum):
    """What is to be answered."""

    SEND = 200
    UNCHANGED = 304
    FAILED = 412


def judge(digest: str, modified: int, etag: str, asked: Mapping[bytes, str]) -> Verdict:
    """The answer to a GET or HEAD, in the order of section 13.2.2. Names of headers are in lower case.

    `digest` is what all codings' tags of the representation begin with, `etag` the whole tag of the one chosen,
    `modified` the second of Last-Modified.
    """
    if (wanted := asked.get(b"if-match")) is not None:
        if wanted.strip() != "*" and etag.strip('"') not in _tags(wanted, strong=True):
            return Verdict.FAILED
    elif (until := _date(asked.get(b"if-unmodified-since"))) is not None and modified > until:
        return Verdict.FAILED
    if (held := asked.get(b"if-none-match")) is not None:
        same = held.strip() == "*" or any(tag == digest or CODED.sub("", tag) == digest for tag in _tags(held))
        return Verdict.UNCHANGED if same else Verdict.SEND
    if (since := _date(asked.get(b"if-modified-since"))) is not None and since >= modified:
        return Verdict.UNCHANGED
    return Verdict.SEND


def conditional(asked: Mapping[bytes, str]) -> bool:
    """Whether the client says, in a way that can be understood, what it has."""
    if (held := asked.get(b"if-none-match")) is not None:
        return bool(_tags(held))
    return _date(asked.get(b"if-modified-since")) is not None


@lru_cache(REMEMBERED)
def _tags(field: str, *, strong: bool = False) -> tuple[str, ...]:
    """The opaque tags of a list; none where it is not well-formed. Weak ones are left out where `strong` ones count."""
    if len(field) > MOST or not TAGS.fullmatch(field):
        return ()
    return tuple(tag for weak, tag in TAG.findall(field) if not (strong and weak))


@lru_cache(REMEMBERED)
def _date(field: str | None) -> float | None:
    if field is None or not DATE.fullmatch(field.strip()):
        return None
    try:
        moment = parsedate_to_datetime(field)
    except ValueError:  # as the 31st of February
        return None
    return _aware(moment).timestamp()


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
