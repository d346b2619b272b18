"""What an answer says about time: how long it stays fresh, and when to come back. RFC 9110 and 9111."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Nobody is believed who wants us to stay away for longer.
LONGEST = timedelta(days=1)
# What a server gets that asks for a pause without saying how long, or says it in a way that makes no sense.
PAUSE = timedelta(minutes=1)
MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
NEVER_FRESH = re.compile(r"(?:^|[,\s])(no-store|no-cache)\b", re.IGNORECASE)
# A validator is kept verbatim and sent back, so it must be one line of a header, and no book.
VALIDATOR = re.compile(r"[\x20-\x7e\x80-\xff]{1,1024}")


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long the answer need not be asked for again: nothing where it does not say. At most a day."""
    control = headers.get("Cache-Control", "")
    if NEVER_FRESH.search(control):
        return timedelta()
    match = MAX_AGE.search(control)
    if match:
        fresh = timedelta(seconds=min(int(match.group(1)), 10**9))
    else:
        expires = date(headers.get("Expires"))
        fresh = expires - (date(headers.get("Date")) or now) if expires else timedelta()
    age = headers.get("Age", "0")  # spent in caches on the way, whichever of the two said it
    fresh -= timedelta(seconds=int(age)) if age.isdecimal() and len(age) < 10 else timedelta()
    return min(max(fresh, timedelta()), LONGEST)


def come_back(retry_after: str | None, now: datetime) -> datetime:
    """When a server that answered 429 or 503 may be asked again. Its word counts up to a day."""
    text = (retry_after or "").strip()
    if text.isdecimal() and len(text) < 12:
        wait = timedelta(seconds=min(int(text), 10**9))
    else:
        moment = date(text)
        wait = moment - now if moment else PAUSE
    return now + min(max(wait, timedelta()), LONGEST)


def date(text: str | None) -> datetime | None:
    """An HTTP date, or None for what is none."""
    try:
        moment = parsedate_to_datetime(text or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def validator(text: str | None) -> str | None:
    """An ETag or Last-Modified as it was received, if it can be sent back."""
    return text if text is not None and VALIDATOR.fullmatch(text) else None
